/**
 * Budgets as they are typed: `checkout:p99=2s,error-rate=1%` on the command line, or the same in a JSON file.
 *
 * A limit without its unit is refused: `p99=2` once meant seconds to its author and milliseconds to the build.
 */
import type { Budget } from '../settings.ts';

export type BudgetErrorCode = 'BUDGET_FORM' | 'BUDGET_FIGURE' | 'BUDGET_LIMIT' | 'BUDGET_NOT_JSON';

export class BudgetError extends Error {
  override readonly name = 'BudgetError';
  readonly code: BudgetErrorCode;

  constructor(code: BudgetErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/**
 * @param text   `fn:p99=2s,…`, or JSON: `{"checkout": {"p99": "2s"}, "pricing-*": {"error-rate": "1%"}}` or an array
 *               of such lines
 * @param where  for messages: the file's path, or the option
 */
export function parseBudget(text: string, where = '--budget'): Budget[] {
  const trimmed = text.replace(/^\uFEFF/, '').trim();
  return /^[[{]/.test(trimmed) ? parseJson(trimmed, where) : parseLine(trimmed, where);
}

const FIGURES: Readonly<Record<string, Budget['figure']>> = {
  p50: 'p50',
  p90: 'p90',
  p99: 'p99',
  'p99.9': 'p999',
  p999: 'p999',
  'init-p50': 'init-p50',
  'init-p90': 'init-p90',
  'init-p99': 'init-p99',
  'error-rate': 'error-rate',
  'cold-share': 'cold-share',
};
const KNOWN_FIGURES = 'p50, p90, p99, p99.9, init-p50, init-p90, init-p99, error-rate, cold-share';
const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, min: 60_000 };

function parseLine(line: string, where: string): Budget[] {
  const equals = line.indexOf('=');
  const colon = line.lastIndexOf(':', equals < 0 ? line.length : equals);
  const functionPattern = line.slice(0, Math.max(0, colon)).trim();
  if (functionPattern === '' || equals < 0) {
    throw new BudgetError('BUDGET_FORM', `${where}: expected FUNCTION:FIGURE=LIMIT, found "${line}". Try: checkout:p99=2s,error-rate=1%`);
  }
  return line
    .slice(colon + 1)
    .split(',')
    .map((part) => {
      const at = part.indexOf('=');
      if (at < 0) throw new BudgetError('BUDGET_FORM', `${where}: expected FIGURE=LIMIT, found "${part.trim()}" in "${line}". Try: p99=2s`);
      return budgetOf(functionPattern, part.slice(0, at).trim(), part.slice(at + 1).trim(), where);
    });
}

function parseJson(text: string, where: string): Budget[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw new BudgetError(
      'BUDGET_NOT_JSON',
      `${where}: expected budgets as JSON, found text that is none (${(cause as Error).message}). ${JSON_EXAMPLE}`,
      {
        cause,
      },
    );
  }
  if (Array.isArray(parsed)) {
    return parsed.flatMap((entry: unknown, i) => {
      if (typeof entry === 'string') return parseLine(entry.trim(), `${where}[${i}]`);
      throw new BudgetError('BUDGET_FORM', `${where}[${i}]: expected a line such as "checkout:p99=2s", found ${shown(entry)}.`);
    });
  }
  return Object.entries(parsed as object).flatMap(([functionPattern, figures]: [string, unknown]) => {
    if (typeof figures !== 'object' || figures === null || Array.isArray(figures)) {
      throw new BudgetError(
        'BUDGET_FORM',
        `${where}: "${functionPattern}": expected an object of figures, found ${shown(figures)}. ${JSON_EXAMPLE}`,
      );
    }
    return Object.entries(figures).map(([figure, limit]: [string, unknown]) => {
      if (typeof limit !== 'string') {
        throw new BudgetError(
          'BUDGET_LIMIT',
          `${where}: "${functionPattern}": ${figure}: expected a limit with its unit in quotes, such as "2s" or "1%", found ${shown(limit)}.`,
        );
      }
      return budgetOf(functionPattern, figure, limit.trim(), where);
    });
  });
}

const JSON_EXAMPLE = 'Try: {"checkout": {"p99": "2s", "error-rate": "1%"}}';

function budgetOf(functionPattern: string, figureText: string, limitText: string, where: string): Budget {
  const figure = Object.hasOwn(FIGURES, figureText) ? FIGURES[figureText] : undefined;
  if (figure === undefined) {
    throw new BudgetError(
      'BUDGET_FIGURE',
      `${where}: expected a figure out of ${KNOWN_FIGURES}, found "${figureText}" for "${functionPattern}".`,
    );
  }
  const isShare = figure === 'error-rate' || figure === 'cold-share';
  const limit = isShare ? shareOf(limitText) : durationMsOf(limitText);
  if (limit === undefined) {
    const expected = isShare ? 'a share from 0% to 100%, such as 1% or 0.5%' : 'a duration above 0 with its unit, such as 2s or 800ms';
    throw new BudgetError('BUDGET_LIMIT', `${where}: ${figureText} of "${functionPattern}": expected ${expected}, found "${limitText}".`);
  }
  return { functionPattern, figure, limit };
}

function durationMsOf(text: string): number | undefined {
  const found = /^(\d+(?:\.\d+)?)\s*(ms|s|min|m)$/.exec(text);
  const ms = found === null ? Number.NaN : Number(found[1]) * UNIT_MS[found[2]!]!;
  return ms > 0 && Number.isFinite(ms) ? ms : undefined;
}

function shareOf(text: string): number | undefined {
  const found = /^(\d+(?:\.\d+)?)\s*%$/.exec(text);
  const share = found === null ? Number.NaN : Number(found[1]) / 100;
  return share >= 0 && share <= 1 ? share : undefined;
}

function shown(value: unknown): string {
  return (JSON.stringify(value) ?? String(value)).slice(0, 60);
}
