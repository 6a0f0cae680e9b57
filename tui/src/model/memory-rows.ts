/**
 * The memory screen's rows: each function in each version and memory size, with what its memory does, how long until it is
 * full, and since which deployment. Words and verdicts are those of the report; nothing is judged here a second time.
 */
import type { MemoryCourse, Picture, Report } from '@nightlight/analyzer';
import {
  configurationLabel,
  countWords,
  growthSentence,
  hasOutgrownItsLimit,
  memoryText,
  numberText,
  plural,
  printable,
} from '@nightlight/analyzer/report';
import { byFunction } from './by-function.ts';
import { oncePerPicture } from './once-per-picture.ts';
import type { Tone } from './overview-view.ts';

export type MemorySection = Report['memory'][number];

export interface MemoryRow {
  /** The label, with a number behind it where two configurations read alike. */
  readonly id: string;
  /** `checkout v42, 512 MB` */
  readonly label: string;
  /** The same without the size, where the column beside it tells that apart. */
  readonly name: string;
  readonly section: MemorySection;
  /** Its sandboxes over their invocations; undefined where the picture has none. */
  readonly course: MemoryCourse | undefined;
  /** `! LEAKING`, `! GROWING no bound`, `? needs 13 more` */
  readonly verdict: string;
  readonly tone: Tone;
  readonly sandboxes: string;
  /** `+13.8 MB` */
  readonly growth: string;
  /** `+13.8 MB (11.7 to 15.8)` */
  readonly growthWithInterval: string;
  /** Which memory, and how it was looked at: `process max`, `heap probed`, `native passive`. */
  readonly memory: string;
  readonly highest: string;
  readonly limit: string;
  /** `2-3`, in invocations */
  readonly fullIn: string;
  /** `~26 s`, at the pace of requests so far. */
  readonly fullAtPace: string;
  readonly toLimitMs: Range | undefined;
  readonly kills: string;
  /** `v42 01:20` */
  readonly since: string;
}

export interface Range {
  readonly low: number;
  readonly high: number | undefined;
}

export const MEMORY_SORTS = ['verdict', 'full first', 'growth', 'name'] as const;

/** @returns what leaks first, then what was killed, what grows, what cannot be told, what is well; or as sorted */
export const memoryRows = oncePerPicture((picture, sort): readonly MemoryRow[] => {
  const { memory } = picture.report;
  const courses = coursesOf(picture);
  const rows = memory.map((section) => memoryRow(picture, section, courses(section)));
  switch (sort) {
    case 'full first':
      rows.sort((a, b) => soonness(a) - soonness(b) || byVerdict(a, b));
      break;
    case 'growth':
      rows.sort((a, b) => slopeOf(b.section) - slopeOf(a.section) || byVerdict(a, b));
      break;
    case 'name':
      rows.sort((a, b) => (a.label < b.label ? -1 : 1));
      break;
    default:
      rows.sort(byVerdict);
  }
  return withOwnIds(rows);
});

/** The line that says it all: verdict, growth, kills, since when, and how long until the next kill. */
export function memoryWhy(row: MemoryRow, picture: Picture): string {
  const { section, label } = row;
  const { growth, oomCount } = section;
  const killed = oomCount > 0 ? plural(oomCount, 'kill') : undefined;
  const since = sinceOf(section, picture)?.words;
  switch (growth.kind) {
    case 'leaking':
    case 'growing': {
      const called = growth.kind === 'growing' && oomCount === 0 ? 'not called a leak yet' : undefined;
      const before = [killed, since].filter((each) => each !== undefined).join(', ');
      // In 80 columns the end is cut: how long is left goes before what was.
      const clauses = [
        said(
          `${label}: ${bareVerdict(section)}, ${row.growthWithInterval} per invocation${row.memory === 'process max' ? '' : ` of ${row.memory}`}`,
          [called],
          undefined,
        ),
        fullWords(row, picture),
        before === '' ? undefined : before,
      ];
      return clauses.filter((each) => each !== undefined).join('; ');
    }
    case 'growing-but-bounded':
      return said(`${label}: grew, but is bounded`, [killed, since], printable(growth.because));
    case 'stable':
      return said(`${label}: stable`, [killed, highestWords(section)], undefined);
    case 'insufficient-data': {
      const inside = agentWord(section);
      if (inside === undefined && section.highestMb === undefined && section.channels !== undefined)
        return said(`${label}: cannot tell yet whether it leaks`, [killed, since, insideSoFar(row, picture)], toDecideOf(section));
      if (inside === undefined)
        return `${said(`${label}: cannot tell whether it grows`, [killed, since], undefined)}, because ${printable(growth.missing)}`;
      return said(`${label}: ${inside}`, [killed], `of the whole process it cannot be told, because ${printable(growth.missing)}`);
    }
    default:
      return growth satisfies never;
  }
}

