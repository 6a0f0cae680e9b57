/**
 * The line behind a number: read again from the file at its byte offset, redacted, for `explain --raw`.
 *
 * Offsets count bytes of the unpacked file, so a gzip is unpacked from its beginning and thrown away up to there.
 */
import { closeSync, createReadStream, openSync, readSync } from 'node:fs';
import { createGunzip } from 'node:zlib';
import type { EvidenceReference } from '../diagnose/evidence-reference.ts';
import { redactLine } from '../parse/redact.ts';
import { printable } from './wording/printable.ts';

export type EvidenceLine =
  | { readonly kind: 'line'; readonly text: string; readonly isCut: boolean }
  | { readonly kind: 'unreadable'; readonly because: string };

export async function readEvidenceLine(evidence: EvidenceReference): Promise<EvidenceLine> {
  if (evidence.path === '-') return { kind: 'unreadable', because: 'standard input cannot be read again; save it to a file' };
  try {
    const bytes = isGzip(evidence.path)
      ? await unpackedBytes(evidence.path, evidence.byteOffset)
      : await storedBytes(evidence.path, evidence.byteOffset);
    if (bytes.length === 0) return { kind: 'unreadable', because: `${evidence.path} is shorter now; it has changed since` };
    const end = bytes.indexOf(NEWLINE);
    const line = bytes.subarray(0, end < 0 ? bytes.length : end).toString('utf8');
    // Redacted before it is cut: half a token would not be known as one.
    const text = printable(redactLine(line)).trim();
    return {
      kind: 'line',
      text: text.slice(0, SHOWN_CHARACTERS),
      isCut: text.length > SHOWN_CHARACTERS || (end < 0 && bytes.length === READ_BYTES),
    };
  } catch (error) {
    return { kind: 'unreadable', because: (error as Error).message };
  }
}

/** Enough for the longest platform line and the head of a stack; a whole JSON file on one line is not. */
const READ_BYTES = 16_384;
const SHOWN_CHARACTERS = 2_000;
const NEWLINE = 0x0a;

function isGzip(path: string): boolean {
  const descriptor = openSync(path, 'r');
  try {
    const head = Buffer.alloc(2);
    return readSync(descriptor, head, 0, 2, 0) === 2 && head[0] === 0x1f && head[1] === 0x8b;
  } finally {
    closeSync(descriptor);
  }
}

async function storedBytes(path: string, offset: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of createReadStream(path, { start: offset, end: offset + READ_BYTES - 1 })) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

async function unpackedBytes(path: string, offset: number): Promise<Buffer> {
  const source = createReadStream(path);
  const gunzip = createGunzip();
  source.on('error', (error) => gunzip.destroy(error));
  source.pipe(gunzip);
  const wanted: Buffer[] = [];
  let passed = 0;
  let held = 0;
  try {
    for await (const chunk of gunzip) {
      const bytes = chunk as Buffer;
      const from = Math.max(0, offset - passed);
      passed += bytes.length;
      if (from >= bytes.length) continue;
      const piece = bytes.subarray(from, from + READ_BYTES - held);
      wanted.push(Buffer.from(piece));
      held += piece.length;
      if (held >= READ_BYTES) break;
    }
  } catch (error) {
    // A truncated file still shows what came before its end.
    if (held === 0) throw error;
  } finally {
    source.destroy();
  }
  return Buffer.concat(wanted);
}
