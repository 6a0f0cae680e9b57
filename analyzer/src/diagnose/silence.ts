/**
 * Who fell silent while the others went on.
 *
 * Most silence means nothing: Lambda takes down idle sandboxes without a word, jobs end, nights come. Two kinds speak:
 *
 * - a sandbox whose last invocation never ended, although the input goes on for longer than any invocation may last;
 * - a function whose streams all stopped amid steady traffic while other functions went on.
 *
 * In doubt this diagnosis is quiet: each silence has to be far longer than the function's own habit, and the files
 * that hold the function have to reach beyond it.
 */
import type { AnalyzeSettings } from '../settings.ts';
import { atOnce, mapInSteps, type Steps } from '../steps.ts';
import type { MinuteSeries } from '../store/minute-series.ts';
import type { ConfigurationSummary, SandboxSummary, Summary } from '../store/summary.ts';
import { changedBeside } from './changes.ts';
import { type EvidenceReference, evidenceReference } from './evidence-reference.ts';
import type { Finding } from './finding.ts';
import { configurationsByFunction, latest, minutesOf, sumBetween } from './function-configurations.ts';
import { knownLines } from './known-lines.ts';
import { explainCommand, filterLogsCommand } from './next-command.ts';
import type { Sections, SilenceSection } from './sections.ts';
import { countWords, durationWords, plural, timeWords } from './wording.ts';

/** `SilenceSection.logStream` of a function that fell silent as a whole. */
export const ALL_STREAMS = '(all streams)';

export function silenceSection(summary: Summary, _settings: AnalyzeSettings): SilenceSection[] {
  return atOnce(silenceSteps(summary));
}

/** As `silenceSection`. */
export function* silenceSteps(summary: Summary): Steps<SilenceSection[]> {
  const functions = [...configurationsByFunction(summary)].map(([functionName, configurations]) => ({
    functionName,
    configurations,
    minutes: minutesOf(configurations),
  }));
  const sandboxes = sandboxesByFunction(summary);
  yield;
  const silences = yield* mapInSteps(functions, FUNCTIONS_A_STEP, (one) => {
    const own = sandboxes.get(one.functionName) ?? [];
    return [...(wholeFunction(summary, one, own, functions) ?? []), ...brokenOff(one, own)];
  });
  return silences.flat();
}

const FUNCTIONS_A_STEP = 64;

export function silenceFindings(summary: Summary, sections: Pick<Sections, 'silence' | 'changes'>, _settings: AnalyzeSettings): Finding[] {
  const groups = new Map<string, SilenceSection[]>();
  for (const silence of sections.silence) {
    const key = `${silence.functionName}\u0000${silence.logStream === ALL_STREAMS}`;
    groups.set(key, [...(groups.get(key) ?? []), silence]);
  }
  return [...groups.values()].map((group) => describe(summary, group, sections));
}

const MINUTE_MS = 60_000;
/** AWS Lambda quotas: "Function timeout: 900 seconds (15 minutes)". */
const LONGEST_INVOCATION_MS = 15 * MINUTE_MS;
const SHORTEST_SILENCE_MINUTES = 15;
/** How many calls must have been missed, at the pace of the last half hour before. */
const FEWEST_MISSED = 30;
const PACE_MINUTES = 30;
/** A silence must outlast the function's longest earlier one by this factor. */
const FAR_LONGER = 3;
/** Others "went on" when they kept at least this share of their pace. */
const OTHERS_KEPT_PACE = 0.5;
/** Above this share of invocations without an end, the export itself lacks END and REPORT lines. */
const USUAL_LOSS = 0.2;

interface FunctionMinutes {
  readonly functionName: string;
  readonly configurations: readonly ConfigurationSummary[];
  readonly minutes: MinuteSeries;
}

function wholeFunction(
  summary: Summary,
  { functionName, configurations, minutes }: FunctionMinutes,
  sandboxes: readonly SandboxSummary[],
  all: readonly FunctionMinutes[],
): SilenceSection[] | undefined {
  const lastMs = latest(configurations);
  if (lastMs === undefined || minutes.length === 0 || all.length < 2) return undefined;
  const endMs = reachOf(summary, sandboxes);
  const silentMinutes = (endMs - lastMs) / MINUTE_MS;
  const activeMinutes = minutes.length;
  // A function seen for an hour and silent for five is a job that ended, for all we know.
  if (silentMinutes < SHORTEST_SILENCE_MINUTES || activeMinutes < 2 * silentMinutes) return undefined;
  const paceMinutes = Math.min(PACE_MINUTES, activeMinutes);
  const pace = sumBetween(minutes, 'invocations', lastMs - paceMinutes * MINUTE_MS, lastMs + MINUTE_MS) / paceMinutes;
  if (pace * silentMinutes < FEWEST_MISSED || silentMinutes < FAR_LONGER * longestSilence(summary, minutes)) return undefined;

  const others = all.filter((other) => other.functionName !== functionName).map((other) => other.minutes);
  const before = others.reduce((sum, other) => sum + sumBetween(other, 'invocations', lastMs - silentMinutes * MINUTE_MS, lastMs), 0);
  const after = others.reduce((sum, other) => sum + sumBetween(other, 'invocations', lastMs + 1, endMs), 0);
  if (after === 0 || after < OTHERS_KEPT_PACE * before) return undefined;
  return [
    {
      functionName,
      logStream: ALL_STREAMS,
      lastMs,
      othersLastMs: endMs,
      because: `about ${countWords(pace)} ${pace >= 1.5 ? 'invocations' : 'invocation'} a minute until ${timeWords(lastMs)}, then none for ${durationWords(silentMinutes * MINUTE_MS)} while other functions had ${countWords(after)}`,
    },
  ];
}

