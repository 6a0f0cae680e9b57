/**
 * Every shape in which log data leaves AWS, or ourselves, and that we read.
 *
 * A shape is the envelope; any envelope can carry any message kind. The order is the order in which users
 * meet them; `docs/formats.md` shows one line of each.
 */
export const SHAPES = [
  'console-csv',
  'logs-tail',
  'sam-logs',
  'serverless-logs',
  'plain-text',
  'log-events-json',
  'insights-json',
  'insights-csv',
  's3-export',
  'subscription',
  'agent-lines',
  'telemetry',
  'json-lines',
  'otlp-json',
  'metrics-json',
] as const;

export type Shape = (typeof SHAPES)[number];
