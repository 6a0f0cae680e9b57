/**
 * Functions that cost more to write their logs than to run.
 *
 * Bytes are those of the messages in the input; an export that left lines out makes the sum too small, never too
 * large. Only what CloudWatch charges for taking logs in is counted, not for keeping or searching them.
 */
import type { Summary } from '../store/summary.ts';
import { SMALLEST_USD_PER_DAY } from './cost.ts';
import type { Finding } from './finding.ts';
import { configurationsByFunction, earliest, latest } from './function-configurations.ts';
import { explainCommand, lambdaCommand } from './next-command.ts';
import { dailyFigureBasis, perDay } from './observed-span.ts';
import type { FunctionCost, Sections } from './sections.ts';
import { usdWords } from './usd-words.ts';
import { countWords, percentWords } from './wording.ts';

export function logVolumeFindings(summary: Summary, sections: Pick<Sections, 'cost'>): Finding[] {
  return sections.cost.functions.map((cost) => logVolumeFinding(summary, cost)).filter((finding) => finding !== undefined);
}

function logVolumeFinding(summary: Summary, cost: FunctionCost): Finding | undefined {
  // Without any price for its compute there is nothing to compare with.
  if (cost.usd === 0 || cost.logIngestUsd <= cost.usd) return undefined;
  const usdPerDay = perDay(cost.logIngestUsd, summary);
  if (usdPerDay === undefined || usdPerDay < SMALLEST_USD_PER_DAY) return undefined;
  const configurations = configurationsByFunction(summary).get(cost.functionName) ?? [];
  const bytes = configurations.reduce((sum, each) => sum + each.logBytes, 0);
  const applicationShare = configurations.reduce((sum, each) => sum + each.applicationLogBytes, 0) / bytes;
  const bytesPerInvocation = bytes / cost.requestCount;
  return {
    id: '',
    kind: 'log-volume',
    headline: 'LOGS COST MORE THAN COMPUTE',
    functionName: cost.functionName,
    version: undefined,
    memorySizeMb: undefined,
    why: `Writing the logs of ${cost.functionName} costs about ${usdWords(usdPerDay)} a day, ${timesWords(cost.logIngestUsd / cost.usd)} times what running it costs: ${countWords(bytesPerInvocation)} bytes an invocation, ${percentWords(applicationShare)} of them printed by the application.`,
    harm: 'money',
    certainty: 'shown',
    certaintyBecause: `message bytes of the input; ${dailyFigureBasis(summary)}`,
    affectedCount: undefined,
    exposedCount: undefined,
    shareLow: undefined,
    shareHigh: undefined,
    sinceMs: earliest(configurations),
    lastMs: latest(configurations),
    weight: usdPerDay,
    changedBeside: [],
    next: quieterCommand(cost.functionName, applicationShare) ?? explainCommand(summary),
    evidence: [],
    facts: [
      { name: 'logIngestUsdPerDay', value: usdWords(usdPerDay) },
      { name: 'logIngestUsd', value: usdWords(cost.logIngestUsd) },
      { name: 'computeAndRequestsUsd', value: usdWords(cost.usd) },
      { name: 'logBytes', value: countWords(bytes) },
      { name: 'bytesPerInvocation', value: countWords(bytesPerInvocation) },
      { name: 'applicationShareOfBytes', value: percentWords(applicationShare) },
    ],
    gates: [],
  };
}

/**
 * Lambda filters levels only in its JSON format. The platform's own level stays as it is: raising it would silence
 * the REPORT lines from which durations, memory and cost are known.
 */
function quieterCommand(functionName: string, applicationShare: number): string | undefined {
  if (applicationShare < 0.5) return undefined;
  const command = lambdaCommand('update-function-configuration', functionName);
  return command === undefined ? undefined : `${command} --logging-config LogFormat=JSON,ApplicationLogLevel=WARN`;
}

/** `2.4`, `1,064` */
function timesWords(ratio: number): string {
  return ratio < 10 ? ratio.toFixed(1) : countWords(Math.round(ratio));
}
