/**
 * What a program can tell the agent: the door of `@nightlight/agent`.
 *
 * Safe to leave in code that runs without the agent: then each function only runs what it was given, and costs a look
 * at a global. Nothing here throws because of the agent, and what `fn` gives or throws comes back untouched.
 */
import { AGENT, type Agent } from './agent.ts';
import { listenToBreaker } from './measure/breakers.ts';
import { tellingOf } from './measure/telling.ts';
import { tellCheck, tellDropped, tellFallback } from './measure/told.ts';
import { encodeMark, type MarkRecord } from './record/mark-record.ts';

/**
 * Runs `fn` as a piece of work of its own (a job, a message of a queue) in a long-running process. In Lambda the
 * invocation is the work, and `fn` just runs.
 */
export function observe<T>(name: string, fn: () => T): T {
  const agent = agentHere();
  return agent?.observe ? agent.observe(name, fn) : fn();
}

/**
 * Says whether something holds that must hold of an answer: a 200 with wrong content is invisible from outside.
 *
 * @param name  a fixed text such as `total is the sum of its lines`, never one made from data
 * @returns `ok`, so that the program can act on it as well
 */
export function check(name: string, ok: boolean): boolean {
  tell((agent) => tellCheck(tellingOf(agent).told(), name, ok));
  return ok;
}

/** Says that messages were dropped: neither handled nor given back to their source. */
export function countDropped(howMany = 1): void {
  tell((agent) => tellDropped(tellingOf(agent).told(), howMany));
}

/** Says that a fallback answered instead of the real thing. */
export function observeFallback(name: string): void {
  tell((agent) => tellFallback(tellingOf(agent).told(), name));
}

/**
 * Listens to a circuit breaker of opossum or cockatiel, or to one of the same shape; an object of no known shape is left
 * alone.
 *
 * @returns the breaker itself
 */
export function observeBreaker<T extends object>(breaker: T, name?: string): T {
  if (Object(breaker) === breaker) tell((agent) => listenToBreaker(agent, breaker, name));
  return breaker;
}

/** What else there is to say of a moment of an incident. */
export type IncidentMark = Partial<Pick<MarkRecord, 'atEpochMs' | 'incidentId' | 'component' | 'note'>>;

/**
 * Writes a moment of an incident, or of a drill, into the log beside everything else.
 *
 * @param mark  `inject`, `alert`, `ack`, `hypothesis`, `confirmed`, `mitigated`, `recovered`, or a word of your own
 */
export function startIncidentMark(mark: string, details: IncidentMark = {}): void {
  tell((agent) => {
    const atEpochMs = details.atEpochMs ?? (Date.now() as MarkRecord['atEpochMs']);
    const [incidentId, component, note] = [details.incidentId, details.component, details.note].map(textOrAbsent);
    agent.writeLine(encodeMark({ kind: 'mark', atEpochMs, mark: textOrAbsent(mark) ?? 'unnamed', incidentId, component, note }));
  });
}

/**
 * Measures a Lambda handler where the layer cannot reach it (a runtime that ignores NODE_OPTIONS); the preload must have
 * been loaded first, as in `import '@nightlight/agent/preload'`.
 *
 * @returns the handler itself when there is no agent
 */
export function wrapHandler<H>(handler: H): H {
  const agent = agentHere();
  return agent?.quietly('api', () => agent.wrapHandler?.(handler)) ?? handler;
}

function tell(say: (agent: Agent) => void): void {
  const agent = agentHere();
  agent?.quietly('api', () => say(agent));
}

function agentHere(): Agent | undefined {
  const agent = (globalThis as { [AGENT]?: Agent })[AGENT];
  return agent?.isOn() ? agent : undefined;
}

/** Programs without types hand over anything; a line holds short texts. */
const textOrAbsent = (text: unknown): string | undefined => (typeof text === 'string' && text !== '' ? text.slice(0, 500) : undefined);
