/**
 * An incident as people read it: the clock and what is believed while it runs, and the timeline for the review after.
 * All text is safe for a terminal when it leaves here.
 */
import type { Hypothesis, IncidentClock, Mark, MeasuredClass, SearchTime } from '@nightlight/analyzer/recovery';
import { printable, printableDeep } from '@nightlight/analyzer/wording';

/** One row of the timeline. */
export interface TimelineRow {
  /** Of the mark. */
  readonly id: string;
  readonly atMs: number;
  /** `02:05:20` in UTC */
  readonly time: string;
  /** `+3:44` since the alert, `-0:41` before it */
  readonly since: string;
  /** `●` done, `✗` refuted */
  readonly mark: '●' | '✗';
  readonly what: string;
  readonly detail: string;
  readonly by: string;
}

export function incidentText(clock: IncidentClock): string {
  const safe = printableDeep(clock);
  const { id, title, state, masking, views, sinks, wrongHypothesisCount, remarks } = safe;
  const rows = timelineRows(safe);
  const widths = { since: widest(rows, 'since'), what: widest(rows, 'what') };
  return `${[
    `${id}  ${title}  (${state})`,
    `  clock     ${searchWords(safe.search)}`,
    `  so far    ${classWords(safe.measured)}`,
    ...(safe.detectionMs === undefined ? [] : [`  detection ${spanText(safe.detectionMs)} from injection to alert`]),
    ...(masking.kind === 'observed' ? [`  masked    ${masking.because}`] : []),
    `  searched  ${peopleWords(safe)}, ${counted(views.length, 'view')}, ${counted(sinks.length, 'sink')}, ${wrongWords(wrongHypothesisCount)}`,
    '',
    ...rows.map(({ time, since, mark, what, detail, by }) =>
      `  ${time}  ${since.padStart(widths.since)}  ${mark} ${what.padEnd(widths.what)}  ${[detail, `(${by})`].filter(Boolean).join(' ')}`.trimEnd(),
    ),
    ...(safe.confirmation === undefined && safe.isOpen ? ['', `  next  ${nextStep(safe)}`] : []),
    ...remarks.map((remark) => `  ? ${remark}`),
  ].join('\n')}\n`;
}

/** For the review: nothing in it has to be looked up elsewhere. */
export function incidentMarkdown(clock: IncidentClock): string {
  const safe = printableDeep(clock);
  const { id, title, confirmation, hypotheses, remarks } = safe;
  const facts: readonly (readonly [string, string])[] = [
    ['From alert to confirmed cause', searchWords(safe.search)],
    ['Difficulty', classWords(safe.measured)],
    ['Masking', safe.masking.kind === 'observed' ? safe.masking.because : 'not observed'],
    ...(safe.detectionMs === undefined ? [] : [['From injection to alert', spanText(safe.detectionMs)] as const]),
    ['People', `${peopleWords(safe)}: ${safe.people.map(({ name }) => name).join(', ') || 'nobody noted anything'}`],
    ['Wrong hypotheses', String(safe.wrongHypothesisCount)],
    ['Views opened', safe.views.join(', ') || 'none noted'],
    ['Sinks used', safe.sinks.join(', ') || 'none noted'],
  ];
  return `${[
    `# ${id}: ${markdownText(title)}`,
    '',
    '| what | value |',
    '| --- | --- |',
    ...facts.map(([what, value]) => `| ${what} | ${markdownText(value)} |`),
    '',
    '## Cause',
    '',
    confirmation === undefined
      ? 'Not confirmed. It counts as longer than the time above, never as zero.'
      : `**${markdownText(confirmation.component)}**: ${markdownText(confirmation.fingerprint)}. Proof (${confirmation.proofKind}): ${markdownText(confirmation.proof)}.`,
    '',
    '## Timeline (UTC)',
    '',
    '| time | since alert | what | detail | by |',
    '| --- | ---: | --- | --- | --- |',
    ...timelineRows(safe).map(
      ({ atMs, since, what, detail, by }) =>
        `| ${isoSeconds(atMs)} | ${since} | ${markdownText(what)} | ${markdownText(detail)} | ${markdownText(by)} |`,
    ),
    ...(hypotheses.length === 0 ? [] : ['', '## Hypotheses', '', ...hypotheses.map((one) => `${one.number}. ${hypothesisWords(one)}`)]),
    ...(remarks.length === 0 ? [] : ['', '## What makes this doubtful', '', ...remarks.map((remark) => `- ${markdownText(remark)}`)]),
  ].join('\n')}\n`;
}

/** One line an incident, the latest first. */
export function incidentListText(clocks: readonly IncidentClock[]): string {
  const rows = clocks.toReversed().map((clock) => {
    const { id, title, state, isOpen, search, measured, marks } = printableDeep(clock);
    const span =
      search.kind === 'confirmed' ? spanText(search.afterMs) : search.kind === 'censored' ? `> ${spanText(search.afterMs)}` : '?';
    return [isOpen ? '●' : ' ', id, isoSeconds(marks[0]!.atMs).slice(0, 16), span, classMark(measured), state, title] as const;
  });
  const widths = [0, 1, 2, 3, 4, 5].map((column) => Math.max(...rows.map((row) => row[column]!.length), 0));
  return rows
    .map(
      (row) =>
        `${row
          .map((text, column) => (column === 3 ? text.padStart(widths[3]!) : text.padEnd(widths[column] ?? 0)))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}

