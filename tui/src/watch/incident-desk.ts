/**
 * The incident clock beside the dashboard: reads what everybody has marked, marks what this person does, and begins by itself
 * when a rule says so. The file is the only state, so that two people see the same clock.
 *
 * A file that cannot be read or written (a full disk, a folder of somebody else) takes the clock away and never the dashboard:
 * only a mark that a person makes fails aloud, everything else is told in `fault`.
 */
import { statSync } from 'node:fs';
import type { Picture } from '@nightlight/analyzer';
import {
  type AlertReport,
  alertRules,
  type Board,
  boardOf,
  type IncidentClock,
  incidentClocks,
  judgeProof,
  type MarkLog,
  type RunRecord,
  TOOL,
} from '@nightlight/analyzer/recovery';
import { appendMark, incidentLogPath, type MarkDraft, newIncidentId, readIncidentLog } from '../incident/incident-log.ts';
import { readRunsFile, withDrills } from '../incident/runs-file.ts';
import type { ClockMark, PromptChoice } from '../model/prompts.ts';
import type { RecoveryTold } from '../model/recovery-state.ts';
import type { ScreenId, Suspect } from '../model/screen.ts';
import type { World } from '../world.ts';

export interface IncidentDeskSettings {
  /** `--incidents FILE`. */
  readonly log: string | undefined;
  /** Whether the rules may begin an incident. */
  readonly raisesAlerts: boolean;
}

export const NO_INCIDENT = 'no incident is open: ! notes the alert and starts the clock';

export class IncidentDesk {
  readonly path: string;
  readonly #world: Pick<World, 'environment' | 'nowMs'>;
  readonly #raisesAlerts: boolean;
  readonly #raised = new Set<string>();
  readonly #noted = new Set<string>();
  #log: MarkLog | undefined;
  #stamp = '';
  #clocks: { readonly of: string; readonly clocks: readonly IncidentClock[] } | undefined;
  #told: RecoveryTold | undefined;
  #readFault: string | undefined;
  #writeFault: string | undefined;
  #judged: AlertReport | undefined;
  #board: { readonly stamp: string; readonly runs: readonly RunRecord[]; readonly board: Board | undefined } | undefined;

  constructor(settings: IncidentDeskSettings, world: Pick<World, 'environment' | 'nowMs'>) {
    this.path = incidentLogPath(settings.log, world.environment);
    this.#world = world;
    this.#raisesAlerts = settings.raisesAlerts;
  }

  /** Why marks cannot be kept; undefined while they can. */
  get fault(): string | undefined {
    return this.#writeFault ?? this.#readFault;
  }

