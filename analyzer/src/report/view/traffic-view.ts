/** How much came in, how unevenly, and what changed beside it. */
import type { ChangeSection } from '../../diagnose/sections.ts';
import { usdWords } from '../../diagnose/usd-words.ts';
import { countWords } from '../../diagnose/wording.ts';
import type { Report } from '../report.ts';
import { numberText } from '../wording/numbers.ts';
import { clockText, momentText } from '../wording/times.ts';
import { mostImportant, type SectionView, type ViewSettings } from './section-view.ts';

export function trafficView(report: Report, settings: ViewSettings): SectionView {
  const { rows, note } = mostImportant(report.traffic, settings);
  return {
    title: 'Traffic',
    sentences: [],
    table: {
      columns: [
        { head: 'function', align: 'left', narrows: true },
        { head: 'mean/min', align: 'right' },
        { head: 'peak/min', align: 'right' },
        { head: 'at UTC', align: 'right' },
        { head: 'peak/mean', align: 'right' },
        { head: 'concurrency', align: 'right' },
        { head: 'throttled', align: 'right', optional: true },
        { head: 'per hour', align: 'right', optional: true },
      ],
      rows: rows.map((section) => [
        section.functionName,
        section.perMinuteMean === undefined ? '?' : numberText(section.perMinuteMean),
        section.perMinutePeak === undefined ? '?' : numberText(section.perMinutePeak),
        section.peakMs === undefined ? '?' : clockText(section.peakMs).slice(0, 5),
        section.peakToAverage === undefined ? '?' : numberText(section.peakToAverage),
        section.concurrencyMetricMax === undefined
          ? section.concurrencyPeak === undefined
            ? '?'
            : `about ${numberText(section.concurrencyPeak)}`
          : countWords(section.concurrencyMetricMax),
        section.throttleCount === undefined ? 'not told' : countWords(section.throttleCount),
        section.usdPerHour === undefined ? '?' : usdWords(section.usdPerHour),
      ]),
    },
    notes: [
      ...note,
      ...report.traffic.flatMap((section) =>
        section.spendJump === undefined
          ? []
          : [
              `${section.functionName}: spend ${section.spendJump.ratio >= 1 ? 'rose' : 'fell'} to ${numberText(section.spendJump.ratio)} times at ${momentText(section.spendJump.atMs, settings.timeZone)}, beside ${section.spendJump.changedBeside.join('; ') || 'nothing seen to change'}.`,
            ],
      ),
      ...(rows.some((section) => section.throttleCount === undefined)
        ? ['A throttled request writes no log line; CloudWatch metrics among the inputs tell (nightlight help formats).']
        : []),
    ],
  };
}

export function changesView(report: Report, settings: ViewSettings): SectionView {
  const { rows, note } = mostImportant(
    [...report.changes].sort((a, b) => a.atMs - b.atMs),
    settings,
  );
  return {
    title: 'Changes',
    sentences:
      report.changes.length === 0 && report.functions.length > 0 ? ['No change of version, memory size, runtime or traffic was seen.'] : [],
    table: {
      columns: [
        { head: 'when', align: 'left' },
        { head: 'function', align: 'left', narrows: true },
        { head: 'kind', align: 'left' },
        { head: 'what', align: 'left', narrows: true },
      ],
      rows: rows.map((change) => [momentText(change.atMs, settings.timeZone), change.functionName, CHANGE_WORDS[change.kind], change.what]),
    },
    notes: note,
  };
}

const CHANGE_WORDS = {
  version: 'version',
  'memory-size': 'memory',
  'runtime-version': 'runtime',
  traffic: 'traffic',
} satisfies Record<ChangeSection['kind'], string>;
