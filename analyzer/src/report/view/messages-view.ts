/** Messages: received, and what became of them. */

import { countWords } from '../../diagnose/wording.ts';
import type { Report } from '../report.ts';
import { mostImportant, type SectionView, type ViewSettings } from './section-view.ts';

export function messagesView(report: Report, settings: ViewSettings): SectionView {
  const { rows, note } = mostImportant(report.messages ?? [], settings);
  return {
    title: 'Messages',
    sentences: [],
    table: {
      columns: [
        { head: 'function', align: 'left', narrows: true },
        { head: 'from', align: 'left', optional: true },
        { head: 'received', align: 'right' },
        { head: 'succeeded', align: 'right' },
        { head: 'returned', align: 'right' },
        { head: 'dropped', align: 'right' },
        { head: 'handled twice', align: 'right' },
      ],
      rows: rows.map((section) => [
        section.functionName,
        section.sources.join(', '),
        countWords(section.receivedCount),
        countWords(section.succeededCount),
        countWords(section.returnedCount),
        countWords(section.droppedCount),
        `${section.duplicatesAtLeastBecause === undefined ? '' : '>= '}${countWords(section.duplicateCount)}`,
      ]),
    },
    notes: [
      ...note,
      ...rows.flatMap(({ functionName, incompleteBecause, duplicatesAtLeastBecause }) => [
        ...(incompleteBecause === undefined ? [] : [`${functionName}: not everything can be counted, because ${incompleteBecause}.`]),
        ...(duplicatesAtLeastBecause === undefined
          ? []
          : [`${functionName}: more may have been handled twice, because ${duplicatesAtLeastBecause}.`]),
      ]),
    ],
  };
}
