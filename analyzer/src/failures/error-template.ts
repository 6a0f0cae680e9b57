/**
 * The template of an error's message. An error names things of the program (the property that was undefined, the status
 * that came back), which stay, where an ordinary line would print values.
 */
import { maskMessage } from '../parse/mask.ts';
import { unrenamed } from '../parse/stack-frames.ts';
import { LineScan } from './line-scan.ts';

/** @returns masked words with one blank between them, `VALUE` for what varies */
export function errorTemplate(message: string): string {
  SCAN.read(prepared(message));
  return SCAN.text().replace(KEPT_DIGITS, (digit) => String(digit.charCodeAt(0) - KEPT_ZERO));
}

/** The same text for the miner, whose masks must not take away what the first mask left on purpose. */
export function prepared(message: string): string {
  const line = tellingText(message).replace(CALLEE, (_, callee: string, what: string) => `${calleeName(callee)} is not ${what}`);
  return maskMessage(line.replace(BOUND, ''))
    .replace(QUOTED_NAME, '$2')
    .replace(/\d/g, (digit) => String.fromCharCode(KEPT_ZERO + Number(digit)))
    .replaceAll('#', '0');
}

/** Digits that a mask kept, an HTTP status for one, written so that the miner takes them for letters. */
export function shownDigits(text: string): string {
  return text.replace(KEPT_DIGITS, (digit) => String(digit.charCodeAt(0) - KEPT_ZERO));
}

/** The line that says what went wrong: mostly the first, behind a list of issues in JSON what they say, and behind "in:" the last. */
function tellingText(message: string): string {
  const trimmed = message.trim();
  if (trimmed.startsWith('[') || trimmed.startsWith('{')) {
    const issues = [...trimmed.matchAll(ISSUE)].map((issue) => issue[1]!);
    if (issues.length > 0) return [...new Set(issues)].sort().join('; ');
  }
  const end = trimmed.indexOf('\n');
  if (end < 0) return trimmed;
  const first = trimmed.slice(0, end).trimEnd();
  return UNFINISHED.test(first) ? `${first} ${trimmed.slice(trimmed.lastIndexOf('\n') + 1).trim()}` : first;
}

/** `order.items.map`, `(0 , import_db.query)` and `e.query`: of the expression only its last property survives a bundler. */
function calleeName(callee: string): string {
  const names = callee.match(/[A-Za-z_$][\w$]*/g) ?? [];
  const last = names.at(-1) ?? callee;
  return last.length <= 2 ? 'it' : unrenamed(last);
}

const ISSUE = /"message":\s*"((?:[^"\\]|\\.){1,200})"/g;
const UNFINISHED = /(?:[:,([{]| in| by| of| at)$/;
const SCAN = new LineScan();
const CALLEE = /^(.{1,200}?) is not (a function|a constructor|iterable|defined)/;
/** `of 'e.customer' as it is undefined`: the expression is the bundler's. */
const BOUND = / of '[\w$.()[\] ]{1,100}'(?= as it is )/;
const QUOTED_NAME = /(["'`])([^"'`\s]{1,100})\1/g;
/** Full-width digits: letters to every mask. */
const KEPT_ZERO = 0xff10;
const KEPT_DIGITS = /[\uff10-\uff19]/g;
