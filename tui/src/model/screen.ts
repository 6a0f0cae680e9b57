/**
 * What a screen is: plain functions from what is known and where the keys have led to rows of text. The shell around it
 * owns header, footer, keys and prompts; a screen owns its body, one sentence WHY and one line NEXT.
 *
 * Rows are told apart by an identity (a function name, a fingerprint), never by their place: the order changes while one
 * looks.
 */
import type { Picture, RawLine } from '@nightlight/analyzer';
import type { Glyphs } from '../frame/glyphs.ts';
import type { Line } from '../frame/line.ts';

export type ScreenId = 'overview' | 'cold' | 'memory' | 'latency' | 'failures' | 'recovery' | 'drill';

/** In the order of their keys `1` to `7`. */
export const SCREEN_IDS: readonly ScreenId[] = ['overview', 'cold', 'memory', 'latency', 'failures', 'recovery', 'drill'];

export interface ScreenInput<State = unknown> {
  readonly picture: Picture;
  readonly state: State;
  readonly view: ScreenView;
  /** Of the body, header and footer taken off. */
  readonly width: number;
  readonly height: number;
  readonly glyphs: Glyphs;
}

/** Where the keys have led: the same for every screen, kept by the shell. */
export interface ScreenView {
  /** Identity of the selected row; undefined when there is none. */
  readonly selected: string | undefined;
  /** The order that the rows had when one was selected; see `frozenOrder`. */
  readonly order: readonly string[] | undefined;
  readonly filter: RowFilter | undefined;
  /** One of the screen's own `sorts`. */
  readonly sort: string | undefined;
  readonly timeStyle: TimeStyle;
  readonly windowMs: number;
  /** The moment that is looked at; undefined is now. */
  readonly atMs: number | undefined;
  /** What was opened with `enter`, outermost first; empty on the list itself. */
  readonly crumbs: readonly Crumb[];
  /** The lines that the screen asked for, when it did. */
  readonly lines: LinesAsked | undefined;
  /** First row of a body that is longer than its place; moved by the same keys where nothing is selectable. */
  readonly scroll: number;
}

export type TimeStyle = 'relative' | 'utc' | 'local';

export interface RowFilter {
  readonly text: string;
  /** `!text`: rows that do not hold it. */
  readonly isInverse: boolean;
}

export interface Crumb {
  readonly id: string;
  /** `checkout`, `evidence`, `lines` */
  readonly title: string;
}

export type LinesAsked =
  | { readonly kind: 'reading' }
  | { readonly kind: 'read'; readonly lines: readonly RawLine[] }
  | { readonly kind: 'failed'; readonly because: string };

export interface Screen<State = unknown> {
  readonly id: ScreenId;
  /** On the tab: `Over`; at most 6 columns. */
  readonly tab: string;
  /** `Overview` */
  readonly title: string;
  readonly start: State;
  /** What `s` goes through, the first being the usual; none when left out. */
  readonly sorts?: readonly string[];
  /** Identities of the rows that can be selected at this depth of crumbs, in the order in which they should stand now. */
  rows(input: ScreenInput<State>): readonly string[];
  /** The body: at most `height` lines of at most `width` columns; the shell clips and fills. */
  draw(input: ScreenInput<State>): readonly Line[];
  /** One sentence with numbers why it hurts, without the word WHY in front; may take two rows. */
  why(input: ScreenInput<State>): string;
  /** What to press or run next, without the word NEXT in front. */
  next(input: ScreenInput<State>): string;
  /** Without rows to select: how far down the body can be moved until its last line stands at the end. */
  mostScroll?(input: ScreenInput<State>): number;
  /** `enter` on the selected row. */
  open?(input: ScreenInput<State>): ScreenEffect<State>;
  /** One of the screen's own actions of the table of keys. */
  act?(input: ScreenInput<State>, action: string): ScreenEffect<State>;
  /** What is selected or opened, as `c` would confirm it. */
  suspect?(input: ScreenInput<State>): Suspect | undefined;
  /** The scenario that a drill started here would begin with. */
  drill?(input: ScreenInput<State>): string | undefined;
  /** `y`: the selected finding as Markdown. */
  copy?(input: ScreenInput<State>): string;
}

export interface Suspect {
  readonly component: string;
  /** The number of a finding, or a fingerprint. */
  readonly finding: string;
}

/** What a key on a screen leads to. */
export type ScreenEffect<State = unknown> =
  | { readonly kind: 'nothing' }
  /** A word in the footer: why nothing happened, or what did. */
  | { readonly kind: 'say'; readonly text: string }
  | { readonly kind: 'state'; readonly state: State }
  /** One level deeper; `evidence` is read and comes back as `view.lines`. */
  | { readonly kind: 'open'; readonly crumb: Crumb; readonly evidence?: readonly RawLine['evidence'][] }
  /** To another screen, with a row selected there. */
  | { readonly kind: 'goto'; readonly screen: ScreenId; readonly selected?: string; readonly filter?: RowFilter }
  /** A moment to look at. */
  | { readonly kind: 'at'; readonly atMs: number | undefined };
