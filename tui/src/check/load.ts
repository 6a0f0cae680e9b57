/// <reference path="./autocannon.d.ts" />
/**
 * Load on a server, by autocannon: so many requests over so many connections, each of which waits for its answer.
 *
 * It is bundled, in a chunk of its own that only a check of a server reads: a check that first asks to install something is not made.
 * Bundled it adds 0.69 MB to the package and nothing to the start of other commands.
 */
import type { CheckEvents } from './check-events.ts';

export interface LoadSettings {
  readonly url: string;
  readonly requestCount: number;
  readonly connections: number;
  readonly timeoutMs: number;
  /** Bodies of POST requests; undefined: GET. */
  readonly events: CheckEvents | undefined;
  readonly signal: AbortSignal;
}

export interface LoadOutcome {
  readonly latenciesMs: readonly number[];
  readonly failedCount: number;
  /** Without an answer at all. */
  readonly errorCount: number;
}

export async function runLoad({ url, requestCount, connections, timeoutMs, events, signal }: LoadSettings): Promise<LoadOutcome> {
  const { default: autocannon } = await import('autocannon');
  const latenciesMs: number[] = [];
  let number = 0;
  let failedCount = 0;
  return new Promise((resolve, reject) => {
    const running = autocannon(
      {
        url,
        amount: requestCount,
        connections: Math.min(connections, requestCount),
        timeout: Math.ceil(timeoutMs / 1000),
        ...(events !== undefined && {
          requests: [
            {
              method: 'POST',
              headers: { 'content-type': 'application/json' },
              setupRequest: (request: object) => ({ ...request, body: JSON.stringify(events.event(++number)) }),
            },
          ],
        }),
      },
      (error, result) => {
        signal.removeEventListener('abort', stop);
        if (error !== null && error !== undefined) reject(error);
        else resolve({ latenciesMs, failedCount, errorCount: result.errors });
      },
    );
    const stop = (): void => running.stop();
    signal.addEventListener('abort', stop, { once: true });
    running.on('response', (_client, status, _byteCount, latencyMs) => {
      latenciesMs.push(latencyMs);
      if (status >= 400) failedCount++;
    });
  });
}
