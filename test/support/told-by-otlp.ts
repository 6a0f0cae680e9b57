/** Everything that requests hand to the sink, as plain data: what is equal here is equal to all that comes behind. */
import { type OtlpEncoding, OtlpRequests, type OtlpSignal } from '../../analyzer/src/read/otlp-request.ts';
import { recordingSink } from './recording-sink.ts';

export interface ToldByOtlp {
  readonly told: readonly unknown[];
  readonly skips: readonly string[];
  readonly account: { readonly takenCount: number; readonly passedOverCount: number; readonly rejectedCount: number };
  /** Has to be the length of the requests. */
  readonly byteCount: number;
}

export function toldByOtlp(requests: readonly { signal: OtlpSignal; encoding: OtlpEncoding; bytes: Buffer }[]): ToldByOtlp {
  const sink = recordingSink();
  const reader = new OtlpRequests(sink, { path: 'test' });
  const account = { takenCount: 0, passedOverCount: 0, rejectedCount: 0 };
  for (const { signal, encoding, bytes } of requests) {
    const { takenCount, passedOverCount, rejectedCount } = reader.read(signal, encoding, bytes, 0);
    account.takenCount += takenCount;
    account.passedOverCount += passedOverCount;
    account.rejectedCount += rejectedCount;
  }
  reader.end();
  return { told: sink.told, skips: sink.skips, account, byteCount: sink.byteCount };
}
