/** A terminal that holds a screen: bytes in, cells out, so that tests compare what a person would see. */
import headless from '@xterm/headless';

export interface TerminalScreen {
  write(bytes: string): Promise<void>;
  resize(columns: number, rows: number): void;
  /** Rows as text, blanks at the end taken off. */
  lines(): string[];
  /** Each cell: its text, and what it looks like, equal for cells that look the same. */
  cells(): ScreenCell[][];
  readonly isSecondScreen: boolean;
  readonly title: string;
  dispose(): void;
}

export interface ScreenCell {
  readonly text: string;
  /** 0 for the second column of a wide letter. */
  readonly width: number;
  readonly foreground: string;
  readonly isBold: boolean;
  readonly isInverse: boolean;
}

export function terminalScreen(columns: number, rows: number): TerminalScreen {
  const terminal = new headless.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 100 });
  let title = '';
  terminal.onTitleChange((given) => {
    title = given;
  });
  const rowsOf = () => {
    const buffer = terminal.buffer.active;
    return Array.from({ length: terminal.rows }, (_, row) => buffer.getLine(buffer.baseY + row)!);
  };
  return {
    write: (bytes) => new Promise((written) => terminal.write(bytes, written)),
    resize: (newColumns, newRows) => terminal.resize(newColumns, newRows),
    lines: () => rowsOf().map((row) => row.translateToString(true).trimEnd()),
    cells: () =>
      rowsOf().map((row) =>
        Array.from({ length: terminal.cols }, (_, column) => {
          const cell = row.getCell(column)!;
          const mode = cell.isFgRGB() ? 'rgb' : cell.isFgPalette() ? 'palette' : 'default';
          return {
            text: cell.getChars() || ' ',
            width: cell.getWidth(),
            foreground:
              mode === 'rgb' ? `#${cell.getFgColor().toString(16).padStart(6, '0')}` : mode === 'palette' ? String(cell.getFgColor()) : '',
            isBold: cell.isBold() !== 0,
            isInverse: cell.isInverse() !== 0,
          };
        }),
      ),
    get isSecondScreen() {
      return terminal.buffer.active.type === 'alternate';
    },
    get title() {
      return title;
    },
    dispose: () => terminal.dispose(),
  };
}
