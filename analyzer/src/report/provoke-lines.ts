/** How to make a failure happen again, with as many requests as its rate needs; part of what `explain` prints. */
import type { Finding, FindingKind } from '../diagnose/finding.ts';
import type { FailureSection } from '../diagnose/sections.ts';
import { modeNamed, recipeFor, recipeOfFailure } from '../failures/index.ts';
import type { Report } from './report.ts';

/** @returns numbered steps, empty where the finding is of no single failure */
export function provokeLines(report: Report, finding: Finding): string[] {
  const failure = report.failures.find(
    ({ fingerprint, functionName }) =>
      fingerprint !== undefined && fingerprint === finding.fingerprint && functionName === finding.functionName,
  );
  if (failure === undefined) return [];
  const { rate, under } = conditionOf(failure);
  const modeId = MODES[finding.kind];
  const mode = modeId === undefined ? undefined : modeNamed(modeId);
  const { steps } = mode === undefined ? recipeOfFailure(rate, under) : recipeFor(mode, rate, under);
  const known = (report.modes?.recognised ?? []).filter(
    ({ component, modeId: seen }) => component === finding.functionName && seen !== modeId,
  );
  return [
    ...steps.map((step, i) => `${i + 1}. ${step}`),
    ...(known.length === 0
      ? []
      : [
          `Recognised in ${finding.functionName}, with a recipe each: ${known.map((seen) => `nightlight explain ${seen.modeId}`).join(', ')}`,
        ]),
  ];
}

/** Where the precondition is not shown to be the reason, it may still be one: a drill under it costs nothing. */
function conditionOf({ rarity }: FailureSection): { rate: number | undefined; under: string | undefined } {
  const precondition = rarity?.precondition;
  if (precondition !== undefined && precondition.nature !== 'symptom' && precondition.low > 0)
    return { rate: precondition.low, under: `${precondition.attribute} = ${precondition.value}` };
  return { rate: rarity === undefined || rarity.low === 0 ? undefined : rarity.low, under: undefined };
}

/** Findings that are one mode of the catalogue by definition. */
const MODES: Partial<Record<FindingKind, string>> = { 'out-of-memory': 'oom-kill', timeout: 'function-timeout' };
