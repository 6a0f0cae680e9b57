/**
 * Header and footer, which never move: what is looked at and how fresh it is, the screens, the incident; and below the
 * screen why it hurts, what to press next, and the keys.
 */
import type { Picture, SourceState } from '@nightlight/analyzer';
import { printable } from '@nightlight/analyzer/wording';
import { cutText, fitLine, lineWidth, wrapText } from '../frame/fit.ts';
import { EMPTY_LINE, type Line, line, type Run, run } from '../frame/line.ts';
import { ageText, momentText, wallClockText } from './clock-text.ts';
import { keysOn } from './keys.ts';
import { PROMPT_FIELDS, type Prompt } from './prompts.ts';
import { SCREEN_IDS, type Screen, type ScreenId } from './screen.ts';
import { pageOf, type ShellState } from './shell-state.ts';

export interface HeaderFacts {
  readonly picture: Picture | undefined;
  /** What is being done while there is no picture: `reading 3 of 12 files`. */
  readonly opening: string;
  readonly state: ShellState;
  readonly screens: readonly Pick<Screen, 'id' | 'tab'>[];
  /** The wall clock. */
  readonly wallMs: number;
  /** The third row: the incident and its clock, or what hurts most. */
  readonly incident: Line;
  /** Events that came since the picture was held. */
  readonly heldCount: number;
  /** While a moment is looked at: whether the verdicts are of then, are being read for then, or are those of now. */
  readonly lookedBack: 'past' | 'reading' | 'now';
}

export const HEADER_ROWS = 4;

/** @returns `HEADER_ROWS` lines, the last one a rule */
export function headerLines(facts: HeaderFacts, width: number): readonly Line[] {
  return [
    spread([run(' nightlight  ', 'title'), ...freshness(facts)], whereAndWhen(facts), width),
    spread(tabs(facts), amounts(facts.picture), width),
    fitLine([run(' '), ...facts.incident], width),
    [run('─'.repeat(width), 'frame')],
  ];
}

/** Three for WHY and NEXT, two where there is little room, and one for the keys. A WHY that is cut is no sentence. */
export function footerRows(height: number): number {
  return height >= 24 ? 4 : 3;
}

export interface FooterFacts {
  readonly state: ShellState;
  readonly why: string;
  readonly next: string;
}

export function footerLines(facts: FooterFacts, width: number, rows: number): readonly Line[] {
  const { state, why, next } = facts;
  const room = rows - 1;
  const whyRows = why === '' ? [] : wrapClauses(why, width - LABEL_WIDTH, next === '' ? room : room - 1);
  const lines = [
    ...whyRows.map((text, index) => line(run(index === 0 ? ' WHY  ' : '      ', 'strong'), text)),
    ...(next === '' ? [] : [line(run(' NEXT ', 'strong'), cutText(next, width - LABEL_WIDTH))]),
  ];
  return [
    ...Array.from({ length: room }, (_, row) => fitLine(lines[row] ?? EMPTY_LINE, width)),
    fitLine(
      state.prompt === undefined
        ? state.said === undefined
          ? keyLine(state.screen, width)
          : line(run(` ${state.said}`, 'strong'))
        : promptLine(state.prompt, width),
      width,
    ),
  ];
}

/** A text that has no room loses whole clauses from its end: half of a figure is another figure. */
function wrapClauses(text: string, width: number, most: number): readonly string[] {
  const whole = wrapText(text, width, most);
  if (whole.length < most || !whole.at(-1)!.endsWith('…') || text.endsWith('…')) return whole;
  const roughly = whole.join(' ').length;
  // A whole clause where not much is lost by it, else whatever part of one stands alone.
  for (const [mark, least] of [
    [/;/, 0.7],
    [/[;:,]/, 0.5],
  ] as const) {
    for (let end = Math.min(text.length - 1, roughly); end > roughly * least; end--) {
      if (!mark.test(text[end]!) || text[end + 1] !== ' ') continue;
      const rows = wrapText(`${text.slice(0, end)} …`, width, most + 1);
      if (rows.length <= most) return rows;
    }
  }
  return whole;
}

/** Where the terminal has no room for a screen: what hurts, why, and which size is needed. */
export function smallLines(facts: HeaderFacts & { readonly why: string }, width: number, height: number): readonly Line[] {
  const needed = `too small: ${width}x${height}, needs ${LEAST_WIDTH}x${LEAST_HEIGHT}; q quits`;
  return [
    ...wrapText(needed, width, 2).map((text) => line(text)),
    fitLine(facts.incident, width),
    ...wrapText(facts.why, width, Math.max(0, height - 3)).map((text) => line(text)),
  ].slice(0, height);
}

