/** `nightlight compare`: what changed between two times, and the exit code that a deployment needs. */
import type { CompareGate, CompareRequest, CompareSettings, Comparison, TimeWindow } from '@nightlight/analyzer/compare';
import type { Comparer, Views } from '../analyzer-door.ts';
import { CommandError, errorText } from '../command-error.ts';
import { comparisonMarkdown, comparisonText } from '../model/compare-view.ts';
import { parseDuration } from '../model/duration-argument.ts';
import { chooseFormat } from '../model/output-format.ts';
import { readRange } from '../model/time-range.ts';
import { wantsColor } from '../text/wants-color.ts';
import type { World } from '../world.ts';
import { writeWhole } from '../write-whole.ts';
import { widthOf } from './analyze.ts';
import { analyzeSettings, type InputOptions } from './input-options.ts';
import { runInterruptible } from './run-interruptible.ts';

export interface CompareOptions
  extends Pick<InputOptions, 'fn' | 'function' | 'formatIn' | 'tz' | 'arch' | 'prices' | 'workers' | 'maxInflated'> {
  readonly versionBefore?: string;
  readonly versionAfter?: string;
  readonly beforeWindow?: string;
  readonly afterWindow?: string;
  readonly window?: string;
  readonly format?: 'text' | 'md' | 'json';
  readonly out?: string;
  readonly all?: boolean;
  readonly color: boolean;
  readonly failOn?: readonly string[];
}

/** @returns the exit code */
export async function runCompare(paths: readonly string[], options: CompareOptions, world: World): Promise<number> {
  const request = requestOf(paths, options, world);
  const comparer = await world.loadComparer();
  const compareFailOn = (options.failOn ?? []).map((word) => gateOf(word, comparer));
  const { window: _window, failOn: _failOn, ...reading } = options;
  const settings: CompareSettings = { ...analyzeSettings(reading, await world.loadReader(), world), compareFailOn };
  const comparison = await runInterruptible(world, (onProgress, signal) => comparer.compareExports(request, settings, onProgress, signal));
  if (comparison === undefined) return 130;
  const views = await world.loadViews();
  for (const { code, message, next } of comparison.unread.slice(0, ERRORS_SHOWN)) {
    world.stderr.write(errorText(code, views.printable(message), views.printable(next)));
  }
  const out = options.out === '-' ? undefined : options.out;
  const isTerminal = out === undefined && world.stdout.isTerminal;
  const format = chooseFormat(options.format, out, isTerminal);
  const text = rendered(comparison, format === 'jsonl' ? 'json' : format, {
    all: options.all === true,
    width: widthOf(world),
    color: out === undefined && wantsColor(options.color, isTerminal, world.environment),
    views,
    comparer,
  });
  if (out === undefined) world.stdout.write(text);
  else writeWhole(out, text);
  return comparison.exit;
}

/** More would push the answer off the screen. */
const ERRORS_SHOWN = 10;
const DEFAULT_SPAN_MS = 3_600_000;

interface Rendering {
  readonly all: boolean;
  readonly width: number;
  readonly color: boolean;
  readonly views: Views;
  readonly comparer: Comparer;
}

function rendered(comparison: Comparison, format: 'text' | 'md' | 'json', { all, width, color, views, comparer }: Rendering): string {
  switch (format) {
    case 'text':
      return comparisonText(comparison, { all, width, color });
    case 'md':
      return comparisonMarkdown(comparison, { all });
    case 'json':
      return `${views.writeJson(comparer.comparisonToJson(comparison), 2)}\n`;
    default:
      return format satisfies never;
  }
}

function requestOf(paths: readonly string[], options: CompareOptions, world: World): CompareRequest {
  const versions = pairOf('--version-before', options.versionBefore, '--version-after', options.versionAfter);
  const windows = pairOf('--before-window', options.beforeWindow, '--after-window', options.afterWindow);
  const asked = [versions !== undefined, windows !== undefined, options.window !== undefined].filter(Boolean).length;
  if (asked > 1) {
    throw new CommandError('USAGE', 'expected versions, two windows or --window, found more than one of them', 'leave all but one out');
  }
  if (versions !== undefined) return { kind: 'versions', paths, before: versions[0], after: versions[1] };
  if (windows !== undefined) {
    return {
      kind: 'windows',
      paths,
      before: windowOf('--before-window', windows[0], options, world),
      after: windowOf('--after-window', windows[1], options, world),
    };
  }
  if (paths.length === 2 && options.window === undefined) return { kind: 'inputs', before: paths[0]!, after: paths[1]! };
  if (paths.length > 2 && options.window === undefined) {
    throw new CommandError(
      'USAGE',
      `expected two inputs, before and after, or an option that says what in them is compared; found ${paths.length} inputs`,
      'give two folders, or --version-before with --version-after',
    );
  }
  return { kind: 'day-before', paths, spanMs: spanOf(options.window) };
}

function pairOf(
  firstName: string,
  first: string | undefined,
  secondName: string,
  second: string | undefined,
): readonly [string, string] | undefined {
  if (first === undefined && second === undefined) return undefined;
  if (first !== undefined && second !== undefined) return [first, second];
  const [given, absent] = first === undefined ? [secondName, firstName] : [firstName, secondName];
  throw new CommandError('USAGE', `expected ${absent} beside ${given}, found ${given} alone`, `give ${absent}, too`);
}

function windowOf(option: string, text: string, options: CompareOptions, world: World): TimeWindow {
  const ends = /^(.+?)\.\.(.+)$/.exec(text);
  const next = `${option} 2026-11-21T01:00Z..2026-11-21T02:00Z`;
  if (ends === null) throw new CommandError('USAGE', `${option}: expected two times with .. between them, found ${text}`, next);
  const range = readRange({ from: ends[1], to: ends[2] }, { nowMs: world.nowMs(), timeZone: options.tz ?? 'UTC' });
  if (range.kind === 'wrong') throw new CommandError('USAGE', `${option}: ${range.message}`, range.next);
  return { fromMs: range.fromMs!, toMs: range.toMs! };
}

function spanOf(text: string | undefined): number {
  if (text === undefined) return DEFAULT_SPAN_MS;
  const spanMs = parseDuration(text);
  if (spanMs === undefined || spanMs > LONGEST_SPAN_MS) {
    throw new CommandError('USAGE', `--window: expected a span of a day or less, such as 30m or 2h, found ${text}`, '--window 1h');
  }
  return spanMs;
}

/** A longer one would overlap with itself of the day before. */
const LONGEST_SPAN_MS = 86_400_000;

function gateOf(word: string, { COMPARE_GATES }: Comparer): CompareGate {
  const gate = COMPARE_GATES.find((candidate) => candidate === word);
  if (gate === undefined)
    throw new CommandError('USAGE', `--fail-on: expected one of ${COMPARE_GATES.join(', ')}, found ${word}`, 'nightlight compare --help');
  return gate;
}
