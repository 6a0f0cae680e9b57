/**
 * The sink's handle of an origin, for envelopes that name a log group, an account or a function beside the stream.
 *
 * The sink is asked once per origin. `--function` helps out only where nothing in the envelope names the function:
 * neither a group of Lambda's own (`/aws/lambda/<name>`) nor a stream that carries the name.
 */
import type { EventSink, FileContext, StreamOrigin } from './event-sink.ts';
import { readLambdaStreamName } from './lambda-stream-name.ts';

export class OriginHandles {
  readonly #sink: EventSink;
  readonly #file: FileContext;
  readonly #known = new Map<string, number>();
  #last: Told | undefined;
  #lastHandle = 0;

  constructor(sink: EventSink, file: FileContext) {
    this.#sink = sink;
    this.#file = file;
  }

  /** @param told  empty strings count as not told */
  of(told: Told): number {
    const last = this.#last;
    if (last !== undefined && isSame(last, told)) return this.#lastHandle;
    const key = `${told.accountId ?? ''}\n${told.logGroup ?? ''}\n${told.logStream ?? ''}\n${told.functionName ?? ''}\n${told.version ?? ''}`;
    let handle = this.#known.get(key);
    if (handle === undefined) {
      // The sink knows them, too: whoever follows for days need not remember each name twice.
      if (this.#known.size >= MOST_NAMES) this.#known.clear();
      handle = this.#sink.stream(this.#origin(told));
      this.#known.set(key, handle);
    }
    this.#last = { ...told };
    this.#lastHandle = handle;
    return handle;
  }

  #origin(told: Told): StreamOrigin {
    const logStream = told.logStream || this.#file.logStream;
    const isNamed = told.logGroup?.startsWith('/aws/lambda/') === true;
    const inStream = logStream === undefined ? undefined : readLambdaStreamName(logStream)?.functionName;
    const functionName = told.functionName || inStream || (isNamed ? undefined : this.#file.functionName);
    return {
      ...(told.logGroup ? { logGroup: told.logGroup } : {}),
      ...(logStream ? { logStream } : {}),
      ...(functionName ? { functionName } : {}),
      ...(told.accountId ? { accountId: told.accountId } : {}),
      ...(told.version ? { version: told.version } : {}),
      ...(told.isProcess ? { isProcess: true } : {}),
    };
  }
}

/** More streams than most exports have; those of a busy system are asked for again. */
const MOST_NAMES = 60_000;

export interface Told {
  readonly logGroup?: string | undefined;
  readonly logStream?: string | undefined;
  readonly accountId?: string | undefined;
  readonly functionName?: string | undefined;
  readonly version?: string | undefined;
  readonly isProcess?: boolean | undefined;
}

/** `123456789012:/aws/lambda/checkout`, as Logs Insights and live tail name a group; the account may be missing. */
export function readGroupIdentifier(identifier: string): Told {
  const colon = identifier.indexOf(':');
  const accountId = identifier.slice(0, Math.max(colon, 0));
  return /^\d{12}$/.test(accountId) ? { accountId, logGroup: identifier.slice(colon + 1) } : { logGroup: identifier };
}

function isSame(left: Told, right: Told): boolean {
  return (
    left.logStream === right.logStream &&
    left.logGroup === right.logGroup &&
    left.accountId === right.accountId &&
    left.functionName === right.functionName &&
    left.version === right.version
  );
}
