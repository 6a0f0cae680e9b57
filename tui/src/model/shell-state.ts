/**
 * What keys do to the dashboard: one pure step from state to state, and a list of what is to be done outside of it. The
 * steps are pure because several keys may come before the next frame, and because a night's mistake must be repeatable.
 */
import { actionOf } from './keys.ts';
import { EMPTY_EDIT, editLine, insertText, type LineEdit } from './line-edit.ts';
import { paletteEntries, paletteWord } from './palette.ts';
import { acceptField, type ClockMark, chooseOther, openPrompt, type Prompt, type PromptChoice } from './prompts.ts';
import { selectedIndex } from './row-order.ts';
import {
  type Crumb,
  type LinesAsked,
  type RowFilter,
  SCREEN_IDS,
  type ScreenEffect,
  type ScreenId,
  type ScreenView,
  type TimeStyle,
} from './screen.ts';

export interface ShellState {
  readonly screen: ScreenId;
  readonly pages: Readonly<Partial<Record<ScreenId, Page>>>;
  readonly timeStyle: TimeStyle;
  readonly windowMs: number;
  /** The moment that is looked at; undefined is now. */
  readonly atMs: number | undefined;
  readonly isPaused: boolean;
  readonly overlay: Overlay | undefined;
  readonly prompt: Prompt | undefined;
  readonly bookmarks: readonly Bookmark[];
  /** One line to the user, until the next key. */
  readonly said: string | undefined;
}

/** A screen as it was left: coming back finds the same row, filter and depth. */
export interface Page {
  readonly selected: string | undefined;
  readonly order: readonly string[] | undefined;
  readonly filter: RowFilter | undefined;
  readonly sort: string | undefined;
  readonly crumbs: readonly Crumb[];
  /** What was selected at each depth above, to come back to. */
  readonly above: readonly Pick<Page, 'selected' | 'order' | 'scroll'>[];
  readonly scroll: number;
  readonly lines: LinesAsked | undefined;
  /** The screen's own; its `start` while undefined. */
  readonly own: unknown;
}

export type Overlay =
  | { readonly kind: 'help'; readonly scroll: number }
  | { readonly kind: 'palette'; readonly edit: LineEdit; readonly chosen: number }
  | { readonly kind: 'bookmarks'; readonly chosen: number };

export interface Bookmark {
  readonly screen: ScreenId;
  readonly selected: string | undefined;
  readonly crumbs: readonly Crumb[];
  readonly atMs: number;
}

/** What a step must know of the picture and of the screen that is open. */
export interface ShellFacts {
  readonly nowMs: number;
  /** The screens that there are. */
  readonly screens: readonly ScreenId[];
  /** Identities of the rows as they stand now, held order already applied. */
  readonly rows: readonly string[];
  /** Where there are no rows: how far the body can be moved. */
  readonly mostScroll?: number | undefined;
  readonly sorts: readonly string[];
  /** Times of moments to jump to, oldest first. */
  readonly moments: readonly number[];
  readonly alertMs: number | undefined;
  /** Where `a` leads when nobody noted an alert in what is shown, and what to say of it. */
  readonly beginning?: { readonly atMs: number; readonly words: string } | undefined;
  readonly earliestMs: number | undefined;
  /** The end of what is shown: an export of the morning is scrubbed from its end, and not from tonight. */
  readonly latestMs?: number | undefined;
  /** What the prompts of the clock begin with. */
  readonly offered?: Partial<Record<ClockMark, readonly string[]>> | undefined;
  /** Component and finding of what may be confirmed, the likeliest first. */
  readonly suspects?: readonly PromptChoice[] | undefined;
  /** What the prompt of a drill begins with; undefined where none can be started. */
  readonly offeredDrill?: readonly string[] | undefined;
  /** Why nothing but an alert can be marked; undefined when it can. Said before anything is typed, and not after. */
  readonly noClock?: string | undefined;
}

export type ShellEvent = { readonly kind: 'key'; readonly name: string } | { readonly kind: 'paste'; readonly text: string };