/** Until when the input would have shown the function. Chunks of one export belong together; other files end for themselves. */
function reachOf(summary: Summary, sandboxes: readonly SandboxSummary[]): number {
  const files = new Set(sandboxes.map((sandbox) => summary.files[sandbox.evidence.file]).filter((file) => file !== undefined));
  const ofOneExport = [...files].some((file) => file.shape === 's3-export' || file.shape === 'subscription');
  if (ofOneExport || files.size === 0) return summary.lastMs;
  const reach = Math.max(...[...files].map((file) => file.lastMs).filter(Number.isFinite));
  return Number.isFinite(reach) ? reach : summary.lastMs;
}

/** Longest run of minutes without a call before the end, the time before its first call included. */
function longestSilence(summary: Summary, minutes: MinuteSeries): number {
  let longest = Math.max(0, minutes.firstMinute - Math.floor(summary.firstMs / MINUTE_MS));
  let silent = 0;
  for (let i = 0; i < minutes.length; i++) {
    silent = minutes.invocations[i]! > 0 ? 0 : silent + 1;
    if (silent > longest) longest = silent;
  }
  return longest;
}

/** Sandboxes that stopped inside an invocation. */
function brokenOff({ functionName, configurations }: FunctionMinutes, sandboxes: readonly SandboxSummary[]): SilenceSection[] {
  const unfinished = configurations.reduce((sum, configuration) => sum + configuration.statusCounts.unfinished, 0);
  const all = configurations.reduce((sum, configuration) => sum + configuration.invocationCount, 0);
  if (unfinished > USUAL_LOSS * all) return [];
  const known = configurations.map((configuration) => configuration.timeoutMs).filter((ms) => ms > 0);
  const patienceMs = known.length === 0 ? LONGEST_INVOCATION_MS : Math.max(...known) + MINUTE_MS;
  const othersLastMs = latest(configurations);
  if (othersLastMs === undefined) return [];
  return sandboxes.flatMap((sandbox): SilenceSection[] => {
    const open = sandbox.openAtEnd;
    if (open === undefined || !sandbox.isolated || sandbox.death !== undefined) return [];
    if (!(othersLastMs - Math.max(open.atMs, sandbox.lastMs) > patienceMs)) return [];
    const limit = known.length === 0 ? 'any invocation may last' : `its timeout of ${durationWords(Math.max(...known))} allows`;
    return [
      {
        functionName,
        logStream: sandbox.logStream,
        lastMs: sandbox.lastMs,
        othersLastMs,
        because: `its invocation ${countWords(open.n)} began at ${timeWords(open.atMs)} and has no end, while other sandboxes went on for ${durationWords(othersLastMs - sandbox.lastMs)}, longer than ${limit}`,
      },
    ];
  });
}

function sandboxesByFunction(summary: Summary): Map<string, SandboxSummary[]> {
  const byFunction = new Map<string, SandboxSummary[]>();
  for (const sandbox of summary.sandboxes) {
    const functionName = summary.configurations.get(sandbox.configuration)?.functionName;
    if (functionName === undefined) continue;
    const known = byFunction.get(functionName);
    if (known === undefined) byFunction.set(functionName, [sandbox]);
    else known.push(sandbox);
  }
  return byFunction;
}

function describe(summary: Summary, group: readonly SilenceSection[], sections: Pick<Sections, 'changes'>): Finding {
  const first = group.reduce((earliest, silence) => (silence.lastMs < earliest.lastMs ? silence : earliest));
  const whole = first.logStream === ALL_STREAMS;
  const streams =
    group.length === 1 ? `stream ${first.logStream}` : `${plural(group.length, 'stream')}, the first of them ${first.logStream}`;
  return {
    id: '',
    kind: 'silence',
    headline: whole ? 'WENT SILENT' : 'BROKE OFF',
    functionName: first.functionName,
    version: undefined,
    memorySizeMb: undefined,
    why: whole ? first.because : `${streams}: ${first.because}`,
    // Nobody was seen to be hurt: that is all the logs can say of silence.
    harm: 'soon',
    certainty: 'suspected',
    certaintyBecause: whole
      ? 'logs cannot tell a function that is no longer called from one that is called and does not log'
      : 'the sandbox may have died without a word, or its last lines are missing from the input',
    affectedCount: undefined,
    exposedCount: undefined,
    shareLow: undefined,
    shareHigh: undefined,
    sinceMs: first.lastMs,
    lastMs: undefined,
    weight: 0,
    changedBeside: changedBeside(sections.changes, first.functionName, first.lastMs),
    next: filterLogsCommand(first.functionName, '?REPORT ?INIT_REPORT', first.lastMs) ?? explainCommand(summary),
    evidence: whole ? lastLines(summary, first.functionName) : openLines(summary, group),
    facts: group.slice(0, 10).map((silence) => ({ name: silence.logStream, value: silence.because })),
    gates: ['any'],
  };
}

/** What was heard of the function last, of several streams. */
function lastLines(summary: Summary, functionName: string): EvidenceReference[] {
  return knownLines(summary, functionName)
    .slice(-MOST_LAST_LINES)
    .map((line) => evidenceReference(summary, line));
}

/** The invocations that began and have no end. */
function openLines(summary: Summary, group: readonly SilenceSection[]): EvidenceReference[] {
  const streams = new Set(group.map(({ logStream }) => logStream));
  return summary.sandboxes
    .filter(({ logStream, openAtEnd }) => openAtEnd !== undefined && streams.has(logStream))
    .slice(0, MOST_OPEN_LINES)
    .map(({ openAtEnd }) => evidenceReference(summary, openAtEnd!.evidence));
}

const MOST_LAST_LINES = 3;
const MOST_OPEN_LINES = 8;
