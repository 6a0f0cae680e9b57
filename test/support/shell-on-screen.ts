/** The dashboard on an emulated terminal: keys go in as bytes, the screen comes out as rows. */
import { EventEmitter } from 'node:events';
import { paintsOf } from '../../tui/src/frame/theme.ts';
import { runShell, type ShellContent, type ShellEnd, type ShellSettings } from '../../tui/src/shell/run-shell.ts';
import { type TerminalScreen, terminalScreen } from './terminal-screen.ts';

export interface ShellOnScreen {
  readonly screen: TerminalScreen;
  readonly ended: Promise<ShellEnd>;
  /** Everything that was written to the terminal. */
  bytes(): string;
  press(...keys: readonly string[]): void;
  resize(columns: number, rows: number): void;
  /** Waits until the screen holds it; the test's own limit bounds the wait. */
  until(holds: string | RegExp | ((text: string) => boolean)): Promise<string>;
  readonly isRaw: () => boolean;
}

export function shellOnScreen(
  load: (tell: (opening: string) => void, leaving: AbortSignal) => Promise<ShellContent>,
  given: Partial<ShellSettings> & { readonly columns?: number; readonly rows?: number } = {},
): ShellOnScreen {
  const { columns = 80, rows = 24, ...settings } = given;
  const screen = terminalScreen(columns, rows);
  let bytes = '';
  let isRaw = false;
  let written = Promise.resolve();
  const stdout = Object.assign(new EventEmitter(), {
    columns,
    rows,
    write(chunk: string) {
      bytes += chunk;
      written = written.then(() => screen.write(chunk));
      return true;
    },
  });
  const stdin = Object.assign(new EventEmitter(), {
    isTTY: true,
    setRawMode(raw: boolean) {
      isRaw = raw;
    },
    resume() {},
    pause() {},
  });
  const ended = runShell(
    { stdin, stdout },
    {
      look: { paints: paintsOf('safe', 'full'), asciiOnly: false },
      glyphs: 'braille',
      framesPerSecond: 10,
      start: 'overview',
      nowMs: () => Date.UTC(2026, 10, 21, 2, 14, 7),
      opening: 'reading logs/',
      ...settings,
    },
    load,
  );
  // Whoever does not look at the end is not told of it.
  ended.catch(() => {});
  return {
    screen,
    ended,
    bytes: () => bytes,
    isRaw: () => isRaw,
    press(...keys) {
      for (const key of keys) stdin.emit('data', Buffer.from(key));
    },
    resize(newColumns, newRows) {
      screen.resize(newColumns, newRows);
      Object.assign(stdout, { columns: newColumns, rows: newRows });
      stdout.emit('resize');
    },
    async until(holds) {
      for (;;) {
        await written;
        const text = screen.lines().join('\n');
        if (typeof holds === 'string' ? text.includes(holds) : holds instanceof RegExp ? holds.test(text) : holds(text)) return text;
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    },
  };
}
