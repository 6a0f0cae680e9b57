/**
 * The events that a check sends: the same one each time but for what its placeholders say, and growing where that is asked for.
 *
 * A handler that keeps something by a key of its event leaks only while keys differ. Where all events are equal, that
 * leak would not show; `isConstant` lets the answer say so.
 */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { CommandError } from '../command-error.ts';

export interface CheckEvents {
  /** @param number  1 for the first */
  event(number: number): unknown;
  readonly isConstant: boolean;
  /** From this number on events no longer grow; undefined where they do not, or never reach the limit. */
  readonly largestFrom: number | undefined;
}

/**
 * @param file         JSON; `"{{number}}"` and `"{{uuid}}"` in it differ from event to event. Without a file: `{"number": 1}`, 2, 3 …
 * @param growthBytes  how much longer each event is than the one before
 */
export function checkEvents(file: string | undefined, growthBytes: number | undefined, count: number): CheckEvents {
  const template = file === undefined ? { number: '{{number}}' } : readTemplate(file);
  const text = JSON.stringify(template);
  const isObject = typeof template === 'object' && template !== null && !Array.isArray(template);
  if (growthBytes !== undefined && !isObject) {
    throw new CommandError(
      'USAGE',
      `${file}: expected an object for --payload-growth, found another value`,
      'put the event into an object',
    );
  }
  const room = LARGEST_BYTES - Buffer.byteLength(text) - ROOM_FOR_MEMBERS_BYTES;
  const paddingBytes = (number: number) => Math.max(0, Math.min(room, (number - 1) * (growthBytes ?? 0)));
  return {
    event: (number) => {
      const filled = filledIn(template, number);
      return growthBytes === undefined ? filled : { ...(filled as object), [PADDING]: 'x'.repeat(paddingBytes(number)) };
    },
    isConstant: growthBytes === undefined && !/\{\{(?:number|uuid)\}\}/.test(text),
    largestFrom: growthBytes !== undefined && (count - 1) * growthBytes > room ? Math.ceil(room / growthBytes) + 1 : undefined,
  };
}

/** AWS Lambda quotas, "Invocation payload (request and response)": 6 MB for a synchronous call. */
const LARGEST_BYTES = 6 * 1024 * 1024;
const ROOM_FOR_MEMBERS_BYTES = 1024;
const PADDING = 'padding';

function readTemplate(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8').replace(/^\uFEFF/, ''));
  } catch (cause) {
    const found = (cause as NodeJS.ErrnoException).code ?? `what does not parse (${(cause as Error).message})`;
    throw new CommandError(
      'CHECK_BAD_EVENT',
      `${file}: expected a file of JSON, found ${found}`,
      'save the event of one invocation there',
      1,
      {
        cause,
      },
    );
  }
}

function filledIn(value: unknown, number: number): unknown {
  if (typeof value === 'string') {
    if (value === '{{number}}') return number;
    return value.replaceAll('{{number}}', String(number)).replaceAll('{{uuid}}', () => randomUUID());
  }
  if (Array.isArray(value)) return value.map((each) => filledIn(each, number));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, filledIn(each, number)]));
}
