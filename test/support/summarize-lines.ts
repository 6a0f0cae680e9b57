/** Lines in, a summary out, all in memory: parser, assembler and store as one thread wires them behind a reader. */
import { Assembler } from '../../analyzer/src/assemble/index.ts';
import { EventParser } from '../../analyzer/src/parse/event-parser.ts';
import { emptyFile } from '../../analyzer/src/store/empty-summary.ts';
import { duplicatesOf } from '../../analyzer/src/store/item-keys.ts';
import { joinRetries } from '../../analyzer/src/store/request-keys.ts';
import { settleOrder } from '../../analyzer/src/store/settle-order.ts';
import { Summarizer } from '../../analyzer/src/store/summarizer.ts';
import type { Summary } from '../../analyzer/src/store/summary.ts';
import type { LoggedLine } from './assemble-lines.ts';

export interface SharedOrigin {
  readonly functionName?: string;
  /** A long-running service, as OTLP tells of one. */
  readonly isProcess?: true;
}

/** @param origin  what the envelope names beside the stream */
export function summarizeLines(lines: readonly LoggedLine[], origin: SharedOrigin = { functionName: 'checkout' }): Summary {
  const summarizer = new Summarizer();
  const parser: EventParser = new EventParser(summarizer, {}, () => assembler.consume());
  const assembler = new Assembler(parser, summarizer);
  summarizer.attach(parser);
  summarizer.summary.files.push(emptyFile('input'));
  parser.beginFile(0, 'input');
  let place = 0;
  for (const line of lines) {
    const bytes = Buffer.from(line.text);
    const stream = parser.stream({
      ...origin,
      ...(line.functionName !== undefined && { functionName: line.functionName }),
      ...(line.stream !== undefined && { logStream: line.stream }),
    });
    parser.event(stream, line.atMs, bytes, 0, bytes.length, place);
    place += bytes.length;
  }
  assembler.finish();
  summarizer.closeStreams();
  summarizer.close();
  const { summary } = summarizer;
  for (const [name, keys] of summarizer.requestKeys) summary.retries.set(name, joinRetries([keys.words()]));
  for (const [name, keys] of summarizer.itemKeys) summary.duplicates.set(name, duplicatesOf([keys.words()]));
  settleOrder(summary);
  return summary;
}