/** What is to be done outside of the state. */
export type ShellEffect =
  | { readonly kind: 'quit'; readonly leavesScreen: boolean }
  | { readonly kind: 'redraw' }
  | { readonly kind: 'open' }
  | { readonly kind: 'act'; readonly action: string }
  | { readonly kind: 'copy' }
  | { readonly kind: 'export'; readonly file: string }
  | { readonly kind: 'drill-start'; readonly values: readonly string[] }
  | { readonly kind: 'drill-abort' }
  | { readonly kind: 'mark'; readonly mark: ClockMark; readonly values: readonly string[] }
  /** A time in words, which only the outside can read. */
  | { readonly kind: 'goto'; readonly time: string }
  | { readonly kind: 'seek'; readonly atMs: number | undefined };

export interface ShellStep {
  readonly state: ShellState;
  readonly effects: readonly ShellEffect[];
}

const EMPTY_PAGE: Page = {
  selected: undefined,
  order: undefined,
  filter: undefined,
  sort: undefined,
  crumbs: [],
  above: [],
  scroll: 0,
  lines: undefined,
  own: undefined,
};

/** In the order of `w`: first as far as it goes, then ever closer. Who presses it asks since when, and seldom what just was. */
const WINDOWS_MS = [60, 720, 180, 15].map((minutes) => minutes * 60_000);

export function startShell(screen: ScreenId): ShellState {
  return {
    screen,
    pages: {},
    timeStyle: 'utc',
    windowMs: WINDOWS_MS[0]!,
    atMs: undefined,
    isPaused: false,
    overlay: undefined,
    prompt: undefined,
    bookmarks: [],
    said: undefined,
  };
}

export function pageOf(state: ShellState, screen: ScreenId = state.screen): Page {
  return state.pages[screen] ?? EMPTY_PAGE;
}

export function viewOf(state: ShellState): ScreenView {
  const { selected, order, filter, sort, crumbs, scroll, lines } = pageOf(state);
  const { timeStyle, windowMs, atMs } = state;
  return { selected, order, filter, sort, crumbs, scroll, lines, timeStyle, windowMs, atMs };
}

export function stepShell(before: ShellState, event: ShellEvent, facts: ShellFacts): ShellStep {
  const state = before.said === undefined ? before : { ...before, said: undefined };
  // There is no state in which this key does something else.
  if (event.kind === 'key' && event.name === 'ctrl-c') return { state, effects: [{ kind: 'quit', leavesScreen: false }] };
  if (event.kind === 'key' && event.name === 'ctrl-l') return { state, effects: [{ kind: 'redraw' }] };
  if (state.prompt !== undefined) return stepPrompt(state, state.prompt, event);
  if (state.overlay !== undefined) return stepOverlay(state, state.overlay, event, facts);
  // Pasted text is no order.
  if (event.kind === 'paste') return { state: { ...state, said: 'pasted text is only read by a prompt' }, effects: [] };
  const screen = event.name >= '1' && event.name <= '7' ? SCREEN_IDS[Number(event.name) - 1] : undefined;
  if (event.name.length === 1 && screen !== undefined) return { state: toScreen(state, screen, facts), effects: [] };
  const action = actionOf(event.name, state.screen);
  return action === undefined ? { state, effects: [] } : runAction(state, action, facts);
}

/** What a screen made of `open` or `act`. */
export function applyScreenEffect(state: ShellState, effect: ScreenEffect, facts: ShellFacts): ShellStep {
  switch (effect.kind) {
    case 'nothing':
      return { state, effects: [] };
    case 'say':
      return { state: { ...state, said: effect.text }, effects: [] };
    case 'state':
      return { state: withPage(state, { own: effect.state }), effects: [] };
    case 'open': {
      const page = pageOf(state);
      const opened: Partial<Page> = {
        crumbs: [...page.crumbs, effect.crumb],
        above: [...page.above, { selected: page.selected, order: page.order, scroll: page.scroll }],
        selected: undefined,
        order: undefined,
        scroll: 0,
        lines: effect.evidence === undefined ? undefined : { kind: 'reading' },
      };
      return { state: withPage(state, opened), effects: [] };
    }
    case 'goto': {
      const { selected, filter } = effect;
      const there = toScreen(state, effect.screen, facts);
      return {
        state: withPage(there, { selected, order: undefined, crumbs: [], above: [], ...(filter === undefined ? {} : { filter }) }),
        effects: [],
      };
    }
    case 'at':
      return lookAt(state, effect.atMs);
    default:
      return effect satisfies never;
  }
}

export function withPage(state: ShellState, changes: Partial<Page>, screen: ScreenId = state.screen): ShellState {
  return { ...state, pages: { ...state.pages, [screen]: { ...pageOf(state, screen), ...changes } } };
}

