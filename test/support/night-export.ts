/** A CSV of the console with as many invocations as a comparison needs, of which everything that matters is said. */
import { seededRandom } from '../lab/seeded-random.mjs';

export interface NightTold {
  readonly seed: number;
  readonly fromMs: number;
  readonly invocations: number;
  readonly version?: string;
  /** Between two invocations. */
  readonly everyMs?: number;
  /** Median of warm invocations, lognormal around it. */
  readonly warmMs?: number;
  readonly initMs?: number;
  /** Every so many-th invocation starts cold. */
  readonly coldEvery?: number;
  /** Message -> every so many-th invocation fails with it. */
  readonly failures?: Readonly<Record<string, number>>;
}

/** @returns rows of `timestamp,message,logStreamName` without the head, in order of time */
export function nightRows(told: NightTold): string[] {
  const { seed, fromMs, invocations, version = '41', everyMs = 1000, warmMs = 40, initMs = 300, coldEvery = 20, failures = {} } = told;
  const { normal } = seededRandom(seed);
  const rows: string[] = [];
  let stream = '';
  for (let n = 0; n < invocations; n++) {
    const isCold = n % coldEvery === 0;
    if (isCold) stream = `2026/11/21/[${version}]${(seed * 1_000_003 + n).toString(16).padStart(32, '0')}`;
    const requestId = `${(n + 1).toString(16).padStart(8, '0')}-0000-4000-8000-${seed.toString(16).padStart(12, '0')}`;
    const startMs = fromMs + n * everyMs;
    const durationMs = warmMs * Math.exp(0.25 * normal());
    const init = isCold ? ` \tInit Duration: ${(initMs * Math.exp(0.18 * normal())).toFixed(2)} ms` : '';
    const row = (atMs: number, message: string) => rows.push(`${Math.floor(atMs)},"${message.replaceAll('"', '""')}",${stream}`);
    row(startMs, `START RequestId: ${requestId} Version: ${version}`);
    for (const [message, every] of Object.entries(failures)) {
      if (n % every !== every - 1) continue;
      const error = JSON.stringify({ errorType: 'TypeError', errorMessage: message, stack: [`TypeError: ${message}`] });
      row(startMs + 1, `${new Date(startMs + 1).toISOString()}\t${requestId}\tERROR\tInvoke Error \t${error}`);
    }
    row(startMs + durationMs, `END RequestId: ${requestId}`);
    row(
      startMs + durationMs,
      `REPORT RequestId: ${requestId}\tDuration: ${durationMs.toFixed(2)} ms\tBilled Duration: ${Math.ceil(durationMs)} ms\tMemory Size: 512 MB\tMax Memory Used: 90 MB${init}`,
    );
  }
  return rows;
}

export function csvOf(rows: readonly string[]): string {
  return `timestamp,message,logStreamName\n${rows.join('\n')}\n`;
}
