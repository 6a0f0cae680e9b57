/** How far each function stays from its timeout and its memory size. */

import { percentWords } from '../../diagnose/wording.ts';
import type { Report } from '../report.ts';
import { memoryText } from '../wording/numbers.ts';
import { durationText } from '../wording/times.ts';
import { labelAmong } from './configuration-label.ts';
import { mostImportant, type SectionView, type ViewSettings } from './section-view.ts';

export function limitsView(report: Report, settings: ViewSettings): SectionView {
  const nearest = (section: (typeof report.limits)[number]) => Math.min(section.timeoutHeadroom ?? 1, section.memoryHeadroom ?? 1);
  const { rows, note } = mostImportant(
    [...report.limits].sort((a, b) => nearest(a) - nearest(b)),
    settings,
  );
  return {
    title: 'Limits',
    sentences: [],
    table: {
      columns: [
        { head: 'function', align: 'left', narrows: true },
        { head: 'longest', align: 'right' },
        { head: 'timeout', align: 'right' },
        { head: 'room', align: 'right' },
        { head: 'memory size', align: 'right' },
        { head: 'room', align: 'right' },
      ],
      rows: rows.map((section) => [
        labelAmong(section, report.limits),
        section.maxDurationMs === undefined ? '?' : durationText(section.maxDurationMs),
        section.timeoutMs === undefined ? 'not told' : durationText(section.timeoutMs),
        section.timeoutHeadroom === undefined ? '?' : percentWords(Math.max(0, section.timeoutHeadroom)),
        section.memorySizeMb === undefined ? 'not told' : memoryText(section.memorySizeMb),
        section.memoryHeadroom === undefined ? '?' : percentWords(Math.max(0, section.memoryHeadroom)),
      ]),
    },
    notes: [
      ...note,
      ...(rows.some((section) => section.timeoutMs === undefined)
        ? ['A timeout is only told by a line of an invocation that hit it.']
        : []),
    ],
  };
}
