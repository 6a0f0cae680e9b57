/** The sentences around one finding: whom it hurts, since when, what changed beside it and how sure that is. */
import { besideWords } from '../../diagnose/changes.ts';
import type { Certainty, Finding, Harm } from '../../diagnose/finding.ts';
import { UNNAMED_FUNCTION } from '../../diagnose/function-configurations.ts';
import type { ChangeSection } from '../../diagnose/sections.ts';
import { countWords, percentWords, plural } from '../../diagnose/wording.ts';
import { oneInText, shareRangeText } from '../wording/numbers.ts';
import { durationText, momentText } from '../wording/times.ts';

/** `!` seen, `~` suspected, `?` cannot tell, `$` costs money only. The word beside it says the same. */
export function findingMark(finding: Finding): string {
  if (finding.certainty === 'cannot-tell' || finding.harm === 'data') return '?';
  if (finding.certainty === 'suspected') return '~';
  return finding.harm === 'money' ? '$' : '!';
}

/** `2,320 of 28,650 invocations, 1 in 12 (8.1 %, 95 % CI 7.8 to 8.4 %)` */
export function hurtText(finding: Finding): string {
  const { affectedCount, exposedCount, shareLow, shareHigh } = finding;
  if (affectedCount === undefined) {
    return UNCOUNTED_WORDS[finding.harm];
  }
  if (exposedCount === undefined || exposedCount < 1) {
    return `${countWords(affectedCount)}; cannot tell of how many, because what went well is not counted`;
  }
  const share = affectedCount / exposedCount;
  const interval = shareLow === undefined || shareHigh === undefined ? '' : `, 95 % CI ${shareRangeText(shareLow, shareHigh)}`;
  const oneIn = affectedCount === 0 || affectedCount === exposedCount ? '' : `, ${oneInText(share)}`;
  const exposed = plural(exposedCount, HURT_NOUNS[finding.kind] ?? 'invocation');
  return `${countWords(affectedCount)} of ${exposed}${oneIn} (${percentWords(share)}${interval})`;
}

/** `2026-11-21 01:12:09 UTC, last seen 61 min later` */
export function sinceText(finding: Finding, timeZone?: string): string {
  if (finding.sinceMs === undefined || !Number.isFinite(finding.sinceMs)) {
    if (finding.kind === 'failure' && finding.evidence.length === 0)
      return 'cannot tell, because these are counted and have no line of their own';
    if (finding.kind === 'memory-growth') return 'cannot tell, because growth has no first moment';
    return COUNTED_OVER_ALL.has(finding.kind)
      ? 'cannot tell, because it is counted over the whole input'
      : 'cannot tell, because the lines carry no time';
  }
  const since = momentText(finding.sinceMs, timeZone);
  if (finding.lastMs === undefined || finding.lastMs < finding.sinceMs) return since;
  if (finding.lastMs - finding.sinceMs >= 1000) return `${since}, last seen ${durationText(finding.lastMs - finding.sinceMs)} later`;
  // Of several only one may have a line with a time: then nobody knows when the last one was.
  return (finding.affectedCount ?? 1) > 1 ? since : `${since}, once`;
}

/** What the finding names itself, else the change of the same function that came last before it. */
export function changedText(finding: Finding, changes: readonly ChangeSection[]): string {
  if (finding.functionName === UNNAMED_FUNCTION) return 'cannot tell, because the input names no function (--function NAME)';
  return changeBeside(finding, changes) ?? changeUnplaced(finding, changes) ?? 'nothing seen (version, memory size, runtime, traffic)';
}

/** When it began, and what changed then, if anything did. */
export function sinceAndChangedText(finding: Finding, changes: readonly ChangeSection[], timeZone?: string): string {
  const change = changeBeside(finding, changes);
  return `since ${sinceText(finding, timeZone)}${change === undefined ? '' : `; ${change}`}`;
}

function changeBeside(finding: Finding, changes: readonly ChangeSection[]): string | undefined {
  if (finding.changedBeside.length > 0) return finding.changedBeside.join('; ');
  const before = changes.filter(
    (change) => change.functionName === finding.functionName && finding.sinceMs !== undefined && change.atMs <= finding.sinceMs,
  );
  const last = before.reduce<ChangeSection | undefined>(
    (latest, change) => (latest === undefined || change.atMs > latest.atMs ? change : latest),
    undefined,
  );
  return last === undefined ? undefined : besideWords(last, finding.sinceMs! - last.atMs);
}

/** Where nobody can say when it began, a change is still one, and 'nothing seen' would be wrong. */
function changeUnplaced({ functionName, sinceMs }: Finding, changes: readonly ChangeSection[]): string | undefined {
  if (sinceMs !== undefined) return undefined;
  const last = changes.filter((change) => change.functionName === functionName).at(-1);
  return last === undefined ? undefined : `${last.what}, ${momentText(last.atMs)}; whether before this cannot be told`;
}

export function sureText(finding: Finding): string {
  const word = CERTAINTY_WORDS[finding.certainty];
  return finding.certaintyBecause === '' ? word : `${word}: ${finding.certaintyBecause}`;
}

/** A call that was turned away is no invocation, and neither is a message. */
const HURT_NOUNS: Partial<Record<Finding['kind'], string>> = {
  throttle: 'call',
  'messages-dropped': 'message',
  'duplicate-delivery': 'message',
  'process-died': 'request',
};

/** What the agent counts as a whole: no line of it is the first. */
const COUNTED_OVER_ALL = new Set<Finding['kind']>([
  'retry-storm',
  'calls-near-limit',
  'pool-growth',
  'messages-dropped',
  'duplicate-delivery',
]);

const UNCOUNTED_WORDS = {
  users: 'cannot tell how many: no line counts them',
  soon: 'nobody yet, as far as the lines tell',
  money: 'nobody; it only costs money',
  data: 'cannot tell whom: it limits what this report sees',
} satisfies Record<Harm, string>;

export const CERTAINTY_WORDS = {
  proven: 'proven',
  shown: 'shown',
  suspected: 'suspected, not shown',
  'cannot-tell': 'cannot tell',
} satisfies Record<Certainty, string>;

/** Whom it reaches, not when: whether it is still going on is told by "last seen" and by the last 15 minutes, or not at all. */
export const HARM_WORDS = {
  users: 'hurts users',
  soon: 'may hurt users soon',
  money: 'costs money',
  data: 'blinds this report',
} satisfies Record<Harm, string>;
