/** From the summary to the report: every diagnosis once, the findings ranked, the gates judged. */
import { answerFindings, answerSection } from '../diagnose/answers.ts';
import { budgetFindings, budgetSection, judgeBudgets } from '../diagnose/budgets.ts';
import { changeSteps } from '../diagnose/changes.ts';
import { withColdStartDetails, withColdStartFacts } from '../diagnose/cold-start-details.ts';
import { coldStartFindings, coldStartSteps } from '../diagnose/cold-starts.ts';
import { costFindings, costSteps } from '../diagnose/cost.ts';
import { dataQualityFindings, dataQualitySection } from '../diagnose/data-quality.ts';
import { extensionFindings, extensionSection } from '../diagnose/extensions.ts';
import { failurePatternSteps } from '../diagnose/failure-pattern.ts';
import { failureFindingSteps, failureSteps } from '../diagnose/failures.ts';
import type { Finding } from '../diagnose/finding.ts';
import { functionSteps } from '../diagnose/functions.ts';
import { initRegressionFindings } from '../diagnose/init-regression.ts';
import { latencySteps } from '../diagnose/latency.ts';
import { limitFindings, limitSteps } from '../diagnose/limits.ts';
import { logVolumeFindings } from '../diagnose/log-volume.ts';
import { maskedOutOfMemoryFindings } from '../diagnose/masked-out-of-memory.ts';
import { memoryFindingSteps, memorySteps } from '../diagnose/memory.ts';
import { messageFindings, messageSection } from '../diagnose/messages.ts';
import { metricSection } from '../diagnose/metrics.ts';
import { metricFindings } from '../diagnose/metrics-throttles.ts';
import { withSettings } from '../diagnose/next-command.ts';
import { breakerSection, outboundCallFindings, outboundCallSection } from '../diagnose/outbound-calls.ts';
import { withPattern } from '../diagnose/pattern-of-failures.ts';
import type { PriceTable } from '../diagnose/prices.ts';
import { processDeathFindings, processSection, routeSection } from '../diagnose/processes.ts';
import { retryFindings } from '../diagnose/retries.ts';
import { silenceFindings, silenceSteps } from '../diagnose/silence.ts';
import { slowTailFindings } from '../diagnose/tail-latency.ts';
import { trafficFindings, trafficSteps } from '../diagnose/traffic.ts';
import { openCallsAtTimeout, recoverySteps } from '../recovery/index.ts';
import type { AnalyzeSettings } from '../settings.ts';
import { atOnce, mapInSteps, type Steps } from '../steps.ts';
import type { FileSummary, Summary } from '../store/summary.ts';
import { countDeathsOnce, nameSameDeaths } from './deaths-told-once.ts';
import { withDoubts } from './doubts-of-findings.ts';
import { withEvidence } from './evidence-of-findings.ts';
import { exitCodeOf, judgeGates } from './gate.ts';
import { rankFindings } from './rank.ts';
import { withRecovery } from './recovery-of-findings.ts';
import { type InputFile, REPORT_SCHEMA, type Report } from './report.ts';

export interface BuildContext {
  /** Version of Nightlight. */
  readonly tool: string;
  readonly prices: PriceTable;
  /** Events that `--from`, `--to` or `--fn` left out. */
  readonly filteredCount: number;
}

export function buildReport(summary: Summary, settings: AnalyzeSettings, context: BuildContext): Report {
  return atOnce(reportSteps(summary, settings, context));
}

