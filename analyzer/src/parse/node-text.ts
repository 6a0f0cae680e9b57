/**
 * Reads what Node's console becomes in Lambda's text format: `ISO time <tab> request id <tab> LEVEL <tab> message`.
 *
 * The id is the word `undefined` during init. On standard output the runtime client writes newlines as carriage returns.
 * What the handler threw comes as `Invoke Error <tab> {json}`, with a space before the tab.
 * Source: aws/aws-lambda-nodejs-runtime-interface-client, src/LogPatch.js.
 */
import type { ApplicationLine } from './application-line.ts';
import { readError } from './error-facts.ts';
import { parseObject, readObject } from './json-line.ts';
import { readLevel } from './log-level.ts';
import { readErrorHead, readPrintedErrors } from './printed-errors.ts';
import { shownMessage } from './shown-message.ts';

/** @returns undefined when the line is not in this form */
export function readNodeText(text: string): ApplicationLine | undefined {
  const head = HEAD.exec(text);
  if (head === null) return undefined;
  const [whole, printedAt, id, levelWord] = head;
  const level = readLevel(levelWord);
  const printedAtMs = Date.parse(printedAt!);
  const requestId = id === 'undefined' ? undefined : id;
  const body = text.slice(whole.length);

  const thrown = THROWN.exec(body);
  const thrownJson = thrown === null ? undefined : parseObject(body.slice(thrown[0].length));
  if (thrown !== null) {
    const errors = thrownJson === undefined ? readBrokenJson(body) : readError(thrownJson);
    return {
      ...NOTHING_ELSE,
      level,
      requestId,
      printedAtMs,
      message: errors.length > 0 ? shownMessage(`${thrown[1]}: ${errors[0]!.type}: ${errors[0]!.message}`) : shownMessage(body),
      errors,
      thrownToRuntime: true,
    };
  }

  const logged = body.startsWith('{') ? parseObject(body) : undefined;
  if (logged !== undefined) {
    const line = readObject(logged, body);
    return { ...line, level: line.level ?? level, requestId: requestId ?? line.requestId, printedAtMs };
  }

  const message = shownMessage(body);
  let errors = message.includes('\n') ? readPrintedErrors(message) : [];
  if (errors.length === 0 && (level === 'error' || level === 'fatal')) {
    const one = readErrorHead(message);
    if (one !== undefined) errors = [one];
  }
  return { ...NOTHING_ELSE, level, requestId, printedAtMs, message, errors };
}

/** A line that was cut in the middle still names its error first. */
function readBrokenJson(body: string): ApplicationLine['errors'] {
  const type = /"errorType":\s?"([^"]{1,200})"/.exec(body)?.[1];
  const message = /"errorMessage":\s?"((?:[^"\\]|\\.){0,2000})/.exec(body)?.[1];
  return type === undefined && message === undefined ? [] : readError({ errorType: type, errorMessage: message ?? '' });
}

const HEAD = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z)\t([\w-]{1,128})\t([A-Z]{3,9})\t/;
const THROWN = /^(Invoke Error|Uncaught Exception|Unhandled Promise Rejection|Init Error)\s{0,4}\t\s{0,4}(?=\{)/;

const NOTHING_ELSE = {
  dialect: 'node-text',
  thrownToRuntime: false,
  coldStart: undefined,
  functionName: undefined,
  memorySizeMb: undefined,
} as const;
