/**
 * Reads what Python's logging becomes in Lambda's text format: `[LEVEL] <tab> ISO time <tab> request id <tab> message`,
 * and what the runtime client itself prints when the handler raised: `[ERROR] ValueError: … Traceback …`.
 */
import type { ApplicationLine } from './application-line.ts';
import { parseObject, readObject } from './json-line.ts';
import { readLevel } from './log-level.ts';
import { readErrorHead, readPrintedErrors } from './printed-errors.ts';
import { shownMessage } from './shown-message.ts';

/** @returns undefined when the line is not in this form */
export function readPythonText(text: string): ApplicationLine | undefined {
  const logged = LOGGED.exec(text);
  if (logged !== null) {
    const [whole, levelWord, printedAt, id] = logged;
    const body = text.slice(whole.length);
    const level = readLevel(levelWord);
    const requestId = id === '' ? undefined : id;
    const printedAtMs = Date.parse(printedAt!);
    const object = body.startsWith('{') ? parseObject(body) : undefined;
    if (object !== undefined) {
      const line = readObject(object, body);
      return { ...line, level: line.level ?? level, requestId: requestId ?? line.requestId, printedAtMs };
    }
    const message = shownMessage(body);
    return { ...NOTHING_ELSE, level, requestId, printedAtMs, message, errors: readPrintedErrors(message), thrownToRuntime: false };
  }

  const raised = RAISED.exec(text);
  if (raised === null) return undefined;
  const message = shownMessage(text.slice(raised[0].length));
  const traced = readPrintedErrors(message);
  const head = traced.length > 0 ? undefined : readErrorHead(message);
  const errors = head === undefined ? traced : [head];
  return {
    ...NOTHING_ELSE,
    level: readLevel(raised[1]),
    requestId: undefined,
    printedAtMs: undefined,
    message,
    errors,
    // Only the runtime client prints a level without a time.
    thrownToRuntime: errors.length > 0,
  };
}

const LOGGED = /^\[([A-Z]{3,9})\]\t(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z)\t([\w-]{0,128})\t/;
const RAISED = /^\[(ERROR|CRITICAL|FATAL)\] (?=[A-Za-z_])/;

const NOTHING_ELSE = { dialect: 'python-text', coldStart: undefined, functionName: undefined, memorySizeMb: undefined } as const;
