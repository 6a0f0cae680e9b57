/**
 * An incident from its marks: what was believed when, how long the search for the cause took, and who took part.
 *
 * Marks come from several people whose clocks differ. They are told in the order of their times, and whatever makes
 * a span doubtful is said beside it: a clock that went back, two clocks in one span, a confirmation without proof.
 */
import { judgeProof } from './confirm-proof.ts';
import { type Mark, type ProofKind, TOOL } from './mark.ts';
import { type MeasuredClass, measuredClass, type ObservedMasking, type SearchTime, WRONG_HELD_MS } from './measured-class.ts';

export type IncidentState = 'injected' | 'alerted' | 'acknowledged' | 'searching' | 'confirmed' | 'mitigated' | 'recovered';

export interface IncidentClock {
  readonly id: string;
  readonly title: string;
  readonly state: IncidentState;
  /** Not recovered, and somebody noted something within a day. */
  readonly isOpen: boolean;
  readonly isDrill: boolean;
  /** By their times. */
  readonly marks: readonly Mark[];
  readonly injectMs: number | undefined;
  readonly alertMs: number | undefined;
  readonly ackMs: number | undefined;
  readonly mitigatedMs: number | undefined;
  readonly recoveredMs: number | undefined;
  readonly confirmation: ConfirmedCause | undefined;
  /** From the first alert to the confirmed cause. */
  readonly search: SearchTime;
  /** From injection to the first alert, in a drill. */
  readonly detectionMs: number | undefined;
  readonly hypotheses: readonly Hypothesis[];
  readonly wrongHypothesisCount: number;
  readonly masking: ObservedMasking;
  /** Distinct, in the order in which they were first opened, until the confirmation. */
  readonly views: readonly string[];
  readonly sinks: readonly string[];
  readonly people: readonly { readonly name: string; readonly minutes: number }[];
  /** Each person from the first mark to the end of the search: nobody notes that they went to bed. */
  readonly personMinutes: number;
  readonly measured: MeasuredClass;
  /** What makes the figures doubtful. */
  readonly remarks: readonly string[];
}

export interface ConfirmedCause {
  readonly atMs: number;
  readonly by: string;
  readonly component: string;
  readonly fingerprint: string;
  readonly proof: string;
  readonly proofKind: ProofKind;
}

export interface Hypothesis {
  /** From 1, as people call them. */
  readonly number: number;
  readonly component: string | undefined;
  readonly by: string;
  readonly atMs: number;
  readonly note: string | undefined;
  readonly state: 'held' | 'refuted' | 'replaced' | 'confirmed';
  readonly heldMs: number;
  /** Undefined until it is refuted or the cause is confirmed. */
  readonly isWrong: boolean | undefined;
}

/** In the order in which they began. */
export function incidentClocks(marks: readonly Mark[], nowMs: number): IncidentClock[] {
  const byIncident = new Map<string, Mark[]>();
  for (const mark of marks) {
    const its = byIncident.get(mark.incident);
    if (its === undefined) byIncident.set(mark.incident, [mark]);
    else its.push(mark);
  }
  return [...byIncident.values()].map((its) => clockOf(its, nowMs)).sort((a, b) => a.marks[0]!.atMs - b.marks[0]!.atMs);
}

/** After a day without a mark it is no longer the one that people mean when they name none. */
const FORGOTTEN_MS = 24 * 3_600_000;
/** Two processes of one machine read its clock a moment before they write. */
const SAME_MOMENT_MS = 1_000;

