/**
 * What Nightlight's words mean, how each kind of finding is decided, and what would change the verdict.
 * A kind, a certainty or an error code without an entry does not compile.
 */
import type { Certainty, FindingKind } from '../diagnose/finding.ts';
import type { ReadErrorCode } from '../read/read-error.ts';

export interface KindExplanation {
  /** How it is decided. */
  readonly decidedBy: string;
  /** What would make the verdict another one, or surer. */
  readonly changedBy: string;
  /** What would show that it is wrong, if it were seen. */
  readonly refutedBy: string;
}

export const KIND_EXPLANATIONS: Readonly<Record<FindingKind, KindExplanation>> = {
  'out-of-memory': {
    decidedBy:
      'A platform line says that the process was killed, or ended, at its memory size (Runtime.OutOfMemory, signal: killed at Max Memory Used = Memory Size).',
    changedBy: 'Nothing softens a platform line. More memory moves the moment; only a look at what is kept ends it.',
    refutedBy:
      'Kills that come with one kind of large request only, while all others leave memory flat: then it is that request, and no growth.',
  },
  'masked-out-of-memory': {
    decidedBy:
      'The platform says timeout, Max Memory Used was within 3 % of Memory Size, and it still rose in the attempt that died, while no sandbox of the function lives on with a full memory. Shown where the agent saw heap or process within a tenth of the limit.',
    changedBy: "The agent's figures shortly before the death: low memory then means that the timeout has a cause of its own.",
    refutedBy: 'A sandbox that lives on at full memory, or timeouts just as often where memory was low.',
  },
  'memory-growth': {
    decidedBy:
      'Max Memory Used is a running maximum, so it can only rise. Growth is said when new records come far more often than chance allows, without one single jump, and as strongly in the last third of the life as before; growth that counts as a leak needs an out-of-memory line, at least 8 sandboxes that climb alike, or the agent, which follows heap, external memory, native memory and handles apart. The strongest decides: kills, then forced collections, then V8’s own, then the running maximum. It is called leaking once it went up to a limit, growing with no bound seen so far until then.',
    changedBy: 'Longer-lived sandboxes, more of them, or the agent, which sees the heap after each collection and not only the peak.',
    refutedBy: 'A plateau: memory that stays where it is over as many invocations again, without a kill.',
  },
  'fast-leak': {
    decidedBy:
      'Several sandboxes climb and die after similar numbers of invocations: named before any one of them has enough samples alone.',
    changedBy: 'Deaths at very different numbers of invocations would speak for single heavy requests and against a leak.',
    refutedBy: 'Deaths at very different numbers of invocations, or most of the climb in one jump: single heavy requests do that.',
  },
  'memory-pinned': {
    decidedBy: 'Max Memory Used reached Memory Size, and no line says that the process was killed for it.',
    changedBy: 'An out-of-memory line, or the same function at a larger memory size.',
    refutedBy: 'The same function at a larger memory size that also fills all of it and runs no better: then it caches on purpose.',
  },
  failure: {
    decidedBy:
      'Attempts of one function that failed in the same function of the program with the same type, message and cause, values left out, over all attempts that could have.',
    changedBy:
      'More invocations narrow the interval and decide its class (explain systemic); a stack, or a source map, tells places apart.',
    refutedBy: 'The same message from another function of the program: then two failures were taken for one.',
  },
  timeout: {
    decidedBy: 'The platform says "Task timed out", or the attempt ran as long as the timeout that such a line told.',
    changedBy: "The agent's recorder tells which call was in flight; without it that is unknown.",
    refutedBy: 'A REPORT line of the same request without the status timeout.',
  },
  'process-died': {
    decidedBy:
      'The next process of the same sandbox found the traces of one that died with work in its hands; no platform line tells of it.',
    changedBy: 'The log of whoever started the process: it knows whether it was killed or ended by itself.',
    refutedBy: 'A line of the platform, or of whoever stopped it, that the process ended on purpose and with nothing in its hands.',
  },
  'silent-error': {
    decidedBy:
      "The platform's lines say success; the agent's line of the same invocation says that it failed, that a check of the program failed, or that a fallback answered.",
    changedBy: 'check(name, ok) in the program: without it a wrong answer of status 200 cannot be seen.',
    refutedBy: 'Callers who got what they asked for: then the check, or the fallback, counts too much.',
  },
  'init-failure': {
    decidedBy: 'INIT_REPORT or the first invocation tells of an init that failed or ran out of time.',
    changedBy: 'The error printed during init; the agent records which module was being loaded.',
    refutedBy: 'A sandbox of the same version that started well after it, and no failed start since.',
  },
  throttle: {
    decidedBy: 'CloudWatch metrics among the inputs count Throttles; a throttled request writes no log line.',
    changedBy: 'Metrics of the whole time range, with a period of one minute.',
    refutedBy: 'Metrics of another function, or of another statistic, under this name.',
  },
  dropped: {
    decidedBy: 'Metrics of queues or asynchronous events count messages that were given up or sent to a dead-letter queue.',
    changedBy: 'The queue itself, and its redrive policy.',
    refutedBy: 'A consumer of the dead-letter queue that handled them after all.',
  },
  'messages-dropped': {
    decidedBy: 'The program told the agent that it dropped them (countDropped).',
    changedBy: 'Lines of the attempts that have none: a process that is killed tells nothing of its batch.',
    refutedBy: 'The same keys handled with success in a later delivery.',
  },
  'duplicate-delivery': {
    decidedBy: 'The same idempotency key in two deliveries that both succeeded, over all sandboxes whose lines are here.',
    changedBy: 'A program that notices the second delivery and does nothing is safe; the agent cannot see that.',
    refutedBy: 'A second handling that changed nothing: the program noticed it by itself.',
  },
  'cold-start': {
    decidedBy: 'Attempts with an init or restore duration, over all attempts; init p99 needs 368 inits for its interval.',
    changedBy: 'A longer export; provisioned concurrency and SnapStart show as their own kinds.',
    refutedBy: 'Slow invocations that are just as slow without a start: then the work is slow, and not the start.',
  },
  'cold-start-storm': {
    decidedBy: 'Unusually many cold starts within 5 minutes of the first event of a version.',
    changedBy: 'The export before the deployment, to compare with.',
    refutedBy: 'The same share of cold starts in every hour without a new version.',
  },
  'slow-tail': {
    decidedBy:
      'p99 of warm attempts far above p50, with an order-statistic interval that says so; or more of the last hours above the p99 of the first than chance and the unevenness of hours allow; or old sandboxes slower than the young ones of the same hours.',
    changedBy: 'At least 368 warm invocations; outbound calls in the agent lines say where the time went.',
    refutedBy: 'Two kinds of work in one function, each even by itself: then nothing is wrong but the mixture.',
  },
  'budget-broken': {
    decidedBy: 'The whole interval of the figure lies beyond the budget that was given.',
    changedBy: 'More invocations when the interval crosses the budget: then it is not decided.',
    refutedBy: 'An interval that reaches back over the budget, once there are more invocations.',
  },
  'retry-storm': {
    decidedBy: 'More than 1.1 attempts for each call that was meant, at the lower end of the interval, and errors among them.',
    changedBy: 'Fewer attempts, a budget for retries, or waiting longer between them.',
    refutedBy: 'Calls that repeat on purpose, such as polling, and no error among them.',
  },
  'calls-near-limit': {
    decidedBy: 'At least 5 calls, and 1 in 100, took more than four fifths of the time limit that the caller had set.',
    changedBy: 'A longer limit or a faster peer; calls without a limit cannot come near one.',
    refutedBy: 'Calls that are meant to wait, such as long polling.',
  },
  'pool-growth': {
    decidedBy:
      'The open connections to one peer, in thirds of the life of a sandbox: each third wholly above the one before, by 5 or more in all, and still rising. Shown from the second such sandbox on.',
    changedBy: 'A longer life in which the count comes to rest.',
    refutedBy: 'A count that comes to rest at the configured size of the pool.',
  },
  'near-timeout': {
    decidedBy: 'The longest attempts come close to the timeout that a line told.',
    changedBy: 'The configured timeout, when no line tells it.',
    refutedBy: 'A timeout in the configuration that is longer than the one that was told.',
  },
  'near-memory': {
    decidedBy: 'The highest Max Memory Used comes close to Memory Size.',
    changedBy: 'A longer export: the maximum can only rise.',
    refutedBy: 'A process that stays at this height over many more invocations and large requests.',
  },
  retries: {
    decidedBy: 'The same request id in several attempts, joined over all streams.',
    changedBy: 'An export that holds every stream of the function; retries in a missing stream are not seen.',
    refutedBy: 'One request id that different requests share.',
  },
  silence: {
    decidedBy: 'A function has no more invocations for much longer than between any two before, while other functions of the input go on.',
    changedBy: 'A later export, or metrics of its invocations: its callers may only have stopped.',
    refutedBy: 'A schedule that ends at that time, or invocations in the metrics that wrote no line.',
  },
  'spend-jump': {
    decidedBy: 'Billed time per hour before and after one moment differ far beyond their usual spread.',
    changedBy: 'A longer time before the jump.',
    refutedBy: 'As many more invocations as there is more to pay: then it is traffic.',
  },
  'oversized-memory': {
    decidedBy: 'No sandbox used half of the memory size.',
    changedBy: 'The power matrix: less memory also means less CPU, so the smaller size must be measured.',
    refutedBy: 'A rare request that needs the memory and is not in this input; durations that grow with the smaller size.',
  },
  'log-volume': {
    decidedBy: 'Bytes of messages at the price of ingesting them, beside the price of computing.',
    changedBy: 'Your own price table (--prices).',
    refutedBy: 'A price of your contract at which it does not matter.',
  },
  'extension-cost': {
    decidedBy: 'extensionOverhead after the response, and init with and without the extension, where both occur.',
    changedBy: 'Sandboxes with and without it at the same version.',
    refutedBy: 'The same difference between sandboxes that all run without it.',
  },
  'data-gap': {
    decidedBy: 'Minutes without any event between minutes with many, unread pieces, or records that the platform dropped.',
    changedBy: 'The missing part of the export.',
    refutedBy: 'Events of that time in another file, or proof that there were none.',
  },
};

