/**
 * What became of the calls to a peer when they began to fail: more of them for the same work is a retry that feeds the
 * trouble, and a peer that is as fast as before by its own account is not what its callers wait for.
 */
import { configurationsByFunction, minutesOf } from '../diagnose/function-configurations.ts';
import { onsetMs } from '../diagnose/onset.ts';
import type { CallShift } from '../failures/index.ts';
import { MinuteSeries } from '../store/minute-series.ts';
import type { Summary } from '../store/summary.ts';
import { bareName } from './peer-aliases.ts';

/** One for each function and peer whose calls began to fail; the others are left out. */
export function callShifts(summary: Summary): CallShift[] {
  const own = new Map([...configurationsByFunction(summary)].map(([name, configurations]) => [name, minutesOf(configurations)]));
  const byBareName = new Map([...own.keys()].map((name) => [bareName(name), name]));
  return [...summary.callMinutes].flatMap(([functionName, peers]) =>
    [...peers].flatMap(([peer, { single, stretch }]) => {
      const calls = new MinuteSeries();
      const errors = new Map<number, number>();
      for (const [minute, { callCount, errorCount }] of stretch.size > 0 ? stretch : single) {
        const at = calls.at(minute * MINUTE_MS);
        if (at < 0) continue;
        calls.invocations[at]! += callCount;
        if (errorCount > 0) errors.set(minute, errorCount);
      }
      const requests = own.get(functionName);
      if (errors.size === 0 || requests === undefined) return [];
      // Where no stretch stands out, the first error is where they began.
      const onset = (onsetMs(errors, calls) ?? Math.min(...errors.keys()) * MINUTE_MS) / MINUTE_MS;
      const last = Math.max(...errors.keys());
      const account = own.get(byBareName.get(bareName(peer)) ?? '');
      return [
        {
          functionName,
          peer,
          callRateRatio: ratioOf(calls, 'invocations', onset, last),
          inboundRateRatio: ratioOf(requests, 'invocations', onset, last),
          peerLatencyRatio: account === undefined ? undefined : latencyRatio(account, onset, last),
        },
      ];
    }),
  );
}

const MINUTE_MS = 60_000;
/** Minutes on either side, below which a mean says little. Our own choice. */
const FEWEST_MINUTES = 5;

/** Mean of a minute from the onset to the last error, over that of the minutes before; undefined where either is too short. */
function ratioOf(series: MinuteSeries, column: 'invocations' | 'busyMs', onset: number, last: number): number | undefined {
  const from = onset - series.firstMinute;
  const to = Math.min(series.length, last + 1 - series.firstMinute);
  if (from < FEWEST_MINUTES || to - from < FEWEST_MINUTES) return undefined;
  const before = meanOf(series[column], 0, from);
  return before > 0 ? meanOf(series[column], from, to) / before : undefined;
}

function latencyRatio(series: MinuteSeries, onset: number, last: number): number | undefined {
  const busy = ratioOf(series, 'busyMs', onset, last);
  const requests = ratioOf(series, 'invocations', onset, last);
  return busy === undefined || requests === undefined || requests === 0 ? undefined : busy / requests;
}

function meanOf(values: Float64Array | Uint32Array, from: number, to: number): number {
  let sum = 0;
  for (let i = from; i < to; i++) sum += values[i]!;
  return sum / (to - from);
}
