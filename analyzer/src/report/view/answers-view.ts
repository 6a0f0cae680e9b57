/** What the program says of its own answers, since a wrong one of status 200 raises no alarm. */

import { countWords, percentWords } from '../../diagnose/wording.ts';
import type { Report } from '../report.ts';
import { mostImportant, type SectionView, type ViewSettings } from './section-view.ts';

export function answersView(report: Report, settings: ViewSettings): SectionView {
  const answers = report.answers;
  const told = (answers?.functions ?? []).filter(({ suspect, checks }) => suspect.count > 0 || checks.length > 0);
  const { rows, note } = mostImportant(
    [...told].sort((a, b) => b.suspect.count - a.suspect.count),
    settings,
  );
  const unchecked = (answers?.functions ?? []).filter(({ checks }) => checks.length === 0).map(({ functionName }) => functionName);
  return {
    title: 'Answers',
    sentences: answers?.notObservableBecause === undefined ? [] : [`${capital(answers.notObservableBecause)}.`],
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
      ...(answers === undefined || answers.notObservableBecause !== undefined || unchecked.length === 0
        ? []
        : [
            `Nobody checks the answers of ${unchecked.slice(0, 5).join(', ')}${unchecked.length > 5 ? ` and ${countWords(unchecked.length - 5)} more` : ''}: silent errors are not observable there.`,
          ]),
    ],
  };
}

function capital(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
