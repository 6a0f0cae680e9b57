/** What lies over a screen for a moment: the keys, the palette, the bookmarks; as rows, whoever draws the box. */
import { momentText } from './clock-text.ts';
import { KEY_GROUPS, keysOn } from './keys.ts';
import { paletteEntries } from './palette.ts';
import type { ScreenId } from './screen.ts';
import type { Overlay, ShellState } from './shell-state.ts';

export interface OverlayView {
  readonly title: string;
  /** What is typed, where something is. */
  readonly input?: { readonly before: string; readonly behind: string };
  readonly rows: readonly OverlayRow[];
  readonly hint: string;
}

export interface OverlayRow {
  readonly left: string;
  readonly text: string;
  readonly kind: 'head' | 'row' | 'chosen';
}

/** @param room  rows that fit */
export function overlayView(overlay: Overlay, state: ShellState, screens: readonly ScreenId[], nowMs: number, room: number): OverlayView {
  switch (overlay.kind) {
    case 'help': {
      const rows = helpRows(state.screen);
      const from = Math.max(0, Math.min(overlay.scroll, rows.length - room));
      const more = rows.length > room ? '↑ ↓ for more, any other key closes' : 'any key closes';
      return { title: 'Keys', rows: rows.slice(from, from + room), hint: more };
    }
    case 'palette': {
      const entries = paletteEntries(overlay.edit.text, screens, state.screen);
      const characters = [...overlay.edit.text];
      return {
        title: 'Commands',
        input: { before: characters.slice(0, overlay.edit.cursor).join(''), behind: characters.slice(overlay.edit.cursor).join('') },
        rows: around(
          entries.map(({ keys, name }, index) => ({ left: keys, text: name, kind: index === overlay.chosen ? 'chosen' : 'row' })),
          overlay.chosen,
          room,
        ),
        hint: entries.length === 0 ? 'no command is called so; esc closes' : 'enter runs, esc closes',
      };
    }
    case 'bookmarks':
      return {
        title: 'Bookmarks',
        rows: around(
          state.bookmarks.map(({ screen, selected, atMs }, index) => ({
            left: momentText(atMs, state.timeStyle, nowMs),
            text: selected === undefined ? screen : `${screen}: ${selected}`,
            kind: index === overlay.chosen ? 'chosen' : 'row',
          })),
          overlay.chosen,
          room,
        ),
        hint: 'enter goes there, esc closes',
      };
    default:
      return overlay satisfies never;
  }
}

function helpRows(screen: ScreenId): readonly OverlayRow[] {
  const keys = keysOn(screen);
  return KEY_GROUPS.flatMap((group) => {
    const rows = keys.filter((row) => row.group === group);
    if (rows.length === 0) return [];
    return [
      { left: group, text: '', kind: 'head' as const },
      ...rows.map(({ shown, help }) => ({ left: shown, text: help, kind: 'row' as const })),
    ];
  });
}

function around<Row>(rows: readonly Row[], chosen: number, room: number): readonly Row[] {
  const from = Math.max(0, Math.min(chosen - Math.floor(room / 2), rows.length - room));
  return rows.slice(from, from + room);
}
