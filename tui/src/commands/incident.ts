/** `nightlight incident`: the clock of an incident outside the dashboard. One mark a command; show, list and export read. */
import { readFileSync } from 'node:fs';
import { type IncidentClock, importedMarks, incidentClocks, judgeProof, type MarkKind, type MarkLog } from '@nightlight/analyzer/recovery';
import { printableDeep } from '@nightlight/analyzer/wording';
import { CommandError } from '../command-error.ts';
import { addMark, appendMark, incidentLogPath, type MarkDraft, newIncidentId, readIncidentLog } from '../incident/incident-log.ts';
import { classWords, incidentListText, incidentMarkdown, incidentText, searchWords, timelineRows } from '../model/incident-view.ts';
import { momentArgument } from '../model/time-range.ts';
import type { World } from '../world.ts';
import { writeWhole } from '../write-whole.ts';

export interface IncidentOptions {
  readonly log?: string;
  readonly incident?: string;
}

export interface MarkOptions extends IncidentOptions {
  readonly by?: string;
  readonly at?: string;
  readonly tz?: string;
  readonly view?: string;
  readonly sink?: string;
  readonly note?: string;
  readonly source?: string;
  readonly component?: string;
  readonly fingerprint?: string;
  readonly proof?: string;
  readonly proofKind?: string;
  readonly actedOn?: string;
}

export interface IncidentExportOptions extends IncidentOptions {
  readonly format?: 'text' | 'md' | 'json';
  readonly out?: string;
}

/**
 * @param words  what stood behind the mark: a title, a component, a note
 * @returns the exit code
 */
export async function runIncidentMark(
  kind: MarkKind | 'start',
  words: readonly string[],
  options: MarkOptions,
  world: World,
): Promise<number> {
  const book = openBook(options, world);
  const incident = kind === 'start' ? newIncident(options, book) : markedIncident(kind, options, book);
  const draft = draftOf(kind === 'start' ? 'alert' : kind, words, options, incident, world);
  const { id: markId } = appendMark(book.path, draft, world);
  // Read again: others may have written meanwhile, and what is shown is what stands in the file.
  const after = openBook(options, world);
  const clock = printableDeep(after.clocks.find(({ id }) => id === draft.incident)!);
  const row = timelineRows(clock).find(({ id }) => id === markId)!;
  world.stdout.write(
    `${clock.id}  ${row.time} UTC  ${row.since}  ${row.what}${row.detail === '' ? '' : `  ${row.detail}`}\n` +
      `  ${searchWords(clock.search)}\n  ${classWords(clock.measured)}\n`,
  );
  tellDoubts(after.log, after.path, world);
  for (const remark of clock.remarks) world.stderr.write(`  ? ${remark}\n`);
  return 0;
}

export async function runIncidentShow(id: string | undefined, options: IncidentExportOptions, world: World): Promise<number> {
  const book = openBook(options, world);
  const clock = shownIncident(id ?? options.incident, book);
  write(clock, options.format ?? 'text', options.out, world);
  tellDoubts(book.log, book.path, world);
  return 0;
}

export async function runIncidentExport(id: string | undefined, options: IncidentExportOptions, world: World): Promise<number> {
  const book = openBook(options, world);
  const clock = shownIncident(id ?? options.incident, book);
  const format = options.format ?? (options.out?.endsWith('.json') === true ? 'json' : 'md');
  write(clock, format, options.out, world);
  tellDoubts(book.log, book.path, world);
  return 0;
}

export async function runIncidentList(options: IncidentOptions & { readonly format?: 'text' | 'json' }, world: World): Promise<number> {
  const { clocks, log, path } = openBook(options, world);
  if (options.format === 'json') world.stdout.write(`${JSON.stringify(clocks.map(jsonOf), undefined, 2)}\n`);
  else world.stdout.write(clocks.length === 0 ? `no incidents in ${path}\n` : incidentListText(clocks));
  tellDoubts(log, path, world);
  return 0;
}

/** @returns 0, or 4 when the files hold no mark at all */
export async function runIncidentImport(paths: readonly string[], options: IncidentOptions, world: World): Promise<number> {
  const { path, log } = openBook(options, world);
  const known = new Set(log.marks.map(({ id }) => id));
  let [addedCount, knownCount, namelessCount] = [0, 0, 0];
  for (const source of paths) {
    const imported = importedMarks(textOf(source), options.incident);
    namelessCount += imported.namelessCount;
    for (const mark of imported.marks) {
      if (known.has(mark.id)) knownCount++;
      else {
        addMark(path, mark);
        known.add(mark.id);
        addedCount++;
      }
    }
  }
  world.stdout.write(`${addedCount} marks added to ${path}, ${knownCount} were there already\n`);
  if (namelessCount > 0) world.stderr.write(`${namelessCount} marks name no incident and were passed over: say which with --incident\n`);
  return addedCount + knownCount + namelessCount === 0 ? 4 : 0;
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const found = (cause as NodeJS.ErrnoException).code ?? (cause as Error).message;
    throw new CommandError('READ_NOT_FOUND', `${path}: expected a readable file with marks, found ${found}`, 'Check the path.', 1, {
      cause,
    });
  }
}

