/** Latency, warm and cold apart, because one p99 over both describes nobody's request. */

import { countWords } from '../../diagnose/wording.ts';
import type { Report } from '../report.ts';
import { durationText } from '../wording/times.ts';
import { labelAmong } from './configuration-label.ts';
import { percentileText, percentileWithInterval } from './percentile-text.ts';
import { mostImportant, type SectionView, type ViewSettings } from './section-view.ts';

export function latencyView(report: Report, settings: ViewSettings): SectionView {
  const entries = report.latency.flatMap((section) =>
    (['warm', 'cold'] as const)
      .filter((kind) => section[kind].sampleCount > 0)
      .map((kind) => ({ label: labelAmong(section, report.latency), kind, percentiles: section[kind] })),
  );
  const { rows, note } = mostImportant(entries, settings);
  const slowest = report.latency
    .flatMap((section) => section.slowest.slice(0, 1).map((one) => ({ ...one, label: labelAmong(section, report.latency) })))
    .sort((a, b) => b.durationMs - a.durationMs)[0];
  return {
    title: 'Latency',
    sentences: [],
    table: {
      columns: [
        { head: 'function', align: 'left', narrows: true },
        { head: 'start', align: 'left' },
        { head: 'n', align: 'right' },
        { head: 'p50', align: 'right' },
        { head: 'p90', align: 'right', optional: true },
        { head: 'p99 [95 % CI]', align: 'right' },
        { head: 'p99.9', align: 'right', optional: true },
        { head: 'max', align: 'right', optional: true },
      ],
      rows: rows.map(({ label, kind, percentiles }) => [
        label,
        kind,
        countWords(percentiles.sampleCount),
        percentileText(percentiles, 'p50Ms'),
        percentileText(percentiles, 'p90Ms'),
        percentileWithInterval(percentiles, 'p99Ms'),
        percentileText(percentiles, 'p999Ms'),
        percentiles.maxMs === undefined ? '?' : durationText(percentiles.maxMs),
      ]),
    },
    notes: [
      ...note,
      ...(slowest === undefined
        ? []
        : [
            `Slowest: ${durationText(slowest.durationMs)}, ${slowest.label}, request ${slowest.requestId} (${slowest.evidence.path} at byte ${slowest.evidence.byteOffset}).`,
          ]),
      ...(entries.length === 0
        ? []
        : ['n<368 means: too few samples to speak of that percentile. Cold includes the init that the caller waited for.']),
    ],
  };
}