/** Below this, columns would be cut until they mislead. */
export const LEAST_WIDTH = 80;
export const LEAST_HEIGHT = 20;

const LABEL_WIDTH = 6;
/** Columns for what is typed: a few words at once. */
const LEAST_TYPED = 24;

const LOOKED_BACK_WORDS = {
  past: '  as it stood then; 0 goes back',
  reading: '  reading what was known then …',
  now: '  verdicts are of now; 0 goes back',
} satisfies Record<HeaderFacts['lookedBack'], string>;

function freshness({ picture, state, opening, wallMs, heldCount, lookedBack }: HeaderFacts): readonly Run[] {
  if (picture === undefined) return [run(`○ ${opening}`, 'info')];
  if (state.atMs !== undefined)
    return [
      run(`◂ AT ${momentText(state.atMs, state.timeStyle, Math.max(picture.nowMs, wallMs))}`, 'warn'),
      run(LOOKED_BACK_WORDS[lookedBack], lookedBack === 'past' ? 'dim' : 'warn'),
    ];
  if (state.isPaused) return [run(`‖ PAUSED, ${grouped(heldCount)} new`, 'warn')];
  const failed = picture.sources.find((source) => source.state === 'failed');
  if (failed?.state === 'failed') return [run(`! FAILED ${failed.name}: ${failed.because}`, 'bad')];
  const stale = staleMs(picture, wallMs);
  if (stale !== undefined) return [run(`○ STALE ${ageText(stale)}`, 'warn')];
  const replay = picture.sources.find((source) => source.state === 'replaying');
  if (replay?.state === 'replaying') return [run(`▸ REPLAY ${replay.speed}x${replay.isPaused ? ', held' : ''}`, 'info')];
  if (picture.sources.some(({ state: each }) => each === 'live' || each === 'stale')) {
    const oldMs = wallMs - newestMs(picture.sources);
    if (oldMs > OLD_MS) return [run('○ QUIET', 'info'), run(`  newest event ${ageText(oldMs)} ago`)];
    return [run('● LIVE', 'ok'), run(`  ${dataAge(picture.sources, wallMs)}`)];
  }
  if (picture.sources.some(({ state: each }) => each === 'waiting')) return [run('○ WAITING', 'info'), run('  nothing has come yet')];
  return [run('● READ', 'ok'), run('  to its end')];
}

/** @returns for how long nothing came, when that is longer than the source's own rhythm; undefined while fresh */
export function staleMs(picture: Picture, wallMs: number): number | undefined {
  const ages = picture.sources.flatMap((source) => (source.state === 'stale' && !wasOld(source) ? [wallMs - source.sinceMs] : []));
  const others = picture.sources.some((source) => source.state === 'live' || source.state === 'replaying');
  return ages.length === 0 || others ? undefined : Math.max(0, Math.min(...ages));
}

/** An export of the morning that was read just now has not stopped: it was never expected to go on. */
function wasOld(source: SourceState): boolean {
  return source.state === 'stale' && source.sinceMs - (source.newestEventMs ?? source.sinceMs) > OLD_MS;
}

/** What is older does not come from now, however lately it was read. */
const OLD_MS = 300_000;

function newestMs(sources: readonly SourceState[]): number {
  return Math.max(...sources.map(({ newestEventMs }) => newestEventMs ?? Number.NEGATIVE_INFINITY));
}

function dataAge(sources: readonly SourceState[], wallMs: number): string {
  const newest = newestMs(sources);
  if (!Number.isFinite(newest)) return 'no event yet';
  return newest > wallMs + 1000 ? `data ${ageText(newest - wallMs)} ahead of this clock` : `data ${ageText(wallMs - newest)} old`;
}

function whereAndWhen({ picture, state, wallMs }: HeaderFacts): readonly Run[] {
  const names = picture?.sources.map(({ name }) => name) ?? [];
  const source = names.length > 1 ? `${names[0]} + ${names.length - 1}` : (names[0] ?? '');
  // Beside moments of last night the clock on the wall would be one more time to reckon with.
  const isReplayed = picture?.sources.some(({ kind }) => kind === 'replay') === true;
  const clock = wallClockText(isReplayed ? picture.nowMs : wallMs);
  return [run(cutText(source, 30, 'middle')), run(`  ${clock}`), run(`  ${windowText(state.windowMs)} `, 'dim')];
}

