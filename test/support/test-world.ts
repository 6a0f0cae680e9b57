/** A world that tests own: outputs are kept, the clock stands still, and the analyzer answers with a given report. */
import { COMPARE_GATES, compareExports, comparisonToJson } from '../../analyzer/src/compare-exports.ts';
import * as readBudget from '../../analyzer/src/diagnose/parse-budget.ts';
import { SHAPES } from '../../analyzer/src/read/shape.ts';
import { renderBrief } from '../../analyzer/src/report/brief.ts';
import { readEvidenceLine } from '../../analyzer/src/report/evidence-line.ts';
import { findingOf, isFindingId, knownTerms, renderExplanation } from '../../analyzer/src/report/explain.ts';
import { reportFromJson, reportToJson, writeJson } from '../../analyzer/src/report/json.ts';
import { renderJsonLines } from '../../analyzer/src/report/json-lines.ts';
import { escaped as escapedMarkdown, renderMarkdown, renderMarkdownChapters } from '../../analyzer/src/report/markdown.ts';
import { GATES, type Report } from '../../analyzer/src/report/report.ts';
import { findingSchema, reportSchema } from '../../analyzer/src/report/schema/report-schema.ts';
import { renderText, renderTextChapters } from '../../analyzer/src/report/text.ts';
import { growthSentence } from '../../analyzer/src/report/view/memory-view.ts';
import { printable } from '../../analyzer/src/report/wording/printable.ts';
import type { AnalyzeSettings } from '../../analyzer/src/settings.ts';
import type { Reader, Views } from '../../tui/src/analyzer-door.ts';
import { runCommandLine } from '../../tui/src/command-line.ts';
import type { World } from '../../tui/src/world.ts';

export interface TestRun {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** What the analyzer was asked, unless it was not. */
  readonly asked: { readonly paths: readonly string[]; readonly settings: AnalyzeSettings } | undefined;
  readonly analyzerLoaded: boolean;
}

export interface TestRunSettings {
  readonly report?: Report;
  readonly isTerminal?: boolean;
  readonly columns?: number;
  readonly environment?: Record<string, string>;
  readonly nowMs?: number;
  /** In place of an analysis that simply answers. */
  readonly analyze?: Reader['analyze'];
  /** Ctrl-C after the analysis has begun. */
  readonly interrupted?: boolean;
}

export async function runNightlight(words: readonly string[], settings: TestRunSettings = {}): Promise<TestRun> {
  let stdout = '';
  let stderr = '';
  let asked: TestRun['asked'];
  let analyzerLoaded = false;
  const isTerminal = settings.isTerminal ?? false;
  const world: World = {
    stdout: { write: (text) => (stdout += text), isTerminal, columns: settings.columns },
    stderr: { write: (text) => (stderr += text), isTerminal, columns: settings.columns },
    environment: settings.environment ?? {},
    nowMs: () => settings.nowMs ?? Date.UTC(2026, 10, 21, 12),
    onInterrupt: (interrupted) => {
      if (settings.interrupted === true) setImmediate(interrupted);
      return () => {};
    },
    loadViews: async () => VIEWS,
    loadComparer: async () => ({ COMPARE_GATES, compareExports, comparisonToJson }),
    loadReader: async () => {
      analyzerLoaded = true;
      return {
        SHAPES,
        GATES,
        parseBudget: readBudget.parseBudget,
        analyze: async (paths, analyzeSettings, onProgress, signal) => {
          asked = { paths, settings: analyzeSettings };
          if (settings.analyze !== undefined) return settings.analyze(paths, analyzeSettings, onProgress, signal);
          if (settings.report === undefined) throw new Error('this test gave no report');
          return settings.report;
        },
      };
    },
  };
  const exitCode = await runCommandLine(words, world);
  return { exitCode, stdout, stderr, asked, analyzerLoaded };
}

const VIEWS: Views = {
  renderText,
  renderMarkdown,
  renderMarkdownChapters,
  renderTextChapters,
  escapedMarkdown,
  growthSentence,
  renderJsonLines,
  renderBrief,
  reportToJson,
  reportFromJson,
  writeJson,
  reportSchema,
  findingSchema,
  isFindingId,
  findingOf,
  knownTerms,
  readEvidenceLine,
  renderExplanation,
  printable,
};
