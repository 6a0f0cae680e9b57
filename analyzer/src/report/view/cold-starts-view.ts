/** Cold starts of every kind: how many, how long, and what p99 would be without them. */

import type { StartSplit } from '../../diagnose/sections.ts';
import { countWords, percentWords, plural } from '../../diagnose/wording.ts';
import type { Report } from '../report.ts';
import { durationText, momentText } from '../wording/times.ts';
import { labelAmong } from './configuration-label.ts';
import { percentileText, percentileWithInterval } from './percentile-text.ts';
import { mostImportant, type SectionView, type ViewSettings } from './section-view.ts';

export function coldStartsView(report: Report, settings: ViewSettings): SectionView {
  const { rows, note } = mostImportant(report.coldStarts, settings);
  return {
    title: 'Cold starts',
    sentences: [],
    table: {
      columns: [
        { head: 'function', align: 'left', narrows: true },
        { head: 'cold', align: 'right' },
        { head: 'share', align: 'right' },
        { head: 'init p50', align: 'right', optional: true },
        { head: 'init p99 [95 % CI]', align: 'right' },
        { head: 'p99', align: 'right' },
        { head: 'without', align: 'right' },
        { head: 'kinds', align: 'left', optional: true },
      ],
      rows: rows.map((section) => [
        labelAmong(section, report.coldStarts),
        section.cold === undefined ? '?' : countWords(section.cold.count),
        section.cold === undefined ? '?' : percentWords(section.cold.share),
        percentileText(section.initMs ?? section.restoreMs, 'p50Ms'),
        percentileWithInterval(section.initMs ?? section.restoreMs, 'p99Ms'),
        section.p99Ms === undefined ? 'n<368' : durationText(section.p99Ms),
        section.p99WithoutColdMs === undefined ? 'n<368' : durationText(section.p99WithoutColdMs),
        Object.entries(section.byKind)
          .filter(([, count]) => count > 0)
          .map(([kind, count]) => `${countWords(count)} ${kind}`)
          .join(', '),
      ]),
    },
    notes: [
      ...note,
      ...(rows.length === 0 ? [] : ['p99 is over all invocations; without: the same without those that were cold.']),
      ...report.coldStarts.flatMap((section) =>
        section.storms.map(
          (storm) =>
            `Storm: ${section.functionName} version ${storm.version}, ${countWords(storm.coldCount)} cold starts in ${countWords(storm.invocationCount)} invocations within 5 min of ${momentText(storm.fromMs, settings.timeZone)}.`,
        ),
      ),
      ...report.coldStarts
        .filter((section) => section.split !== undefined)
        .slice(0, settings.all === true ? undefined : 3)
        .flatMap((section) => splitSentences(labelAmong(section, report.coldStarts), section.split!, settings)),
      ...report.coldStarts
        .filter((section) => section.failedInitCount > 0)
        .map((section) => `${labelAmong(section, report.coldStarts)}: ${countWords(section.failedInitCount)} inits failed.`),
      ...report.coldStarts
        .filter((section) => (section.initBilledMs ?? 0) > 0)
        .map((section) => `${labelAmong(section, report.coldStarts)}: ${durationText(section.initBilledMs!)} of init were billed.`)
        .slice(0, settings.all === true ? undefined : 3),
    ],
  };
}

/** Each part of a start is mended by somebody else. */
function splitSentences(label: string, split: StartSplit, settings: ViewSettings): string[] {
  const { startCount, runtimeMs, agentMs, handlerMs, waitMs, restartCount, packages } = split;
  const wait = waitMs === undefined ? '' : `, then ${durationText(waitMs)} until the first event`;
  const heaviest = packages
    .slice(0, settings.all === true ? undefined : 3)
    .map(({ name, selfMs }) => `${nameOf(name)} ${durationText(selfMs)}`);
  return [
    ...(startCount === 0
      ? []
      : [
          `${label}, seen from inside: ${durationText(runtimeMs)} until our agent began, ${durationText(agentMs)} of our agent, ${durationText(handlerMs)} to load the handler${wait} (mean of ${plural(startCount, 'start')}).`,
        ]),
    ...(heaviest.length === 0 ? [] : [`${label}, longest to load: ${heaviest.join(', ')} (own time, mean).`]),
    ...(restartCount === 0
      ? []
      : [
          `${label}: ${plural(restartCount, 'start')} took over from a process in the same sandbox: restarts, for which no sandbox had to be made.`,
        ]),
  ];
}

function nameOf(name: string): string {
  return name === '.' ? 'own code' : name;
}