/** @param written  in the order of the file, at least one */
function clockOf(written: readonly Mark[], nowMs: number): IncidentClock {
  const marks = [...written].sort((a, b) => a.atMs - b.atMs);
  const firstOf = (kind: Mark['mark']) => marks.find(({ mark }) => mark === kind);
  const [inject, alert] = [firstOf('inject'), firstOf('alert')];
  const { confirmation, wrong, remarks } = confirmationOf(marks, inject);
  const alertMs = alert?.atMs;
  const recoveredMs = firstOf('recovered')?.atMs;
  const lastMs = marks.at(-1)!.atMs;
  const isForgotten = nowMs - Math.max(lastMs, ...written.map(({ writtenMs }) => writtenMs ?? lastMs)) > FORGOTTEN_MS;
  const isOpen = recoveredMs === undefined && !isForgotten;
  // A note that somebody adds for the review a week later is no search.
  const searchedUntilMs = marks.findLast(({ mark }) => mark !== 'note')?.atMs ?? lastMs;
  const stillMs = isOpen ? Math.max(nowMs, lastMs) : searchedUntilMs;
  const search = searchTime(alertMs, confirmation, stillMs, isOpen);
  const endMs = confirmation?.atMs ?? stillMs;
  const hypotheses = hypothesesOf(marks, confirmation, endMs);
  const masking = maskingSeen(marks, hypotheses, confirmation, wrong);
  const looked = marks.filter(({ atMs, by }) => atMs <= endMs && by !== TOOL);
  const views = distinct(looked.map(({ view }) => view));
  const people = peopleOf(marks, alertMs, endMs);
  return {
    id: marks[0]!.incident,
    title: marks.find(({ title }) => title !== undefined)?.title ?? alert?.note ?? 'without a title',
    state: stateOf(marks, confirmation),
    isOpen,
    isDrill: inject !== undefined,
    marks,
    injectMs: inject?.atMs,
    alertMs,
    ackMs: firstOf('ack')?.atMs,
    mitigatedMs: firstOf('mitigated')?.atMs,
    recoveredMs,
    confirmation,
    search,
    detectionMs: inject === undefined || alertMs === undefined ? undefined : alertMs - inject.atMs,
    hypotheses,
    wrongHypothesisCount: hypotheses.filter(({ isWrong }) => isWrong === true).length + wrong.length,
    masking,
    views,
    sinks: distinct(looked.map(({ sink }) => sink)),
    people,
    personMinutes: people.reduce((sum, { minutes }) => sum + minutes, 0),
    measured: measuredClass(search, masking, views.length),
    remarks: [...remarks, ...clockRemarks(written, alert, confirmation)],
  };
}

/** The last confirmation that nobody took back; the first one of the same component stopped the clock. */
function confirmationOf(
  marks: readonly Mark[],
  inject: Mark | undefined,
): { readonly confirmation: ConfirmedCause | undefined; readonly wrong: readonly Mark[]; readonly remarks: readonly string[] } {
  const remarks: string[] = [];
  const valid: (ConfirmedCause & { readonly mark: Mark })[] = [];
  const wrong: Mark[] = [];
  for (const mark of marks) {
    if (mark.mark === 'refute') {
      for (let i = valid.length - 1; i >= 0; i--) {
        if (isSame(valid[i]!.component, mark.component)) wrong.push(...valid.splice(i, 1).map((taken) => taken.mark));
      }
    }
    if (mark.mark !== 'confirm') continue;
    const { component = '', fingerprint = '', proof = '', atMs, by } = mark;
    const verdict = judgeProof(mark, inject !== undefined);
    if (verdict.kind === 'refused') remarks.push(`a confirmation by ${by} does not count: ${verdict.because}`);
    else if (inject?.component !== undefined && !isSame(inject.component, component)) {
      remarks.push(`a confirmation by ${by} does not count: ${component} is not what the drill injected`);
      wrong.push(mark);
    } else valid.push({ atMs, by, component, fingerprint, proof, proofKind: verdict.proofKind, mark });
  }
  const last = valid.at(-1);
  const first = last === undefined ? undefined : valid.find(({ component }) => isSame(component, last.component))!;
  wrong.push(...valid.filter(({ component }) => !isSame(component, last?.component)).map(({ mark }) => mark));
  if (first === undefined) return { confirmation: undefined, wrong, remarks };
  const { mark: _mark, ...confirmation } = first;
  return { confirmation, wrong, remarks };
}

function searchTime(alertMs: number | undefined, confirmation: ConfirmedCause | undefined, endMs: number, isOpen: boolean): SearchTime {
  if (alertMs === undefined) return { kind: 'cannot-tell', missing: 'an alert: nothing says when the clock began' };
  if (confirmation === undefined) {
    return { kind: 'censored', afterMs: Math.max(0, endMs - alertMs), because: isOpen ? 'still open' : 'ended without a confirmed cause' };
  }
  if (confirmation.atMs < alertMs) {
    return { kind: 'cannot-tell', missing: 'an alert that lies before the confirmation: a clock went back, or a time was typed wrong' };
  }
  return { kind: 'confirmed', afterMs: confirmation.atMs - alertMs };
}