/** Where no line of a platform tells of memory, what its processes tell is all there is, and worth a sentence: `1 process, heap floor 12 MB to 178 MB in 60 s`. */
function insideSoFar({ section, course }: MemoryRow, picture: Picture): string | undefined {
  const told = (picture.report.processes ?? []).filter(
    ({ functionName, firstFloorBytes, lastFloorBytes }) =>
      functionName === section.functionName && firstFloorBytes !== undefined && lastFloorBytes !== undefined,
  );
  const grown = (each: (typeof told)[number]) => each.lastFloorBytes! - each.firstFloorBytes!;
  const [most] = [...told].sort((a, b) => grown(b) - grown(a));
  const limit = course?.limitBytes === undefined ? '' : ` of ${bytesText(course.limitBytes)}`;
  if (most === undefined) return undefined;
  const { firstFloorBytes, lastFloorBytes, fromMs, toMs, requestCount } = most;
  return `heap floor ${bytesText(firstFloorBytes!)} to ${bytesText(lastFloorBytes!)}${limit} in ${fromMs === undefined || toMs === undefined ? '' : `${shortDuration(toMs - fromMs)} and `}${plural(requestCount, 'request')}${told.length > 1 ? `, the most of ${countWords(told.length)} processes` : ''}`;
}

function toDecideOf({ channels = [] }: MemorySection): string | undefined {
  const heap = channels.find(({ channel, verdict }) => channel === 'heap' && verdict === 'insufficient-data');
  return heap === undefined ? undefined : `missing: ${printable(heap.toDecide)}`;
}

/** What the verdict rests on, what was looked for and not found, what would decide: the reasons as labelled sentences. */
export function memoryEvidence(row: MemoryRow, picture: Picture): readonly { readonly label: string; readonly text: string }[] {
  const { section } = row;
  const channels = [...(section.channels ?? [])].sort((a, b) => loudness(a) - loudness(b));
  const lines = [
    { label: 'why', text: growthSentence(section) },
    ...(section.owner === undefined ? [] : [{ label: 'whose', text: OWNER_WORDS[section.owner] }]),
    ...fullEvidence(row, picture),
    ...deathEvidence(section),
    ...channels.flatMap(({ channel, why, verdict, falsifiers, toDecide }) => [
      // The verdict above quotes the one that leaks already.
      ...(verdict === 'leaking' ? [] : [{ label: channel, text: why }]),
      ...(falsifiers.length === 0 ? [] : [{ label: 'held up', text: `${falsifiers.join('; ')} (any of them broken would refute it)` }]),
      ...(verdict === 'leaking' || verdict === 'insufficient-data' ? [{ label: 'to decide', text: toDecide }] : []),
    ]),
    ...(channels.length === 0 && section.growth.kind === 'growing'
      ? [
          {
            label: 'to decide',
            text: 'our agent tells heap, Buffers and native memory apart; forced collections (NIGHTLIGHT_PROBE=auto) prove a leak',
          },
        ]
      : []),
    ...(section.suggestedMb === undefined
      ? []
      : [{ label: 'size', text: `${memoryText(section.suggestedMb)} would do; less memory also means less CPU` }]),
  ];
  return lines.map(({ label, text }) => ({ label, text: printable(text) }));
}

/** Where what is kept was allocated, grown most first: `remember (src/cache.js:12)  2.1 MB alive, +1.9 MB`. */
export function allocationSites({ section }: MemoryRow): readonly string[] {
  const sites = (section.agentVerdicts ?? []).flatMap((verdict) => verdict.sites);
  return [...sites]
    .sort((a, b) => (b.grownBytes ?? b.liveBytes) - (a.grownBytes ?? a.liveBytes))
    .slice(0, MOST_SITES)
    .map(({ functionName, file, line, liveBytes, grownBytes }) =>
      printable(
        `${functionName === '' ? '(anonymous)' : functionName} (${file}:${line})  ${bytesText(liveBytes)} alive${grownBytes === undefined ? '' : `, +${bytesText(grownBytes)}`}`,
      ),
    );
}