  /** All incidents as they stand in this second; the file is read again only when it changed, and frames share the answer. */
  clocks(): readonly IncidentClock[] {
    this.#look();
    const nowMs = this.#world.nowMs();
    const of = `${this.#stamp} ${Math.floor(nowMs / 1000)}`;
    if (this.#clocks?.of !== of) this.#clocks = { of, clocks: incidentClocks(this.#log?.marks ?? [], nowMs) };
    return this.#clocks.clocks;
  }

  /** What the Recovery and the Drill screen show; the board is made anew only when its runs have changed. */
  told(): RecoveryTold {
    const clocks = this.clocks();
    if (this.#told?.clocks === clocks) return this.#told;
    const doubts = [...(this.fault === undefined ? [] : [this.fault]), ...doubtsOf(this.#log)];
    let runs: readonly RunRecord[] = [];
    try {
      runs = withDrills(readRunsFile({ log: this.path }, this.#world.environment).log.values, clocks);
    } catch (error) {
      doubts.push((error as Error).message);
    }
    const stamp = JSON.stringify(runs);
    if (stamp !== this.#board?.stamp) this.#board = { stamp, runs, board: runs.length === 0 ? undefined : boardOf(runs) };
    this.#told = { clocks, board: this.#board.board, runs: this.#board.runs, doubts };
    return this.#told;
  }

  /** The one that the keys mark: the newest that is still open. */
  current(): IncidentClock | undefined {
    return this.clocks()
      .filter(({ isOpen }) => isOpen)
      .at(-1);
  }

  /**
   * One key in the dashboard.
   *
   * @returns what to say of it
   * @throws CommandError when the log cannot be written
   */
  mark(mark: ClockMark, values: readonly string[], picture: Picture): string {
    const current = this.current();
    if (mark === 'alert') {
      const id = newIncidentId(new Set(this.clocks().map(({ id: taken }) => taken)));
      this.#append({ mark: 'alert', incident: id, title: values[0] ?? '' });
      return `${id}: the clock runs`;
    }
    if (current === undefined) return NO_INCIDENT;
    const draft = draftOf(mark, values, current, picture);
    if (typeof draft === 'string') return draft;
    this.#append(draft);
    const after = this.current() ?? this.clocks().find(({ id }) => id === current.id);
    return `${current.id}: ${mark} noted${after?.search.kind === 'confirmed' ? ', the search has ended' : ''}`;
  }

  /** A screen was opened while a clock runs: how many views a search took is part of how hard it was. */
  noteView(screen: ScreenId): void {
    const current = this.current();
    // Looking at the clock is no search, and must not make a search look harder than it was.
    if (screen === 'recovery' || screen === 'drill') return;
    if (current === undefined || current.search.kind === 'confirmed') return;
    const key = `${current.id}/${screen}`;
    if (this.#noted.has(key)) return;
    this.#noted.add(key);
    this.#note({ mark: 'view', incident: current.id, view: `nightlight ${screen}`, sink: 'nightlight' });
  }

  /** @returns the incident that a rule has begun; undefined when none did */
  judge(report: AlertReport): string | undefined {
    if (!this.#raisesAlerts) return undefined;
    const alerts = alertRules(this.#judged, report, undefined, this.#raised);
    this.#judged = report;
    for (const { key } of alerts) this.#raised.add(key);
    const [alert] = alerts;
    if (alert === undefined || this.current() !== undefined) return undefined;
    const id = newIncidentId(new Set(this.clocks().map(({ id: taken }) => taken)));
    return this.#note({ mark: 'alert', incident: id, title: alert.title, source: alert.rule, by: TOOL }) ? id : undefined;
  }

  /** What the prompts begin with: enter alone says what was opened, else what is believed, else what the dashboard suspects. */
  offered(picture: Picture | undefined, chosen?: Suspect): Partial<Record<ClockMark, readonly string[]>> {
    const hurting = picture?.report.findings.filter(({ harm }) => harm === 'users' || harm === 'soon') ?? [];
    const [worst] = hurting;
    const believed = this.current()?.hypotheses.findLast(({ state }) => state === 'held')?.component;
    const component = chosen?.component ?? believed ?? worst?.functionName ?? '';
    // The number of somebody else's finding beside this component would be kept as its fingerprint.
    const finding = chosen?.finding ?? hurting.find(({ functionName }) => functionName === component)?.id;
    return {
      alert: worst === undefined ? [] : [`${worst.functionName} ${worst.headline.toLowerCase()}`],
      hypothesis: [component],
      refute: [believed ?? ''],
      confirm: [component, finding ?? '', 'revert: '],
    };
  }

  /** What may be confirmed, component and finding: what was opened, what is believed, then what hurts, each once. */
  suspects(picture: Picture | undefined, chosen?: Suspect): readonly PromptChoice[] {
    const hurting = picture?.report.findings.filter(({ harm }) => harm === 'users' || harm === 'soon') ?? [];
    const held = this.current()?.hypotheses.filter(({ state }) => state === 'held') ?? [];
    const believed = held.reverse().flatMap(({ component }) => {
      if (component === undefined) return [];
      const finding = hurting.find(({ functionName }) => functionName === component)?.id;
      // Where nothing was found, what was seen there is asked for.
      return [finding === undefined ? [component] : [component, finding]];
    });
    const all = [
      ...(chosen === undefined ? [] : [[chosen.component, chosen.finding]]),
      ...believed,
      ...hurting.map(({ functionName, id }) => [functionName, id]),
    ].filter(([component]) => component !== '');
    // What was shown not to be it stands last: it may have been refuted too early.
    const refuted = new Set(this.current()?.hypotheses.flatMap(({ state, component }) => (state === 'refuted' ? [component] : [])));
    all.sort(([a], [b]) => Number(refuted.has(a)) - Number(refuted.has(b)));
    const seen = new Set<string>();
    return all.filter((pair) => !seen.has(pair.join('\n')) && seen.add(pair.join('\n'))).slice(0, MOST_SUSPECTS);
  }

  #look(): void {
    try {
      const stat = statSync(this.path, { throwIfNoEntry: false });
      const stamp = `${stat?.size}/${stat?.mtimeMs}`;
      if (stamp !== this.#stamp) {
        this.#log = readIncidentLog(this.path);
        this.#stamp = stamp;
      }
      this.#readFault = undefined;
    } catch (error) {
      this.#readFault = (error as Error).message;
    }
  }

  #append(draft: MarkDraft): void {
    appendMark(this.path, draft, this.#world);
    this.#stamp = '';
    this.#writeFault = undefined;
  }

  /** A mark that nobody asked for. @returns whether it stands in the file */
  #note(draft: MarkDraft): boolean {
    try {
      this.#append(draft);
      return true;
    } catch (error) {
      this.#writeFault = (error as Error).message;
      return false;
    }
  }
}

/** More than anybody goes through with an arrow key. */
const MOST_SUSPECTS = 20;

/** @returns the mark, or why it is refused */
function draftOf(
  mark: Exclude<ClockMark, 'alert'>,
  values: readonly string[],
  current: IncidentClock,
  picture: Picture,
): MarkDraft | string {
  const [first = '', second = '', third = ''] = values;
  const incident = current.id;
  switch (mark) {
    case 'ack':
      return { mark, incident, ...(first !== '' && { note: first }) };
    case 'hypothesis':
    case 'refute':
      return { mark, incident, component: first, ...(second !== '' && { note: second }) };
    case 'confirm': {
      const [, proofKind, proof = ''] = /^\s*(revert|kill|replay|truth|trace)\s*:?\s*(.*)$/i.exec(third) ?? ['', undefined, third];
      const fingerprint = fingerprintOf(second, picture);
      const verdict = judgeProof({ component: first, fingerprint, proof, proofKind: proofKind?.toLowerCase() }, current.isDrill);
      if (verdict.kind === 'refused') return `the clock goes on: ${verdict.because}`;
      return { mark, incident, component: first, fingerprint, proof, proofKind: verdict.proofKind };
    }
    case 'note':
      return { mark, incident, note: first };
    case 'mitigated':
    case 'recovered':
      return { mark, incident, ...(first !== '' && { note: first }) };
    default:
      return mark satisfies never;
  }
}

/** `F-2` is the number of tonight; what is kept must mean something next week. */
function fingerprintOf(text: string, { report }: Picture): string {
  const finding = report.findings.find(({ id }) => id.toLowerCase() === text.trim().toLowerCase());
  if (finding === undefined) return text;
  return finding.fingerprint ?? `${finding.kind} of ${finding.functionName}${finding.version === undefined ? '' : ` v${finding.version}`}`;
}

function doubtsOf(log: MarkLog | undefined): string[] {
  if (log === undefined) return [];
  return [
    ...(log.tornCount > 0 ? [`${log.tornCount} torn lines in the log of marks are passed over`] : []),
    ...(log.unreadable.length > 0 ? [`${log.unreadable.length} lines of the log of marks cannot be read`] : []),
  ];
}
