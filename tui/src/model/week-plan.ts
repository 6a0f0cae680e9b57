/**
 * The first week after a migration: one thing a day that shows whether the new system fails in ways that its people can find.
 *
 * Each day names a command and the evidence that it was done. Days of drills are done when a record of such a drill is there;
 * the others when somebody says so with what they found, because no file can know.
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

export interface WeekDay {
  readonly day: number;
  readonly what: string;
  readonly command: string;
  readonly evidence: string;
  /** What shows that it was done; undefined where nothing does. */
  readonly done: string | undefined;
}

/** @param chosen  the scenario of the failure because of which the architecture was chosen */
export function weekPlan(
  architecture: string,
  chosen: string,
  records: readonly WeekRecord[],
  notes: readonly WeekNote[],
): readonly WeekDay[] {
  const own = records.filter((record) => record.architecture === architecture && record.ended !== 'aborted');
  const drilled = (scenario: string): string | undefined => {
    const record = own.findLast((each) => each.scenario === scenario);
    return record && `drilled ${day(record.atMs)}, ${record.ended}`;
  };
  const noted = (number: number): string | undefined => {
    const note = notes.findLast((each) => each.day === number);
    return note && `${day(note.atMs)}: ${note.note}`;
  };
  const drill = (scenario: string) => `nightlight drill run ${scenario} --architecture ${architecture} --blind`;
  const days: readonly Omit<WeekDay, 'day' | 'done'>[] = [
    {
      what: 'force the failure because of which this was chosen',
      command: drill(chosen),
      evidence: 'the time from alert to confirmed cause, on the board',
    },
    {
      what: 'audit the retries: attempts seen against the policy that is written down',
      command: 'nightlight analyze TELEMETRY --explain',
      evidence: 'the column "retries" of Outbound calls, and the policy beside it',
    },
    {
      what: 'p99.9 at half of the load that is expected',
      command: 'nightlight analyze TELEMETRY --budget "*:p999=2s" --fail-on p99',
      evidence: 'a p99.9 with enough samples (3,700), and the budget that it keeps',
    },
    {
      what: 'one whole journey, traced from the first request to the last message',
      command: 'nightlight watch --listen',
      evidence: 'one trace id that is found at every hop, or the hop where it breaks',
    },
    {
      what: 'a dependency is gone for 30 seconds',
      command: drill('dependency-outage'),
      evidence: 'what was lost, what was charged twice, and how long it took to be well again',
    },
    {
      what: 'write down what surprised',
      command: 'nightlight incident export -o surprises.md',
      evidence: 'the page, with one sentence for each surprise',
    },
    {
      what: 'remove the scaffolding: drill entry, secrets, flags, doubled logging',
      command: 'env | grep NIGHTLIGHT_DRILL',
      evidence: 'no output, in each environment',
    },
  ];
  return days.map((each, index) => {
    const number = index + 1;
    const byDrill = number === 1 ? drilled(chosen) : number === 5 ? drilled('dependency-outage') : undefined;
    return { ...each, day: number, done: byDrill ?? noted(number) };
  });
}

const day = (atMs: number): string => new Date(atMs).toISOString().slice(0, 10);

export function weekText(days: readonly WeekDay[]): string {
  const rows = days.map(
    ({ day: number, what, command, evidence, done }) =>
      `${done === undefined ? '[ ]' : '[x]'} day ${number}  ${what}\n           run       ${command}\n           evidence  ${evidence}\n           ${
        done === undefined ? 'not done' : `done      ${done}`
      }\n`,
  );
  return rows.join('');
}