/** What the lines of the chart are, in the words that its title needs. */
export function drawnWords({ course, section }: MemoryRow, isWide: boolean): string {
  if (course === undefined) return '';
  if (course.of === 'process') return isWide ? 'process maximum (Max Memory Used)' : 'process maximum';
  const isProbed = basisOf(section, 'heap') === 'probed';
  if (!isWide) return `heap floor, ${isProbed ? 'probed' : 'passive'}`;
  return `floor of the heap in use, ${isProbed ? 'probed (collections were forced)' : 'passive (no collection was forced)'}`;
}

/** `512 MB`, `1.5 GB` are one look each; below one megabyte in KB. */
export function bytesText(bytes: number): string {
  const megabytes = Math.abs(bytes) / MEBIBYTE;
  if (megabytes >= 0.95) return memoryText(megabytes);
  return `${Math.round(Math.abs(bytes) / 1024)} KB`;
}

function rangeWords({ low, high }: Range, words: (amount: number) => string): string {
  if (high === undefined) return `${words(low)} or more`;
  const [from, to] = [words(low), words(high)];
  if (from === to) return from;
  // One unit is enough: `2 to 3 min`.
  const unit = to.slice(to.lastIndexOf(' '));
  return `${to.includes(' ') && from.endsWith(unit) ? from.slice(0, -unit.length) : from} to ${to}`;
}

const MEBIBYTE = 1024 * 1024;
const MOST_SITES = 5;
const MINUTE_MS = 60_000;
/** Lambda keeps an idle sandbox for minutes, and says to nobody when it lets it go; our own choice of when to doubt. */
const LONG_UNSEEN_MS = 15 * MINUTE_MS;

const OWNER_WORDS: Readonly<Record<NonNullable<MemorySection['owner']>, string>> = {
  heap: 'the JavaScript heap of the function',
  external: 'Buffers of the function (external memory)',
  native: 'native memory of the function: addons, zlib, sockets',
  'another-process': 'not the function: an extension or a child process fills the sandbox, its own process does not grow',
};

function memoryRow(picture: Picture, section: MemorySection, course: MemoryCourse | undefined): MemoryRow {
  const { growth, invocationsToLimit } = section;
  const rises = growth.kind === 'leaking' || growth.kind === 'growing';
  const toLimitMs = invocationsToLimit === undefined ? undefined : msToLimit(section, invocationsToLimit, course);
  const label = printable(configurationLabel(section));
  const slope = rises
    ? slopeText(growth.mbPerInvocation)
    : growth.kind === 'insufficient-data' && agentWord(section) === undefined
      ? '?'
      : '-';
  return {
    id: label,
    label,
    name: printable(configurationLabel({ ...section, memorySizeMb: undefined })),
    section,
    course,
    verdict: `${markOf(section)} ${bareVerdict(section)}`,
    tone: toneOf(section),
    sandboxes: countWords(section.sandboxCount),
    growth: slope,
    growthWithInterval: rises ? `${slope} (${slopeRange(growth.low, growth.high)})` : slope,
    memory: memoryKind(section),
    highest: section.highestMb === undefined ? '?' : memoryText(section.highestMb),
    limit: limitOf(section, course),
    fullIn: invocationsToLimit === undefined ? '-' : shortRange(invocationsToLimit),
    fullAtPace: toLimitMs === undefined ? (invocationsToLimit === undefined ? '-' : '?') : `~${shortDuration(toLimitMs.low)}`,
    toLimitMs,
    kills: `${countWords(section.oomCount)}${(section.maskedDeathCount ?? 0) > 0 ? `+${section.maskedDeathCount}?` : ''}`,
    since: sinceOf(section, picture)?.short ?? '-',
  };
}

/** By name, and where the picture tells it also by memory size; the n-th of those that read alike belongs to the n-th section. */
function coursesOf({ memory }: Picture): (section: MemorySection) => MemoryCourse | undefined {
  const ofFunction = byFunction(memory);
  const given = new Set<MemoryCourse>();
  return ({ functionName, version, memorySizeMb }) => {
    const next = ofFunction(functionName).find(
      (course) => course.version === version && course.memorySizeMb === memorySizeMb && !given.has(course),
    );
    if (next !== undefined) given.add(next);
    return next;
  };
}

