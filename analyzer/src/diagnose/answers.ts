/**
 * Answers that look well and are not: the platform calls them a success, and the program or the agent knows better.
 *
 * The most expensive failures raise no alarm: an error answer that nobody threw, a fallback that hides a dead peer, a
 * status of 200 with the wrong content. Where nobody checks the answers this is said; it is never a zero.
 */
import type { AgentTally } from '../store/agent-tally.ts';
import type { Summary } from '../store/summary.ts';
import { agentByFunction } from './agent-of-function.ts';
import { changedBeside } from './changes.ts';
import { evidenceReference } from './evidence-reference.ts';
import type { Finding } from './finding.ts';
import { finite } from './finite.ts';
import { hurtPerMinute } from './hurt-rate.ts';
import { explainCommand } from './next-command.ts';
import type { AnswerSection, AnswersOfFunction, Sections } from './sections.ts';
import { shareInterval } from './share-interval.ts';
import { countWords, percentWords, plural } from './wording.ts';

/** @returns undefined where no line of the agent is in the input */
export function answerSection(summary: Summary): AnswerSection | undefined {
  const functions = [...agentByFunction(summary)].flatMap(([functionName, agent]) => describe(functionName, agent) ?? []);
  if (functions.length === 0) return undefined;
  const isChecked = functions.some(({ checks }) => checks.length > 0);
  return { functions, notObservableBecause: isChecked ? undefined : NOBODY_CHECKS };
}

export function answerFindings(
  summary: Summary,
  sections: { readonly answers: AnswerSection | undefined } & Pick<Sections, 'changes'>,
): Finding[] {
  const agents = agentByFunction(summary);
  return (sections.answers?.functions ?? []).flatMap(
    (answers) => finding(summary, answers, agents.get(answers.functionName)!, sections) ?? [],
  );
}

const NOBODY_CHECKS = 'silent errors are not observable here: nobody checks the answers';

function describe(functionName: string, { silent, counters, fallbackNames, lineCount }: AgentTally): AnswersOfFunction | undefined {
  const checks = [...counters.checks].map(([name, counts]) => ({ name, ...counts }));
  const checkedCount = Math.max(silent.comparedCount, counters.coveredCount);
  if (checkedCount === 0) return undefined;
  // Where only some invocations have a line of their own, the counters know of more than the lines do. Where each has one, the
  // lines tell which of them failed anyway: those are loud.
  const hasEachALine = lineCount >= counters.coveredCount;
  const worst = checks.reduce((most, { failedCount }) => Math.max(most, failedCount), 0);
  const suspectCount = Math.min(checkedCount, hasEachALine ? silent.anyCount : Math.max(silent.anyCount, worst, counters.fallbackCount));
  return {
    functionName,
    suspect: shareInterval(suspectCount, checkedCount)!,
    failedTypes: [...silent.failedTypes].map(([type, count]) => ({ type, count })).sort((a, b) => b.count - a.count),
    checks: checks.sort((a, b) => b.failedCount - a.failedCount || (a.name < b.name ? -1 : 1)),
    fallbackCount: counters.fallbackCount,
    fallbackNames: [...fallbackNames.keys()].sort(),
  };
}

function finding(
  summary: Summary,
  answers: AnswersOfFunction,
  { silent }: AgentTally,
  sections: Pick<Sections, 'changes'>,
): Finding | undefined {
  const { functionName, suspect, failedTypes, checks, fallbackCount, fallbackNames } = answers;
  if (suspect.count === 0) return undefined;
  const broken = checks.filter(({ failedCount }) => failedCount > 0);
  const parts = [
    failedTypes.length === 0
      ? undefined
      : failedTypes
          .slice(0, 3)
          .map(({ type, count }) => (type === '' ? plural(count, 'error answer') : `${countWords(count)} failed with ${type}`))
          .join(', '),
    broken.length === 0
      ? undefined
      : broken
          .slice(0, 3)
          .map(({ name, failedCount }) => `${countWords(failedCount)} broke the check "${name}"`)
          .join(', '),
    fallbackCount === 0
      ? undefined
      : `${countWords(fallbackCount)} came from ${fallbackNames.length === 1 ? `the fallback ${fallbackNames[0]}` : 'a fallback'}`,
  ].filter((part) => part !== undefined);
  const sinceMs = finite(silent.firstMs);
  const lastMs = finite(silent.lastMs);
  return {
    id: '',
    kind: 'silent-error',
    headline: 'LOOKS WELL, IS NOT',
    functionName,
    version: undefined,
    memorySizeMb: undefined,
    why: `${countWords(suspect.count)} of ${plural(suspect.of, 'answer')} (${percentWords(suspect.share)}) count as a success and are none: ${parts.join('; ')}`,
    harm: 'users',
    certainty: 'proven',
    certaintyBecause: "the agent's line or the program's own check says so of each",
    affectedCount: suspect.count,
    exposedCount: suspect.of,
    shareLow: suspect.low,
    shareHigh: suspect.high,
    sinceMs,
    lastMs,
    weight: hurtPerMinute(suspect.count, sinceMs, lastMs),
    changedBeside: changedBeside(sections.changes, functionName, sinceMs),
    next: explainCommand(summary),
    evidence: silent.evidence.map((one) => evidenceReference(summary, one)),
    facts: [
      ...failedTypes.slice(0, 10).map(({ type, count }) => ({ name: type === '' ? 'error answers' : type, value: countWords(count) })),
      ...checks.slice(0, 10).map(({ name, passedCount, failedCount }) => ({
        name: `check "${name}"`,
        value: `${countWords(failedCount)} failed, ${countWords(passedCount)} passed`,
      })),
      ...(fallbackCount === 0 ? [] : [{ name: 'answered by a fallback', value: countWords(fallbackCount) }]),
    ],
    gates: ['any'],
  };
}