/** As `buildReport`. */
export function* reportSteps(summary: Summary, settings: AnalyzeSettings, context: BuildContext): Steps<Report> {
  const patterns = yield* failurePatternSteps(summary);
  yield;
  const functions = yield* functionSteps(summary, patterns);
  yield;
  const changes = yield* changeSteps(summary);
  yield;
  const cost = yield* costSteps(summary, context.prices, settings.architecture);
  yield;
  const dataQuality = dataQualitySection(summary, settings);
  yield;
  const failures = yield* failureSteps(summary, settings);
  yield;
  const limits = yield* limitSteps(summary);
  const memory = yield* memorySteps(summary);
  const silence = yield* silenceSteps(summary);
  yield;
  const inside = agentSections(summary);
  yield;
  const starts = yield* coldStartSteps(summary);
  const coldStarts = yield* withColdStartDetails(starts, summary, context.prices, settings);
  yield;
  const sections = { functions, changes, cost, dataQuality, failures, limits, memory, silence };
  const traffic = yield* trafficSteps(summary, sections);
  yield;
  const metrics = metricSection(summary);
  yield;
  const input = inputOf(summary, settings, context);
  const budgets = judgeBudgets(summary, settings.budgets ?? []);
  yield;
  const recovery = yield* recoverySteps(summary, { ...sections, ...inside, coldStarts, traffic, metrics, input }, settings.drills);
  const latency = yield* latencySteps(summary, memory);
  const found: Finding[] = [];
  for (const findings of [
    () => failureFindingSteps(summary, sections),
    () => maskedOutOfMemoryFindings(summary),
    () => processDeathFindings(summary),
    () => answerFindings(summary, { answers: inside.answers, changes }),
    () => outboundCallFindings(summary, { outboundCalls: inside.outboundCalls ?? [] }),
    () => messageFindings(summary, { messages: inside.messages ?? [] }),
    () => memoryFindingSteps(summary, sections),
    () => coldStartFindings(summary, sections),
    () => initRegressionFindings(summary, sections),
    () => slowTailFindings(summary, sections),
    () => budgetFindings(summary, sections, budgets),
    () => retryFindings(summary, sections, settings),
    () => limitFindings(summary, sections, settings),
    () => silenceFindings(summary, sections, settings),
    () => metricFindings(summary, sections, settings),
    () => trafficFindings(summary, sections),
    () => costFindings(summary, sections),
    () => logVolumeFindings(summary, sections),
    () => extensionFindings(summary, sections),
    () => dataQualityFindings(summary, sections, settings),
  ]) {
    const given = findings();
    found.push(...(Array.isArray(given) ? given : yield* given));
    yield;
  }
  const ranked = nameSameDeaths(rankFindings(countDeathsOnce(found)));
  yield;
  const findings = yield* mapInSteps(ranked, FINDINGS_A_STEP, (finding) => {
    const told = withColdStartFacts(withPattern(finding, patterns), coldStarts);
    const recovered = withRecovery(told, { failures, functions, recovery }, summary, settings);
    return withEvidence(withDoubts({ ...recovered, next: withSettings(recovered.next, settings) }), summary);
  });
  const chapters = {
    schema: REPORT_SCHEMA,
    tool: context.tool,
    input,
    dataQuality,
    functions,
    coldStarts,
    latency,
    memory,
    failures,
    cost,
    limits,
    traffic,
    silence,
    extensions: extensionSection(summary),
    changes,
    metrics,
    ...inside,
    ...recovery,
    ...(budgets.length > 0 && { budgets: budgetSection(budgets) }),
    findings,
  } as const;
  const gate = judgeGates(settings.failOn ?? [], chapters);
  return { ...chapters, gate, exit: exitCodeOf(chapters, gate) };
}

const FINDINGS_A_STEP = 16;

/** The chapters that only our agent's lines can fill; without them they are absent, not empty. */
function agentSections(summary: Summary) {
  if (![...summary.configurations.values()].some(({ agent }) => agent !== undefined)) return {};
  return {
    outboundCalls: outboundCallSection(summary),
    breakers: breakerSection(summary),
    answers: answerSection(summary),
    messages: messageSection(summary),
    processes: processSection(summary),
    routes: routeSection(summary),
    openCallsAtTimeout: openCallsAtTimeout(summary),
  } satisfies Partial<Report>;
}

function inputOf(summary: Summary, settings: AnalyzeSettings, context: BuildContext): Report['input'] {
  const files = summary.files.map(inputFileOf);
  return {
    files,
    fileCount: files.length,
    eventCount: summary.eventCount,
    inflatedBytes: files.reduce((sum, file) => sum + file.inflatedBytes, 0),
    fromMs: Number.isFinite(summary.firstMs) ? summary.firstMs : undefined,
    toMs: Number.isFinite(summary.lastMs) ? summary.lastMs : undefined,
    failedFileCount: files.filter((file) => file.error !== undefined).length,
    filteredCount: context.filteredCount,
    askedFromMs: settings.fromMs,
    askedToMs: settings.toMs,
  };
}

function inputFileOf(file: FileSummary): InputFile {
  return {
    path: file.path,
    shape: file.shape,
    storedBytes: Number.isNaN(file.storedBytes) ? undefined : file.storedBytes,
    inflatedBytes: file.inflatedBytes,
    eventCount: file.eventCount,
    error: file.error,
    partial: file.partial,
  };
}