interface Book {
  readonly path: string;
  readonly log: MarkLog;
  readonly clocks: readonly IncidentClock[];
}

function openBook({ log: asked }: IncidentOptions, world: World): Book {
  const path = incidentLogPath(asked, world.environment);
  const log = readIncidentLog(path);
  return { path, log, clocks: incidentClocks(log.marks, world.nowMs()) };
}

interface MarkedIncident {
  readonly id: string;
  readonly clock: IncidentClock | undefined;
}

function newIncident({ incident }: MarkOptions, { clocks }: Book): MarkedIncident {
  if (incident === undefined) return { id: newIncidentId(new Set(clocks.map(({ id }) => id))), clock: undefined };
  if (!/^[\w.:-]{1,60}$/.test(incident)) {
    throw new CommandError('USAGE', `--incident: expected letters, digits and - _ . : only, found ${incident}`, '--incident INC-7');
  }
  if (byId(incident, clocks) !== undefined) {
    throw new CommandError('USAGE', `expected an incident that is not there yet, found ${incident}`, 'nightlight incident list');
  }
  return { id: incident, clock: undefined };
}

function markedIncident(kind: MarkKind, options: MarkOptions, book: Book): MarkedIncident {
  const { incident } = options;
  if (incident !== undefined) {
    const clock = byId(incident, book.clocks);
    if (clock !== undefined) return { id: clock.id, clock };
    if (kind === 'alert') return newIncident(options, book);
    throw noSuch(incident, book);
  }
  const open = book.clocks.filter(({ isOpen }) => isOpen);
  if (open.length === 1) return { id: open[0]!.id, clock: open[0]! };
  if (open.length === 0 && kind === 'alert') return newIncident(options, book);
  if (open.length === 0) {
    throw new CommandError(
      'USAGE',
      `expected an open incident in ${book.path}, found none`,
      'nightlight incident start "checkout p99 > 2 s"',
    );
  }
  const named = open.map(({ id, title }) => `${id} (${title})`).join(', ');
  throw new CommandError('USAGE', `expected --incident, because ${open.length} are open: ${named}`, `--incident ${open.at(-1)!.id}`);
}

function shownIncident(asked: string | undefined, { clocks, path, ...book }: Book): IncidentClock {
  if (asked !== undefined) {
    const clock = byId(asked, clocks);
    if (clock === undefined) throw noSuch(asked, { clocks, path, ...book });
    return clock;
  }
  const latest = clocks.findLast(({ isOpen }) => isOpen) ?? clocks.at(-1);
  if (latest === undefined)
    throw new CommandError('USAGE', `expected an incident in ${path}, found none`, 'nightlight incident start "checkout p99 > 2 s"');
  return latest;
}

function byId(asked: string, clocks: readonly IncidentClock[]): IncidentClock | undefined {
  return clocks.find(({ id }) => id === asked) ?? clocks.find(({ id }) => id.toLowerCase() === asked.toLowerCase());
}

function noSuch(asked: string, { clocks, path }: Book): CommandError {
  const known = clocks.slice(-5).map(({ id }) => id);
  return new CommandError(
    'USAGE',
    `expected an incident of ${path} (${known.join(', ') || 'it holds none'}), found ${asked}`,
    'nightlight incident list',
  );
}

