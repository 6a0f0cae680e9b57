/**
 * Turns rows into the bytes that change a terminal from what it shows to what it should show: only cells that differ, at
 * absolute positions, never erasing first. What the terminal shows is kept as two numbers a cell, so a frame allocates
 * next to nothing.
 *
 * Terminals disagree on how wide emoji and rare scripts are. Behind such a character the next cell is addressed anew and
 * written again, so a disagreement costs that one cell and never the row.
 */
import { displayWidth } from '@nightlight/analyzer/wording';
import { asciiTwin } from './ascii-twin.ts';
import type { Line } from './line.ts';
import { type Paints, PLAIN_NUMBER, styleNumber } from './theme.ts';

export interface PainterLook {
  readonly paints: Paints;
  readonly asciiOnly: boolean;
}

export interface Painter {
  readonly columns: number;
  readonly rows: number;
  /** The terminal was just cleared and has this size now. */
  cleared(columns: number, rows: number): void;
  /** Nobody knows what the terminal shows: everything is written again. */
  forget(): void;
  /**
   * @param lines  missing ones are blank, those too many are not shown
   * @returns control sequences and text; empty when nothing differs
   */
  paint(lines: readonly Line[]): string;
}

export function createPainter(size: { readonly columns: number; readonly rows: number }, look: PainterLook): Painter {
  let { columns, rows } = size;
  let shownCodes = new Uint32Array(0);
  let shownStyles = new Uint8Array(0);
  let shownLines: (Line | undefined)[] = [];
  let codes = new Uint32Array(0);
  let styles = new Uint8Array(0);
  const clusters = createClusters();

  function cleared(newColumns: number, newRows: number): void {
    columns = Math.max(1, newColumns);
    rows = Math.max(1, newRows);
    shownCodes = new Uint32Array(columns * rows).fill(SPACE);
    shownStyles = new Uint8Array(columns * rows);
    shownLines = new Array(rows).fill(undefined);
    codes = new Uint32Array(columns);
    styles = new Uint8Array(columns);
  }

  function forget(): void {
    shownCodes.fill(UNKNOWN);
    shownLines.fill(undefined);
  }

  function paint(lines: readonly Line[]): string {
    if (clusters.isFull()) {
      clusters.clear();
      forget();
    }
    const pen = createPen(look.paints, clusters);
    for (let row = 0; row < rows; row++) {
      const given = lines[row];
      // The same object is the same row: whoever builds rows may keep those that did not change.
      if (given !== undefined && given === shownLines[row]) continue;
      shownLines[row] = given;
      fillRow(given ?? [], codes, styles, columns, look.asciiOnly, clusters);
      paintRow(pen, row);
    }
    return pen.end();
  }

  function paintRow(pen: Pen, row: number): void {
    const base = row * columns;
    let blankFrom = columns;
    while (blankFrom > 0 && codes[blankFrom - 1] === SPACE && styles[blankFrom - 1] === PLAIN_NUMBER) blankFrom--;
    // A cell that must be written although it seems right.
    let doubtful = -1;
    for (let column = 0; column < columns; column++) {
      const at = base + column;
      if (codes[column] === shownCodes[at] && styles[column] === shownStyles[at] && column !== doubtful) continue;
      if (column >= blankFrom && changedFrom(column, base) > ERASE_WORTH) {
        pen.eraseFrom(row, column);
        break;
      }
      // A terminal draws a wide letter at its first column only.
      if (codes[column] === CONTINUED) continue;
      const isSafe = pen.write(row, column, codes, styles);
      if (!isSafe) doubtful = column + (codes[column + 1] === CONTINUED ? 2 : 1);
    }
    shownCodes.set(codes, base);
    shownStyles.set(styles, base);
  }

  function changedFrom(from: number, base: number): number {
    let changed = 0;
    for (let column = from; column < columns; column++) {
      if (codes[column] !== shownCodes[base + column] || styles[column] !== shownStyles[base + column]) changed++;
    }
    return changed;
  }

  cleared(columns, rows);
  return {
    get columns() {
      return columns;
    },
    get rows() {
      return rows;
    },
    cleared,
    forget,
    paint,
  };
}

