/** The parts of the analyzer that the commands use. Types only: nothing is loaded by naming them. */
import type { AnalyzeSettings, Budget, Gate, Progress, Report, Shape } from '@nightlight/analyzer';
import type { CompareGate, CompareRequest, CompareSettings, Comparison } from '@nightlight/analyzer/compare';

/** From paths to a report: all that must be there before reading can begin. */
export interface Reader {
  readonly SHAPES: readonly Shape[];
  readonly GATES: readonly Gate[];
  analyze(
    paths: readonly string[],
    settings: AnalyzeSettings,
    onProgress?: (progress: Progress) => void,
    signal?: AbortSignal,
  ): Promise<Report>;
  parseBudget(text: string, where?: string): Budget[];
}

/** From a report to what a person reads; loaded when there is a report. */
export interface Views {
  renderText(report: Report, settings: TextSettings): string;
  renderMarkdown(report: Report, settings: ViewSettings): string;
  renderTextChapters(report: Report, titles: readonly string[], settings: TextSettings): string;
  renderMarkdownChapters(report: Report, titles: readonly string[], settings: ViewSettings): string;
  escapedMarkdown(text: string): string;
  growthSentence(section: Pick<Report['memory'][number], 'growth' | 'oomCount'>): string;
  renderJsonLines(report: Report): string;
  renderBrief(report: Report, settings: ViewSettings): string;
  reportToJson(report: Report, settings: { readonly raw?: boolean }): JsonObject;
  reportFromJson(json: JsonObject): Report;
  writeJson(json: JsonObject, indent?: number): string;
  reportSchema(): object;
  findingSchema(): object;
  isFindingId(query: string): boolean;
  findingOf(report: Report, id: string): Report['findings'][number] | undefined;
  knownTerms(): string[];
  readEvidenceLine(evidence: Report['findings'][number]['evidence'][number]): Promise<EvidenceLine>;
  renderExplanation(query: string, report: Report | undefined, settings: TextSettings, lines?: readonly EvidenceLine[]): string | undefined;
  printable(text: string): string;
}

/** From two times to what changed between them. */
export interface Comparer {
  readonly COMPARE_GATES: readonly CompareGate[];
  compareExports(
    request: CompareRequest,
    settings: CompareSettings,
    onProgress?: (progress: Progress) => void,
    signal?: AbortSignal,
  ): Promise<Comparison>;
  comparisonToJson(comparison: Comparison): JsonObject;
}

export type JsonObject = { readonly [key: string]: JsonValue };
type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;

interface ViewSettings {
  readonly raw?: boolean | undefined;
  readonly all?: boolean | undefined;
  readonly timeZone?: string | undefined;
}

interface TextSettings extends ViewSettings {
  readonly width?: number | undefined;
  readonly color?: boolean | undefined;
}

type EvidenceLine =
  | { readonly kind: 'line'; readonly text: string; readonly isCut: boolean }
  | { readonly kind: 'unreadable'; readonly because: string };