/** One answer to every action of the table that is not a screen's own. */
function runAction(state: ShellState, action: string, facts: ShellFacts): ShellStep {
  const page = pageOf(state);
  const done = (changed: ShellState, ...effects: ShellEffect[]): ShellStep => ({ state: changed, effects });
  switch (action) {
    case 'down':
      return done(moved(state, 1, facts));
    case 'up':
      return done(moved(state, -1, facts));
    case 'page-down':
      return done(moved(state, PAGE_ROWS, facts));
    case 'page-up':
      return done(moved(state, -PAGE_ROWS, facts));
    case 'first':
      return done(moved(state, Number.NEGATIVE_INFINITY, facts));
    case 'last':
      return done(moved(state, Number.POSITIVE_INFINITY, facts));
    case 'open':
      return done(state, { kind: 'open' });
    case 'back':
      return done(back(state));
    case 'filter':
      return done({ ...state, prompt: openPrompt('filter', [filterText(page.filter)]) });
    case 'palette':
      return done({ ...state, overlay: { kind: 'palette', edit: EMPTY_EDIT, chosen: 0 } });
    case 'help':
      return done({ ...state, overlay: { kind: 'help', scroll: 0 } });
    case 'sort': {
      if (facts.sorts.length < 2) return done({ ...state, said: 'this screen has one order' });
      const at = page.sort === undefined ? 0 : facts.sorts.indexOf(page.sort);
      const sort = facts.sorts[(at + 1) % facts.sorts.length]!;
      return done({ ...withPage(state, { sort, order: undefined }), said: `sorted by ${sort}` });
    }
    case 'window':
      return done({ ...state, windowMs: WINDOWS_MS[(WINDOWS_MS.indexOf(state.windowMs) + 1) % WINDOWS_MS.length]! });
    case 'time-style':
      return done({ ...state, timeStyle: TIME_STYLES[(TIME_STYLES.indexOf(state.timeStyle) + 1) % TIME_STYLES.length]! });
    case 'redraw':
      return done(state, { kind: 'redraw' });
    case 'pause':
      return done({ ...state, isPaused: !state.isPaused });
    case 'scrub-back':
      return scrubbed(state, -MINUTE_MS, facts);
    case 'scrub-on':
      return scrubbed(state, MINUTE_MS, facts);
    case 'scrub-far-back':
      return scrubbed(state, -15 * MINUTE_MS, facts);
    case 'scrub-far-on':
      return scrubbed(state, 15 * MINUTE_MS, facts);
    case 'live':
      return lookAt({ ...state, isPaused: false }, undefined);
    case 'moment-before': {
      const atMs = facts.moments.findLast((each) => each < (state.atMs ?? endOf(facts)));
      return atMs === undefined ? done({ ...state, said: 'no moment before this one' }) : lookAt(state, atMs);
    }
    case 'moment-after': {
      const from = state.atMs;
      const atMs = from === undefined ? undefined : facts.moments.find((each) => each > from);
      return atMs === undefined ? done({ ...state, said: 'no moment after this one' }) : lookAt(state, atMs);
    }
    case 'alert-moment':
      if (facts.alertMs !== undefined) return lookAt(state, facts.alertMs);
      if (facts.beginning === undefined) return done({ ...state, said: 'no alert so far; ! marks one' });
      return lookAt({ ...state, said: facts.beginning.words }, facts.beginning.atMs);
    case 'bookmark': {
      const bookmark = { screen: state.screen, selected: page.selected, crumbs: page.crumbs, atMs: state.atMs ?? facts.nowMs };
      return done({ ...state, bookmarks: [...state.bookmarks, bookmark].slice(-MOST_BOOKMARKS), said: "kept; ' lists the bookmarks" });
    }
    case 'bookmarks':
      if (state.bookmarks.length === 0) return done({ ...state, said: 'no bookmark so far; m keeps a view' });
      return done({ ...state, overlay: { kind: 'bookmarks', chosen: state.bookmarks.length - 1 } });
    case 'copy':
      return done(state, { kind: 'copy' });
    case 'drill-start':
      if (facts.offeredDrill === undefined) return done({ ...state, said: 'no drill can be started here; nightlight drill run can' });
      return done({ ...state, prompt: openPrompt('drill', facts.offeredDrill) });
    case 'drill-abort':
      return done(state, { kind: 'drill-abort' });
    case 'export':
      return done({ ...state, prompt: openPrompt('export', [`nightlight-${state.screen}.md`]) });
    case 'quit':
      return done(state, { kind: 'quit', leavesScreen: false });
    case 'quit-and-show':
      return done(state, { kind: 'quit', leavesScreen: true });
    default:
      if (action.startsWith('mark-')) {
        const mark = action.slice('mark-'.length) as ClockMark;
        if (mark !== 'alert' && facts.noClock !== undefined) return done({ ...state, said: facts.noClock });
        return done({ ...state, prompt: openPrompt(mark, facts.offered?.[mark], mark === 'confirm' ? facts.suspects : undefined) });
      }
      return done(state, { kind: 'act', action });
  }
}

