/**
 * Which pieces of work are sent one by one.
 *
 * Windows count every one exactly. A single one is worth its span when it failed, was slow, or left calls behind; a few
 * ordinary ones a second show what well looks like. Each reason has its own allowance, so that an outage at ten thousand
 * requests a second neither floods the sink nor crowds out the slow ones.
 */
import { HISTOGRAM_LENGTH, lowestMsOf } from '../../record/histogram-text.ts';

export interface RemarkableWorks {
  /** @returns true for a work that would not be chosen if it was ordinary: neither failed nor with calls left open */
  passesOver(durationMs: number, nowMs: number): boolean;
  /** @param bucket  that of its duration, by `bucketOfMs` */
  choose(failed: boolean, bucket: number, leftCallsOpen: boolean, nowMs: number): boolean;
  /** @param counts  how often each bucket was met in the window that has just ended */
  learn(counts: Uint32Array): void;
}

export function createRemarkableWorks(): RemarkableWorks {
  const recent = new Float64Array(HISTOGRAM_LENGTH);
  let slowFromBucket = HISTOGRAM_LENGTH;
  /** What is shorter lies below that bucket. */
  let slowFromMs = Number.POSITIVE_INFINITY;
  let secondEndsMs = 0;
  let failures = 0;
  let slow = 0;
  let ordinary = 0;
  return {
    passesOver: (durationMs, nowMs) => ordinary >= ORDINARY_A_SECOND && nowMs <= secondEndsMs && durationMs < slowFromMs,
    choose(failed, bucket, leftCallsOpen, nowMs) {
      if (nowMs > secondEndsMs) {
        secondEndsMs = nowMs + 1000;
        failures = slow = ordinary = 0;
      }
      if (failed) return ++failures <= FAILURES_A_SECOND;
      if (leftCallsOpen || bucket >= slowFromBucket) return ++slow <= SLOW_A_SECOND;
      return ++ordinary <= ORDINARY_A_SECOND;
    },
    learn(counts) {
      let total = 0;
      for (let bucket = 0; bucket < HISTOGRAM_LENGTH; bucket++) {
        // Each window counts half as much as the one after it: the last few decide.
        recent[bucket] = recent[bucket]! / 2 + counts[bucket]!;
        total += recent[bucket]!;
      }
      if (total < ENOUGH) return;
      let above = 0;
      slowFromBucket = HISTOGRAM_LENGTH;
      while (slowFromBucket > 0 && above + recent[slowFromBucket - 1]! <= total * SLOW_SHARE) above += recent[--slowFromBucket]!;
      slowFromMs = slowFromBucket < HISTOGRAM_LENGTH ? lowestMsOf(slowFromBucket) : Number.POSITIVE_INFINITY;
    },
  };
}

const FAILURES_A_SECOND = 50;
const SLOW_A_SECOND = 30;
const ORDINARY_A_SECOND = 20;
const SLOW_SHARE = 0.01;
/** Below it the slowest hundredth is not even one request. */
const ENOUGH = 200;
