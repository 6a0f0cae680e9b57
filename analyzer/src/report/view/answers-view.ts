/** What the program says of its own answers, since a wrong one of status 200 raises no alarm. */

import type { AnswersOfFunction } from '../../diagnose/sections.ts';
import { countWords, percentWords } from '../../diagnose/wording.ts';
import type { Report } from '../report.ts';
import { mostImportant, type SectionView, type ViewSettings } from './section-view.ts';

export function answersView(report: Report, settings: ViewSettings): SectionView {
  const answers = report.answers;
  const { rows, note } = mostImportant(
    [...answersToShow(report)].sort((a, b) => b.suspect.count - a.suspect.count),
    settings,
  );
  const unchecked = (answers?.functions ?? []).filter(({ checks }) => checks.length === 0).map(({ functionName }) => functionName);
  return {
    title: 'Answers',
    // A chapter that holds nothing but this would stand in the way of the others; the data chapter says it then.
    sentences: rows.length === 0 ? [] : notObservableSentences(report),
    table: {
      columns: [
        { head: 'function', align: 'left', narrows: true },
        { head: 'answers', align: 'right' },
        { head: 'not well', align: 'right' },
        { head: 'share', align: 'right' },
        { head: 'failed unseen', align: 'right' },
        { head: 'broken checks', align: 'right' },
        { head: 'by a fallback', align: 'right' },
      ],
      rows: rows.map(({ functionName, suspect, failedTypes, checks, fallbackCount }) => [
        functionName,
        countWords(suspect.of),
        countWords(suspect.count),
        percentWords(suspect.share),
        countWords(failedTypes.reduce((sum, { count }) => sum + count, 0)),
        checks.length === 0 ? 'nobody checks' : countWords(checks.reduce((sum, { failedCount }) => sum + failedCount, 0)),
        countWords(fallbackCount),
      ]),
    },
    notes: [
      ...note,
      ...(rows.length === 0 || answers?.notObservableBecause !== undefined || unchecked.length === 0
        ? []
        : [
            `Nobody checks the answers of ${unchecked.slice(0, 5).join(', ')}${unchecked.length > 5 ? ` and ${countWords(unchecked.length - 5)} more` : ''}: silent errors are not observable there.`,
          ]),
    ],
  };
}

/** Functions whose answers somebody checks, or some of whose answers are not what they seem. */
export function answersToShow({ answers }: Report): readonly AnswersOfFunction[] {
  return (answers?.functions ?? []).filter(({ suspect, checks }) => suspect.count > 0 || checks.length > 0);
}

/** Said where our agent looked and nobody checks the answers, in whichever chapter. */
export function notObservableSentences({ answers }: Report): string[] {
  const because = answers?.notObservableBecause;
  return because === undefined ? [] : [`${because.charAt(0).toUpperCase()}${because.slice(1)}.`];
}