export function timelineRows({ marks, alertMs, hypotheses }: IncidentClock): TimelineRow[] {
  const base = alertMs ?? marks[0]!.atMs;
  let hypothesisNumber = 0;
  return marks.map((mark) => {
    if (mark.mark === 'hypothesis') hypothesisNumber++;
    return {
      id: mark.id,
      atMs: mark.atMs,
      time: isoSeconds(mark.atMs).slice(11, 19),
      since: `${mark.atMs < base ? '-' : '+'}${spanText(Math.abs(mark.atMs - base))}`,
      mark: mark.mark === 'refute' ? '✗' : '●',
      what: mark.mark === 'hypothesis' && hypothesisNumber <= hypotheses.length ? `hypothesis ${hypothesisNumber}` : mark.mark,
      detail: detailOf(mark),
      by: printable(mark.by),
    };
  });
}

/** `12:31`, `1:02:05` */
export function spanText(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (value: number) => String(value).padStart(2, '0');
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

export function searchWords(search: SearchTime): string {
  switch (search.kind) {
    case 'confirmed':
      return `${spanText(search.afterMs)} from alert to confirmed cause`;
    case 'censored':
      return `> ${spanText(search.afterMs)} since the alert, not confirmed (${search.because})`;
    case 'cannot-tell':
      return `cannot tell: no ${search.missing.replace(/^an? /, '')}`;
    default:
      return search satisfies never;
  }
}

export function classWords(measured: MeasuredClass): string {
  switch (measured.kind) {
    case 'measured':
      return `${classMark(measured)} ${measured.class}: ${measured.because}`;
    case 'at-least':
      return `${classMark(measured)} ${measured.class === 'nightmare' ? 'nightmare' : `at least ${measured.class}`}: ${measured.because}`;
    case 'cannot-tell':
      return `${classMark(measured)} cannot tell: ${measured.missing}`;
    default:
      return measured satisfies never;
  }
}

/** `[I]`, `[M]`, `[N]`; `[?]` where it cannot be told. */
export function classMark(measured: MeasuredClass): string {
  return measured.kind === 'cannot-tell' ? '[?]' : `[${measured.class[0]!.toUpperCase()}]`;
}

function nextStep({ hypotheses }: IncidentClock): string {
  const held = hypotheses.findLast(({ state }) => state === 'held');
  if (held === undefined) return 'nightlight incident hypothesis <component> "why"';
  const component = held.component ?? 'the component';
  return `nightlight incident confirm --component ${component} --fingerprint ... --proof ... --proof-kind revert, or: nightlight incident refute ${held.number}`;
}

function detailOf({ title, source, component, actedOn, fingerprint, proof, proofKind, view, sink, note }: Mark): string {
  const details = [
    title,
    component,
    actedOn === undefined ? undefined : `acted on ${actedOn}`,
    fingerprint,
    proof === undefined ? undefined : `proof (${proofKind ?? 'no kind'}): ${proof}`,
    note,
    view === undefined ? undefined : `view ${view}`,
    sink === undefined ? undefined : `sink ${sink}`,
    source,
  ];
  return printable(details.filter((detail) => detail !== undefined && detail !== '').join(', '));
}

function hypothesisWords({ component, by, state, heldMs, isWrong, note }: Hypothesis): string {
  const outcome = isWrong === true ? 'wrong' : isWrong === false ? 'right' : 'not decided';
  return markdownText(`${component ?? note ?? 'without a component'} (${by}): ${state} after ${spanText(heldMs)}, ${outcome}`);
}

function peopleWords({ people, personMinutes }: IncidentClock): string {
  return `${people.length === 1 ? '1 person' : `${people.length} people`}, at most ${Math.round(personMinutes)} person-minutes`;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

function wrongWords(count: number): string {
  return count === 1 ? '1 wrong hypothesis' : `${count} wrong hypotheses`;
}

function widest(rows: readonly TimelineRow[], member: 'since' | 'what'): number {
  return Math.max(0, ...rows.map((row) => row[member].length));
}

function isoSeconds(epochMs: number): string {
  return new Date(epochMs).toISOString().slice(0, 19).replace('T', ' ');
}

/** What was typed must not become a heading, a link, a tag or a cell of its own. */
function markdownText(text: string): string {
  return text.replace(/[\\`*_<>|[\]]/g, (character) => `\\${character}`);
}
