/** The lines before and after one in a text file: what the program said around it. Redacted, and only of files whose events are lines. */
import { open } from 'node:fs/promises';
import { redactLine } from '../parse/redact.ts';
import type { Shape } from '../read/shape.ts';

export interface NeighbourLine {
  readonly byteOffset: number;
  readonly text: string;
}

/**
 * @param byteOffset  where the line in the middle begins
 * @returns the lines in order, that one among them; undefined where lines of the file are no events, or it cannot be read
 */
export async function linesAround(
  path: string,
  shape: Shape | undefined,
  byteOffset: number,
  around: number,
): Promise<readonly NeighbourLine[] | undefined> {
  if (shape === undefined || !LINE_SHAPES.has(shape)) return undefined;
  const file = await open(path, 'r').catch(() => undefined);
  if (file === undefined) return undefined;
  try {
    const from = Math.max(0, byteOffset - REACH_BYTES);
    const bytes = Buffer.alloc(byteOffset - from + REACH_BYTES);
    const { bytesRead } = await file.read(bytes, 0, bytes.length, from);
    if (bytesRead >= 2 && from === 0 && bytes[0] === 0x1f && bytes[1] === 0x8b) return undefined;
    const lines = split(bytes.subarray(0, bytesRead), from);
    const middle = lines.findIndex((line) => line.byteOffset === byteOffset);
    return middle < 0 ? undefined : lines.slice(Math.max(0, middle - around), middle + around + 1);
  } finally {
    await file.close();
  }
}

/** A screen of ordinary lines to either side. */
const REACH_BYTES = 65_536;
const SHOWN_CHARACTERS = 2_000;
const LINE_SHAPES: ReadonlySet<Shape> = new Set<Shape>([
  'logs-tail',
  'sam-logs',
  'serverless-logs',
  'plain-text',
  's3-export',
  'agent-lines',
  'json-lines',
  'telemetry',
]);

/** Without the first line where it is cut, and without blank ones. */
function split(bytes: Buffer, from: number): NeighbourLine[] {
  const lines: NeighbourLine[] = [];
  let start = from === 0 ? 0 : bytes.indexOf(NEWLINE) + 1;
  while (start < bytes.length) {
    const end = bytes.indexOf(NEWLINE, start);
    // Redacted before it is cut: half a token would not be known as one.
    const text = redactLine(bytes.toString('utf8', start, end < 0 ? bytes.length : end)).trimEnd();
    if (text !== '') lines.push({ byteOffset: from + start, text: text.slice(0, SHOWN_CHARACTERS) });
    if (end < 0) break;
    start = end + 1;
  }
  return lines;
}

const NEWLINE = 0x0a;
