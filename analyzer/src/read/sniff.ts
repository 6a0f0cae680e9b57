/**
 * Decides what a file is from its first bytes, after inflating: the shape to read it as, or why not to.
 *
 * Its name is never asked: people save anything as `logs.txt`.
 */
import { consoleCsvColumns } from './console-csv.ts';
import { type CsvRow, CsvRows } from './csv-rows.ts';
import { GrowingBytes } from './growing-bytes.ts';
import {
  aggregated,
  EXPECTED,
  isAggregate,
  isReadableQuery,
  listed,
  NEXT_UNKNOWN,
  quoted,
  refused,
  type SniffResult,
  sniffJson,
} from './sniff-json.ts';
import { isPlainlyS3Export, sniffText } from './sniff-text.ts';
import { ESCAPE, stripAnsi } from './strip-ansi.ts';

export type { SniffResult } from './sniff-json.ts';

/** So many bytes decide; more are not looked at. */
export const SNIFF_BYTES = 65_536;

/**
 * @param head  the first 64 KiB of the inflated file, or all of it when it is shorter
 * @param path  for the commands that are offered
 */
export function sniff(head: Buffer, path: string): SniffResult {
  if (head.length === 0) return empty('a file without a byte', path);
  const bytes = head.length > SNIFF_BYTES ? head.subarray(0, SNIFF_BYTES) : head;
  if (isPlainlyS3Export(bytes)) return { kind: 'shape', shape: 's3-export', because: 'its lines begin with a time in UTC and one blank' };
  const binary = binaryForm(bytes);
  if (binary !== undefined)
    return {
      kind: 'refused',
      code: 'READ_BINARY',
      expected: 'text, or text in gzip',
      found: binary.found,
      next: binary.next(quoted(path)),
    };

  const text = withoutDress(bytes);
  if (text.length === 0) return empty('only blank lines', path);
  const page = pageForm(text);
  if (page !== undefined) return { kind: 'refused', code: 'READ_HTML', expected: EXPECTED, found: page, next: NEXT_FOR_PAGE };

  const first = text[0];
  if (first === 0x7b || first === 0x5b) {
    const json = sniffJson(text.toString('utf8'), path);
    if (json !== undefined) return json;
  }
  return sniffCsv(text) ?? sniffBase64(text, path) ?? { kind: 'shape', ...sniffText(text) };
}

const NEXT_FOR_PAGE =
  'A login or an error page was saved in place of the log; download it again, signed in, or fetch it: aws logs filter-log-events --log-group-name NAME > events.json';

function empty(found: string, path: string): SniffResult {
  return refused('READ_EMPTY', found, `If it should hold a log, fetch it again and look at its size: ls -l ${quoted(path)}`);
}

interface BinaryForm {
  readonly found: string;
  readonly next: (path: string) => string;
}

function binaryForm(bytes: Buffer): BinaryForm | undefined {
  for (const { magic, found, next } of MAGICS) {
    if (bytes.length >= magic.length && bytes.subarray(0, magic.length).equals(magic)) return { found, next };
  }
  // Text without a byte order mark that PowerShell or a database wrote: every second byte is zero.
  const looked = Math.min(bytes.length, LOOKED_AT_BYTES);
  let odd = 0;
  let zeros = 0;
  for (let at = 0; at < looked; at++) {
    const byte = bytes[at];
    if (byte === 0) zeros++;
    if ((byte < 0x20 && !(byte >= 0x08 && byte <= 0x0d) && byte !== ESCAPE) || byte === 0x7f) odd++;
    else if (byte >= 0x80) {
      const length = utf8Length(bytes, at, bytes.length);
      if (length === 0) odd++;
      else at += length - 1;
    }
  }
  if (looked >= 4 && zeros * 5 > looked * 2 && (bytes[0] === 0 || bytes[1] === 0)) return UTF_16;
  // Latin-1 text, or a log with a few raw bytes in it, stays below; a picture or a compressed file is far above.
  return odd * 10 > looked ? { found: 'binary data', next: (path) => `See what it is: file ${path}` } : undefined;
}

const UTF_16: BinaryForm = {
  found: 'text in UTF-16, as PowerShell writes it with >',
  next: (path) => `Convert it: iconv -f UTF-16 -t UTF-8 ${path} | nightlight analyze -`,
};

const MAGICS: readonly (BinaryForm & { readonly magic: Buffer })[] = [
  { magic: Buffer.from([0xff, 0xfe]), ...UTF_16 },
  { magic: Buffer.from([0xfe, 0xff]), ...UTF_16 },
  {
    magic: Buffer.from([0x1f, 0x8b]),
    found: 'gzip inside gzip',
    next: (path) => `Unpack it once: gunzip -c ${path} | nightlight analyze -`,
  },
  {
    magic: Buffer.from('PK\x03\x04'),
    found: 'a zip archive (or a spreadsheet)',
    next: (path) => `Unpack it, then name the folder: unzip -d logs ${path}`,
  },
  { magic: Buffer.from('PAR1'), found: 'a Parquet file', next: () => 'Parquet is not read; give the export it was made from.' },
  {
    magic: Buffer.from([0x28, 0xb5, 0x2f, 0xfd]),
    found: 'zstd data',
    next: (path) => `Unpack it: zstd -dc ${path} | nightlight analyze -`,
  },
  { magic: Buffer.from('BZh'), found: 'bzip2 data', next: (path) => `Unpack it: bzip2 -dc ${path} | nightlight analyze -` },
  {
    magic: Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]),
    found: 'xz data',
    next: (path) => `Unpack it: xz -dc ${path} | nightlight analyze -`,
  },
  { magic: Buffer.from('%PDF-'), found: 'a PDF', next: () => 'Save the log as text or CSV.' },
];

