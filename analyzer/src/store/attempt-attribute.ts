/**
 * What is known of an attempt besides whether it failed, and what such a thing may be held responsible for.
 *
 * That failures share a value proves nothing about its kind: every failure of an outage happened at three o'clock, on
 * instances that had failed before. So each attribute says what it is, and only some kinds may ground a verdict.
 */
export interface AttributeRule {
  readonly name: string;
  /**
   * - `mechanism`: part of how every service runs, however seldom: cold start, deploy, concurrency, age, heap growth.
   * - `context`: what the request brought: payload, route, tenant, dependency. Normal where it is at least 1 in 1,000.
   * - `cycle`: comes back by itself: hour, load. Grounds a verdict after it came back twice with the failure.
   * - `version`: bounds the time in which the failure existed, and grounds nothing else.
   * - `place`: instance, sandbox, zone. One bad place is an incident, not the system.
   * - `symptom`: may be the failure's own consequence: an earlier error, a retry. Told, never a ground.
   */
  readonly nature: 'mechanism' | 'context' | 'cycle' | 'version' | 'place' | 'symptom';
  /** Of a cycle: after how long it comes back. */
  readonly periodMs?: number;
}

/** Attempts that could have failed, and those that did. */
export interface Tally {
  readonly exposed: number;
  readonly failures: number;
}