export const CERTAINTY_EXPLANATIONS: Readonly<Record<Certainty, string>> = {
  proven: 'A line of the platform, or of our agent from inside the process, says so.',
  shown: 'An interval or a test at 95 % says so.',
  suspected: 'It looks so, but chance or another cause is not ruled out. It trips no gate; it leaves the gate undecided.',
  'cannot-tell': 'There are signs, and too little data to judge them. What is missing is named.',
};

/** Other words of the report. */
export const TERMS: Readonly<Record<string, string>> = {
  invocation: 'One attempt to handle one request. A retried request is several invocations with one request id.',
  request: 'What a caller asked for once. It may take several attempts.',
  sandbox:
    'One process of one log stream. It serves one request at a time (several with Managed Instances) and is started anew after a crash.',
  'cold start':
    'An invocation that waited for a new sandbox. Kinds: on-demand, provisioned (before traffic), snapstart-restore, suppressed (init ran inside the invocation), restart (after a crash), unknown.',
  init: 'The time in which runtime, extensions and your module code start, before the handler is called for the first time.',
  storm: 'Many cold starts within 5 minutes of a new version.',
  percentile: 'p99 = 99 of 100 requests were at least as fast. Printed from n = 6 (p50), 36 (p90), 368 (p99) and 3,700 (p99.9) on.',
  interval:
    'The range in which the true value lies with 95 % confidence: for shares by Clopper and Pearson (1934), for percentiles by order statistics.',
  'running maximum': 'Max Memory Used never falls while a sandbox lives. That it rises is therefore no sign of a leak by itself.',
  masked: 'Numbers and ids in a message are replaced by #, so that the same failure is counted once.',
  redacted: 'Tokens, keys, addresses, card and phone numbers and query strings are blanked before anything is shown.',
  evidence: 'File and byte offset (in the unpacked file) of the line that a number came from. --raw prints the line, redacted.',
  gate: 'What --fail-on asks for. Only what is proven or shown trips it (exit 3); what is suspected or cannot be judged leaves it undecided (exit 4).',
  leak: 'Memory that grows with every invocation and is not given back. The word is said where growth went up to a limit and a process died of it; until then it grows, with no bound seen so far, because a cache that is still filling looks the same.',
  systemic:
    'Follows from normal operation: at least 1 in 100 attempts fails, in most windows of the stream, for 3,000 attempts and half an hour; or 1 in 100 of those under a condition that normal operation brings about, such as a cold start. How bad it is takes no part in it.',
  rare: 'Needs a sequence of circumstances: fewer than 1 in 10,000 attempts fail, or fewer than 1 in 10,000 begin an episode of it, or fewer than 1 in 1,000 meet its precondition. Rare is not harmless.',
  'dense now':
    'More than 1 in 100 of the attempts under way fail, by a bound that holds at every look, said after tens of requests. Whether that will last (systemic) or is an episode (rare) is open.',
  undetermined:
    'Bounds exclude neither rare nor systemic. What would decide is named: so many more attempts, so many minutes, or drills of a stated size.',
  episode: 'Failures that follow each other closely are one episode. It is over after 1,000 attempts and a minute without the failure.',
  precondition:
    'A value that the failures share and other attempts do not (cold start, age of the sandbox, hour, event source), with the share of accidents among those named kept below 1 %. What the counts cannot tell from it is named beside it.',
  fingerprint:
    'The identity of a failure, the same in every build: type, code, the function that threw, the message and its causes without their values. Lines, columns, folders and bundles take no part.',
  suspect:
    'A component to look at first, with the path to it, what that rests on, and doubts. It is never called a cause: a person confirms.',
  'recovery difficulty':
    'How hard the cause of a failure will be to find, predicted as the number of views to open until it is confirmed. nightmare: more than 10, or the suspect shows nothing by itself; instant: one place to read and at most 2 views; else moderate. Unknown facts count as the worse one.',
  'not judged': 'The telltale of a failure mode was seen, and what would decide is missing. That is not recognised, and not ruled out.',
  harm: 'users: requests failed or were slow. soon: they may be. money: it only costs. data: the report sees less than it should.',
};

