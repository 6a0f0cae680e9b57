/** The predicted difficulty in one line, for the person who has to decide whether to wake somebody else. */
import type { DifficultySection } from './recovery-sections.ts';

/** `nightmare: trace broken at orders; about 10.4 views, 31 min by a prior` */
export function difficultyWords({ class: predicted, classAtBest, viewCount, costliest, minutesPrior, because }: DifficultySection): string {
  const why = predicted === 'moderate' || because.startsWith('about ') ? costliest?.what : because;
  return [
    `${predicted}${classAtBest === predicted ? '' : ` (${classAtBest} at best)`}: ${why ?? 'one place to read'}`,
    `about ${Number(viewCount.toFixed(1))} views, ${Math.round(minutesPrior)} min by a prior`,
  ].join('; ');
}
