/**
 * Reads one HTTP/1.1 answer out of the bytes of a connection, as far as a client needs that only wants to know whether it
 * was understood: status, one header or two, a short text.
 *
 * Asked anew with each piece that comes. Answers of receivers are a few dozen bytes, so nothing is remembered in between.
 *
 * Source: RFC 9112, sections 4 (status line), 6.3 (length of a message), 7.1 (chunks), 9.3 (persistence).
 */
export type HttpAnswer =
  /** @member head  what it will be the answer of, once that is known */
  | { readonly kind: 'incomplete'; readonly head?: HttpHead }
  | { readonly kind: 'malformed' }
  | {
      readonly kind: 'complete';
      readonly head: HttpHead;
      readonly text: string;
      /** Whether another request may follow on the same connection. */
      readonly staysOpen: boolean;
    };

export interface HttpHead {
  readonly status: number;
  /** By name in lower case; of a repeated header the last one. */
  readonly headers: ReadonlyMap<string, string>;
}

/**
 * @param raw    all that came since the request, one character a byte
 * @param ended  nothing more will come
 */
export function readHttpAnswer(raw: string, ended: boolean): HttpAnswer {
  const headEnd = raw.indexOf(BLANK_LINE);
  if (headEnd < 0) return ended ? MALFORMED : INCOMPLETE;
  const [statusLine, ...fields] = raw.slice(0, headEnd).split('\r\n');
  const [, minor, digits] = /^HTTP\/1\.([01]) (\d{3})(?: |$)/.exec(statusLine!) ?? [];
  if (!digits) return MALFORMED;
  const status = Number(digits);
  const rest = raw.slice(headEnd + BLANK_LINE.length);
  // Told on the way; the answer itself comes after it.
  if (status < 200) return readHttpAnswer(rest, ended);
  const headers = new Map(fields.map(pairOf));
  const head = { status, headers };
  const body = bodyOf(head, rest, ended);
  if (body === undefined) return ended ? MALFORMED : { kind: 'incomplete', head };
  if (body === BROKEN) return MALFORMED;
  const staysOpen = minor === '1' && !ended && body.length === rest.length && !/\bclose\b/i.test(headers.get('connection') ?? '');
  return { kind: 'complete', head, text: body.text, staysOpen };
}

const INCOMPLETE: HttpAnswer = { kind: 'incomplete' };
const MALFORMED: HttpAnswer = { kind: 'malformed' };
const BLANK_LINE = '\r\n\r\n';
const BROKEN = Symbol('broken');

interface Body {
  readonly text: string;
  /** How much of the bytes it takes. */
  readonly length: number;
}

function pairOf(field: string): [name: string, value: string] {
  const colon = field.indexOf(':');
  return [field.slice(0, colon).toLowerCase(), field.slice(colon + 1).trim()];
}

/** @returns undefined while there is more to come */
function bodyOf({ status, headers }: HttpHead, rest: string, ended: boolean): Body | typeof BROKEN | undefined {
  if (status === 204 || status === 304) return { text: '', length: 0 };
  if (/\bchunked$/i.test(headers.get('transfer-encoding') ?? '')) return joinChunks(rest);
  const length = headers.get('content-length');
  if (length === undefined) return ended ? { text: rest, length: rest.length } : undefined;
  if (!/^\d{1,15}$/.test(length)) return BROKEN;
  return rest.length >= Number(length) ? { text: rest.slice(0, Number(length)), length: Number(length) } : undefined;
}

function joinChunks(rest: string): Body | typeof BROKEN | undefined {
  let text = '';
  let at = 0;
  for (;;) {
    const lineEnd = rest.indexOf('\r\n', at);
    if (lineEnd < 0) return undefined;
    const [, digits] = /^([\da-f]{1,8})[ \t]*(?:;|$)/i.exec(rest.slice(at, lineEnd)) ?? [];
    if (!digits) return BROKEN;
    const size = Number.parseInt(digits, 16);
    const from = lineEnd + 2;
    if (size === 0) {
      // Trailers, if any, and a blank line after the last one.
      const end = rest.indexOf(BLANK_LINE, lineEnd);
      return end < 0 ? undefined : { text, length: end + BLANK_LINE.length };
    }
    if (rest.length < from + size + 2) return undefined;
    text += rest.slice(from, from + size);
    at = from + size + 2;
  }
}
