/** `nightlight explain`: the evidence behind a finding, or the meaning of a word or error code. */
import { readFileSync } from 'node:fs';
import type { Report } from '@nightlight/analyzer';
import type { JsonObject, Views } from '../analyzer-door.ts';
import { CommandError } from '../command-error.ts';
import { wantsColor } from '../text/wants-color.ts';
import type { World } from '../world.ts';
import { widthOf } from './analyze.ts';
import { analyzeSettings, type InputOptions } from './input-options.ts';
import { runAnalysis } from './run-analysis.ts';

export interface ExplainOptions extends InputOptions {
  readonly report?: string;
  readonly raw?: boolean;
  readonly color: boolean;
}

/** @returns the exit code */
export async function runExplain(query: string, paths: readonly string[], options: ExplainOptions, world: World): Promise<number> {
  const views = await world.loadViews();
  const settings = {
    raw: options.raw,
    timeZone: options.tz,
    width: widthOf(world),
    color: wantsColor(options.color, world.stdout.isTerminal, world.environment),
  };
  if (!views.isFindingId(query)) {
    // A way of failing can be looked for in an input; a word means the same everywhere.
    const given = paths.length > 0 || options.report !== undefined;
    const known = views.renderExplanation(query, undefined, settings);
    if (known === undefined) throw unknownWord(query, views);
    const input = given ? await reportToExplain(query, paths, options, views, world) : undefined;
    if (given && input === undefined) return 130;
    const meaning = input === undefined ? known : views.renderExplanation(query, input, settings);
    if (meaning === undefined) throw unknownWord(query, views);
    world.stdout.write(meaning);
    return 0;
  }
  const report = await reportToExplain(query, paths, options, views, world);
  if (report === undefined) return 130;
  const finding = views.findingOf(report, query);
  if (finding === undefined) {
    const held = report.findings.length === 0 ? 'no finding' : `F-1 to F-${report.findings.length}`;
    throw new CommandError(
      'NO_SUCH_FINDING',
      `expected a finding of this input, which holds ${held}; found ${query}`,
      'give the same inputs and options as to analyze',
    );
  }
  const lines = options.raw === true ? await Promise.all(finding.evidence.map((place) => views.readEvidenceLine(place))) : [];
  world.stdout.write(views.renderExplanation(query, report, settings, lines)!);
  return 0;
}

async function reportToExplain(
  query: string,
  paths: readonly string[],
  options: ExplainOptions,
  views: Views,
  world: World,
): Promise<Report | undefined> {
  if (options.report !== undefined) return readReport(options.report, views);
  if (paths.length === 0) {
    throw new CommandError(
      'USAGE',
      `expected the inputs that ${query} was found in, or --report with a JSON report; found neither`,
      `nightlight explain ${query} <path...>`,
    );
  }
  const reader = await world.loadReader();
  return (await runAnalysis(paths, analyzeSettings(options, reader, world), reader, world))?.report;
}

function readReport(path: string, views: Views): Report {
  try {
    return views.reportFromJson(JSON.parse(readFileSync(path, 'utf8')) as JsonObject);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new CommandError(
      'REPORT_NOT_READABLE',
      `${path}: expected a report as JSON, found ${code === 'ENOENT' ? 'nothing by that name' : message}`,
      `nightlight analyze <path...> --format json --out ${path}`,
      1,
      { cause },
    );
  }
}

function unknownWord(query: string, views: Views): CommandError {
  const known = views.knownTerms();
  const near = known.filter((term) => term.startsWith(query.slice(0, 3).toLowerCase()) || term.toLowerCase().includes(query.toLowerCase()));
  return new CommandError(
    'UNKNOWN_WORD',
    `expected a finding such as F-1, a word of the report, a failure mode or an error code; found ${views.printable(query)}`,
    near.length > 0 && near.length < 6
      ? near.map((term) => `nightlight explain ${term.includes(' ') ? `"${term}"` : term}`).join('   or   ')
      : 'nightlight help verdicts',
  );
}
