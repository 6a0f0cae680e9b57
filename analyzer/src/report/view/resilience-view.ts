/** What makes a small failure a large one, as far as it was observed. */
import { plural } from '../../diagnose/wording.ts';
import type { ResiliencePattern } from '../../recovery/index.ts';
import type { Report } from '../report.ts';
import { mostImportant, type SectionView, type ViewSettings } from './section-view.ts';

export function resilienceView({ patterns }: Report, settings: ViewSettings): SectionView {
  const { rows, note } = mostImportant(patterns?.seen ?? [], settings);
  const open = patterns?.notJudged ?? [];
  return {
    title: 'Resilience',
    sentences: [],
    table: undefined,
    notes: [
      ...rows.map(({ pattern, component, evidence }) => `${PATTERN_WORDS[pattern]}: ${component}: ${evidence}.`),
      ...note,
      ...(settings.all === true
        ? open.map(
            ({ pattern, count, missing }) =>
              `Not judged ${plural(count, 'time')}: ${PATTERN_WORDS[pattern].toLowerCase()}; missing: ${missing.join('; ')}.`,
          )
        : rows.length > 0 && open.length > 0
          ? [`${plural(open.length, 'pattern')} could not be judged everywhere; --explain says what was missing.`]
          : []),
      ...(settings.all === true && (patterns?.notSeen.length ?? 0) > 0
        ? [`Looked for and not seen: ${plural(patterns!.notSeen.length, 'time')} (in the JSON report).`]
        : []),
    ],
  };
}

const PATTERN_WORDS: Readonly<Record<ResiliencePattern, string>> = {
  'no-time-limit': 'Calls without a time limit',
  'slow-not-down': 'Slow, not down',
  'retry-amplification': 'Retries multiply the load',
  'no-backoff': 'Retries without waiting',
  'one-after-another': 'Calls one after another',
  'open-breaker': 'Open circuit breaker',
  'hiding-fallback': 'A fallback hides failures',
  'saturated-pool': 'Connection pool at its end',
  cascade: 'Failures come with load',
};
