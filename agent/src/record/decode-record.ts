/**
 * Reads one record line, whichever kind it is.
 *
 * The agent never decodes the lines it writes; keeping this apart from the encoders keeps it out of the user's process.
 */
import { type DeathRecord, deathLayout } from './death-record.ts';
import { type InitRecord, initLayout } from './init-record.ts';
import { type InvocationRecord, invocationLayout } from './invocation-record.ts';
import { type LeakRecord, leakLayout } from './leak-record.ts';
import { type MarkRecord, markLayout } from './mark-record.ts';
import { type NoteRecord, noteLayout } from './note-record.ts';
import { majorOf, RECORD_MAJOR } from './prefix.ts';
import { type SummaryRecord, summaryLayout } from './summary-record.ts';
import { type WindowRecord, windowLayout } from './window-record.ts';

export type AgentRecord = InitRecord | InvocationRecord | DeathRecord | WindowRecord | SummaryRecord | MarkRecord | LeakRecord | NoteRecord;

export type DecodedRecord =
  | { readonly kind: 'record'; readonly record: AgentRecord }
  /** Written by a newer Nightlight, in a way that this one must not guess at. */
  | { readonly kind: 'newer-version'; readonly major: number }
  | { readonly kind: 'not-a-record' }
  /** `because` names keys and forms, never content. */
  | { readonly kind: 'broken'; readonly because: string };

/** @param text  one line, with or without its newline */
export function decodeRecord(text: string): DecodedRecord {
  const major = majorOf(text);
  if (major === undefined) return { kind: 'not-a-record' };
  if (major !== RECORD_MAJOR) return { kind: 'newer-version', major };

  let line: Readonly<Record<string, unknown>>;
  try {
    // Every text with the prefix that parses at all is an object.
    line = JSON.parse(text);
  } catch {
    return { kind: 'broken', because: `expected one line of JSON, found ${text.length} characters that end or break in the middle` };
  }
  if (typeof line.k !== 'string') return { kind: 'broken', because: '"k" (kind) is missing' };
  const layout = LAYOUTS.get(line.k);
  if (layout === undefined) {
    return {
      kind: 'broken',
      because: `"k" (kind): expected one of ${[...LAYOUTS.keys()].join(', ')}; a newer minor version may know more`,
    };
  }
  const reading = layout.decode(line);
  return 'record' in reading ? { kind: 'record', record: reading.record } : { kind: 'broken', because: reading.because };
}

const LAYOUTS = new Map(
  [initLayout, invocationLayout, deathLayout, windowLayout, summaryLayout, markLayout, leakLayout, noteLayout].map((layout) => [
    layout.word,
    layout,
  ]),
);