export const READ_ERROR_EXPLANATIONS: Readonly<Record<ReadErrorCode, string>> = {
  READ_NOT_FOUND:
    'There is no file, folder or match by that name. Check the spelling; put a glob in quotes only if the shell does not expand it.',
  READ_NOT_PERMITTED: 'The file is there, but this user may not read it.',
  READ_EMPTY: 'The file holds no byte. An export task that is still running leaves such files.',
  READ_GZIP_TRUNCATED: 'The gzip data stops in the middle: a download was cut. What came before is in the report.',
  READ_GZIP_BROKEN: 'The gzip data is damaged. What came before the damage is in the report.',
  READ_OVER_CAP: 'The file unpacks to more than the cap (4 GiB by default). Raise it with --max-inflated if you trust the file.',
  READ_BINARY: 'The file is neither text nor gzip.',
  READ_HTML: 'The file is a web page: often a login page that was saved in place of the export.',
  READ_AGGREGATED_QUERY: 'The Logs Insights query counted or grouped, so single invocations are gone. The message names the query to run.',
  READ_NOT_LAMBDA: 'The events were read, but none comes from Lambda. This ends with exit code 4: there is nothing to judge.',
  READ_UNKNOWN_SHAPE: 'The first 64 KiB fit none of the known shapes. Name the shape with --format-in (nightlight help formats).',
  READ_JSON_BROKEN: 'The JSON stops or breaks in the middle. What came before is in the report.',
  READ_NEWER_RECORD: 'The lines were written by a newer major version of the agent. Update nightlight.',
  READ_FAILED: 'The operating system failed while reading. The other inputs were read.',
};
