/** The analyzer: bytes in, verdicts out. */

export { SHAPES, type Shape } from './read/shape.ts';
export { GATES, type Gate, REPORT_SCHEMA, type Report } from './report/report.ts';
export type { AnalyzeSettings, Budget, Progress } from './settings.ts';
