/** Options that decide what is read, shared by every command that analyses, so that each finds the same findings. */

import { existsSync, readFileSync } from 'node:fs';
import type { AnalyzeSettings, Budget, Gate, Shape } from '@nightlight/analyzer';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Reader } from '../analyzer-door.ts';
import { CommandError } from '../command-error.ts';
import { coverageRecords, readNamedDrillRecords } from '../drill/drill-record.ts';
import { parseSize } from '../model/size-argument.ts';
import { readRange } from '../model/time-range.ts';
import type { World } from '../world.ts';
import { knownFailures } from './config-file.ts';

export interface InputOptions {
  readonly from?: string;
  readonly to?: string;
  readonly window?: string;
  readonly fn?: string;
  readonly function?: string;
  readonly formatIn?: string;
  readonly tz?: string;
  readonly arch?: 'x86_64' | 'arm64';
  readonly prices?: string;
  readonly budget?: readonly string[];
  readonly failOn?: readonly string[];
  readonly sourceMaps?: string;
  readonly countDrills?: boolean;
  readonly workers?: number;
  readonly maxInflated?: number;
  readonly drills?: string;
}

export function addInputOptions(command: Command): Command {
  return command
    .optionsGroup('What is looked at:')
    .option('--fn <glob>', 'only functions whose name fits: checkout, prod-*')
    .option('--from <time>', '2026-11-21T02:01Z, 02:01, -15m, now-2h, epoch ms (help time)')
    .option('--to <time>', 'up to, not including')
    .option('--window <span>', 'from --from on, or back from --to or now: 90s, 15m, 2h')
    .option('--function <name>', 'name of the function, where an export does not tell')
    .option('--format-in <shape>', 'shape of the inputs, when the guess is wrong (help formats)')
    .option('--tz <zone>', 'zone of times without one, and shown beside UTC: Europe/Berlin')
    .optionsGroup('How it is judged:')
    .option('--budget <fn:figure=limit>', 'checkout:p99=2s,error-rate=1%, or a JSON file; repeatable', collected)
    .option('--fail-on <gate>', 'leak, cold, p99, gap, systemic, any: exit 3 if found; repeatable (help exit-codes)', collectedWords)
    .addOption(new Option('--arch <name>', 'architecture to price').choices(['x86_64', 'arm64']))
    .option('--prices <file>', 'your own price table (JSON)')
    .option('--drills <file>', 'what drills ended in, for the chapter of coverage: drills.ndjson beside the log of marks')
    .optionsGroup('How it is read:')
    .option('--count-drills', 'requests that a drill touched count like any other (help drill)')
    .option('--source-maps <dir>', 'maps of your bundles: stacks and allocation sites are told in their sources')
    .option('--workers <count>', 'threads that scan; default: as many as pay', wholeNumber)
    .option('--max-inflated <size>', 'most that one gzip may unpack to; default 4GiB', sizeInBytes);
}

/** @throws CommandError when an option cannot be understood */
export function analyzeSettings(options: InputOptions, reader: Reader, world: World): AnalyzeSettings {
  const range = readRange(options, { nowMs: world.nowMs(), timeZone: options.tz ?? 'UTC' });
  if (range.kind === 'wrong') throw new CommandError('USAGE', range.message, range.next);
  return withoutAbsent({
    known: knownFailures(process.cwd(), world.nowMs()),
    fromMs: range.fromMs,
    toMs: range.toMs,
    only: options.fn,
    functionName: options.function,
    formatIn: options.formatIn === undefined ? undefined : oneOf('--format-in', options.formatIn, reader.SHAPES, 'nightlight help formats'),
    timeZone: options.tz,
    budgets: options.budget?.flatMap((text) => readBudget(text, reader)),
    failOn: options.failOn?.map((gate) => oneOf('--fail-on', gate, reader.GATES, 'nightlight help exit-codes')),
    architecture: options.arch,
    pricePath: options.prices,
    sourceMapsPath: options.sourceMaps,
    countsDrills: options.countDrills,
    workers: options.workers,
    maxInflatedBytes: options.maxInflated,
    drills: options.drills === undefined ? undefined : coverageRecords(readNamedDrillRecords(options.drills)),
  } satisfies { [K in keyof AnalyzeSettings]: AnalyzeSettings[K] | undefined });
}

function oneOf<T extends Shape | Gate>(option: string, found: string, known: readonly T[], next: string): T {
  const match = known.find((candidate) => candidate === found);
  if (match === undefined) throw new CommandError('USAGE', `${option}: expected one of ${known.join(', ')}, found ${found}`, next);
  return match;
}

/** @param text  a line, or the path of a JSON file */
export function readBudget(text: string, reader: Reader): Budget[] {
  if (!text.endsWith('.json') && !existsSync(text)) return reader.parseBudget(text);
  let json: string;
  try {
    json = readFileSync(text, 'utf8');
  } catch (cause) {
    const found = (cause as NodeJS.ErrnoException).code ?? 'an error';
    throw new CommandError(
      'BUDGET_NOT_READABLE',
      `${text}: expected a readable file of budgets, found ${found}`,
      '--budget checkout:p99=2s',
      2,
      { cause },
    );
  }
  return reader.parseBudget(json, text);
}

/** Only what was given: an absent setting and an undefined one are not the same to the analyzer. */
function withoutAbsent(settings: { [K in keyof AnalyzeSettings]: AnalyzeSettings[K] | undefined }): AnalyzeSettings {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined)) as AnalyzeSettings;
}

function collected(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}

export function collectedWords(value: string, before: readonly string[] = []): string[] {
  return [...before, ...value.split(',').filter((word) => word !== '')];
}

export function wholeNumber(value: string): number {
  if (!/^\d{1,3}$/.test(value)) throw new InvalidArgumentError('Expected a whole number such as 2.');
  return Number(value);
}

export function sizeInBytes(value: string): number {
  const byteCount = parseSize(value);
  if (byteCount === undefined) throw new InvalidArgumentError('Expected a size such as 8GiB or 500MB.');
  return byteCount;
}
