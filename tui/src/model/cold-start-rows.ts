/**
 * The rows of the cold start screen, and the one question of the night: do cold starts explain what hurts? The answer is
 * counted from what failed and from p99 with and without them; where neither can be told, that is the answer.
 */
import type { Picture, Report } from '@nightlight/analyzer';
import {
  configurationLabel,
  countWords,
  durationText,
  optionWords,
  percentileText,
  percentWords,
  plural,
  printable,
} from '@nightlight/analyzer/report';
import { type BudgetSection, budgetWords } from './latency-rows.ts';
import { oncePerPicture } from './once-per-picture.ts';
import type { Tone } from './overview-view.ts';

export type ColdStartSection = Report['coldStarts'][number];

export interface ColdStartRow {
  readonly id: string;
  readonly label: string;
  readonly name: string;
  readonly section: ColdStartSection;
  /** `33/607` */
  readonly cold: string;
  readonly share: string;
  readonly p50: string;
  readonly p99: string;
  readonly max: string;
  /** `OVER`, `ok`, `?`, `none` */
  readonly budget: string;
  readonly budgetTone: Tone;
  /** What takes most of a start: `sharp 610 ms`, `handler 210 ms`, `not told`. */
  readonly spends: string;
  /** `16 on-demand, 17 restart` */
  readonly kinds: string;
}

export const COLD_START_SORTS = ['verdict', 'share', 'init', 'name'] as const;

/** @returns broken promises first, then what was found about starts, then where most time was waited; or as sorted */
export const coldStartRows = oncePerPicture((picture, sort): readonly ColdStartRow[] => {
  const seen = new Map<string, number>();
  const rows = picture.report.coldStarts
    .map((section) => coldStartRow(section, picture))
    .map((row) => {
      const count = (seen.get(row.id) ?? 0) + 1;
      seen.set(row.id, count);
      return count === 1 ? row : { ...row, id: `${row.id} #${count}` };
    });
  switch (sort) {
    case 'share':
      return rows.sort((a, b) => (b.section.cold?.share ?? 0) - (a.section.cold?.share ?? 0));
    case 'init':
      return rows.sort((a, b) => initMs(b.section) - initMs(a.section));
    case 'name':
      return rows.sort((a, b) => (a.label < b.label ? -1 : 1));
    default:
      return rows
        .map((row) => ({ row, rank: rankOf(row.section, picture), waitedMs: waitedMs(row.section) }))
        .sort((a, b) => a.rank - b.rank || b.waitedMs - a.waitedMs)
        .map(({ row }) => row);
  }
});

/** Whether cold starts explain what hurts most. */
export type Explanation =
  | { readonly kind: 'yes' | 'partly' | 'no'; readonly because: string }
  | { readonly kind: 'cannot-tell'; readonly because: string }
  | { readonly kind: 'nothing-hurts' };

