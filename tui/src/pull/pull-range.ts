/** `--since 2h` and `--until now` as one closed range of the past. */
import { CommandError } from '../command-error.ts';
import { parseDuration } from '../model/duration-argument.ts';
import { readRange } from '../model/time-range.ts';

/** @throws CommandError when it cannot be understood, or lies in the future */
export function pullRange(since: string, until: string, nowMs: number): { readonly fromMs: number; readonly toMs: number } {
  // `--since 2h` as `aws logs tail` spells it.
  const from = parseDuration(since) === undefined ? since : `-${since}`;
  const range = readRange({ from, to: until }, { nowMs, timeZone: 'UTC' });
  if (range.kind === 'wrong') throw new CommandError('USAGE', inOurWords(range.message), inOurWords(range.next));
  const [fromMs, toMs] = [range.fromMs!, Math.min(range.toMs!, nowMs)];
  if (fromMs >= toMs) {
    throw new CommandError(
      'USAGE',
      `--since: expected a time before now, found ${new Date(fromMs).toISOString()}`,
      '--since 2h, or --since 2026-11-21T02:01Z',
    );
  }
  return { fromMs, toMs };
}

function inOurWords(text: string): string {
  return text.replaceAll('--from', '--since').replaceAll('--to', '--until');
}
