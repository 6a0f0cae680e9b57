/** `nightlight analyze`: reads the inputs, says what hurts, and ends with the exit code that a script needs. */
import type { Report } from '@nightlight/analyzer';
import type { Views } from '../analyzer-door.ts';
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
  const reader = await world.loadReader();
  const done = await runAnalysis(paths, analyzeSettings(options, reader, world), reader, world);
  if (done === undefined) return 130;
  const { report, views } = done;
  const out = options.out === '-' ? undefined : options.out;
  const text = rendered(report, options, out, views, world);
  if (out === undefined) world.stdout.write(text);
  else writeWhole(out, text);
  return report.exit;
}

function rendered(report: Report, options: AnalyzeOptions, out: string | undefined, views: Views, world: World): string {
  const view = { raw: options.raw, all: options.explain, timeZone: options.tz };
  if (options.brief === true) return views.renderBrief(report, view);
  const isTerminal = out === undefined && world.stdout.isTerminal;
  const format = chooseFormat(options.format, out, isTerminal);
  switch (format) {
    case 'text':
      return views.renderText(report, {
        ...view,
        width: widthOf(world),
        color: out === undefined && wantsColor(options.color, isTerminal, world.environment),
      });
    case 'md':
      return views.renderMarkdown(report, view);
    case 'json':
      return `${views.writeJson(views.reportToJson(report, { raw: options.raw === true }), 2)}\n`;
    case 'jsonl':
      return views.renderJsonLines(report);
    default:
      return format satisfies never;
  }
}

/** What the terminal says, else `COLUMNS`, else 80. */
export function widthOf(world: World): number {
  const told = world.stdout.columns ?? Number(world.environment.COLUMNS);
  return Number.isInteger(told) && told > 0 ? told : 80;
}
