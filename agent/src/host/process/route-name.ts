/**
 * A name for what a request asked, out of few: `GET /orders/:id`.
 *
 * Where no router tells its pattern, what looks like a value in the path is taken out. The query is never looked at:
 * names and tokens stand in it.
 */

/** @param url  as the request line has it */
export function pathOf(url: string): string {
  const query = url.indexOf('?');
  return query < 0 ? url : url.slice(0, query);
}

/** @returns the path with `:id` in place of numbers, UUIDs, dates, hashes, mail addresses and long tokens */
export function maskPath(path: string): string {
  // A proxy is asked for whole URLs, `OPTIONS *` for nothing; both say nothing of a route.
  if (path[0] !== '/') return '*';
  const segments = path.split('/', SEGMENTS_KEPT + 2);
  const kept = segments.slice(1, SEGMENTS_KEPT + 1).map(maskSegment);
  return `/${kept.join('/')}${segments.length > SEGMENTS_KEPT + 1 ? '/*' : ''}`;
}

function maskSegment(segment: string): string {
  if (!segment || VERSION.test(segment)) return segment;
  if (UNUSUAL.test(segment)) return ':id';
  const extension = EXTENSION.exec(segment)?.[0] ?? '';
  return isValue(segment.slice(0, segment.length - extension.length)) ? `:id${extension}` : segment;
}

function isValue(text: string): boolean {
  return text.length > LONGEST_WORD || NUMBER.test(text) || MANY_DIGITS.test(text) || HEX.test(text);
}

const SEGMENTS_KEPT = 6;
/** Words of routes are shorter, names of things that somebody uploaded are longer. */
const LONGEST_WORD = 32;
const VERSION = /^v\d{1,3}$/i;
const EXTENSION = /\.[a-z][a-z0-9]{0,4}$/i;
/** Escaped characters, mail addresses, lists, keys with a colon. */
const UNUSUAL = /[%@:;,=+~!]/;
/** 42, 2024-05-01, 10.0.0.1 */
const NUMBER = /^[\d._-]*\d[\d._-]*$/;
/** order-12345, 9f3k2m81 */
const MANY_DIGITS = /\d.*\d.*\d/;
const HEX = /^(?=.*\d)[\da-f-]{6,}$/i;