const TIME_STYLES: readonly TimeStyle[] = ['utc', 'local', 'relative'];
const MINUTE_MS = 60_000;
const PAGE_ROWS = 10;
const MOST_BOOKMARKS = 50;

function toScreen(state: ShellState, screen: ScreenId, facts: ShellFacts): ShellState {
  if (!facts.screens.includes(screen)) return { ...state, said: `there is no screen ${SCREEN_IDS.indexOf(screen) + 1} here` };
  return { ...state, screen };
}

/** Selecting a row holds the order of all rows, so that none slips away under the cursor. */
function moved(state: ShellState, by: number, facts: ShellFacts): ShellState {
  const page = pageOf(state);
  if (facts.rows.length === 0) {
    // From where it stands, and not from where a longer body or a smaller window left it.
    const most = facts.mostScroll ?? MOST_SCROLL;
    return withPage(state, { scroll: Math.max(0, Math.min(most, Math.min(most, page.scroll) + by)) });
  }
  const at = Math.max(0, Math.min(facts.rows.length - 1, selectedIndex(facts.rows, page.selected) + by));
  return withPage(state, { selected: facts.rows[at], order: page.order ?? facts.rows });
}

const MOST_SCROLL = 100_000;

/** One thing at a time: the depth, the filter, the row. */
function back(state: ShellState): ShellState {
  const page = pageOf(state);
  if (page.crumbs.length > 0) {
    return withPage(state, { ...page.above.at(-1), crumbs: page.crumbs.slice(0, -1), above: page.above.slice(0, -1), lines: undefined });
  }
  if (page.filter !== undefined) return withPage(state, { filter: undefined, order: undefined });
  if (page.order !== undefined) return withPage(state, { selected: undefined, order: undefined });
  return state;
}

function scrubbed(state: ShellState, byMs: number, facts: ShellFacts): ShellStep {
  const wanted = (state.atMs ?? endOf(facts)) + byMs;
  if (wanted >= endOf(facts)) return lookAt(state, undefined);
  return lookAt(state, Math.max(wanted, facts.earliestMs ?? wanted));
}

function endOf({ latestMs, nowMs }: ShellFacts): number {
  return Math.min(latestMs ?? nowMs, nowMs);
}

function lookAt(state: ShellState, atMs: number | undefined): ShellStep {
  if (atMs === state.atMs) return { state, effects: [] };
  return { state: { ...state, atMs }, effects: [{ kind: 'seek', atMs }] };
}

function stepPrompt(state: ShellState, prompt: Prompt, event: ShellEvent): ShellStep {
  const { objection: _, ...unobjected } = prompt;
  const asking = (edit: LineEdit): ShellStep => ({
    state: { ...state, prompt: { ...unobjected, edit } },
    effects: [],
  });
  if (event.kind === 'paste') return asking(insertText(prompt.edit, event.text));
  if (event.name === 'escape') return { state: { ...state, prompt: undefined }, effects: [] };
  const other = event.name === 'up' || event.name === 'down' ? chooseOther(unobjected, event.name === 'up' ? -1 : 1) : undefined;
  if (other !== undefined) return { state: { ...state, prompt: other }, effects: [] };
  if (event.name !== 'enter') return asking(editLine(prompt.edit, event.name));
  const answer = acceptField(prompt);
  if (answer.kind === 'asking') return { state: { ...state, prompt: answer.prompt }, effects: [] };
  const closed = { ...state, prompt: undefined };
  const { id, values } = answer;
  if (id === 'filter')
    return { state: withPage(closed, { filter: filterOf(values[0]!), selected: undefined, order: undefined }), effects: [] };
  if (id === 'drill') return { state: closed, effects: [{ kind: 'drill-start', values }] };
  if (id === 'export') return { state: closed, effects: [{ kind: 'export', file: values[0]! }] };
  return { state: closed, effects: [{ kind: 'mark', mark: id, values }] };
}

