/** The predicted difficulty in one line, for the person who has to decide whether to wake somebody else. */
import type { DifficultySection } from './recovery-sections.ts';

/** `nightmare: about 10.4 views, 31 min by a prior; most for trace broken at orders` */
export function difficultyWords({ class: predicted, classAtBest, viewCount, costliest, minutesPrior, because }: DifficultySection): string {
  return [
    `${predicted}${classAtBest === predicted ? '' : ` (${classAtBest} at best)`}: about ${Number(viewCount.toFixed(1))} views, ${Math.round(minutesPrior)} min by a prior`,
    ...(predicted === 'nightmare' && !because.startsWith('about ') ? [because] : []),
    ...(costliest === undefined || predicted === 'instant' ? [] : [`most for ${costliest.what}`]),
  ].join('; ');
}