export function explainsIncident({ report }: Picture): Explanation {
  const worst = report.findings.find(({ harm }) => harm === 'users');
  if (worst === undefined) return { kind: 'nothing-hurts' };
  const about = `${worst.id} ${printable(worst.headline)} of ${printable(worst.functionName)}`;
  if (START_KINDS.has(worst.kind)) return { kind: 'yes', because: `${about} is about them` };
  const isOfIt = ({ functionName, version }: { readonly functionName: string; readonly version: string }) =>
    functionName === worst.functionName && (worst.version === undefined || version === worst.version);
  const ofFunction = report.failures.filter(({ functionName, rate }) => functionName === worst.functionName && rate.count > 0);
  const same = ofFunction.filter(({ fingerprint }) => fingerprint !== undefined && fingerprint === worst.fingerprint);
  const failures = same.length > 0 ? same : ofFunction;
  const failed = failures.reduce((sum, { rate }) => sum + rate.count, 0);
  const failedCold = failures.reduce((sum, { coldCount }) => sum + coldCount, 0);
  const starts = report.coldStarts.filter(isOfIt);
  // None told is not none: that 0 of its failures met one would be a claim about nothing.
  if (starts.length === 0) return { kind: 'cannot-tell', because: `${about}: no line tells of a start of it` };
  const share =
    starts.reduce((sum, { cold }) => sum + (cold?.count ?? 0), 0) /
    Math.max(
      1,
      starts.reduce((sum, { cold }) => sum + (cold?.of ?? 0), 0),
    );
  const tail = starts.find(({ p99Ms, p99WithoutColdMs }) => p99Ms !== undefined && p99WithoutColdMs !== undefined);
  const tailWords =
    tail === undefined ? undefined : `p99 ${durationText(tail.p99Ms!)} with them, ${durationText(tail.p99WithoutColdMs!)} without`;
  if (failed > 0) {
    const words = `${about}: ${countWords(failedCold)} of ${same.length > 0 ? 'its ' : ''}${plural(failed, 'failed attempt')}${same.length > 0 ? '' : ' of the function'} met one (${percentWords(share)} of all did)`;
    const because = tailWords === undefined ? words : `${words}; ${tailWords}`;
    if (failedCold / failed >= MOST_OF_THEM) return { kind: 'yes', because };
    return { kind: failedCold / failed >= SOME_OF_THEM && failedCold / failed > 2 * share ? 'partly' : 'no', because };
  }
  if (tail === undefined) return { kind: 'cannot-tell', because: `${about}: p99 with and without them needs 368 attempts` };
  return { kind: tail.p99Ms! >= EXPLAINING_RATIO * tail.p99WithoutColdMs! ? 'yes' : 'no', because: `${about}: ${tailWords!}` };
}

export function explanationText(explanation: Explanation): string {
  switch (explanation.kind) {
    case 'yes':
      return `cold starts explain it: ${explanation.because}`;
    case 'partly':
      return `cold starts explain a part: ${explanation.because}`;
    case 'no':
      return `cold starts do not explain ${explanation.because}`;
    case 'cannot-tell':
      return `cannot tell whether cold starts explain ${explanation.because}`;
    case 'nothing-hurts':
      return 'nothing hurts that cold starts would have to explain';
    default:
      return explanation satisfies never;
  }
}

export function coldStartWhy(row: ColdStartRow, picture: Picture): string {
  const change = row.section.sinceVersionBefore;
  const slower = change?.kind === 'slower' ? `, slower than v${printable(change.versionBefore)}: ${printable(change.because)}` : '';
  const over = budgetsOf(row.section, picture).find(({ kind }) => kind === 'broken');
  const broken = over === undefined ? '' : `, OVER its budget ${budgetWords(over)}`;
  return `${row.label}: ${row.cold} cold (${row.share}), init p50 ${row.p50}, max ${row.max}${broken}${slower}; ${explanationText(explainsIncident(picture))}`;
}

export interface StartPart {
  readonly name: string;
  readonly ms: number;
  /** Of the start as our agent saw it. */
  readonly share: number;
}

/** Where a start goes, in its order; then its packages, longest first. Empty where our agent does not tell. */
export function startParts({ split }: ColdStartSection): {
  readonly phases: readonly StartPart[];
  readonly packages: readonly StartPart[];
} {
  if (split === undefined || split.startCount === 0) return { phases: [], packages: [] };
  const wholeMs = Math.max(1, split.runtimeMs + split.agentMs + split.handlerMs);
  const part = (name: string, ms: number): StartPart => ({ name, ms, share: ms / wholeMs });
  return {
    phases: [
      part('runtime, extensions', split.runtimeMs),
      part('our agent', split.agentMs),
      part('loading the handler', split.handlerMs),
      ...(split.waitMs === undefined ? [] : [part('then until the event', split.waitMs)]),
    ],
    packages: split.packages.map(({ name, selfMs }) => part(packageName(name), selfMs)),
  };
}

