/** Failures grouped by what they are, with the share of invocations that could have shown them. */

import { RARITY_WORDS } from '../../diagnose/failure-rarity.ts';
import { countWords, plural } from '../../diagnose/wording.ts';
import type { Report } from '../report.ts';
import { oneInText, shareRangeText } from '../wording/numbers.ts';
import { momentText } from '../wording/times.ts';
import { mostImportant, type SectionView, type ViewSettings } from './section-view.ts';

export function failuresView(report: Report, settings: ViewSettings): SectionView {
  const { rows, note } = mostImportant(
    report.failures.filter((failure) => failure.rate.count > 0),
    settings,
  );
  const handled = report.failures.filter((failure) => failure.rate.count === 0 && failure.loggedOnlyCount > 0);
  return {
    title: 'Failures',
    sentences: [],
    table: {
      columns: [
        { head: 'failure', align: 'left', narrows: true },
        { head: 'function', align: 'left', narrows: true },
        { head: 'n', align: 'right' },
        { head: '1 in', align: 'right' },
        { head: '95 % interval', align: 'right' },
        { head: 'class', align: 'left' },
        { head: 'first seen', align: 'left', optional: true },
        { head: 'sandboxes', align: 'right', optional: true },
      ],
      rows: rows.map((failure) => [
        failureName(failure),
        failure.functionName,
        countWords(failure.rate.count),
        oneInText(failure.rate.share).replace('1 in ', ''),
        shareRangeText(failure.rate.low, failure.rate.high),
        failure.rarity === undefined ? '?' : RARITY_WORDS[failure.rarity.kind],
        failure.firstMs === undefined ? '?' : momentText(failure.firstMs),
        report.dataQuality.sandboxesMixed ? '?' : countWords(failure.sandboxCount),
      ]),
    },
    notes: [
      ...note,
      ...minifiedNote(rows),
      ...(handled.length === 0
        ? []
        : [
            `${plural(
              handled.reduce((sum, failure) => sum + failure.loggedOnlyCount, 0),
              'error line',
            )} of ${plural(handled.length, 'kind')} logged by invocations that did not fail; not counted above.`,
          ]),
      ...(settings.raw === true ? rows.map((failure) => `${failure.type}, first seen as: ${failure.sampleMessage}`) : []),
    ],
  };
}

function minifiedNote(failures: Report['failures']): string[] {
  const minified = failures.filter(({ identity }) => identity?.basis === 'minified').length;
  if (minified === 0) return [];
  return [`${plural(minified, 'failure')} told apart by type and message alone: the frames are minified and there is no source map.`];
}

/** `TimeoutError: pricing > # ms` */
export function failureName(failure: { readonly type: string; readonly maskedMessage: string }): string {
  return failure.maskedMessage === '' || failure.maskedMessage === failure.type
    ? failure.type
    : `${failure.type}: ${failure.maskedMessage}`;
}
