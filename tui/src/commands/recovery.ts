import { type Board, boardOf, exampleRuns, incidentClocks, type ReadLines, type RunRecord } from '@nightlight/analyzer/recovery';
import { incidentLogPath, readIncidentLog } from '../incident/incident-log.ts';
import { readRunsFile, withDrills } from '../incident/runs-file.ts';
import { boardCsv, boardMarkdown, boardText, rankingText } from '../model/board-view.ts';
import { type ScoredRow, scoreRows, scoreText } from '../model/score-view.ts';
import type { World } from '../world.ts';
import { writeWhole } from '../write-whole.ts';
import { widthOf } from './analyze.ts';

export interface RecoveryOptions {
  readonly runs?: string;
  readonly log?: string;
  readonly example?: boolean;
  readonly format?: 'text' | 'md' | 'json' | 'csv';
  readonly out?: string;
}

/** @returns 0, or 4 while the runs do not allow a ranking */
export async function runRecovery(what: 'board' | 'rank' | 'export', options: RecoveryOptions, world: World): Promise<number> {
  const runs = runsOf(options, world);
  const board = boardOf(runs);
  const format = options.format ?? (what === 'export' ? (formatOf(options.out) ?? 'md') : 'text');
  put(rendered(what, format, board, runs, world), options.out, world);
  return board.ranking.kind === 'refused' ? 4 : 0;
}

/** @returns 0, or 4 when nothing has a score */
export async function runRecoveryScore(options: RecoveryOptions, world: World): Promise<number> {
  const clocks = options.example === true ? [] : clocksOf(options, world);
  const rows = scoreRows(clocks, runsOf(options, world));
  put(options.format === 'json' ? `${JSON.stringify(rows, undefined, 2)}\n` : scoreText(rows), options.out, world);
  return rows.some(({ measured }: ScoredRow) => measured.kind !== 'cannot-tell') ? 0 : 4;
}

function rendered(
  what: 'board' | 'rank' | 'export',
  format: 'text' | 'md' | 'json' | 'csv',
  board: Board,
  runs: readonly RunRecord[],
  world: World,
): string {
  switch (format) {
    case 'text':
      return what === 'rank' ? rankingText(board, widthOf(world)) : boardText(board, widthOf(world));
    case 'md':
      return boardMarkdown(board);
    case 'csv':
      return boardCsv(board);
    case 'json':
      // An infinite end becomes null: nobody knows how far it reaches.
      return `${JSON.stringify(what === 'rank' ? board.ranking : what === 'export' ? { ...board, runs } : board, undefined, 2)}\n`;
    default:
      return format satisfies never;
  }
}

/** The runs file, and the drills of the incident log that are not in it. */
function runsOf(options: RecoveryOptions, world: World): RunRecord[] {
  if (options.example === true) return exampleRuns();
  const { path, log } = readRunsFile(options, world.environment);
  tellDoubts(log, path, world);
  return withDrills(log.values, clocksOf(options, world));
}

function clocksOf({ log }: RecoveryOptions, world: World) {
  return incidentClocks(readIncidentLog(incidentLogPath(log, world.environment)).marks, world.nowMs());
}

function tellDoubts({ tornCount, unreadable, repeatedCount }: Omit<ReadLines<RunRecord>, 'values'>, path: string, world: World): void {
  if (tornCount > 0) world.stderr.write(`${path}: ${tornCount} torn lines are passed over\n`);
  for (const { line, because } of unreadable.slice(0, 5)) world.stderr.write(`${path}:${line}: passed over, because ${because}\n`);
  if (unreadable.length > 5) world.stderr.write(`${path}: ${unreadable.length - 5} more lines were passed over\n`);
  if (repeatedCount > 0) world.stderr.write(`${path}: ${repeatedCount} runs stand there twice and count once\n`);
}

function formatOf(out: string | undefined): 'text' | 'md' | 'json' | 'csv' | undefined {
  const ending = /\.(txt|md|json|csv)$/.exec(out ?? '')?.[1];
  return ending === 'txt' ? 'text' : (ending as 'md' | 'json' | 'csv' | undefined);
}

function put(text: string, out: string | undefined, world: World): void {
  if (out === undefined || out === '-') world.stdout.write(text);
  else writeWhole(out, text);
}
