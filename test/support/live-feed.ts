/** A running analysis that is fed by the test itself, by a clock of its own. */
import { type FollowSettings, follow, type LiveAnalysis, type LiveFeed } from '../../analyzer/src/live/index.ts';

export interface FedAnalysis {
  readonly live: LiveAnalysis;
  readonly feed: LiveFeed;
  /** Gives one line of a stream at a time. */
  line(functionName: string, logStream: string, atMs: number, text: string): void;
  /** Gives START, what is printed, and REPORT of one request. */
  request(wish: RequestWish): void;
}

export interface RequestWish {
  readonly functionName: string;
  readonly logStream: string;
  readonly atMs: number;
  readonly durationMs?: number;
  readonly megabytes?: number;
  readonly initMs?: number;
  /** An error that is thrown with these words. */
  readonly error?: string;
}

export async function feedAnalysis(settings: FollowSettings = {}): Promise<FedAnalysis> {
  let feed: LiveFeed | undefined;
  const start = async (given: LiveFeed) => {
    feed = given;
    return async () => {};
  };
  const live = follow([{ kind: 'feed', name: 'the test', start }], settings);
  if (feed === undefined) throw new Error('the feed is given at once');
  const { sink } = feed;
  let requestCount = 0;
  const line: FedAnalysis['line'] = (functionName, logStream, atMs, text) => {
    const bytes = Buffer.from(text);
    sink.event(sink.stream({ logGroup: `/aws/lambda/${functionName}`, logStream }), atMs, bytes, 0, bytes.length, 0);
  };
  const request: FedAnalysis['request'] = ({ functionName, logStream, atMs, durationMs = 10, megabytes = 80, initMs, error }) => {
    const id = `00000000-0000-4000-8000-${String(requestCount++).padStart(12, '0')}`;
    const say = (offsetMs: number, text: string) => line(functionName, logStream, atMs + offsetMs, text);
    say(0, `START RequestId: ${id} Version: 1\n`);
    if (error !== undefined) {
      const thrown = JSON.stringify({
        errorType: 'Error',
        errorMessage: error,
        stack: [`Error: ${error}`, '    at save (/var/task/save.js:1:2)'],
      });
      say(1, `${new Date(atMs + 1).toISOString()}\t${id}\tERROR\tInvoke Error \t${thrown}\n`);
    }
    say(durationMs, `END RequestId: ${id}\n`);
    const init = initMs === undefined ? '' : `\tInit Duration: ${initMs.toFixed(2)} ms`;
    say(
      durationMs,
      `REPORT RequestId: ${id}\tDuration: ${durationMs.toFixed(2)} ms\tBilled Duration: ${Math.ceil(durationMs)} ms\tMemory Size: 128 MB\tMax Memory Used: ${megabytes} MB${init}\t\n`,
    );
  };
  return { live, feed, line, request };
}

/** The name of a sandbox's stream. */
export function streamNamed(number: number): string {
  return `2026/11/21/[1]${number.toString(16).padStart(32, '0')}`;
}
