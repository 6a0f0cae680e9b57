/**
 * The Recovery screen as plain data: the running clock, what is believed, how far it is to 5 and 45 minutes, and the
 * board below. Made anew every second; all text is safe for a terminal when it leaves here.
 */
import {
  type Board,
  type BoardCell,
  INSTANT_MS,
  type IncidentClock,
  type MeasuredClass,
  MODERATE_MS,
  type RunRecord,
} from '@nightlight/analyzer/recovery';
import { printableDeep } from '@nightlight/analyzer/wording';
import { cellWords, comparisonWords } from './board-view.ts';
import { classMark, classWords, searchWords, spanText, type TimelineRow, timelineRows } from './incident-view.ts';

export interface RecoveryView {
  /** Undefined while no incident was ever noted. */
  readonly clock: ClockView | undefined;
  /** Where several are open, the others: which one is shown is the person's choice. */
  readonly otherOpen: readonly { readonly id: string; readonly title: string }[];
  readonly board: BoardView | undefined;
  /** One sentence with numbers. */
  readonly why: string;
  /** The key or drill that helps most now. */
  readonly next: string;
}

export interface ClockView {
  readonly id: string;
  readonly title: string;
  /** `12:31`; with `isRunning` false it stands still. `?` where no alert was noted. */
  readonly time: string;
  readonly isRunning: boolean;
  readonly isDrill: boolean;
  readonly progress: Progress | undefined;
  readonly classMark: string;
  readonly classWords: string;
  readonly tone: Tone;
  readonly timeline: readonly TimelineRow[];
  /** The mark that is still awaited: `confirmed`, then `recovered`; undefined when all is noted. */
  readonly awaited: { readonly what: string; readonly hint: string } | undefined;
  /** What is believed now, and for how long. */
  readonly believed: { readonly number: number; readonly component: string; readonly by: string; readonly held: string } | undefined;
  readonly views: readonly string[];
  readonly sinks: readonly string[];
  readonly people: readonly string[];
  readonly personMinutes: number;
  readonly wrongHypothesisCount: number;
  readonly doubts: readonly string[];
}

/** Of a bar that ends at 45 minutes. */
export interface Progress {
  /** 0 to 1. */
  readonly share: number;
  /** Where the five minutes stand on it, 0 to 1. */
  readonly instantShare: number;
  /** `12:31 of 45:00` */
  readonly text: string;
  /** Until it leaves the class that it is in; undefined for a nightmare, and when the clock stands still. */
  readonly leaves: { readonly class: 'instant' | 'moderate'; readonly in: string } | undefined;
}

/** Repeats what a word says; colour never stands alone. */
export type Tone = 'calm' | 'warn' | 'bad' | 'unknown';

export interface BoardView {
  readonly columns: readonly string[];
  readonly rows: readonly { readonly label: string; readonly cells: readonly CellView[] }[];
  readonly isExample: boolean;
  /** `no ranking yet`, or the places: `1. lambda-sqs`. */
  readonly rank: readonly string[];
  /** What is missing, or what the ranking rests on. */
  readonly because: readonly string[];
  readonly warnings: readonly string[];
  /** The drill that brings a ranking nearer: the emptiest cell. */
  readonly nextDrill: { readonly scenario: string; readonly architecture: string; readonly runCount: number } | undefined;
}

export interface CellView {
  readonly text: string;
  readonly tone: Tone;
  readonly isComplete: boolean;
}

export interface RecoveryFacts {
  readonly clocks: readonly IncidentClock[];
  readonly board?: Board | undefined;
  /** Which incident is shown; the last open one, else the last one, unless told otherwise. */
  readonly incident?: string | undefined;
}

export function recoveryView(facts: RecoveryFacts): RecoveryView {
  const { clocks, incident } = facts;
  const shown = clocks.find(({ id }) => id === incident) ?? clocks.findLast(({ isOpen }) => isOpen) ?? clocks.at(-1);
  const clock = shown === undefined ? undefined : clockView(printableDeep(shown));
  const board = facts.board === undefined || facts.board.architectures.length === 0 ? undefined : boardView(printableDeep(facts.board));
  return {
    clock,
    otherOpen: printableDeep(clocks.filter(({ isOpen, id }) => isOpen && id !== shown?.id).map(({ id, title }) => ({ id, title }))),
    board,
    why: shown === undefined ? 'No incident was noted yet: the clock begins with an alert.' : whyOf(printableDeep(shown)),
    next: nextOf(clock, board),
  };
}

/** Behind one cell: every run of it, the fastest first. */
export function cellEvidence(board: Board, runs: readonly RunRecord[], row: number, column: number): readonly string[] {
  const cell = board.cells[row]?.[column];
  const scenario = board.scenarios[row];
  if (cell === undefined || scenario === undefined) return [];
  const { id, hash, seed, load, magnitude, durationMs } = scenario;
  const key = `${id}, file ${hash}, seed ${seed}, ${load}, ${magnitude}, ${Math.round(durationMs / 60_000)} min`;
  if (cell.kind === 'not-run') return printableDeep([key, 'not run']);
  const byId = new Map(runs.map((run) => [run.id, run]));
  return printableDeep([
    key,
    ...cell.searches.map(({ searchedMs, isConfirmed, runId }) => {
      const run = byId.get(runId);
      const people = run?.people.map(({ name, familiarity }) =>
        familiarity === undefined ? name : `${name} (knows it ${familiarity} of 4)`,
      );
      const masked = run?.isMasked === true ? ', masked' : '';
      return `${isConfirmed ? '' : '> '}${spanText(searchedMs)}${masked}  ${people?.join(', ') ?? ''}  ${runId}`;
    }),
    `${cell.confirmedCount} of ${cell.searches.length} confirmed, ${cell.maskedCount} masked`,
    ...(cell.predicted === undefined ? [] : [`predicted ${cell.predicted.class}, about ${cell.predicted.viewCount} views`]),
  ]);
}

