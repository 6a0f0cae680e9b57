/** Calls to other services: who was asked, what it took, and what bounded the wait. */

import { countWords, percentWords, plural } from '../../diagnose/wording.ts';
import type { Report } from '../report.ts';
import { numberText } from '../wording/numbers.ts';
import { durationText } from '../wording/times.ts';
import { mostImportant, type SectionView, type ViewSettings } from './section-view.ts';

export function outboundCallsView(report: Report, settings: ViewSettings): SectionView {
  const calls = report.outboundCalls ?? [];
  const { rows, note } = mostImportant(calls, settings);
  const unlimited = calls.filter(({ timeLimit, callCount }) => callCount > 0 && (timeLimit === 'none' || timeLimit === 'sometimes'));
  const inTurn = calls.filter(({ sequentialCount, callCount }) => sequentialCount > 0 && sequentialCount >= WORTH_A_WORD * callCount);
  return {
    title: 'Outbound calls',
    sentences: [],
    table: {
      columns: [
        { head: 'function', align: 'left', narrows: true },
        { head: 'to', align: 'left', narrows: true },
        { head: 'calls', align: 'right' },
        { head: 'errors', align: 'right' },
        { head: 'retries', align: 'right', optional: true },
        { head: 'mean', align: 'right' },
        { head: 'of time', align: 'right' },
        { head: 'limit', align: 'left' },
        { head: 'near limit', align: 'right', optional: true },
        { head: 'open at most', align: 'right', optional: true },
      ],
      rows: rows.map((section) => [
        section.functionName,
        section.peer,
        section.callCount === 0 ? '-' : countWords(section.callCount),
        section.errors === undefined ? '-' : percentWords(section.errors.share),
        section.callCount === 0 ? '-' : countWords(section.retryCount),
        section.meanMs === undefined ? '-' : durationText(section.meanMs),
        section.timeShare === undefined ? '-' : percentWords(section.timeShare),
        section.callCount === 0 ? '-' : LIMIT_WORDS[section.timeLimit],
        section.nearLimitCount === undefined ? '-' : countWords(section.nearLimitCount),
        section.highestSocketCount === undefined ? '?' : countWords(section.highestSocketCount),
      ]),
    },
    notes: [
      ...note,
      ...(calls.every(({ callCount }) => callCount === 0)
        ? []
        : ['of time: against the time of all invocations that were measured; above 100 % where calls run side by side.']),
      ...(unlimited.length === 0
        ? []
        : [
            `Without a time limit: ${unlimited
              .slice(0, 5)
              .map(({ functionName, peer }) => `${functionName} to ${peer}`)
              .join(', ')}. If the peer hangs, these wait until the function's own limit.`,
          ]),
      ...inTurn
        .slice(0, settings.all === true ? undefined : 2)
        .map(
          ({ functionName, peer, sequentialCount, callCount }) =>
            `${functionName}: ${countWords(sequentialCount)} of ${plural(callCount, 'call')} to ${peer} began only after another one had ended. If they do not need each other, they could run at once.`,
        ),
      ...calls.flatMap(({ functionName, peer, pool }) =>
        pool === undefined || pool.climbingCount === 0
          ? []
          : [
              `${functionName}: connections to ${peer} rise to the end in ${countWords(pool.climbingCount)} of ${plural(pool.processCount, 'sandbox', 'sandboxes')} (${numberText(pool.gainedPerSample ?? 0)} for each invocation looked at).`,
            ],
      ),
      ...(report.breakers ?? []).map(
        ({ functionName, name, openedCount, rejectedCount, seenOpenCount }) =>
          `${functionName}: circuit breaker ${name} opened ${plural(openedCount, 'time')} and refused ${plural(rejectedCount, 'call')}; seen open by ${plural(seenOpenCount, 'invocation')}.`,
      ),
    ],
  };
}

/** Of the calls to a peer. A hint is only read when it is rare. */
const WORTH_A_WORD = 0.5;

const LIMIT_WORDS = { set: 'yes', none: 'NONE', sometimes: 'not always', unknown: 'unknown' } as const;