function withOwnIds(rows: readonly MemoryRow[]): readonly MemoryRow[] {
  const seen = new Map<string, number>();
  return rows.map((row) => {
    const count = (seen.get(row.id) ?? 0) + 1;
    seen.set(row.id, count);
    return count === 1 ? row : { ...row, id: `${row.id} #${count}` };
  });
}

/** What a person must see first: proven leaks, then kills, then what will kill, then what nobody knows. */
function rankOf(section: MemorySection): number {
  if (hasOutgrownItsLimit(section)) return 0;
  if (section.oomCount > 0) return 1;
  switch (section.growth.kind) {
    case 'leaking':
      return 2;
    case 'growing':
      return 3;
    case 'insufficient-data':
      return section.pinnedSandboxCount > 0 ? 4 : agentWord(section) === undefined ? 5 : 6;
    case 'growing-but-bounded':
      return section.pinnedSandboxCount > 0 ? 4 : 6;
    case 'stable':
      return section.pinnedSandboxCount > 0 ? 4 : 7;
    default:
      return section.growth satisfies never;
  }
}

function byVerdict(a: MemoryRow, b: MemoryRow): number {
  return (
    rankOf(a.section) - rankOf(b.section) ||
    soonness(a) - soonness(b) ||
    b.section.oomCount - a.section.oomCount ||
    b.section.sandboxCount - a.section.sandboxCount ||
    (a.label < b.label ? -1 : 1)
  );
}

function soonness({ section, toLimitMs }: MemoryRow): number {
  return toLimitMs?.low ?? (section.invocationsToLimit === undefined ? Number.MAX_VALUE : section.invocationsToLimit.low * MINUTE_MS);
}

function slopeOf({ growth }: MemorySection): number {
  return growth.kind === 'leaking' || growth.kind === 'growing' ? growth.mbPerInvocation : -1;
}

/** The words of the report's own table; where a count is missing, the count. */
function bareVerdict(section: MemorySection): string {
  const { growth } = section;
  switch (growth.kind) {
    case 'leaking':
      return hasOutgrownItsLimit(section) ? 'LEAKING' : 'GROWING no bound';
    case 'growing':
      return 'GROWING no bound';
    case 'growing-but-bounded':
      return 'grows, bounded';
    case 'stable':
      return section.pinnedSandboxCount > 0 ? 'AT ITS LIMIT' : 'stable';
    case 'insufficient-data':
      return (
        agentWord(section) ??
        (growth.neededInvocations === undefined ? 'cannot tell' : `needs ${countWords(growth.neededInvocations)} more`)
      );
    default:
      return growth satisfies never;
  }
}

/** Where only our agent's samples tell, and all that it judged is well, that is the answer: `heap stable`. */
function agentWord({ channels = [], oomCount }: MemorySection): string | undefined {
  const judged = channels.filter(({ judgedCount }) => judgedCount > 0);
  const isWell = judged.every(({ verdict }) => verdict === 'stable' || verdict === 'growing-but-bounded');
  if (oomCount > 0 || !isWell || !judged.some(({ channel }) => channel === 'heap')) return undefined;
  return judged.every(({ verdict }) => verdict === 'stable') ? 'heap stable' : 'heap bounded';
}

function markOf(section: MemorySection): string {
  const { growth, oomCount, pinnedSandboxCount } = section;
  if (growth.kind === 'leaking') return '!';
  if (growth.kind === 'growing') return '~';
  if (growth.kind === 'insufficient-data' && agentWord(section) === undefined) return '?';
  return oomCount > 0 || pinnedSandboxCount > 0 ? '!' : ' ';
}

function toneOf(section: MemorySection): Tone {
  const mark = markOf(section);
  if (mark === '!') return 'red';
  if (mark === '~') return 'yellow';
  if (mark === '?') return 'blue';
  return section.growth.kind === 'stable' || agentWord(section) === 'heap stable' ? 'green' : 'plain';
}

/** Megabytes are the platform's: 1,048,576 bytes. */
function slopeText(megabytes: number): string {
  return Math.abs(megabytes) >= 0.95 ? `+${numberText(megabytes)} MB` : `+${numberText(megabytes * 1024)} KB`;
}

