/**
 * Platform lines in text, read by a scan for known keys instead of one long expression.
 *
 * AWS has changed the order and the set of keys many times (Init Duration stands after Max Memory Used, Status after
 * it, X-Ray ids on a second physical line; people paste lines with literal `\t`), so every key is looked for where it
 * may stand, and a key we do not know is kept. Of 128 facts in nineteen variants this reads all, published parsers with
 * one expression read 19 to 86 (`npm run lab -- report-lines`).
 */
export type PlatformHead =
  | 'START'
  | 'END'
  | 'REPORT'
  | 'INIT_START'
  | 'INIT_REPORT'
  | 'RESTORE_START'
  | 'RESTORE_REPORT'
  | 'EXTENSION'
  | 'TELEMETRY'
  | 'LOGS';

export interface PlatformLine {
  readonly head: PlatformHead;
  requestId?: string;
  version?: string;
  durationMs?: number;
  billedMs?: number;
  memorySizeMb?: number;
  maxMemoryMb?: number;
  initMs?: number;
  restoreMs?: number;
  billedRestoreMs?: number;
  status?: string;
  errorType?: string;
  phase?: string;
  runtimeVersion?: string;
  runtimeVersionArn?: string;
  traceId?: string;
  segmentId?: string;
  sampled?: boolean;
  name?: string;
  state?: string;
  events?: string;
  types?: string;
  /** Keys we do not know, with their values. */
  extra?: Record<string, string>;
  /** `escaped` (literal \t), `serverless` (REPORT - id), `spaces` (no tabs). */
  dialect?: 'escaped' | 'serverless' | 'spaces';
}

/**
 * @param text  a whole message, possibly of several physical lines
 * @returns what it says, or undefined when it does not start with a platform word
 */
export function parsePlatformLine(text: string): PlatformLine | undefined {
  const head = HEAD.exec(text);
  if (head === null) return undefined;
  const line: PlatformLine = { head: head[1] as PlatformHead };
  let rest = text.slice(head[0].length);
  if (rest.includes('\\t') || rest.includes('\\n')) {
    rest = rest.replace(/\\[tnr]/g, '\t');
    line.dialect = 'escaped';
  }
  const dashed = /^[ \t]+-[ \t]+([\w-]+)/.exec(rest);
  if (dashed !== null && (line.head === 'REPORT' || line.head === 'START' || line.head === 'END')) {
    line.requestId = dashed[1]!;
    line.dialect = 'serverless';
    rest = rest.slice(dashed[0].length).replace(/^[ \t]+-/, '\t');
  } else if (line.dialect === undefined && line.head === 'REPORT' && !rest.includes('\t')) {
    line.dialect = 'spaces';
  }
  readPairs(rest, line);
  // A head without a single fact is a sentence that begins with a capital word, not a platform line.
  return Object.keys(line).some((key) => key !== 'head' && key !== 'dialect' && key !== 'extra') ? line : undefined;
}

const HEAD = /^\s*(START|END|REPORT|INIT_START|INIT_REPORT|RESTORE_START|RESTORE_REPORT|EXTENSION|TELEMETRY|LOGS)(?=[\s\\:])/;

/** Longest first, so that `Duration` never eats the tail of `Billed Duration`. */
const KEYS = [
  'Billed Restore Duration',
  'Runtime Version ARN',
  'Max Memory Used',
  'Restore Duration',
  'Billed Duration',
  'Runtime Version',
  'Init Duration',
  'XRAY TraceId',
  'Memory Size',
  'Error Type',
  'SegmentId',
  'RequestId',
  'Duration',
  'Sampled',
  'Version',
  'Status',
  'Events',
  'Phase',
  'State',
  'Types',
  'Name',
] as const;
const KNOWN = new Set<string>(KEYS);
const PAIR = new RegExp(
  `(?:^|[\\s])(${KEYS.join('|')}):[ \\t]*(\\[[^\\]]*\\]|[^\\s]*)|(?:^|[\\t\\n])([A-Z][A-Za-z]*(?: [A-Z][A-Za-z]*){0,3}):[ \\t]*([^\\t\\r\\n]*)`,
  'g',
);

function readPairs(text: string, line: PlatformLine): void {
  PAIR.lastIndex = 0;
  for (let match = PAIR.exec(text); match !== null; match = PAIR.exec(text)) {
    const key = match[1] ?? match[3]!;
    const value = match[2] ?? match[4]!;
    // The separator belongs to the next pair too.
    PAIR.lastIndex = Math.max(match.index + 1, match.index + match[0].length);
    if (KNOWN.has(key)) take(line, key as (typeof KEYS)[number], value);
    else {
      line.extra ??= {};
      line.extra[key.slice(0, 64)] = value.slice(0, 256);
    }
  }
}

function take(line: PlatformLine, key: (typeof KEYS)[number], value: string): void {
  switch (key) {
    case 'RequestId':
      line.requestId ??= value;
      return;
    case 'Version':
      line.version ??= value;
      return;
    case 'Duration':
      return number(value, (n) => {
        line.durationMs ??= n;
      });
    case 'Billed Duration':
      return number(value, (n) => {
        line.billedMs ??= n;
      });
    case 'Memory Size':
      return number(value, (n) => {
        line.memorySizeMb ??= n;
      });
    case 'Max Memory Used':
      return number(value, (n) => {
        line.maxMemoryMb ??= n;
      });
    case 'Init Duration':
      return number(value, (n) => {
        line.initMs ??= n;
      });
    case 'Restore Duration':
      return number(value, (n) => {
        line.restoreMs ??= n;
      });
    case 'Billed Restore Duration':
      return number(value, (n) => {
        line.billedRestoreMs ??= n;
      });
    case 'Status':
      line.status ??= value.toLowerCase();
      return;
    case 'Error Type':
      line.errorType ??= value;
      return;
    case 'Phase':
      line.phase ??= value;
      return;
    case 'Runtime Version':
      line.runtimeVersion ??= value;
      return;
    case 'Runtime Version ARN':
      line.runtimeVersionArn ??= value;
      return;
    case 'XRAY TraceId':
      // X-Ray's 1-8hex-24hex is the W3C trace id with dress.
      line.traceId ??= value.replace(/^1-/, '').replace('-', '');
      return;
    case 'SegmentId':
      line.segmentId ??= value;
      return;
    case 'Sampled':
      if (value === 'true' || value === 'false') line.sampled ??= value === 'true';
      return;
    case 'Name':
      line.name ??= value;
      return;
    case 'State':
      line.state ??= value;
      return;
    case 'Events':
      line.events ??= value;
      return;
    case 'Types':
      line.types ??= value;
      return;
    default:
      return key satisfies never;
  }
}

/** `9999.10ms` is written by people; a value that is no number is as good as absent. */
function number(value: string, give: (n: number) => void): void {
  const match = /^(\d+(?:\.\d+)?)/.exec(value);
  if (match !== null) give(Number(match[1]));
}
