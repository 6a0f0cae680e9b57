/** Two times in, their differences out: reads what is to be compared and hands it to `diagnose/compare.ts`. */
import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { compareSides } from './diagnose/compare.ts';
import { type CompareSide, onlyVersion, sideOfReport, sideOfSummary } from './diagnose/compare-side.ts';
import type { CompareGate, Comparison } from './diagnose/comparison.ts';
import { readPriceTable } from './diagnose/price-file.ts';
import type { PriceTable } from './diagnose/prices.ts';
import { runUnits } from './pipeline/run-units.ts';
import { dealOut } from './pipeline/unit.ts';
import { listInputs } from './read/inputs.ts';
import { type JsonValue, reportFromJson } from './report/json.ts';
import type { AnalyzeSettings, Progress } from './settings.ts';
import type { Summary } from './store/summary.ts';
import { VERSION } from './version.ts';

export { comparisonToJson } from './compare-json.ts';
export { COMPARE_GATES, type ComparedFailure, type ComparedFigure, type CompareGate, type Comparison } from './diagnose/comparison.ts';

export interface TimeWindow {
  readonly fromMs: number;
  /** Not included. */
  readonly toMs: number;
}

export type CompareRequest =
  /** Each an export (file, folder, glob) or a report of `--format json`. */
  | { readonly kind: 'inputs'; readonly before: string; readonly after: string }
  | { readonly kind: 'versions'; readonly paths: readonly string[]; readonly before: string; readonly after: string }
  | { readonly kind: 'windows'; readonly paths: readonly string[]; readonly before: TimeWindow; readonly after: TimeWindow }
  /** The end of the export against the same time of the day before. */
  | { readonly kind: 'day-before'; readonly paths: readonly string[]; readonly spanMs: number };

export interface CompareSettings extends Omit<AnalyzeSettings, 'failOn' | 'budgets'> {
  readonly compareFailOn?: readonly CompareGate[];
}

export type CompareErrorCode = 'COMPARE_TOO_SHORT' | 'COMPARE_NO_SUCH_VERSION' | 'COMPARE_NOT_A_REPORT';

/** What was asked cannot be compared; `next` says what can. */
export class CompareError extends Error {
  override readonly name = 'CompareError';
  readonly code: CompareErrorCode;
  readonly next: string;

  constructor(code: CompareErrorCode, message: string, next: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.next = next;
  }
}

/** @throws CompareError when there is nothing to compare; PriceError; the signal's reason when it is aborted */
export async function compareExports(
  request: CompareRequest,
  settings: CompareSettings = {},
  onProgress?: (progress: Progress) => void,
  signal?: AbortSignal,
): Promise<Comparison> {
  const { compareFailOn = [], ...analyzeSettings } = settings;
  const reading = new Reading(analyzeSettings, readPriceTable(settings.pricePath), onProgress, signal);
  const { before, after } = await reading.sides(request);
  return compareSides(before, after, { tool: VERSION, failOn: compareFailOn, unread: reading.unread });
}

const DAY_MS = 86_400_000;

/** One comparison's reading: the same settings for all of its passes, and every input that could not be read. */
class Reading {
  readonly unread: Comparison['unread'][number][] = [];
  readonly #settings: AnalyzeSettings;
  readonly #prices: PriceTable;
  readonly #onProgress: ((progress: Progress) => void) | undefined;
  readonly #signal: AbortSignal | undefined;

  constructor(settings: AnalyzeSettings, prices: PriceTable, onProgress?: (progress: Progress) => void, signal?: AbortSignal) {
    this.#settings = settings;
    this.#prices = prices;
    this.#onProgress = onProgress;
    this.#signal = signal;
  }