function slopeRange(low: number, high: number): string {
  return high >= 0.95 ? `${numberText(low)} to ${numberText(high)}` : `${numberText(low * 1024)} to ${numberText(high * 1024)}`;
}

function basisOf({ channels, agentVerdicts }: MemorySection, of: string): 'probed' | 'passive' {
  const channel = channels?.find(({ channel }) => channel === of);
  const isProbed = channel?.basis === 'probed' || agentVerdicts?.some(({ channel, probeCount }) => channel === of && probeCount > 0);
  return isProbed === true ? 'probed' : 'passive';
}

function memoryKind(section: MemorySection): string {
  if (section.owner === 'another-process') return 'other process';
  const leaking = section.channels?.find(({ verdict }) => verdict === 'leaking')?.channel ?? section.owner;
  const told = leaking ?? (section.channels?.[0] ?? section.agentVerdicts?.[0])?.channel;
  return told === undefined ? 'process max' : `${told} ${basisOf(section, told)}`;
}

function limitOf({ memorySizeMb }: MemorySection, course: MemoryCourse | undefined): string {
  if (memorySizeMb !== undefined) return memoryText(memorySizeMb);
  return course?.limitBytes === undefined ? '?' : bytesText(course.limitBytes);
}

function msToLimit({ channels, owner }: MemorySection, invocations: Range, course: MemoryCourse | undefined): Range | undefined {
  const told = channels?.find(({ channel, verdict }) => verdict === 'leaking' && (owner === undefined || channel === owner))?.msToLimit;
  if (told !== undefined) return told;
  const pace = msPerInvocation(course);
  if (pace === undefined) return undefined;
  return { low: invocations.low * pace, high: invocations.high === undefined ? undefined : invocations.high * pace };
}

/** Of the fullest sandbox that lives, over the later half of what is known of it; else of the typical one. */
function msPerInvocation(course: MemoryCourse | undefined): number | undefined {
  const fullest = fullestLiving(course);
  const own = fullest === undefined ? undefined : paceOf(fullest);
  if (own !== undefined) return own;
  const paces = (course?.sandboxes ?? []).flatMap((sandbox) => paceOf(sandbox) ?? []).sort((a, b) => a - b);
  return paces[Math.floor(paces.length / 2)];
}

function paceOf({ points }: MemoryCourse['sandboxes'][number]): number | undefined {
  const [from, to] = [points[Math.floor(points.length / 2)], points.at(-1)];
  if (points.length < FEWEST_FOR_PACE || from === undefined || to === undefined || to.n <= from.n || to.atMs <= from.atMs) return undefined;
  return (to.atMs - from.atMs) / (to.n - from.n);
}

/** Two points tell of one pause between requests. */
const FEWEST_FOR_PACE = 4;

function fullestLiving(course: MemoryCourse | undefined): MemoryCourse['sandboxes'][number] | undefined {
  let fullest: MemoryCourse['sandboxes'][number] | undefined;
  for (const sandbox of course?.sandboxes ?? []) {
    if (sandbox.death !== undefined || sandbox.points.length === 0) continue;
    if (fullest === undefined || sandbox.points.at(-1)!.bytes > fullest.points.at(-1)!.bytes) fullest = sandbox;
  }
  return fullest;
}

function fullWords({ section, toLimitMs, course }: MemoryRow, picture: Picture): string | undefined {
  const { invocationsToLimit, fastLeak } = section;
  if (invocationsToLimit === undefined)
    return fastLeak === undefined ? undefined : `a new sandbox lives about ${plural(fastLeak.medianInvocations, 'invocation')}`;
  const time = toLimitMs === undefined ? '' : `, about ${rangeWords(toLimitMs, shortDuration)} at this pace`;
  const unseenMs = picture.nowMs - (fullestLiving(course)?.lastMs ?? picture.nowMs);
  const doubt = unseenMs > LONG_UNSEEN_MS ? `, if that sandbox still lives (last seen ${shortDuration(unseenMs)} ago)` : '';
  return `next kill in ${rangeWords(invocationsToLimit, countWords)} invocations${time}${doubt}`;
}