const LOOKED_AT_BYTES = 16_384;

/** Length of the UTF-8 character at `at`; 0 when there is none. One that the end cuts off counts as whole. */
function utf8Length(bytes: Buffer, at: number, to: number): number {
  const byte = bytes[at];
  const length = byte >= 0xf0 && byte <= 0xf4 ? 4 : byte >= 0xe0 && byte < 0xf0 ? 3 : byte >= 0xc2 && byte < 0xe0 ? 2 : 0;
  for (let next = at + 1; next < Math.min(to, at + length); next++) {
    if ((bytes[next] & 0xc0) !== 0x80) return 0;
  }
  return length;
}

/** Without byte order mark, colours and leading blank lines. */
function withoutDress(bytes: Buffer): Buffer {
  let text = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
  if (text.includes(ESCAPE)) {
    const plain = new GrowingBytes();
    stripAnsi(text, 0, text.length, plain);
    text = plain.bytes.subarray(0, plain.length);
  }
  let from = 0;
  let at = 0;
  // Only whole blank lines go: blanks before a line's text say that it continues another.
  while (at < text.length && (text[at] === 0x20 || text[at] === 0x09 || text[at] === 0x0d || text[at] === 0x0a)) {
    at++;
    if (text[at - 1] === 0x0a) from = at;
  }
  if (at === text.length) return text.subarray(at);
  return text[at] === 0x7b || text[at] === 0x5b || text[at] === 0x3c ? text.subarray(at) : text.subarray(from);
}

function pageForm(text: Buffer): string | undefined {
  if (text[0] !== 0x3c) return undefined;
  const start = text.toString('latin1', 0, 400).toLowerCase();
  if (/^<!doctype html|^<(html|head|body|script|title)[\s>]|<html[\s>]/.test(start)) return 'an HTML page';
  return start.startsWith('<?xml') || /^<error>/.test(start) ? 'an XML page, as S3 answers when it refuses' : undefined;
}

function sniffCsv(text: Buffer): SniffResult | undefined {
  const [header, second] = firstRows(text);
  if (header === undefined || header.length < 1) return undefined;
  if (consoleCsvColumns(header) !== undefined)
    return { kind: 'shape', shape: 'console-csv', because: 'its header has timestamp and message' };
  if (header.some((name) => /^@[A-Za-z]\w*$/.test(name)) && header.every((name) => name.length <= LONGEST_COLUMN)) {
    return isReadableQuery(header)
      ? { kind: 'shape', shape: 'insights-csv', because: 'its header has fields of Logs Insights' }
      : aggregated(header);
  }
  if (header.length < 2) return undefined;
  if (header.some(isAggregate)) return aggregated(header);
  if (/^\d{13}$/.test(header[0])) return { kind: 'shape', shape: 'console-csv', because: 'its rows begin with a time in milliseconds' };
  const isHeader = header.every((name) => /^[A-Za-z][\w .()/-]{0,39}$/.test(name));
  if (!isHeader || second === undefined || second.length !== header.length) return undefined;
  return refused('READ_UNKNOWN_SHAPE', `a CSV with the columns ${listed(header)}`, NEXT_UNKNOWN);
}

const LONGEST_COLUMN = 255;

function firstRows(text: Buffer): string[][] {
  const rows: string[][] = [];
  const reader = new CsvRows({
    row(row) {
      if (rows.length < 2) rows.push(fieldsOf(row));
    },
    broken() {},
    tooLong() {},
  });
  reader.push(text.length > LOOKED_AT_BYTES ? text.subarray(0, LOOKED_AT_BYTES) : text);
  // A row that is cut off has not all of its columns, unless it is the file's only one.
  if (rows.length === 0) reader.end();
  return rows;
}

function fieldsOf(row: CsvRow): string[] {
  return Array.from({ length: Math.min(row.fieldCount, 64) }, (_, field) => row.text(field));
}

/** Text that has to be decoded first: the LogResult of an invocation, a record of Kinesis. */
function sniffBase64(text: Buffer, path: string): SniffResult | undefined {
  const start = text.toString('latin1', 0, 4096).trimEnd();
  if (start.length < 40 || !/^["']?[A-Za-z0-9+/\r\n]+={0,2}["']?$/.test(start) || !/[A-Z]/.test(start) || !/[a-z]/.test(start))
    return undefined;
  const decoded = Buffer.from(start.replace(/^["']/, ''), 'base64');
  const isGzip = decoded[0] === 0x1f && decoded[1] === 0x8b;
  if (!isGzip && !decoded.includes('RequestId')) return undefined;
  return refused(
    'READ_UNKNOWN_SHAPE',
    isGzip ? 'gzip written in base64' : 'a log written in base64',
    `Decode it: base64 -d ${quoted(path)} | nightlight analyze -`,
  );
}