function hypothesesOf(marks: readonly Mark[], confirmation: ConfirmedCause | undefined, endMs: number): Hypothesis[] {
  const open: { mark: Mark; endedMs?: number; state: Hypothesis['state'] }[] = [];
  const end = (hypothesis: (typeof open)[number] | undefined, state: Hypothesis['state'], atMs: number) => {
    if (hypothesis === undefined || hypothesis.endedMs !== undefined) return;
    hypothesis.endedMs = atMs;
    hypothesis.state = state;
  };
  for (const mark of marks) {
    if (mark.atMs > endMs) break;
    if (mark.mark === 'hypothesis') {
      // Somebody who follows another trail has left the one before.
      for (const other of open) {
        if (other.mark.by === mark.by && !isSame(other.mark.component, mark.component)) end(other, 'replaced', mark.atMs);
      }
      open.push({ mark, state: 'held' });
    } else if (mark.mark === 'refute') {
      const held = open.filter(({ endedMs }) => endedMs === undefined);
      if (mark.component === undefined) end(held.findLast((one) => one.mark.by === mark.by) ?? held.at(-1), 'refuted', mark.atMs);
      for (const one of held)
        if (mark.component !== undefined && isSame(one.mark.component, mark.component)) end(one, 'refuted', mark.atMs);
    }
  }
  return open.map(({ mark, endedMs, state }, index) => {
    const isConfirmed = confirmation !== undefined && isSame(mark.component, confirmation.component);
    return {
      number: index + 1,
      component: mark.component,
      by: mark.by,
      atMs: mark.atMs,
      note: mark.note,
      state: isConfirmed && state === 'held' ? 'confirmed' : state,
      heldMs: Math.max(0, (endedMs ?? endMs) - mark.atMs),
      isWrong: isConfirmed
        ? false
        : confirmation !== undefined && mark.component !== undefined
          ? true
          : state === 'refuted'
            ? true
            : undefined,
    };
  });
}

function maskingSeen(
  marks: readonly Mark[],
  hypotheses: readonly Hypothesis[],
  confirmation: ConfirmedCause | undefined,
  wrongConfirmations: readonly Mark[],
): ObservedMasking {
  const [claimed] = wrongConfirmations;
  if (claimed !== undefined) return { kind: 'observed', because: `${claimed.component} was confirmed, and was not the cause` };
  const acted = marks.find(({ actedOn }) => actedOn !== undefined && isKnownWrong(actedOn, hypotheses, confirmation));
  if (acted !== undefined) return { kind: 'observed', because: `${acted.actedOn} was acted on, and was not the cause` };
  const held = hypotheses.find(({ isWrong, heldMs, component }) => isWrong === true && component !== undefined && heldMs >= WRONG_HELD_MS);
  if (held === undefined) return { kind: 'not-observed' };
  return {
    kind: 'observed',
    because: `${held.component} was suspected for ${Math.floor(held.heldMs / 60_000)} min, and was not the cause`,
  };
}

function isKnownWrong(component: string, hypotheses: readonly Hypothesis[], confirmation: ConfirmedCause | undefined): boolean {
  if (confirmation !== undefined) return !isSame(component, confirmation.component);
  return hypotheses.some((hypothesis) => hypothesis.isWrong === true && isSame(hypothesis.component, component));
}

function peopleOf(marks: readonly Mark[], alertMs: number | undefined, endMs: number): IncidentClock['people'] {
  const firstMs = new Map<string, number>();
  for (const { by, atMs } of marks) if (by !== TOOL && atMs <= endMs && !firstMs.has(by)) firstMs.set(by, Math.max(atMs, alertMs ?? atMs));
  return [...firstMs].map(([name, fromMs]) => ({ name, minutes: Math.max(0, endMs - fromMs) / 60_000 }));
}

function stateOf(marks: readonly Mark[], confirmation: ConfirmedCause | undefined): IncidentState {
  const has = (kind: Mark['mark']) => marks.some(({ mark }) => mark === kind);
  if (has('recovered')) return 'recovered';
  if (has('mitigated')) return 'mitigated';
  if (confirmation !== undefined) return 'confirmed';
  if (has('hypothesis')) return 'searching';
  if (has('ack')) return 'acknowledged';
  return has('alert') || !has('inject') ? 'alerted' : 'injected';
}

function clockRemarks(written: readonly Mark[], alert: Mark | undefined, confirmation: ConfirmedCause | undefined): string[] {
  const remarks: string[] = [];
  const latest = new Map<string, number>();
  for (const { host, writtenMs } of written) {
    if (host === undefined || writtenMs === undefined) continue;
    const before = latest.get(host) ?? writtenMs;
    if (before - writtenMs > SAME_MOMENT_MS) {
      remarks.push(`the clock of ${host} went back by ${Math.round((before - writtenMs) / 1000)} s: spans across it are too short`);
      // From here on it counts anew; one jump is one remark.
      latest.set(host, writtenMs);
    } else latest.set(host, Math.max(before, writtenMs));
  }
  const confirm = written.find(({ mark, atMs, by }) => mark === 'confirm' && atMs === confirmation?.atMs && by === confirmation.by);
  if (alert?.host !== undefined && confirm?.host !== undefined && alert.host !== confirm.host) {
    remarks.push(`alert and confirmation are by two clocks, of ${alert.host} and ${confirm.host}`);
  }
  return remarks;
}

/** People type names as they remember them. */
function isSame(a: string | undefined, b: string | undefined): boolean {
  return a !== undefined && b !== undefined && a.trim().toLowerCase() === b.trim().toLowerCase();
}

function distinct(texts: readonly (string | undefined)[]): string[] {
  return [...new Set(texts.filter((text) => text !== undefined))];
}