/** What was reckoned to help, with its arithmetic; then what cannot be told and why. */
export function adviceLines({
  options = [],
}: ColdStartSection): readonly { readonly label: string; readonly text: string; readonly isReckoned: boolean }[] {
  return [...options]
    .sort((a, b) => Number(a.missing !== undefined) - Number(b.missing !== undefined))
    .map((option) => ({ label: option.kind, text: printable(optionWords(option)), isReckoned: option.missing === undefined }));
}

/** Of its starts. */
export function budgetsOf({ functionName }: { readonly functionName: string }, { report }: Picture): readonly BudgetSection[] {
  return (report.budgets ?? [])
    .filter((each) => each.functionName === functionName && (each.figure.startsWith('init-') || each.figure === 'cold-share'))
    .sort((a, b) => BUDGET_ORDER.indexOf(a.kind) - BUDGET_ORDER.indexOf(b.kind));
}

const BUDGET_ORDER: readonly BudgetSection['kind'][] = ['broken', 'undetermined', 'within'];
const START_KINDS: ReadonlySet<string> = new Set(['cold-start', 'cold-start-storm', 'init-failure']);
// Our own choices for three words; the numbers stand beside them.
const MOST_OF_THEM = 0.5;
const SOME_OF_THEM = 0.2;
const EXPLAINING_RATIO = 1.5;

function coldStartRow(section: ColdStartSection, picture: Picture): ColdStartRow {
  const label = printable(configurationLabel(section));
  const init = section.initMs ?? section.restoreMs;
  const [budget] = budgetsOf(section, picture);
  return {
    id: label,
    label,
    name: printable(configurationLabel({ ...section, memorySizeMb: undefined })),
    section,
    cold: section.cold === undefined ? '?' : `${countWords(section.cold.count)}/${countWords(section.cold.of)}`,
    share: section.cold === undefined ? '?' : percentWords(section.cold.share),
    p50: percentileText(init, 'p50Ms'),
    p99: percentileText(init, 'p99Ms'),
    max: init?.maxMs === undefined ? '-' : durationText(init.maxMs),
    budget: budget === undefined ? 'none' : { broken: 'OVER', within: 'ok', undetermined: '?' }[budget.kind],
    budgetTone: budget === undefined ? 'plain' : ({ broken: 'red', within: 'green', undetermined: 'blue' } as const)[budget.kind],
    spends: spendsOf(section),
    kinds: Object.entries(section.byKind)
      .filter(([, count]) => count > 0)
      .map(([kind, count]) => `${countWords(count)} ${kind}`)
      .join(', '),
  };
}

function spendsOf({ causes = [], ...section }: ColdStartSection): string {
  const cause = causes.find(({ kind }) => kind === 'package' || kind === 'phase');
  if (cause?.name !== undefined && cause.ms !== undefined) return `${packageName(cause.name)} ${durationText(cause.ms)}`;
  const { phases, packages } = startParts(section);
  // A package can be mended; that the handler takes long to load is only where to look.
  const longest = packages[0] ?? [...phases].sort((a, b) => b.ms - a.ms)[0];
  return longest === undefined ? 'not told' : `${longest.name} ${durationText(longest.ms)}`;
}

function packageName(name: string): string {
  return name === '.' ? 'own code' : printable(name);
}

function rankOf(section: ColdStartSection, picture: Picture): number {
  if (budgetsOf(section, picture)[0]?.kind === 'broken') return 0;
  const isFound = picture.report.findings.some(
    ({ kind, functionName, version }) =>
      START_KINDS.has(kind) && functionName === section.functionName && (version === undefined || version === section.version),
  );
  if (isFound || section.failedInitCount > 0) return 1;
  return section.sinceVersionBefore?.kind === 'slower' ? 2 : 3;
}

function initMs({ initMs: init, restoreMs }: ColdStartSection): number {
  return (init ?? restoreMs)?.p50Ms?.value ?? (init ?? restoreMs)?.maxMs ?? 0;
}

/** By all that met one. */
function waitedMs(section: ColdStartSection): number {
  return (section.cold?.count ?? 0) * initMs(section);
}