/**
 * One row for a terminal that scrolls: no moves, colours where there are any, blanks at the end left out.
 *
 * @returns text without its line end
 */
export function rowBytes(given: Line, columns: number, look: PainterLook): string {
  const clusters = createClusters();
  const codes = new Uint32Array(columns);
  const styles = new Uint8Array(columns);
  fillRow(given, codes, styles, columns, look.asciiOnly, clusters);
  let end = columns;
  while (end > 0 && codes[end - 1] === SPACE && styles[end - 1] === PLAIN_NUMBER) end--;
  let bytes = '';
  let style = PLAIN_NUMBER;
  for (let column = 0; column < end; column++) {
    if (codes[column] === CONTINUED) continue;
    if (styles[column] !== style) {
      style = styles[column]!;
      bytes += look.paints[style];
    }
    bytes += clusters.text(codes[column]!);
  }
  return style === PLAIN_NUMBER ? bytes : bytes + look.paints[PLAIN_NUMBER];
}

const SPACE = 0x20;
/** The second column of a wide letter. */
const CONTINUED = 0;
const UNKNOWN = 0xffff_ffff;
/** Numbers above the last code point stand for a letter with accents. */
const FIRST_CLUSTER = 0x11_0000;
const MOST_CLUSTERS = 4096;
const MOST_ACCENTS = 3;
/** Erasing to the end of the row takes as many bytes as this many blanks. */
const ERASE_WORTH = 4;
/** Writing a few cells again is shorter than moving over them. */
const REWRITE_WORTH = 4;
/** Stands for a control character that somebody let through. */
const REPLACEMENT = 0xfffd;

interface Clusters {
  number(text: string): number;
  text(code: number): string;
  isFull(): boolean;
  clear(): void;
}

function createClusters(): Clusters {
  const numbers = new Map<string, number>();
  const texts: string[] = [];
  return {
    number(text) {
      let number = numbers.get(text);
      if (number === undefined) {
        // Beyond the bound only within one frame: the next one starts afresh.
        number = FIRST_CLUSTER + texts.push(text) - 1;
        numbers.set(text, number);
      }
      return number;
    },
    text: (code) => (code >= FIRST_CLUSTER ? (texts[code - FIRST_CLUSTER] ?? ' ') : String.fromCodePoint(code)),
    isFull: () => texts.length > MOST_CLUSTERS,
    clear() {
      numbers.clear();
      texts.length = 0;
    },
  };
}

function fillRow(given: Line, codes: Uint32Array, styles: Uint8Array, columns: number, asciiOnly: boolean, clusters: Clusters): void {
  let column = 0;
  let accents = 0;
  for (const { text, style, isSelected = false } of given) {
    const number = styleNumber(style, isSelected);
    for (let index = 0; index < text.length && column <= columns; index++) {
      let code = text.charCodeAt(index);
      if (code >= 0xd800 && code <= 0xdfff) {
        code = text.codePointAt(index)!;
        if (code > 0xffff) index++;
        else code = REPLACEMENT;
      } else if (isHostile(code)) code = REPLACEMENT;
      const width = widthOf(code);
      if (asciiOnly) code = asciiTwin(code);
      if (width === 0) {
        // An accent belongs to the letter before it; without one, it is not shown.
        const before = column > 0 && codes[column - 1] === CONTINUED ? column - 2 : column - 1;
        if (asciiOnly || before < 0 || ++accents > MOST_ACCENTS) continue;
        codes[before] = clusters.number(clusters.text(codes[before]!) + String.fromCodePoint(code));
        continue;
      }
      if (column >= columns) {
        column = columns + 1;
        break;
      }
      accents = 0;
      const fits = column + width <= columns;
      codes[column] = fits ? code : SPACE;
      // A blank has no colour, only a ground.
      styles[column] = codes[column] === SPACE && !isSelected ? PLAIN_NUMBER : number;
      column++;
      if (width === 2 && fits) {
        codes[column] = asciiOnly ? code : CONTINUED;
        styles[column] = number;
        column++;
      }
    }
  }
  if (column < columns) {
    codes.fill(SPACE, column);
    styles.fill(PLAIN_NUMBER, column);
  }
}

