/** The analyzer: bytes in, verdicts out; a library without a terminal. `./report` turns what it found into text. */
export { analyze } from './analyze.ts';
export type { Finding } from './diagnose/finding.ts';
export { BudgetError, parseBudget } from './diagnose/parse-budget.ts';
export { BUILT_IN_PRICES, PriceError } from './diagnose/prices.ts';
export {
  type FunctionCourse,
  type InitPoint,
  LATENCY_BANDS_MS,
  type MemoryCourse,
  type MinuteRange,
  type Moment,
  type Picture,
  type PictureSource,
  type RawLine,
  type SourceState,
  type WarmLatency,
} from './live/picture.ts';
export { ReadError, type ReadErrorCode } from './read/read-error.ts';
export { SHAPES, type Shape } from './read/shape.ts';
export { SourceMapError } from './read/source-maps-folder.ts';
export { GATES, type Gate, REPORT_SCHEMA, type Report } from './report/report.ts';
export type { AnalyzeSettings, Budget, Progress } from './settings.ts';
export { VERSION } from './version.ts';
