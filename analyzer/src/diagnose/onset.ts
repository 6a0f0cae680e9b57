/**
 * "Since when?" A failure that was always there once in a while and struck in every tenth request from noon on began
 * at noon, not on its first day. The densest stretch of minutes is looked for, and if it stands out, its start is told.
 *
 * Every minute is worth its failures less twice those that the overall rate lets expect; the stretch with the highest
 * sum (J. Bentley, "Programming Pearls: Algorithm Design Techniques", CACM 27(9), 1984) is the candidate. It stands
 * when its rate is at least three times the rate outside, and the log likelihood ratio of two rates against one is at
 * least 15: chi-square 30, which leaves ample room for having looked at every stretch.
 */
import type { MinuteSeries } from '../store/minute-series.ts';

/**
 * @param failures  epoch minute -> failures
 * @param minutes   attempts that could have failed so
 * @returns epoch ms of the minute in which the dense stretch began; undefined when none stands out
 */
export function onsetMs(failures: ReadonlyMap<number, number>, minutes: MinuteSeries): number | undefined {
  let failed = 0;
  let attempts = 0;
  for (let i = 0; i < minutes.length; i++) attempts += minutes.invocations[i]!;
  for (const count of failures.values()) failed += count;
  if (failed === 0 || attempts <= failed) return undefined;

  const expected = (EXCESS * failed) / attempts;
  let best = { score: 0, from: 0, failed: 0, attempts: 0 };
  let run = { score: 0, from: 0, failed: 0, attempts: 0 };
  for (let i = 0; i < minutes.length; i++) {
    const count = failures.get(minutes.firstMinute + i) ?? 0;
    const score = count - expected * minutes.invocations[i]!;
    if (run.score <= 0) run = { score: 0, from: i, failed: 0, attempts: 0 };
    run.score += score;
    run.failed += count;
    run.attempts += minutes.invocations[i]!;
    if (run.score > best.score) best = { ...run };
  }
  const outside = { failed: failed - best.failed, attempts: attempts - best.attempts };
  if (best.failed > best.attempts || outside.failed <= 0 || outside.failed > outside.attempts) return undefined;
  if (best.failed / best.attempts < RATIO * (outside.failed / outside.attempts)) return undefined;
  const ratio =
    logLikelihood(best.failed, best.attempts) + logLikelihood(outside.failed, outside.attempts) - logLikelihood(failed, attempts);
  return ratio >= LEAST_LOG_RATIO ? (minutes.firstMinute + best.from) * 60_000 : undefined;
}

const EXCESS = 2;
const RATIO = 3;
const LEAST_LOG_RATIO = 15;

function logLikelihood(failed: number, attempts: number): number {
  const share = failed / attempts;
  const missed = attempts - failed;
  return (failed === 0 ? 0 : failed * Math.log(share)) + (missed === 0 ? 0 : missed * Math.log(1 - share));
}
