/** `nightlight analyze`: reads the inputs, says what hurts, and ends with the exit code that a script needs. */
import type { Report } from '@nightlight/analyzer';
import type { Analyzer } from '../analyzer-door.ts';
import { CommandError } from '../command-error.ts';
import { chooseFormat, type OutputFormat } from '../model/output-format.ts';
import { wantsColor } from '../text/wants-color.ts';
import type { World } from '../world.ts';
import { writeWhole } from '../write-whole.ts';
import { analyzeSettings, type InputOptions } from './input-options.ts';
import { runAnalysis } from './run-analysis.ts';

export interface AnalyzeOptions extends InputOptions {
  readonly format?: OutputFormat;
  readonly out?: string;
  readonly brief?: boolean;
  readonly raw?: boolean;
  readonly explain?: boolean;
  readonly color: boolean;
}

/** @returns the exit code */
export async function runAnalyze(paths: readonly string[], options: AnalyzeOptions, world: World): Promise<number> {
  if (options.brief === true && options.format !== undefined) {
    throw new CommandError('USAGE', 'expected --brief or --format, found both', 'leave --format out: --brief is a form of its own');
  }
  const analyzer = await world.loadAnalyzer();
  const settings = analyzeSettings(options, analyzer, world);
  const report = await runAnalysis(paths, settings, analyzer, world);
  if (report === undefined) return 130;
  const out = options.out === '-' ? undefined : options.out;
  const text = rendered(report, options, out, analyzer, world);
  if (out === undefined) world.stdout.write(text);
  else writeWhole(out, text);
  return report.exit;
}

function rendered(report: Report, options: AnalyzeOptions, out: string | undefined, analyzer: Analyzer, world: World): string {
  const view = { raw: options.raw, all: options.explain, timeZone: options.tz };
  if (options.brief === true) return analyzer.renderBrief(report, view);
  const isTerminal = out === undefined && world.stdout.isTerminal;
  const format = chooseFormat(options.format, out, isTerminal);
  switch (format) {
    case 'text':
      return analyzer.renderText(report, {
        ...view,
        width: widthOf(world),
        color: out === undefined && wantsColor(options.color, isTerminal, world.environment),
      });
    case 'md':
      return analyzer.renderMarkdown(report, view);
    case 'json':
      return `${analyzer.writeJson(analyzer.reportToJson(report, { raw: options.raw === true }), 2)}\n`;
    case 'jsonl':
      return analyzer.renderJsonLines(report);
    default:
      return format satisfies never;
  }
}

/** What the terminal says, else `COLUMNS`, else 80. */
export function widthOf(world: World): number {
  const told = world.stdout.columns ?? Number(world.environment.COLUMNS);
  return Number.isInteger(told) && told > 0 ? told : 80;
}
