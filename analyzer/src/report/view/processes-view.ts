/** Long-running processes and their routes: which one is busy, which one is late, which one keeps memory. */

import { countWords, percentWords } from '../../diagnose/wording.ts';
import type { Report } from '../report.ts';
import { memoryText } from '../wording/numbers.ts';
import { durationText } from '../wording/times.ts';
import { percentileText, percentileWithInterval } from './percentile-text.ts';
import { mostImportant, type SectionView, type ViewSettings } from './section-view.ts';

export function processesView(report: Report, settings: ViewSettings): SectionView {
  const { rows, note } = mostImportant(
    [...(report.processes ?? [])].sort((a, b) => b.requestCount - a.requestCount),
    settings,
  );
  return {
    title: 'Processes',
    sentences: [],
    table: {
      columns: [
        { head: 'service', align: 'left', narrows: true },
        { head: 'process', align: 'left', narrows: true },
        { head: 'requests', align: 'right' },
        { head: 'failed', align: 'right' },
        { head: 'loop busy', align: 'right' },
        { head: 'loop late, p99', align: 'right' },
        { head: 'collecting', align: 'right' },
        { head: 'heap kept', align: 'right' },
        { head: 'resident', align: 'right', optional: true },
        { head: 'handles', align: 'right', optional: true },
      ],
      rows: rows.map((section) => [
        section.functionName,
        section.threadId === undefined ? section.processId : `${section.processId} thread ${section.threadId}`,
        countWords(section.requestCount),
        countWords(section.failedCount),
        section.loopShare === undefined ? '?' : percentWords(section.loopShare),
        section.loopDelayP99Ms === undefined ? '?' : durationText(section.loopDelayP99Ms),
        section.gcShare === undefined ? '?' : percentWords(section.gcShare),
        keptText(section),
        section.highestRssBytes === undefined ? '?' : memoryText(section.highestRssBytes / MIB),
        section.lastHandleCount === undefined ? '?' : countWords(section.lastHandleCount),
      ]),
    },
    notes: [
      ...note,
      ...(rows.length === 0
        ? []
        : [
            'loop late, p99: the highest of its windows. heap kept: after full collections, in the first and in the last window that saw one.',
          ]),
    ],
  };
}

export function routesView(report: Report, settings: ViewSettings): SectionView {
  const { rows, note } = mostImportant(report.routes ?? [], settings);
  return {
    title: 'Routes',
    sentences: [],
    table: {
      columns: [
        { head: 'service', align: 'left', narrows: true },
        { head: 'route', align: 'left', narrows: true },
        { head: 'requests', align: 'right' },
        { head: 'failed', align: 'right' },
        { head: 'p50', align: 'right' },
        { head: 'p99 [95 % CI]', align: 'right' },
      ],
      rows: rows.map((section) => [
        section.functionName,
        section.route,
        countWords(section.requestCount),
        section.failed === undefined ? '?' : percentWords(section.failed.share),
        percentileText(section.durations, 'p50Ms'),
        percentileWithInterval(section.durations, 'p99Ms'),
      ]),
    },
    notes: note,
  };
}

const MIB = 1_048_576;

function keptText({
  firstFloorBytes,
  lastFloorBytes,
}: {
  readonly firstFloorBytes: number | undefined;
  readonly lastFloorBytes: number | undefined;
}): string {
  if (firstFloorBytes === undefined || lastFloorBytes === undefined) return 'not collected';
  return `${memoryText(firstFloorBytes / MIB)} to ${memoryText(lastFloorBytes / MIB)}`;
}
