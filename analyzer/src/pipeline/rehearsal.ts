/**
 * A few lines of every kind, run through a pipeline whose harvest nobody takes.
 *
 * The engine compiles the scanner for what it has seen so far. Without this the first timeout, the first cold start, the
 * first error of an export each throw a compiled function away and compile it again, on the very core that should be
 * reading (`node --trace-deopt`). Once is enough: four rounds left as much to be compiled again.
 */
import { Assembler } from '../assemble/index.ts';
import { EventParser } from '../parse/event-parser.ts';
import { openS3Export } from '../read/s3-export.ts';
import { Summarizer } from '../store/summarizer.ts';

export function rehearse(): void {
  const text = Buffer.from(script());
  const summarizer = new Summarizer();
  const parser: EventParser = new EventParser(summarizer, {}, () => assembler.consume());
  const assembler: Assembler = new Assembler(parser, summarizer);
  summarizer.attach(parser);
  for (let file = 0; file < STREAMS; file++) {
    parser.beginFile(file, 'rehearsal');
    const reader = openS3Export(parser, { path: 'rehearsal', logStream: `2026/01/01/[$LATEST]${file}`, functionName: 'rehearsal' });
    reader.push(text);
    reader.end();
    assembler.finish();
    summarizer.closeStreams();
  }
  summarizer.close();
}

/** What is done once in a stream is only known to the engine when a second one does it. */
const STREAMS = 3;

function script(): string {
  const lines: string[] = [];
  let second = 0;
  const at = () => `2026-01-01T00:${String(Math.floor(second / 60)).padStart(2, '0')}:${String(second++ % 60).padStart(2, '0')}.000Z`;
  const id = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
  const start = (n: number) => lines.push(`${at()} START RequestId: ${id(n)} Version: $LATEST`);
  const info = (n: number) => {
    lines.push(`${at()} 2026-01-01T00:00:00.000Z\t${id(n)}\tINFO\tordinary`);
    lines.push(`${at()} {"timestamp":"2026-01-01T00:00:00.000Z","level":"INFO","requestId":"${id(n)}","message":"ordinary"}`);
  };
  const error = (n: number) =>
    lines.push(
      `${at()} 2026-01-01T00:00:00.000Z\t${id(n)}\tERROR\tInvoke Error \t{"errorType":"E","errorMessage":"m${n}","stack":[]}`,
      '  at f (x.js:1:2)',
    );
  const end = (n: number, megabytes: number, more = '') => {
    lines.push(`${at()} END RequestId: ${id(n)}`);
    lines.push(
      `${at()} REPORT RequestId: ${id(n)}\tDuration: ${n}.25 ms\tBilled Duration: ${n + 1} ms\tMemory Size: 128 MB\tMax Memory Used: ${megabytes} MB${more}\t`,
    );
  };
  lines.push(`${at()} INIT_START Runtime Version: nodejs:22.v20\tRuntime Version ARN: arn:aws:lambda:x::runtime:0`);
  for (let n = 1; n <= 40; n++) {
    start(n);
    info(n);
    if (n % 5 === 0) error(n);
    if (n % 7 === 0) lines.push(`${at()} 2026-01-01T00:00:00.000Z ${id(n)} Task timed out after 3.00 seconds`, '');
    end(n, 60 + (n >> 2), n === 1 ? '\tInit Duration: 100.00 ms' : '');
    if (n % 9 === 0) lines.push(`${at()} 2026-01-01T00:00:00.000Z\t${id(n)}\tINFO\tlate`);
    if (n % 11 === 0) lines.push(`${at()} a bare line`);
  }
  // An export is cut anywhere: most files end among ordinary lines.
  start(41);
  info(41);
  info(41);
  return `${lines.join('\n')}\n`;
}
