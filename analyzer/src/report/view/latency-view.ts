/** Latency, warm and cold apart, because one p99 over both describes nobody's request. */

import type { CourseSection } from '../../diagnose/sections.ts';
import { countWords, plural } from '../../diagnose/wording.ts';
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
            `Slowest with a line of its own: ${durationText(slowest.durationMs)}, ${slowest.label}, request ${slowest.requestId} (${slowest.evidence.path} at byte ${slowest.evidence.byteOffset}).`,
          ]),
      ...courseSentences(report, settings),
      ...(entries.length === 0
        ? []
        : ['n<368 means: too few samples to speak of that percentile. Cold includes the init that the caller waited for.']),
    ],
  };
}

/** What was shown stands always; what was not, where hours were there to look at; the rest with `--all`. */
function courseSentences(report: Report, settings: ViewSettings): string[] {
  const told = report.latency.flatMap((section) =>
    section.course === undefined ? [] : [{ label: labelAmong(section, report.latency), course: section.course }],
  );
  const shown = told.flatMap(({ label, course }) => [
    ...(isShown(course.tail) ? [`${label}, over ${hoursOf(course)}: ${TAIL_WORDS[course.tail]}: ${course.tailBecause}.`] : []),
    ...(isShown(course.age) ? [`${label}, by age of sandbox: ${AGE_WORDS[course.age]}: ${course.ageBecause}.`] : []),
  ]);
  const notShown = told
    .filter(({ course }) => course.tail === 'no-growth-shown')
    .map(({ label, course }) => `${label}, over ${hoursOf(course)}: no growth of the tail shown; ${course.tailBecause}.`);
  if (settings.all !== true) return [...shown, ...notShown.slice(0, MOST_NOT_SHOWN)];
  return [
    ...shown,
    ...notShown,
    ...told.flatMap(({ label, course }) => [
      ...(course.tail === 'insufficient-data' ? [`${label}, over hours: cannot tell: ${course.tailBecause}.`] : []),
      ...(isShown(course.age) ? [] : [`${label}, by age of sandbox: ${AGE_WORDS[course.age]}: ${course.ageBecause}.`]),
    ]),
  ];
}

const MOST_NOT_SHOWN = 3;

const TAIL_WORDS: Readonly<Record<CourseSection['tail'], string>> = {
  'tail-grew': 'the tail grew',
  'all-slower': 'everything became slower',
  'no-growth-shown': 'no growth of the tail shown',
  'insufficient-data': 'cannot tell',
};

const AGE_WORDS: Readonly<Record<CourseSection['age'], string>> = {
  'slower-with-age': 'slower with age',
  'age-or-clock': 'cannot tell age from the clock',
  'no-effect-shown': 'no effect shown',
  'insufficient-data': 'cannot tell',
};

function isShown(kind: CourseSection['tail'] | CourseSection['age']): boolean {
  return kind === 'tail-grew' || kind === 'all-slower' || kind === 'slower-with-age' || kind === 'age-or-clock';
}

function hoursOf({ hours }: CourseSection): string {
  return plural(hours.length, 'hour');
}
