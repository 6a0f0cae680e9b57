/** From a report to what a person or a program reads. */

// What the report calls a leak, and how it takes apart a cold start, for screens that must not say otherwise.
export { optionWords } from '../diagnose/cold-start-details.ts';
// The words of the report, for screens that say the same in another layout.
export { UNNAMED_FUNCTION } from '../diagnose/function-configurations.ts';
export { hasOutgrownItsLimit } from '../diagnose/memory-findings.ts';
export { countWords, percentWords, plural, versionWords } from '../diagnose/wording.ts';
export { renderBrief } from './brief.ts';
export { type EvidenceLine, readEvidenceLine } from './evidence-line.ts';
export { findingOf, isFindingId, knownTerms, renderExplanation } from './explain.ts';
export { reportFromJson, reportToJson, writeJson } from './json.ts';
export { renderJsonLines } from './json-lines.ts';
export { escaped as escapedMarkdown, renderMarkdown, renderMarkdownChapters } from './markdown.ts';
export { findingSchema, reportSchema } from './schema/report-schema.ts';
export { renderText, renderTextChapters } from './text.ts';
export { configurationLabel } from './view/configuration-label.ts';
export { failureName } from './view/failures-view.ts';
export { changedText, findingMark, hurtText, sinceText, sureText } from './view/finding-view.ts';
export { growthSentence } from './view/memory-view.ts';
export { percentileText, SAMPLES_NEEDED } from './view/percentile-text.ts';
export { factName } from './wording/fact-name.ts';
export { memoryText, numberText, oneInText, shareRangeText } from './wording/numbers.ts';
export { printable, printableDeep } from './wording/printable.ts';
export { durationText, rangeText } from './wording/times.ts';