  async sides(request: CompareRequest): Promise<{ readonly before: CompareSide; readonly after: CompareSide }> {
    switch (request.kind) {
      case 'inputs':
        return { before: await this.#input(request.before), after: await this.#input(request.after) };
      case 'versions': {
        const summary = await this.#summary(request.paths);
        return { before: this.#version(summary, request.before), after: this.#version(summary, request.after) };
      }
      case 'windows':
        return { before: await this.#window(request.paths, request.before), after: await this.#window(request.paths, request.after) };
      case 'day-before': {
        const { firstMs, lastMs } = await this.#summary(request.paths);
        if (!(lastMs - firstMs >= DAY_MS)) throw tooShort(firstMs, lastMs);
        // The last event belongs to the window, whose end does not.
        const after = { fromMs: lastMs + 1 - request.spanMs, toMs: lastMs + 1 };
        const before = { fromMs: after.fromMs - DAY_MS, toMs: after.toMs - DAY_MS };
        return { before: await this.#window(request.paths, before), after: await this.#window(request.paths, after) };
      }
      default:
        return request satisfies never;
    }
  }

  async #input(path: string): Promise<CompareSide> {
    const report = reportAt(path);
    if (report !== undefined) return sideOfReport(report, path);
    return sideOfSummary(await this.#summary([path]), path, this.#prices, this.#settings);
  }

  #version(summary: Summary, version: string): CompareSide {
    const known = [...new Set([...summary.configurations.values()].map((configuration) => configuration.version))];
    if (!known.includes(version)) {
      throw new CompareError(
        'COMPARE_NO_SUCH_VERSION',
        `expected a version that ran in this input (${known.slice(0, 8).join(', ') || 'it holds none'}), found ${version}`,
        known.length >= 2 ? `--version-before ${known[0]} --version-after ${known[1]}` : 'give two exports, or two windows of one',
      );
    }
    return sideOfSummary(onlyVersion(summary, version), `version ${version}`, this.#prices, this.#settings);
  }

  async #window(paths: readonly string[], window: TimeWindow): Promise<CompareSide> {
    const label = `${new Date(window.fromMs).toISOString()} up to ${new Date(window.toMs).toISOString()}`;
    return sideOfSummary(await this.#summary(paths, window), label, this.#prices, this.#settings);
  }

  async #summary(paths: readonly string[], window?: TimeWindow): Promise<Summary> {
    const { inputs, errors } = await listInputs(paths);
    const settings = window === undefined ? this.#settings : { ...this.#settings, ...window };
    const { summary } = await runUnits(dealOut(inputs), settings, this.#onProgress, this.#signal);
    for (const { path, code, message, next } of errors) this.#tellUnread({ path, code, message, next });
    for (const { path, error } of summary.files) {
      if (error !== undefined) this.#tellUnread({ path, ...error });
    }
    return summary;
  }

  /** An input that is read once for each window is told once. */
  #tellUnread(input: Comparison['unread'][number]): void {
    if (!this.unread.some(({ path, code }) => path === input.path && code === input.code)) this.unread.push(input);
  }
}

function tooShort(firstMs: number, lastMs: number): CompareError {
  const held = Number.isFinite(firstMs) ? `${((lastMs - firstMs) / 3_600_000).toFixed(1)} hours` : 'no events with a time';
  return new CompareError(
    'COMPARE_TOO_SHORT',
    `expected an input of more than 24 hours, so that the same time of the day before is in it; found ${held}`,
    'give two inputs, or --version-before with --version-after, or --before-window with --after-window',
  );
}

/** Where a report of ours says so: it is the first member, and no export begins like it. */
const REPORT_START = /^\s*\{\s*"schema":\s*"report-\d+"/;

function reportAt(path: string) {
  if (!REPORT_START.test(beginningOf(path))) return undefined;
  try {
    return reportFromJson(JSON.parse(readFileSync(path, 'utf8')) as JsonValue);
  } catch (cause) {
    throw new CompareError(
      'COMPARE_NOT_A_REPORT',
      `${path}: expected a whole report of --format json, found one that cannot be read (${(cause as Error).message})`,
      `nightlight analyze <inputs> --format json -o ${path}`,
      { cause },
    );
  }
}

function beginningOf(path: string): string {
  const head = Buffer.alloc(256);
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    return head.toString('utf8', 0, readSync(file, head, 0, head.length, 0));
  } catch {
    // A folder, a glob, or nothing at all: the reader of exports says what is wrong with it.
    return '';
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