function fullEvidence(row: MemoryRow, picture: Picture): { label: string; text: string }[] {
  const words = fullWords(row, picture);
  const life = row.section.fastLeak;
  return [
    ...(words === undefined
      ? []
      : [
          {
            label: 'full',
            text: `${words}${row.section.invocationsToLimit === undefined ? '' : ': the fullest sandbox, at both ends of the interval'}`,
          },
        ]),
    ...(life === undefined
      ? []
      : [
          {
            label: 'a life',
            text: `${plural(life.deathCount, 'sandbox', 'sandboxes')} died after ${rangeWords({ low: life.lowInvocations, high: life.highInvocations }, countWords)} invocations; a restart buys that many`,
          },
        ]),
  ];
}

function deathEvidence({ oomCount, maskedDeathCount = 0, pinnedSandboxCount }: MemorySection): { label: string; text: string }[] {
  return [
    ...(oomCount > 0 ? [{ label: 'killed', text: `${plural(oomCount, 'invocation')} ended by the platform for want of memory` }] : []),
    ...(maskedDeathCount > 0
      ? [{ label: 'masked', text: `${plural(maskedDeathCount, 'timeout')} at full memory: looks like want of memory, too` }]
      : []),
    ...(pinnedSandboxCount > 0
      ? [
          {
            label: 'pinned',
            text: `${plural(pinnedSandboxCount, 'sandbox', 'sandboxes')} used all of the memory without an out-of-memory line`,
          },
        ]
      : []),
  ];
}

function highestWords({ highestMb, memorySizeMb, sandboxCount }: MemorySection): string | undefined {
  if (highestMb === undefined) return undefined;
  const of = memorySizeMb === undefined ? '' : ` of ${memoryText(memorySizeMb)}`;
  return `highest ${memoryText(highestMb)}${of} in ${plural(sandboxCount, 'sandbox', 'sandboxes')}`;
}

/** When its version was first seen; where growth began later than its process, that moment counts. */
function sinceOf(section: MemorySection, { report }: Picture): { readonly short: string; readonly words: string } | undefined {
  const start = section.channels?.find(({ verdict }) => verdict === 'leaking')?.start;
  const version = printable(section.version);
  const change = report.changes.find(
    (each) => each.kind === 'version' && each.functionName === section.functionName && each.version === section.version,
  );
  const isLate = start?.atMs !== undefined && start.invocation > FROM_THE_START && (change === undefined || start.atMs > change.atMs);
  if (isLate)
    return {
      short: `inv ${countWords(start.invocation)} ${clock(start.atMs!)}`,
      words: `since about invocation ${countWords(start.invocation)} of a process, first at ${clock(start.atMs!)} UTC`,
    };
  if (change === undefined) return undefined;
  return { short: `v${version} ${clock(change.atMs)}`, words: `since v${version} (${clock(change.atMs)} UTC)` };
}

/** Earlier than this every process warms up, so growth that begins there came with its version; as the report has it. */
const FROM_THE_START = 250;

function clock(atMs: number): string {
  return Math.abs(atMs) > 8.64e15 ? '??:??' : new Date(atMs).toISOString().slice(11, 16);
}

function loudness({ verdict }: { readonly verdict: string }): number {
  return ['leaking', 'insufficient-data', 'growing-but-bounded', 'stable'].indexOf(verdict);
}

function said(first: string, more: readonly (string | undefined)[], last: string | undefined): string {
  const clauses = [first, ...more.filter((each) => each !== undefined)].join(', ');
  return last === undefined ? clauses : `${clauses}; ${last}`;
}

/** `2-3`, `1.2k-3.4k`, `70+` */
function shortRange({ low, high }: Range): string {
  if (high === undefined) return `${shortCount(low)}+`;
  return shortCount(low) === shortCount(high) ? shortCount(low) : `${shortCount(low)}-${shortCount(high)}`;
}

function shortCount(count: number): string {
  if (count < 1000) return `${Math.round(count)}`;
  if (count < 9_950) return `${(count / 1000).toFixed(1)}k`;
  return count < 999_500 ? `${Math.round(count / 1000)}k` : `${Math.round(count / 1e6)}M`;
}

function shortDuration(ms: number): string {
  if (ms < 1000) return '1 s';
  if (ms < 119_500) return `${Math.round(ms / 1000)} s`;
  if (ms < 2 * 3_600_000) return `${Math.round(ms / MINUTE_MS)} min`;
  return ms < 48 * 3_600_000 ? `${Math.round(ms / 3_600_000)} h` : `${Math.round(ms / 86_400_000)} d`;
}
