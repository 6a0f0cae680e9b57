/**
 * What one line that the application printed says of itself, whichever logger printed it.
 *
 * Only lines that matter come this far (errors, warnings, cold flags, embedded metrics, our own records): the
 * scanner has already counted and passed over the rest without making a string of them.
 */
import { readBareLine } from './bare-line.ts';
import { withoutControls } from './control-characters.ts';
import { readJsonLine } from './json-line.ts';
import { readNodeText } from './node-text.ts';
import { readPythonText } from './python-text.ts';

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal';

/** Which dialect the line was written in; `bare` is a line with no structure at all. */
export type Dialect = 'node-text' | 'python-text' | 'lambda-json' | 'powertools' | 'pino' | 'winston' | 'bunyan' | 'json' | 'bare';

/** One error of a chain. Text is redacted already. */
export interface ErrorFacts {
  /** `TypeError`, `Runtime.ImportModuleError`, `ProvisionedThroughputExceededException` …; `Error` when nothing is told. */
  readonly type: string;
  readonly message: string;
  /** `ECONNRESET`, `ERR_DLOPEN_FAILED` …, when the error carries one. */
  readonly code?: string;
  /** Stack frames without their "at ", first frame first, at most 20. */
  readonly stack: readonly string[];
}

export interface ApplicationLine {
  readonly dialect: Dialect;
  readonly level: LogLevel | undefined;
  /** The Lambda request id the line names; absent during init. */
  readonly requestId: string | undefined;
  /** When the program says it printed the line, UTC epoch ms. Never used to order events. */
  readonly printedAtMs: number | undefined;
  /** Redacted, control characters removed, at most 4,096 characters. */
  readonly message: string;
  /** The error and its causes, outermost first; empty when the line tells of none. */
  readonly errors: readonly ErrorFacts[];
  /** True when the runtime client printed it because the handler or init threw ("Invoke Error", "Uncaught Exception" …). */
  readonly thrownToRuntime: boolean;
  /** Powertools' own second flag: true on the first invocation of a sandbox. */
  readonly coldStart: boolean | undefined;
  readonly functionName: string | undefined;
  readonly memorySizeMb: number | undefined;
}

/**
 * @param text  one whole event, with its stack when it has one, without the envelope it came in
 * @returns what the line says; a line of no known form is `bare`, never an error
 */
export function parseApplicationLine(text: string): ApplicationLine {
  // Numbers and brackets at the start decide; a byte order mark or colour before them does not.
  const line = text.charCodeAt(0) > 0x20 && text.charCodeAt(0) < 0x7f ? text : withoutControls(text).trimStart();
  switch (line[0]) {
    case '{':
      return readJsonLine(line) ?? readBareLine(line);
    case '[':
      return readPythonText(line) ?? readBareLine(line);
    case '1':
    case '2':
      return readNodeText(line) ?? readBareLine(line);
    default:
      return readBareLine(line);
  }
}
