/**
 * Messages, counted by hand: received = succeeded + returned + dropped. A message that nobody counts is lost without a
 * trace, so where lines are missing it is said what cannot be counted, and why; never a zero.
 */
import type { AgentTally } from '../store/agent-tally.ts';
import type { Summary } from '../store/summary.ts';
import { agentByFunction } from './agent-of-function.ts';
import { groupedReferences } from './evidence-reference.ts';
import type { Finding } from './finding.ts';
import { configurationsByFunction, earliest, latest } from './function-configurations.ts';
import { hurtPerMinute } from './hurt-rate.ts';
import { explainCommand } from './next-command.ts';
import type { MessageSection, ShareInterval } from './sections.ts';
import { shareInterval } from './share-interval.ts';
import { sightingsOf } from './sightings.ts';
import { countWords, percentWords, plural } from './wording.ts';

export function messageSection(summary: Summary): MessageSection[] {
  const configurations = configurationsByFunction(summary);
  return [...agentByFunction(summary)].flatMap(([functionName, agent]) => {
    const attempts = configurations.get(functionName)!.reduce((sum, { invocationCount }) => sum + invocationCount, 0);
    return describe(summary, functionName, agent, attempts) ?? [];
  });
}

export function messageFindings(summary: Summary, { messages }: { readonly messages: readonly MessageSection[] }): Finding[] {
  return messages
    .flatMap((section) => [dropped(summary, section), handledTwice(summary, section)])
    .filter((finding) => finding !== undefined);
}

function describe(summary: Summary, functionName: string, agent: AgentTally, attempts: number): MessageSection | undefined {
  const { counters, sampleEvery, missingStretchCount, unclearKeyCount } = agent;
  const { receivedCount, returnedCount, droppedCount } = counters;
  if (receivedCount + droppedCount + returnedCount === 0) return undefined;
  const keyed = summary.duplicates.get(functionName);
  const uncounted = Math.max(0, attempts - counters.coveredCount);
  const missing = [
    uncounted === 0
      ? undefined
      : `${plural(uncounted, 'attempt')} of ${countWords(attempts)} left no line of the agent (killed, or not measured): what they received is not in these counts`,
    missingStretchCount === 0 ? undefined : `${plural(missingStretchCount, 'summary line')} of the agent did not arrive`,
  ].filter((reason) => reason !== undefined);
  const blurred = [
    keyed === undefined ? 'no keys of items were told, so only repeats within one sandbox are known' : undefined,
    sampleEvery > 1 ? `only one in ${countWords(sampleEvery)} ordinary invocations tells its keys` : undefined,
    unclearKeyCount === 0
      ? undefined
      : `${plural(unclearKeyCount, 'batch', 'batches')} ${unclearKeyCount === 1 ? 'does' : 'do'} not name each item that was handled`,
    keyed?.complete === false ? 'there were too many keys to hold all against each other' : undefined,
    uncounted === 0 ? undefined : 'attempts without a line told no keys',
  ].filter((reason) => reason !== undefined);
  return {
    functionName,
    sources: [...agent.sources].filter(([, { itemCount }]) => itemCount > 0).map(([source]) => source),
    receivedCount,
    succeededCount: Math.max(0, receivedCount - returnedCount - droppedCount),
    returnedCount,
    droppedCount,
    duplicateCount: Math.max(keyed?.extraCount ?? 0, counters.duplicateCount),
    highestReceiveCount: agent.highestReceiveCount === 0 ? undefined : agent.highestReceiveCount,
    wholeBatchReturnCount: agent.wholeReturnCount,
    partialReplyCount: agent.partialReplyCount,
    incompleteBecause: missing.length === 0 ? undefined : missing.join('; '),
    duplicatesAtLeastBecause: blurred.length === 0 ? undefined : blurred.join('; '),
    ...(keyed !== undefined && { failedItemCount: keyed.failedKeyCount, recurringItemCount: keyed.recurringKeyCount }),
  };
}

function dropped(summary: Summary, section: MessageSection): Finding | undefined {
  const { droppedCount, receivedCount, incompleteBecause } = section;
  if (droppedCount === 0) return undefined;
  const share = shareInterval(droppedCount, Math.max(droppedCount, receivedCount))!;
  return {
    ...plainFinding(summary, section, share, 'dropped'),
    kind: 'messages-dropped',
    headline: 'MESSAGES DROPPED',
    why: `${countWords(droppedCount)} of ${plural(share.of, 'message')} received (${percentWords(share.share)}) were dropped: neither handled nor given back${incompleteBecause === undefined ? '' : `; more may have been, because ${incompleteBecause}`}`,
    certainty: 'proven',
    certaintyBecause: 'the program itself said that it dropped them',
  };
}

function handledTwice(summary: Summary, section: MessageSection): Finding | undefined {
  const { duplicateCount, receivedCount, duplicatesAtLeastBecause } = section;
  if (duplicateCount === 0) return undefined;
  const share = shareInterval(duplicateCount, Math.max(duplicateCount, receivedCount))!;
  const plain = plainFinding(summary, section, share, 'duplicate');
  const joined = summary.duplicates.get(section.functionName)?.repeatedAt ?? [];
  return {
    ...plain,
    // Both deliveries stand in lines of their own; the join over all sandboxes knows some of them.
    evidence: joined.length > 0 ? groupedReferences(summary, joined) : plain.evidence,
    kind: 'duplicate-delivery',
    headline: 'HANDLED TWICE',
    why: `${duplicatesAtLeastBecause === undefined ? '' : 'at least '}${countWords(duplicateCount)} of ${plural(share.of, 'message')} (${percentWords(share.share)}) were handled with success though the same key had been before${duplicatesAtLeastBecause === undefined ? '' : `; more cannot be told, because ${duplicatesAtLeastBecause}`}`,
    certainty: 'proven',
    certaintyBecause:
      "the agent's lines tell the key and the outcome of each delivery; whether the second one did harm depends on the program",
  };
}

function plainFinding(
  summary: Summary,
  { functionName, receivedCount, succeededCount, returnedCount, droppedCount }: MessageSection,
  hurt: ShareInterval,
  what: 'dropped' | 'duplicate',
): Omit<Finding, 'kind' | 'headline' | 'why' | 'certainty' | 'certaintyBecause'> {
  const configurations = configurationsByFunction(summary).get(functionName) ?? [];
  return {
    id: '',
    functionName,
    version: undefined,
    memorySizeMb: undefined,
    harm: 'users',
    affectedCount: hurt.count,
    exposedCount: hurt.of,
    shareLow: hurt.low,
    shareHigh: hurt.high,
    ...sightingsOf(summary, agentByFunction(summary).get(functionName)?.seen.get(what)),
    weight: hurtPerMinute(hurt.count, earliest(configurations), latest(configurations)),
    changedBeside: [],
    next: explainCommand(summary),
    facts: [
      { name: 'received', value: countWords(receivedCount) },
      { name: 'succeeded', value: countWords(succeededCount) },
      { name: 'returned', value: countWords(returnedCount) },
      { name: 'dropped', value: countWords(droppedCount) },
    ],
    gates: ['any'],
  };
}