function clockView(clock: IncidentClock): ClockView {
  const { id, title, search, isOpen, isDrill, measured, hypotheses, views, sinks, people, personMinutes, wrongHypothesisCount, remarks } =
    clock;
  const held = hypotheses.findLast(({ state }) => state === 'held' || state === 'confirmed');
  return {
    id,
    title,
    time: search.kind === 'cannot-tell' ? '?' : spanText(search.afterMs),
    isRunning: isOpen && search.kind === 'censored',
    isDrill,
    progress:
      search.kind === 'cannot-tell' ? undefined : progressOf(search.afterMs, search.kind === 'censored' && isOpen ? measured : undefined),
    classMark: classMark(measured),
    classWords: classWords(measured),
    tone: toneOf(measured),
    timeline: timelineRows(clock),
    awaited: awaitedOf(clock),
    believed:
      held?.component === undefined
        ? undefined
        : { number: held.number, component: held.component, by: held.by, held: spanText(held.heldMs) },
    views,
    sinks,
    people: people.map(({ name }) => name),
    personMinutes: Math.round(personMinutes),
    wrongHypothesisCount,
    doubts: remarks,
  };
}

/** @param running  the class so far, while the clock runs: masked is a nightmare at once, and two views are not instant */
function progressOf(afterMs: number, running: MeasuredClass | undefined): Progress {
  const soFar = running?.kind === 'at-least' ? running.class : undefined;
  const leaves = soFar === 'instant' || soFar === 'moderate' ? soFar : undefined;
  return {
    share: Math.max(0, Math.min(1, afterMs / MODERATE_MS)),
    instantShare: INSTANT_MS / MODERATE_MS,
    text: `${spanText(afterMs)} of ${spanText(MODERATE_MS)}`,
    leaves: leaves === undefined ? undefined : { class: leaves, in: spanText((leaves === 'instant' ? INSTANT_MS : MODERATE_MS) - afterMs) },
  };
}

function awaitedOf({ confirmation, recoveredMs, alertMs }: IncidentClock): ClockView['awaited'] {
  if (alertMs === undefined) return { what: 'alert', hint: 'nothing says when the clock began' };
  if (confirmation === undefined) return { what: 'confirmed', hint: 'needs component, fingerprint and proof; a trace alone is none' };
  return recoveredMs === undefined ? { what: 'recovered', hint: 'ends the incident' } : undefined;
}

function toneOf(measured: MeasuredClass): Tone {
  if (measured.kind === 'cannot-tell') return 'unknown';
  return measured.class === 'nightmare' ? 'bad' : measured.class === 'moderate' ? 'warn' : 'calm';
}

function boardView(board: Board): BoardView {
  const { architectures, scenarios, cells, ranking, isExample, warnings } = board;
  return {
    columns: architectures,
    rows: scenarios.map(({ label }, row) => ({ label, cells: cells[row]!.map(cellView) })),
    isExample,
    rank: ranking.kind === 'refused' ? ['no ranking yet'] : ranking.places.map(({ place, architecture }) => `${place}. ${architecture}`),
    because: ranking.kind === 'refused' ? ranking.missing : ranking.comparisons.flatMap(comparisonWords),
    warnings,
    nextDrill: ranking.kind === 'refused' ? emptiestCell(board) : undefined,
  };
}

function cellView(cell: BoardCell): CellView {
  if (cell.kind === 'not-run') return { text: cellWords(cell), tone: 'unknown', isComplete: false };
  const isComplete = cell.searches.length >= RUNS_NEEDED;
  const { class: judged } = cell;
  if (!isComplete || judged.kind === 'open') return { text: cellWords(cell), tone: 'unknown', isComplete };
  const tone = judged.class === 'nightmare' ? 'bad' : judged.class === 'moderate' ? 'warn' : 'calm';
  return { text: cellWords(cell), tone, isComplete };
}

/** As the ranking counts. */
const RUNS_NEEDED = 5;

function emptiestCell({ scenarios, architectures, cells }: Board): BoardView['nextDrill'] {
  let emptiest: BoardView['nextDrill'];
  for (const [row, { label }] of scenarios.entries()) {
    for (const [column, architecture] of architectures.entries()) {
      const cell = cells[row]![column]!;
      const runCount = cell.kind === 'not-run' ? 0 : cell.searches.length;
      if (runCount < (emptiest?.runCount ?? RUNS_NEEDED)) emptiest = { scenario: label, architecture, runCount };
    }
  }
  return emptiest;
}

function whyOf({ search, measured, title, confirmation }: IncidentClock): string {
  const cause = confirmation === undefined ? '' : `; the cause was ${confirmation.component}`;
  return `${title}: ${searchWords(search)}${cause}; ${classWords(measured).replace(/^\[.\] /, '')}`;
}

function nextOf(clock: ClockView | undefined, board: BoardView | undefined): string {
  if (clock?.isRunning === true) {
    const { believed } = clock;
    return believed === undefined
      ? 'h names what you suspect: a hypothesis'
      : `c proves or x refutes hypothesis ${believed.number} (${believed.component}), held for ${believed.held}`;
  }
  if (clock?.awaited?.what === 'recovered' && clock.timeline.length > 0)
    return 'M and R note mitigated and recovered: the incident is still open';
  if (board?.nextDrill !== undefined) {
    const { scenario, architecture, runCount } = board.nextDrill;
    return `drill ${scenario} on ${architecture}: ${runCount} of ${RUNS_NEEDED} runs`;
  }
  return '! notes the alert and starts the clock';
}
