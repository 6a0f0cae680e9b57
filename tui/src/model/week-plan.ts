/**
 * The first week after a migration: one thing a day that shows whether the new system fails in ways that its people can find.
 *
 * Each day names a command and the evidence that it leaves. A day is done when its evidence is on the disk and says so: the record
 * of such a drill, or the file that the command wrote. Where only people can know, somebody's note counts, but no note outweighs
 * evidence to the contrary.
 */
export interface WeekRecord {
  readonly scenario: string;
  readonly architecture: string;
  readonly ended: string;
  readonly atMs: number;
}

export interface WeekNote {
  readonly day: number;
  readonly note: string;
  readonly atMs: number;
}

/** What the file of a day says: that it was done, with what came of it, or what it lacks. */
export type WeekEvidence =
  | { readonly day: number; readonly kind: 'shown'; readonly what: string }
  | { readonly day: number; readonly kind: 'lacking'; readonly missing: string };

export interface WeekDay {
  readonly day: number;
  readonly what: string;
  readonly command: string;
  readonly evidence: string;
  /** What shows that it was done; undefined where nothing does. */
  readonly done: string | undefined;
  /** What the evidence that is there lacks; undefined where it is done, or nothing is there. */
  readonly lacking: string | undefined;
}

/** Files of evidence by day, in the folder of the week; the other days leave the record of a drill. */
export const WEEK_FILES: Readonly<Record<number, string>> = {
  2: 'day-2.json',
  3: 'day-3.json',
  4: 'day-4.txt',
  6: 'day-6.md',
  7: 'day-7.txt',
};

/** Below it a p99.9 is a maximum under another name; as everywhere in the report. */
export const P999_SAMPLES = 3_700;

export interface WeekOnDisk {
  readonly records: readonly WeekRecord[];
  readonly notes: readonly WeekNote[];
  readonly evidence: readonly WeekEvidence[];
  /** Where the commands put their evidence. */
  readonly folder: string;
}

/** @param chosen  the scenario of the failure because of which the architecture was chosen */
export function weekPlan(architecture: string, chosen: string, { records, notes, evidence, folder }: WeekOnDisk): readonly WeekDay[] {
  const own = records.filter((record) => record.architecture === architecture && record.ended !== 'aborted');
  const drilled = (scenario: string): string | undefined => {
    const record = own.findLast((each) => each.scenario === scenario);
    return record && `drilled ${dayOf(record.atMs)}, ${record.ended}`;
  };
  const drill = (scenario: string) => `nightlight drill run ${scenario} --architecture ${architecture} --blind`;
  const file = (day: number) => quoted(`${folder}/${WEEK_FILES[day]}`);
  const days: readonly Omit<WeekDay, 'day' | 'done' | 'lacking'>[] = [
    {
      what: 'force the failure because of which this was chosen',
      command: drill(chosen),
      evidence: 'the time from alert to confirmed cause, on the board',
    },
    {
      what: 'audit the retries: attempts seen against the policy that is written down',
      command: `nightlight analyze TELEMETRY --format json -o ${file(2)}`,
      evidence: 'attempts for each call, by peer; note the policy beside them',
    },
    {
      what: 'p99.9 at half of the load that is expected',
      command: `nightlight analyze TELEMETRY --budget "*:p999=2s" --format json -o ${file(3)}`,
      evidence: `a p99.9 with enough samples (${P999_SAMPLES.toLocaleString('en-US')}), and the budget that it keeps`,
    },
    {
      what: 'one whole journey, traced from the first request to the last message',
      command: `grep -rlF TRACE_ID TELEMETRY > ${file(4)}`,
      evidence: 'one trace id that is found at every hop, or the hop where it breaks',
    },
    {
      what: 'a dependency is gone for 30 seconds',
      command: drill('dependency-outage'),
      evidence: 'what was lost, what was charged twice, and how long it took to be well again',
    },
    {
      what: 'write down what surprised',
      command: `nightlight incident export INCIDENT -o ${file(6)}`,
      evidence: 'the page, with a heading "Surprises" and one sentence for each below it',
    },
    {
      what: 'remove the scaffolding: drill entry, secrets, flags, doubled logging',
      command: `env | grep -o "^NIGHTLIGHT_DRILL[^=]*" > ${file(7)}`,
      evidence: 'an empty file, in each environment',
    },
  ];
  return days.map((each, index) => {
    const day = index + 1;
    const byDrill = day === 1 ? drilled(chosen) : day === 5 ? drilled('dependency-outage') : undefined;
    const found = evidence.find((one) => one.day === day);
    const note = notes.findLast((one) => one.day === day);
    const noted = note && `${dayOf(note.atMs)}: ${note.note}`;
    if (found?.kind === 'lacking') return { ...each, day, done: undefined, lacking: found.missing };
    const shown = byDrill ?? found?.what;
    return {
      ...each,
      day,
      done: shown === undefined ? noted : [shown, ...(noted === undefined ? [] : [noted])].join('; '),
      lacking: undefined,
    };
  });
}

const dayOf = (atMs: number): string => new Date(atMs).toISOString().slice(0, 10);

/** For a shell: a state folder may have a space in its path. */
function quoted(path: string): string {
  return /^[\w./~-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}

export function weekText(days: readonly WeekDay[]): string {
  const rows = days.map(
    ({ day: number, what, command, evidence, done, lacking }) =>
      `${done === undefined ? '[ ]' : '[x]'} day ${number}  ${what}\n           run       ${command}\n           evidence  ${evidence}\n           ${
        done === undefined ? `not done${lacking === undefined ? '' : `  ${lacking}`}` : `done      ${done}`
      }\n`,
  );
  return rows.join('');
}
