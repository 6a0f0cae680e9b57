/** The level of a line, from whichever word or number its logger uses. */
import type { LogLevel } from './application-line.ts';

/** @param value  a word in any case, or pino's and bunyan's number */
export function readLevel(value: unknown): LogLevel | undefined {
  if (typeof value === 'string') return LEVELS[value.length <= 13 ? value.toLowerCase() : ''];
  if (typeof value !== 'number' || !(value >= 1)) return undefined;
  if (value >= 60) return 'fatal';
  if (value >= 50) return 'error';
  if (value >= 40) return 'warn';
  if (value >= 30) return 'info';
  return value >= 20 ? 'debug' : 'trace';
}

const LEVELS: Readonly<Record<string, LogLevel>> = Object.assign(Object.create(null), {
  trace: 'trace',
  silly: 'trace',
  debug: 'debug',
  verbose: 'debug',
  info: 'info',
  information: 'info',
  http: 'info',
  log: 'info',
  notice: 'info',
  warn: 'warn',
  warning: 'warn',
  err: 'error',
  error: 'error',
  severe: 'error',
  critical: 'fatal',
  crit: 'fatal',
  alert: 'fatal',
  emerg: 'fatal',
  emergency: 'fatal',
  fatal: 'fatal',
  panic: 'fatal',
});