function draftOf(kind: MarkKind, words: readonly string[], options: MarkOptions, incident: MarkedIncident, world: World): MarkDraft {
  const { by, view, sink, source, component, fingerprint, proof, proofKind, actedOn } = options;
  const note = options.note;
  const said = words.join(' ').trim();
  const common = given({
    incident: incident.id,
    mark: kind,
    atMs: momentOf(options, world),
    by,
    view,
    sink,
    source,
    component,
    actedOn,
    note,
  });
  switch (kind) {
    case 'alert':
      if (incident.clock === undefined && said === '') {
        throw new CommandError(
          'USAGE',
          'expected what hurts, in a few words, found nothing',
          'nightlight incident start "checkout p99 > 2 s"',
        );
      }
      return { ...common, ...(incident.clock === undefined ? { title: said } : given({ note: said || note })) };
    case 'hypothesis': {
      const [suspect, ...why] = words;
      if (suspect === undefined) {
        throw new CommandError(
          'USAGE',
          'expected the component that is suspected, found nothing',
          'nightlight incident hypothesis pricing "heap leak"',
        );
      }
      return { ...common, component: suspect, ...given({ note: why.join(' ') || note }) };
    }
    case 'refute': {
      const [suspect, ...why] = words;
      return { ...common, component: refuted(suspect, incident.clock), ...given({ note: why.join(' ') || note }) };
    }
    case 'view':
      if (said === '' && view === undefined) {
        throw new CommandError(
          'USAGE',
          'expected the view that was opened, found nothing',
          'nightlight incident view "traces of checkout" --sink tempo',
        );
      }
      return { ...common, view: said || view! };
    case 'confirm': {
      const verdict = judgeProof({ component, fingerprint, proof, proofKind }, incident.clock?.isDrill === true);
      if (verdict.kind === 'refused')
        throw new CommandError('INCIDENT_NOT_CONFIRMED', `the clock goes on: ${verdict.because}`, verdict.next);
      return { ...common, fingerprint: fingerprint!, proof: proof!, proofKind: verdict.proofKind, ...given({ note: said || note }) };
    }
    case 'note':
      if (said === '' && note === undefined && actedOn === undefined) {
        throw new CommandError(
          'USAGE',
          'expected what there is to note, found nothing',
          'nightlight incident note "deploy of v88 at 01:12"',
        );
      }
      return { ...common, ...given({ note: said || note }) };
    case 'inject':
    case 'ack':
    case 'mitigated':
    case 'recovered':
      return { ...common, ...given({ note: said || note }) };
    default:
      return kind satisfies never;
  }
}

/** By its number, by its component, or the last one that is still held. */
function refuted(asked: string | undefined, clock: IncidentClock | undefined): string {
  const hypotheses = clock?.hypotheses ?? [];
  const known = hypotheses.map(({ number, component }) => `${number} ${component ?? ''}`.trim()).join(', ') || 'none';
  if (asked === undefined) {
    const held = hypotheses.findLast(({ state }) => state === 'held');
    if (held?.component !== undefined) return held.component;
    throw new CommandError('USAGE', `expected a hypothesis that is still held, found: ${known}`, 'nightlight incident refute 1');
  }
  if (!/^\d+$/.test(asked)) return asked;
  const found = hypotheses.find(({ number }) => number === Number(asked))?.component;
  if (found !== undefined) return found;
  throw new CommandError('USAGE', `expected the number of a hypothesis (${known}), found ${asked}`, 'nightlight incident show');
}

function momentOf({ at, tz }: MarkOptions, world: World): number | undefined {
  if (at === undefined) return undefined;
  const nowMs = world.nowMs();
  const reading = momentArgument('--at', at, { nowMs, timeZone: tz ?? 'UTC' });
  if (reading.kind === 'wrong') throw new CommandError('USAGE', reading.message, reading.next);
  if (reading.epochMs > nowMs) {
    throw new CommandError('USAGE', `--at: expected a time that has been, found ${new Date(reading.epochMs).toISOString()}`, '--at -5m');
  }
  return reading.epochMs;
}

function write(clock: IncidentClock, format: 'text' | 'md' | 'json', out: string | undefined, world: World): void {
  const path = out === '-' ? undefined : out;
  const text =
    format === 'text'
      ? incidentText(clock)
      : format === 'md'
        ? incidentMarkdown(clock)
        : `${JSON.stringify(jsonOf(clock), undefined, 2)}\n`;
  if (path === undefined) world.stdout.write(text);
  else writeWhole(path, text);
}

function jsonOf(clock: IncidentClock): object {
  return { schema: 'incident-1', ...clock };
}

/** What in the log could not be used is said with everything that rests on it. */
function tellDoubts({ tornCount, unreadable, repeatedCount }: MarkLog, path: string, world: World): void {
  if (tornCount > 0) world.stderr.write(`${path}: ${tornCount === 1 ? '1 line is' : `${tornCount} lines are`} torn and passed over\n`);
  for (const { line, because } of unreadable.slice(0, 5)) world.stderr.write(`${path}:${line}: passed over, because ${because}\n`);
  if (unreadable.length > 5) world.stderr.write(`${path}: ${unreadable.length - 5} more lines were passed over\n`);
  if (repeatedCount > 0) world.stderr.write(`${path}: ${repeatedCount} marks stand there twice and count once\n`);
}

function given<T extends object>(members: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined && value !== '')) as never;
}
