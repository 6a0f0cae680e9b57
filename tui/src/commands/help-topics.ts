/** `nightlight help <topic>`: what several commands share. A shape or gate without words does not compile. */
import type { Gate, Shape } from '@nightlight/analyzer';
import { EXIT_CODES } from './exit-codes.ts';

export const TOPICS = ['exit-codes', 'time', 'formats', 'verdicts', 'recovery', 'environment'] as const;
export type Topic = (typeof TOPICS)[number];

export function isTopic(word: string): word is Topic {
  return (TOPICS as readonly string[]).includes(word);
}

export function topicText(topic: Topic): string {
  return TOPIC_TEXTS[topic];
}

const SHAPE_WORDS: Readonly<Record<Shape, string>> = {
  'console-csv': 'CSV from the CloudWatch console, with or without the stream column',
  'logs-tail': 'aws logs tail, --format detailed, short or json',
  'sam-logs': 'sam logs',
  'serverless-logs': 'serverless logs',
  'plain-text': 'text pasted from the console, one event a line',
  'log-events-json': 'aws logs filter-log-events or get-log-events, as JSON',
  'insights-json': 'Logs Insights results as JSON (not aggregated)',
  'insights-csv': 'Logs Insights results as CSV (not aggregated)',
  's3-export': 'a CloudWatch export task in S3: a folder of gz files',
  subscription: 'subscription filter, Firehose or Kinesis payloads',
  'agent-lines': "Nightlight's own record lines",
  telemetry: 'Telemetry API records, one or an array of them',
  'json-lines': 'JSON log lines without an envelope',
  'otlp-json': 'OpenTelemetry logs or traces as OTLP JSON lines',
  'metrics-json': 'aws cloudwatch get-metric-data or get-metric-statistics: throttles, concurrency, queues',
};

const GATE_WORDS: Readonly<Record<Gate, string>> = {
  leak: 'memory that leaks, or sandboxes that run out of it',
  cold: 'cold starts: their share, their length, storms',
  p99: 'a slow tail, or a broken budget',
  gap: 'holes in the data, silent streams, dropped records',
  systemic: 'a failure that follows from normal operation (explain systemic)',
  any: 'whatever hurts users',
};

const TOPIC_TEXTS: Readonly<Record<Topic, string>> = {
  'exit-codes': `Exit codes

${EXIT_CODES.map(({ code, meaning }) => hanging(`  ${String(code).padStart(3)}  `, meaning)).join('\n')}

1 wins over 3, and 3 over 4. They differ on purpose: a build may allow 4 (too
little to look at) and still stop at 3.

Gates of --fail-on (repeatable, or with commas):

${table(GATE_WORDS)}

A gate trips on what is proven or shown. What is only suspected, or what too few
invocations leave open, ends with 4 and says what is missing.
`,
  time: `Times, for --from and --to

  2026-11-21T02:01Z       a moment; seconds and offsets (+01:00) may follow
  2026-11-21 02:01        the same in UTC, or in the zone of --tz
  2026-11-21              midnight of that day
  02:01                   today, in UTC or the zone of --tz
  -15m, now-2h, now       back from now: ms, s, m, h, d, also joined (1h30m)
  1795226496000           epoch milliseconds

--from is included, --to is not. --window 15m reaches forward from --from, else
back from --to, else back from now.

What can be read in two ways is not guessed: 02:01 when that is still to come
today, 03/04/2026, epoch seconds, and the hour that clocks repeat in autumn. The
error shows both readings, ready to paste. The resolved range is echoed on
standard error and stands in the report.
`,
  formats: `What goes in

Files, folders, globs and - (standard input), plain or gzip, mixed. The first
64 KiB tell the shape of each; --format-in names it where the guess is wrong.

${table(SHAPE_WORDS)}

What comes out (--format)

  text         for a terminal; the default there
  md           Markdown for a channel or pull request; the default elsewhere
  json         everything, with a published schema (nightlight schema report)
  jsonl        one finding per line, then one line that sums up

With --out, the ending of the file chooses: .txt .md .json .jsonl. --brief is a
short summary for a chat. Messages are masked and redacted; --raw adds the first
one of each failure, still redacted.
`,
  verdicts: `How to read a verdict

  !   seen: proven by a line of the platform, or shown by a test at 95 %
  ~   suspected: it looks so, and chance is not ruled out
  ?   cannot tell, or the data has a hole; what is missing is named
  $   costs money only

Findings stand in this order: what hurts users now, what will, what costs, what
blinds the report; in each the surest first, then the heaviest.

"1 in 12 (8.1 %, 95 % CI 7.8 to 8.4 %)" means: with 95 % confidence the true
share lies between these bounds (Clopper-Pearson). A percentile is printed from
n = 6 (p50), 36 (p90), 368 (p99) and 3,700 (p99.9) on; below, "n<368" stands in
its place. Sandboxes are never called leaking from one sandbox's lines alone
without an out-of-memory line.

nightlight explain <word> explains: leak, sandbox, interval, out-of-memory,
cold-start, proven, suspected, evidence, READ_GZIP_TRUNCATED ...
`,
  recovery: `Recovery: from alert to confirmed cause

  instant     at most 5 min, through one view
  moderate    at most 45 min
  nightmare   longer; or masked: a wrong component was acted on, confirmed, or
              suspected for 10 min or more

nightlight incident start begins the clock, incident confirm stops it. It needs
the component, the fingerprint seen there, and a proof: a revert, a kill or a
replay that made it stop or come back (in a drill: the injected truth). A trace
alone is no proof. What was never confirmed counts as longer than was searched:
it is shown as > 30:00, never left out, never zero.

nightlight recovery board compares architectures by these times, in the same
scenarios: medians, never means, predicted beside measured. It refuses to rank
(exit 4) until every architecture has every scenario with 5 runs, and names what
is missing. What overlaps is not separable.

The log of marks is NIGHTLIGHT_INCIDENTS, else nightlight/incidents.ndjson below
XDG_STATE_HOME (~/.local/state); runs.ndjson lies beside it, or NIGHTLIGHT_RUNS.
`,
  environment: `Environment

  NO_COLOR       any value: no colour, as --no-color
  FORCE_COLOR    colour also where there is no terminal; 0: none
  TERM=dumb      no colour
  COLUMNS        width, where the terminal does not tell it
  LC_ALL, LANG   without UTF-8 in them watch draws with ASCII, as --ascii

  NIGHTLIGHT_INCIDENTS   the log of marks (help recovery)
  NIGHTLIGHT_RUNS        the runs file of the recovery board
  NIGHTLIGHT_USER        your name in marks
  NODE_DEBUG=nightlight  the stack of an error that is ours

Nothing is sent but what you ask for: pull asks AWS through your own aws, with
AWS_PROFILE and AWS_REGION as aws has them, and --on-change tells whom it names.
Beside the inputs that you name, nightlight.config.json of this folder or the
nearest one above it is read, and the files above.
`,
};

function table(words: Readonly<Record<string, string>>): string {
  return Object.entries(words)
    .map(([word, meaning]) => hanging(`  ${word.padEnd(17)}`, meaning))
    .join('\n');
}

function hanging(head: string, text: string): string {
  const lines: string[] = [];
  let line = head;
  for (const word of text.split(' ')) {
    if (line.length + word.length + 1 > 80) {
      lines.push(line);
      line = ' '.repeat(head.length);
    }
    line += line.length === head.length ? word : ` ${word}`;
  }
  return [...lines, line].join('\n');
}
