/**
 * The head of an OTLP request of the ordinary form, read strictly: whatever is unusual in it is not judged here.
 *
 * Source: RFC 9112 (HTTP/1.1), sections 3 (request line), 5 (field syntax) and 6 (message body), RFC 9110, section 5.6.2 (token).
 */
import type { OtlpEncoding, OtlpSignal } from '../read/otlp-request.ts';
import { encodingOf, SIGNALS } from './otlp-intake.ts';

export interface RequestHead {
  readonly signal: OtlpSignal;
  readonly encoding: OtlpEncoding;
  /** The header; undefined where there is none. */
  readonly contentEncoding: string | undefined;
  readonly contentLength: number;
  /** The sender asked for the connection to be closed behind the answer. */
  readonly isLast: boolean;
  /** Of the head itself, with the blank line behind it. */
  readonly byteCount: number;
}

/** @returns undefined for a head that is not whole, or of any other form */
export function readRequestHead(bytes: Buffer): RequestHead | undefined {
  const end = bytes.indexOf(BLANK_LINE);
  if (end < 0 || end > LONGEST) return undefined;
  const [requestLine, ...lines] = bytes.toString('latin1', 0, end).split('\r\n');
  const signal = SIGNAL_OF_LINE.get(requestLine!);
  if (signal === undefined) return undefined;
  let contentType: string | undefined;
  let contentEncoding: string | undefined;
  let contentLength: string | undefined;
  let hostCount = 0;
  let isLast = false;
  for (const line of lines) {
    if (!FIELD.test(line)) return undefined;
    const colon = line.indexOf(':');
    const value = line.slice(colon + 1).trim();
    switch (line.slice(0, colon).toLowerCase()) {
      case 'content-type':
        if (contentType !== undefined) return undefined;
        contentType = value;
        break;
      case 'content-encoding':
        if (contentEncoding !== undefined) return undefined;
        contentEncoding = value;
        break;
      case 'content-length':
        if (contentLength !== undefined || !/^\d{1,9}$/.test(value)) return undefined;
        contentLength = value;
        break;
      case 'host':
        hostCount++;
        break;
      case 'connection': {
        const asked = value.toLowerCase();
        if (asked !== 'keep-alive' && asked !== 'close') return undefined;
        isLast ||= asked === 'close';
        break;
      }
      case 'transfer-encoding':
      case 'expect':
      case 'upgrade':
      case 'trailer':
        return undefined;
      default:
        break;
    }
  }
  const encoding = encodingOf(contentType);
  if (encoding === undefined || contentLength === undefined || hostCount !== 1) return undefined;
  return { signal, encoding, contentEncoding, contentLength: Number(contentLength), isLast, byteCount: end + BLANK_LINE.length };
}

const BLANK_LINE = Buffer.from('\r\n\r\n');
const SIGNAL_OF_LINE: ReadonlyMap<string, OtlpSignal> = new Map([...SIGNALS].map(([path, signal]) => [`POST ${path} HTTP/1.1`, signal]));
/** A token, a colon, and a value of printable characters: nothing that two readers could understand in two ways. */
const FIELD = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\x20-\x7e\t]*$/;
/** Heads of SDKs have some 300 bytes; `node:http` takes 16 KiB. */
const LONGEST = 8192;