function filterOf(text: string): RowFilter | undefined {
  const isInverse = text.startsWith('!');
  const wanted = (isInverse ? text.slice(1) : text).trim();
  return wanted === '' ? undefined : { text: wanted, isInverse };
}

function filterText(filter: RowFilter | undefined): string {
  return filter === undefined ? '' : `${filter.isInverse ? '!' : ''}${filter.text}`;
}

function stepOverlay(state: ShellState, overlay: Overlay, event: ShellEvent, facts: ShellFacts): ShellStep {
  const closed: ShellState = { ...state, overlay: undefined };
  if (event.kind === 'key' && event.name === 'escape') return { state: closed, effects: [] };
  switch (overlay.kind) {
    case 'help': {
      const by = event.kind === 'key' ? (SCROLLS[event.name] ?? 0) : 0;
      // Any other key closes: whoever found the key presses it again.
      if (by === 0) return { state: closed, effects: [] };
      return {
        state: { ...state, overlay: { kind: 'help', scroll: Math.max(0, Math.min(MOST_HELP_ROWS, overlay.scroll + by)) } },
        effects: [],
      };
    }
    case 'palette':
      return stepPalette(state, closed, overlay, event, facts);
    case 'bookmarks': {
      if (event.kind === 'paste') return { state, effects: [] };
      const by = SCROLLS[event.name] ?? 0;
      if (by !== 0)
        return {
          state: { ...state, overlay: { kind: 'bookmarks', chosen: clamp(overlay.chosen + by, state.bookmarks.length) } },
          effects: [],
        };
      const bookmark = state.bookmarks[overlay.chosen];
      if (event.name !== 'enter' || bookmark === undefined) return { state: closed, effects: [] };
      const there = withPage({ ...closed, screen: bookmark.screen }, { selected: bookmark.selected, order: undefined }, bookmark.screen);
      return lookAt(there, bookmark.atMs);
    }
    default:
      return overlay satisfies never;
  }
}

function stepPalette(
  state: ShellState,
  closed: ShellState,
  overlay: Overlay & { kind: 'palette' },
  event: ShellEvent,
  facts: ShellFacts,
): ShellStep {
  const entries = paletteEntries(overlay.edit.text, facts.screens, state.screen);
  const to = (changes: Partial<typeof overlay>): ShellStep => ({ state: { ...state, overlay: { ...overlay, ...changes } }, effects: [] });
  if (event.kind === 'paste') return to({ edit: insertText(overlay.edit, event.text), chosen: 0 });
  if (event.name === 'up' || event.name === 'down')
    return to({ chosen: clamp(overlay.chosen + (event.name === 'up' ? -1 : 1), entries.length) });
  if (event.name !== 'enter') return to({ edit: editLine(overlay.edit, event.name), chosen: 0 });
  const entry = entries[overlay.chosen];
  if (entry === undefined) return { state: { ...closed, said: `no command is called ${overlay.edit.text}` }, effects: [] };
  if (entry.kind === 'screen') return { state: toScreen(closed, entry.screen, facts), effects: [] };
  if (entry.kind === 'action') return runAction(closed, entry.action, facts);
  const word = paletteWord(overlay.edit.text);
  // Chosen from the list without its word: it is asked for.
  if (!overlay.edit.text.startsWith(entry.command) || word === '') {
    const text = `${entry.command} `;
    return to({ edit: { text, cursor: text.length }, chosen: 0 });
  }
  if (entry.command === 'fn')
    return { state: withPage(closed, { filter: filterOf(word), selected: undefined, order: undefined }), effects: [] };
  return { state: closed, effects: [entry.command === 'export' ? { kind: 'export', file: word } : { kind: 'goto', time: word }] };
}

const SCROLLS: Readonly<Record<string, number>> = { up: -1, k: -1, down: 1, j: 1, pageup: -10, pagedown: 10 };
const MOST_HELP_ROWS = 60;

function clamp(index: number, count: number): number {
  return Math.max(0, Math.min(count - 1, index));
}