function tabs({ screens, state }: HeaderFacts): readonly Run[] {
  const shown = screens.map(({ id, tab }) => {
    const label = `${SCREEN_IDS.indexOf(id) + 1} ${tab}`;
    return id === state.screen ? run(` [${label}]`, 'title') : run(`  ${label}`, 'dim');
  });
  const crumbs = pageOf(state).crumbs.map(({ title }) => run(` > ${cutText(title, 24, 'middle')}`, 'strong'));
  const filter = pageOf(state).filter;
  return [
    ...shown,
    ...crumbs,
    ...(filter === undefined ? [] : [run(`  /${filter.isInverse ? '!' : ''}${cutText(filter.text, 20)}`, 'mark')]),
  ];
}

function amounts(picture: Picture | undefined): readonly Run[] {
  if (picture === undefined) return [];
  const { gaps } = picture.minutes;
  const dropped = picture.dropped.reduce((sum, { count }) => sum + count, 0) + picture.report.dataQuality.droppedRecords;
  // What is behind may simply be old; what is ahead of this clock cannot be.
  const skew = Math.max(0, ...picture.sources.map(({ clockSkewMs }) => clockSkewMs ?? 0));
  return [
    run(`${grouped(picture.report.input.eventCount)} events`),
    run(`  gaps ${gaps.length === 0 ? '0' : `${gaps.length} min`}`, gaps.length === 0 ? 'dim' : 'warn'),
    run(`  dropped ${grouped(dropped)}`, dropped === 0 ? 'dim' : 'warn'),
    ...(skew < 1000 ? [] : [run(`  clock skew ${ageText(skew)}`, 'warn')]),
    run(' '),
  ];
}

/** The keys that have a word, as many as fit; the last two, help and quit, always do. */
function keyLine(screen: ScreenId, width: number): Line {
  const rows = keysOn(screen).filter(({ short }) => short !== undefined);
  const own = rows.filter(({ screens }) => screens !== undefined);
  const last = rows.filter(({ action }) => action === 'help' || action === 'quit');
  const between = rows.filter((row) => !own.includes(row) && !last.includes(row));
  const kept = [...between, ...own];
  const draw = () => [...kept, ...last].flatMap(({ shown, short }) => [run(` ${shown.split(' ')[0]}`, 'key'), run(` ${short} `, 'dim')]);
  while (kept.length > 0 && lineWidth(draw()) > width) kept.pop();
  return draw();
}

function promptLine(prompt: Prompt, width: number): Line {
  const fields = PROMPT_FIELDS[prompt.id];
  const field = fields[prompt.done.length];
  const step = fields.length > 1 ? ` ${prompt.done.length + 1} of ${fields.length}` : '';
  const chosen = prompt.choices?.[prompt.chosen ?? 0];
  const lead =
    chosen === undefined ? ` ${prompt.id}${step}, ` : ` ${prompt.id} ${cutText(printable(chosen.join(' ')), 24, 'middle')} (↑↓ other), `;
  // What is typed must be seen: the question gives way, not the answer.
  const room = Math.max(8, width - lead.length - LEAST_TYPED - 3);
  const label = field?.short !== undefined && field.label.length > room ? field.short : (field?.label ?? '');
  const asked = cutText(prompt.objection ?? label, room);
  const question = `${lead}${asked}: `;
  const typed = Math.max(8, width - question.length - 1);
  const characters = [...prompt.edit.text];
  // The end of a long text is where one types.
  const from = Math.max(0, prompt.edit.cursor - typed + 1);
  const under = characters[prompt.edit.cursor] ?? ' ';
  return [
    run(question, prompt.objection === undefined ? 'strong' : 'warn'),
    run(characters.slice(from, prompt.edit.cursor).join('')),
    { ...run(under), isSelected: true },
    run(characters.slice(prompt.edit.cursor + 1, from + typed).join('')),
  ];
}

/** Two ends of a row; the right one gives way. */
function spread(left: readonly Run[], right: readonly Run[], width: number): Line {
  const used = lineWidth(left);
  const wanted = lineWidth(right);
  if (used + wanted + 1 <= width) return [...left, run(' '.repeat(width - used - wanted)), ...right];
  const shorter = right.slice(1);
  return shorter.length > 0 ? spread(left, shorter, width) : fitLine(left, width);
}

function windowText(ms: number): string {
  return ms < 3_600_000 ? `${ms / 60_000} min` : `${ms / 3_600_000} h`;
}

function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}
