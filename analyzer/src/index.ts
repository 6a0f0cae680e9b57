/** The analyzer: bytes in, verdicts out; a library without a terminal. */
export { analyze } from './analyze.ts';
export type { Finding } from './diagnose/finding.ts';
export { BudgetError, parseBudget } from './diagnose/parse-budget.ts';
export { BUILT_IN_PRICES, PriceError } from './diagnose/prices.ts';
export { ReadError, type ReadErrorCode } from './read/read-error.ts';
export { SHAPES, type Shape } from './read/shape.ts';
export { renderBrief } from './report/brief.ts';
export { type EvidenceLine, readEvidenceLine } from './report/evidence-line.ts';
export { findingOf, isFindingId, knownTerms, renderExplanation } from './report/explain.ts';
export { reportFromJson, reportToJson, writeJson } from './report/json.ts';
export { renderJsonLines } from './report/json-lines.ts';
export { renderMarkdown } from './report/markdown.ts';
export { GATES, type Gate, REPORT_SCHEMA, type Report } from './report/report.ts';
export { findingSchema, reportSchema } from './report/schema/report-schema.ts';
export { renderText } from './report/text.ts';
export { printable } from './report/wording/printable.ts';
export type { AnalyzeSettings, Budget, Progress } from './settings.ts';
export { VERSION } from './version.ts';
