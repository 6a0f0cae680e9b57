/**
 * The keys, once: the footer, the help on `?` and docs/keys.md are made from this table, and the shell asks it what a key
 * does. A screen's own keys stand here, too, so that none shadows one that works everywhere (a test).
 */
import type { ScreenId } from './screen.ts';

export interface KeyRow {
  /** What it does: a name for the shell, or for the screen's `act`. */
  readonly action: string;
  /** As the decoder names them. */
  readonly keys: readonly string[];
  /** As a person reads them. */
  readonly shown: string;
  /** Everywhere when left out. */
  readonly screens?: readonly ScreenId[];
  readonly group: KeyGroup;
  /** One word or two for the footer; not in the footer when left out. */
  readonly short?: string;
  readonly help: string;
}

export type KeyGroup = (typeof KEY_GROUPS)[number];

export const KEY_GROUPS = ['move', 'look', 'time', 'incident clock', 'take along', 'screen', 'leave'] as const;

export const KEYS: readonly KeyRow[] = [
  { action: 'screen', keys: ['1', '2', '3', '4', '5', '6', '7'], shown: '1 to 7', group: 'move', help: 'go to a screen' },
  {
    action: 'down',
    keys: ['down', 'j'],
    shown: '↓ j',
    group: 'move',
    short: 'select',
    help: 'select the next row; the order is held while a row is selected',
  },
  { action: 'up', keys: ['up', 'k'], shown: '↑ k', group: 'move', help: 'select the row before' },
  { action: 'page-down', keys: ['pagedown', 'ctrl-f'], shown: 'PgDn', group: 'move', help: 'ten rows down' },
  { action: 'page-up', keys: ['pageup', 'ctrl-b'], shown: 'PgUp', group: 'move', help: 'ten rows up' },
  { action: 'first', keys: ['g', 'home'], shown: 'g Home', group: 'move', help: 'the first row' },
  { action: 'last', keys: ['G'], shown: 'G', group: 'move', help: 'the last row' },
  {
    action: 'open',
    keys: ['enter'],
    shown: 'enter',
    group: 'move',
    short: 'open',
    help: 'open what is behind the selected row: its evidence, then its lines',
  },
  {
    action: 'back',
    keys: ['escape', 'backspace'],
    shown: 'esc',
    group: 'move',
    help: 'back; then end the filter; then release the row: rows sort anew',
  },
  { action: 'filter', keys: ['/'], shown: '/', group: 'look', short: 'filter', help: 'rows that hold a text; !text: rows that do not' },
  { action: 'palette', keys: [':'], shown: ':', group: 'look', help: 'commands by name, with search' },
  { action: 'sort', keys: ['s'], shown: 's', group: 'look', help: 'sort by the next column that the screen can sort by' },
  { action: 'window', keys: ['w'], shown: 'w', group: 'look', help: 'how long a stretch is shown: 1 h, 12 h, 3 h, 15 min' },
  { action: 'time-style', keys: ['t'], shown: 't', group: 'look', help: 'times relative, in UTC, or local' },
  { action: 'help', keys: ['?'], shown: '?', group: 'look', short: 'help', help: 'show or hide these keys' },
  {
    action: 'over-time',
    keys: ['o'],
    shown: 'o',
    screens: ['failures'],
    group: 'look',
    short: 'over time',
    help: 'when the chosen failure came, with deploys, alerts and gaps; again: its evidence',
  },
  {
    action: 'fingerprint-rule',
    keys: ['f'],
    shown: 'f',
    screens: ['failures'],
    group: 'look',
    short: 'fingerprint',
    help: 'by what the chosen failure is told from others; again: its evidence',
  },
  {
    action: 'failure-lines',
    keys: ['l'],
    shown: 'l',
    screens: ['failures'],
    group: 'look',
    short: 'lines',
    help: 'the lines of the chosen failure at once',
  },
  {
    action: 'heatmap-or-lines',
    keys: ['v'],
    shown: 'v',
    screens: ['latency'],
    group: 'look',
    short: 'lines/heatmap',
    help: 'all requests by duration, or lines of p50 and p99',
  },
  {
    action: 'own-verdict',
    keys: ['u'],
    shown: 'u',
    screens: ['failures'],
    group: 'look',
    help: 'your own verdict on it beside the computed one: rare, systemic, unsure, none',
  },
  { action: 'cell-left', keys: ['left'], shown: '←', screens: ['recovery'], group: 'move', help: 'the architecture to the left' },
  { action: 'cell-right', keys: ['right'], shown: '→', screens: ['recovery'], group: 'move', help: 'the architecture to the right' },
  {
    action: 'next-incident',
    keys: ['i'],
    shown: 'i',
    screens: ['recovery'],
    group: 'look',
    short: 'incident',
    help: 'the clock of the next incident, those that are open first',
  },
  {
    action: 'earlier-runs',
    keys: ['o'],
    shown: 'o',
    screens: ['drill'],
    group: 'look',
    short: 'earlier runs',
    help: 'the earlier runs of all drills in place of the recipe; again: the recipe',
  },
  {
    action: 'drill-start',
    keys: ['D'],
    shown: 'D',
    screens: ['drill'],
    group: 'incident clock',
    short: 'start',
    help: 'start a drill: one fault for a bounded time, and the search for it',
  },
  {
    action: 'drill-abort',
    keys: ['A'],
    shown: 'A',
    screens: ['drill'],
    group: 'incident clock',
    help: 'pressed twice: the drill that is under way ends, and everything is put back',
  },
  { action: 'redraw', keys: ['ctrl-l'], shown: 'Ctrl-L', group: 'look', help: 'draw the whole screen again' },
  { action: 'pause', keys: ['space'], shown: 'space', group: 'time', short: 'pause', help: 'hold the picture; data is still collected' },
  { action: 'scrub-back', keys: [','], shown: ',', group: 'time', help: 'look one minute earlier' },
  { action: 'scrub-on', keys: ['.'], shown: '.', group: 'time', help: 'look one minute later' },
  { action: 'scrub-far-back', keys: ['<'], shown: '<', group: 'time', help: 'look 15 minutes earlier' },
  { action: 'scrub-far-on', keys: ['>'], shown: '>', group: 'time', help: 'look 15 minutes later' },
  { action: 'live', keys: ['0', 'end'], shown: '0 End', group: 'time', help: 'back to now' },
  {
    action: 'moment-before',
    keys: ['{'],
    shown: '{',
    group: 'time',
    help: 'the moment before: a deploy, a gap, a kill, a change of verdict, an alert',
  },
  { action: 'moment-after', keys: ['}'], shown: '}', group: 'time', help: 'the moment after' },
  { action: 'alert-moment', keys: ['a'], shown: 'a', group: 'time', short: 'alert', help: 'look at the moment of the alert' },
  { action: 'bookmark', keys: ['m'], shown: 'm', group: 'time', help: 'keep this view as a bookmark' },
  { action: 'bookmarks', keys: ["'"], shown: "'", group: 'time', help: 'the bookmarks' },
  { action: 'mark-alert', keys: ['!'], shown: '!', group: 'incident clock', help: 'an alert came: starts the clock' },
  { action: 'mark-ack', keys: ['K'], shown: 'K', group: 'incident clock', help: 'somebody has taken it' },
  { action: 'mark-hypothesis', keys: ['h'], shown: 'h', group: 'incident clock', help: 'what it might be' },
  { action: 'mark-refute', keys: ['x'], shown: 'x', group: 'incident clock', help: 'it is not that' },
  {
    action: 'mark-confirm',
    keys: ['c'],
    shown: 'c',
    group: 'incident clock',
    short: 'confirm',
    help: 'confirm the root cause with a proof; ↑ ↓ choose which, the last asks for another',
  },
  { action: 'mark-note', keys: ['n'], shown: 'n', group: 'incident clock', help: 'a note on the timeline' },
  { action: 'mark-mitigated', keys: ['M'], shown: 'M', group: 'incident clock', help: 'users are no longer hurt' },
  { action: 'mark-recovered', keys: ['R'], shown: 'R', group: 'incident clock', help: 'all is as it was: stops the clock' },
  {
    action: 'copy',
    keys: ['y'],
    shown: 'y',
    group: 'take along',
    short: 'copy',
    help: 'copy the finding as Markdown (OSC 52; a file where that is refused)',
  },
  { action: 'export', keys: ['e'], shown: 'e', group: 'take along', help: 'write this view to a file: md, json, html, txt' },
  {
    action: 'quit',
    keys: ['q', 'ctrl-c'],
    shown: 'q',
    group: 'leave',
    short: 'quit',
    help: 'leave (also Ctrl-C); the terminal is as it was before',
  },
  { action: 'quit-and-show', keys: ['Q'], shown: 'Q', group: 'leave', help: 'leave, and this screen stays in the scrollback' },
];

/** @returns what the key does on this screen; undefined when nothing */
export function actionOf(key: string, screen: ScreenId): string | undefined {
  return KEYS.find((row) => row.keys.includes(key) && (row.screens === undefined || row.screens.includes(screen)))?.action;
}

/** The keys that work on a screen, in the order of the table. */
export function keysOn(screen: ScreenId): readonly KeyRow[] {
  return KEYS.filter(({ screens }) => screens === undefined || screens.includes(screen));
}
