/** Cold starts of every kind: how many, how long, and what p99 would be without them. */

import { optionWords } from '../../diagnose/cold-start-details.ts';
import type { ColdStartSection, InitChangeSection, StartSplit } from '../../diagnose/sections.ts';
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
      ...detailSentences(report, settings),
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

/** Causes and options stand where cold starts hurt; comparisons with the version before always, because "no change" has a size. */
function detailSentences(report: Report, settings: ViewSettings): string[] {
  const isAsked = (section: ColdStartSection) =>
    settings.all === true ||
    report.findings.some(
      (finding) =>
        (finding.kind === 'cold-start' || finding.kind === 'cold-start-storm') &&
        finding.functionName === section.functionName &&
        finding.version === section.version &&
        finding.memorySizeMb === section.memorySizeMb,
    );
  const sentences = report.coldStarts.flatMap((section) => {
    const label = labelAmong(section, report.coldStarts);
    const { causes = [], notTold = [], options = [], sinceVersionBefore } = section;
    // Storms have a sentence of their own above, unless a queue tells more of them.
    const told = causes.filter(({ kind, ms }) => kind !== 'storm' || ms !== undefined);
    return [
      ...(isAsked(section) ? told.map(({ because }) => `${label}, why: ${because}.`) : []),
      ...(sinceVersionBefore === undefined || (sinceVersionBefore.kind === 'insufficient-data' && settings.all !== true)
        ? []
        : [
            `${label}, inits since version ${sinceVersionBefore.versionBefore} (n = ${countWords(sinceVersionBefore.beforeCount)} and ${countWords(sinceVersionBefore.afterCount)}): ${CHANGE_WORDS[sinceVersionBefore.kind]}: ${sinceVersionBefore.because}.`,
          ]),
      ...(isAsked(section)
        ? options
            .filter(({ missing }) => missing === undefined || settings.all === true)
            .map((option) => `${label}, ${option.kind}: ${optionWords(option)}.`)
        : []),
      ...(settings.all === true ? notTold.map((what) => `${label}: not told: ${what}.`) : []),
    ];
  });
  if (!report.coldStarts.some((section) => (section.options?.length ?? 0) > 0 && isAsked(section))) return sentences;
  const { asOf, region, source } = report.cost.priceTable;
  const architecture = report.cost.architecture === 'unknown' ? 'x86_64 (not told which; --arch sets it)' : report.cost.architecture;
  return [...sentences, `Reckoned for ${architecture} with the prices of ${asOf}, ${region} (${source}).`];
}

const CHANGE_WORDS: Readonly<Record<InitChangeSection['kind'], string>> = {
  slower: 'slower',
  faster: 'faster',
  'no-change-shown': 'no change shown',
  'insufficient-data': 'cannot tell',
};

function nameOf(name: string): string {
  return name === '.' ? 'own code' : name;
}