/** Controls, and what reorders or hides text. Everything was made printable before; this is the last door. */
function isHostile(code: number): boolean {
  if (code < 0x20 || (code >= 0x7f && code < 0xa0)) return true;
  if (code < 0x200b) return code === 0xad || code === 0x61c || code === 0x180e;
  return code <= 0x200f || (code >= 0x2028 && code <= 0x202e) || (code >= 0x2060 && code <= 0x206f) || code === 0xfeff;
}

function widthOf(code: number): number {
  if (isSafe(code)) return 1;
  return displayWidth(String.fromCodePoint(code));
}

/** Latin, and the arrows, boxes, blocks and braille that we draw with: one column wherever we looked. */
function isSafe(code: number): boolean {
  return code < 0x300 || (code >= 0x2100 && code <= 0x2bff) || (code >= 0x2010 && code < 0x20d0) || code === REPLACEMENT;
}

interface Pen {
  /** @returns whether the terminal surely stands right behind it now */
  write(row: number, column: number, codes: Uint32Array, styles: Uint8Array): boolean;
  eraseFrom(row: number, column: number): void;
  end(): string;
}

function createPen(paints: Paints, clusters: Clusters): Pen {
  let bytes = '';
  let atRow = -1;
  let atColumn = -1;
  let style = PLAIN_NUMBER;

  const use = (number: number) => {
    if (number === style) return;
    bytes += paints[number];
    style = number;
  };
  const moveTo = (row: number, column: number) => {
    if (row === atRow && column === atColumn) return;
    if (row === atRow && atColumn >= 0 && column > atColumn) bytes += column === atColumn + 1 ? '\u001b[C' : `\u001b[${column - atColumn}C`;
    else bytes += column === 0 ? `\u001b[${row + 1}H` : `\u001b[${row + 1};${column + 1}H`;
    atRow = row;
    atColumn = column;
  };
  const canRewrite = (row: number, column: number, codes: Uint32Array, styles: Uint8Array) => {
    if (row !== atRow || atColumn < 0 || column <= atColumn || column - atColumn > REWRITE_WORTH) return false;
    for (let each = atColumn; each < column; each++) {
      const code = codes[each]!;
      if (code === CONTINUED || !isSafe(code) || styles[each] !== style) return false;
    }
    return true;
  };
  return {
    write(row, column, codes, styles) {
      if (canRewrite(row, column, codes, styles)) {
        for (; atColumn < column; atColumn++) bytes += String.fromCharCode(codes[atColumn]!);
      } else moveTo(row, column);
      const code = codes[column]!;
      use(styles[column]!);
      if (isSafe(code)) {
        bytes += String.fromCharCode(code);
        // In the last column a terminal waits with wrapping, each in its own way.
        atColumn = column + 1 < codes.length ? column + 1 : -1;
        return true;
      }
      // Blanks first: whoever takes it for narrow would leave the old letter in the second column.
      // Behind the last column "two back" is counted from where the terminal waits with wrapping: the place is said anew.
      if (codes[column + 1] === CONTINUED) bytes += column + 2 < codes.length ? '  \u001b[2D' : `  \u001b[${row + 1};${column + 1}H`;
      bytes += clusters.text(code);
      atColumn = -1;
      return false;
    },
    eraseFrom(row, column) {
      moveTo(row, column);
      use(PLAIN_NUMBER);
      bytes += '\u001b[K';
    },
    end() {
      use(PLAIN_NUMBER);
      return bytes;
    },
  };
}
