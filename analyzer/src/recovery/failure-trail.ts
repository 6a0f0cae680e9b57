/**
 * From a failure to its most suspect component, along calls, by what a report holds: no series, no traces needed.
 *
 * Errors that name a peer are followed first, then calls that had not come back when work was killed, then the peer
 * whose calls fail or end at their limit. The trail stops where nothing points further: that is a suspect, not a cause.
 */
import type { AnswerSection, FailureSection, FunctionSection, OutboundCallSection } from '../diagnose/sections.ts';
import { dependencyNamed } from '../failures/dependency-named.ts';
import { failingPeer } from '../failures/failing-peer.ts';
import { bareName } from './peer-aliases.ts';

export interface TrailReport {
  readonly functions: readonly FunctionSection[];
  readonly failures: readonly FailureSection[];
  readonly outboundCalls?: readonly OutboundCallSection[] | undefined;
  readonly answers?: AnswerSection | undefined;
  /** Calls under way when attempts of a function timed out. */
  readonly openCallsAtTimeout?: readonly { readonly functionName: string; readonly peer: string; readonly count: number }[] | undefined;
  /** Whether a function became slow or failed by its own figures when a failure began; undefined where nothing of before is at hand. */
  readonly isUnwell?: ((component: string, failure: FailureSection) => boolean | undefined) | undefined;
}

export interface FailureTrail {
  /** From the failing function to the suspect, both included. */
  readonly path: readonly string[];
  /** Why each step was taken, one for each step. */
  readonly because: readonly string[];
  /** The errors of the failing function name the suspect. */
  readonly isNamedByAlert: boolean;
  /** Whether the suspect's own lines show trouble; undefined where they are not among the input, or begin too late. */
  readonly showsItself: boolean | undefined;
  /** Peers beside the one taken, on average over the steps. */
  readonly calleesPerHop: number;
  /** Failures of the functions on the trail while this one was seen, itself included. */
  readonly fingerprintCount: number;
}

export function failureTrail(report: TrailReport, failure: FailureSection): FailureTrail {
  const path = [failure.functionName];
  const because: string[] = [];
  const widths: number[] = [];
  let errors: readonly FailureSection[] = [failure];
  let isNamedByAlert = false;
  while (path.length <= LONGEST_TRAIL) {
    const from = path.at(-1)!;
    const step = nextStep(report, from, errors);
    if (step === undefined) break;
    const known = report.functions.find(({ functionName }) => bareName(functionName) === bareName(step.peer));
    // An error names host and port, the agent a service: one of its names is enough, but two ports of a host are two peers.
    const calls = callsOf(report, from);
    const called = calls.find(({ peer }) => peer === step.peer) ?? calls.find(({ peer }) => bareName(peer) === bareName(step.peer));
    const next = known?.functionName ?? called?.peer ?? step.peer;
    if (path.includes(next)) break;
    widths.push(Math.max(1, callsOf(report, from).length));
    path.push(next);
    because.push(step.because);
    isNamedByAlert = path.length === 2 && step.isNamed;
    if (known === undefined) break;
    errors = failuresBeside(report, known.functionName, failure);
  }
  const suspect = path.at(-1)!;
  const isKnown = report.functions.some(({ functionName }) => functionName === suspect);
  return {
    path,
    because,
    isNamedByAlert,
    showsItself: isKnown ? showsItself(report, suspect, failure) : undefined,
    calleesPerHop: widths.length === 0 ? 1 : widths.reduce((sum, width) => sum + width, 0) / widths.length,
    fingerprintCount: Math.max(
      1,
      path.reduce((sum, functionName) => sum + failuresBeside(report, functionName, failure).length, 0),
    ),
  };
}

/** By failures of its own, or by figures that rose; without a callback to ask, failures are all there is. */
function showsItself(report: TrailReport, suspect: string, failure: FailureSection): boolean | undefined {
  if (failuresBeside(report, suspect, failure).length > 0) return true;
  return report.isUnwell === undefined ? false : report.isUnwell(suspect, failure);
}

const LONGEST_TRAIL = 8;
/** Of the calls to one peer: failing or ending at their limit, before they are taken for a lead. Our own choice. */
const LEADING_SHARE = 0.01;
const FEWEST_LEADING = 3;

interface Step {
  readonly peer: string;
  readonly because: string;
  readonly isNamed: boolean;
}

function nextStep(report: TrailReport, from: string, errors: readonly FailureSection[]): Step | undefined {
  for (const { sampleMessage, causes, rate } of errors) {
    const peer = dependencyNamed([...causes, sampleMessage].join(' '));
    const byCalls = peer !== undefined && ADDRESS.test(peer) ? peerBehind(report, from, peer, rate.count) : undefined;
    if (byCalls !== undefined)
      return { peer: byCalls, because: `the errors of ${from} name ${peer}, and only calls to ${byCalls} fail as often`, isNamed: true };
    if (peer !== undefined) return { peer, because: `the errors of ${from} name ${peer}`, isNamed: true };
  }
  const isTimeout = errors.some(({ status }) => status === 'timeout');
  const open = isTimeout
    ? mostOf(report.openCallsAtTimeout?.filter(({ functionName }) => functionName === from) ?? [], ({ count }) => count)
    : undefined;
  if (open !== undefined)
    return { peer: open.peer, because: `${open.count} calls to ${open.peer} had not come back when ${from} timed out`, isNamed: false };
  const leading = callsOf(report, from).filter((call) => {
    const bad = Math.max(call.errors?.count ?? 0, call.nearLimitCount ?? 0);
    return bad >= FEWEST_LEADING && bad >= LEADING_SHARE * call.callCount;
  });
  const worst = mostOf(leading, (call) => (call.errors?.count ?? 0) + (call.nearLimitCount ?? 0) / 2);
  if (worst === undefined) return undefined;
  return {
    peer: worst.peer,
    because: `${grouped(worst.errors?.count ?? 0)} of ${grouped(worst.callCount)} calls from ${from} to ${worst.peer} failed, ${grouped(worst.nearLimitCount ?? 0)} ended near their limit`,
    isNamed: false,
  };
}

/** What a refused connection tells of its peer. */
const ADDRESS = /^(?:localhost|\d{1,3}(?:\.\d{1,3}){3}|\[?[\da-f]*:[\da-f:]+\]?)(?::\d+)?$/i;

/** The agent knows peers by name; an address is one of them where only its calls fail as often. */
function peerBehind(report: TrailReport, from: string, address: string, failureCount: number): string | undefined {
  const calls = callsOf(report, from);
  if (calls.some(({ peer }) => peer === address)) return undefined;
  return failingPeer({ calls: calls.map(({ peer, callCount, errors }) => ({ peer, callCount, errorCount: errors?.count })) }, failureCount);
}

/** As every other count of the report. */
function grouped(count: number): string {
  return count.toLocaleString('en-US');
}

function callsOf({ outboundCalls }: TrailReport, functionName: string): OutboundCallSection[] {
  return outboundCalls?.filter((call) => call.functionName === functionName) ?? [];
}

/** Failures of a function that were seen while the given one was. */
function failuresBeside({ failures }: TrailReport, functionName: string, { firstMs, lastMs }: FailureSection): FailureSection[] {
  return failures.filter(
    (other) =>
      other.functionName === functionName &&
      other.rate.count > 0 &&
      !((other.lastMs ?? Number.POSITIVE_INFINITY) < (firstMs ?? Number.NEGATIVE_INFINITY)) &&
      !((other.firstMs ?? Number.NEGATIVE_INFINITY) > (lastMs ?? Number.POSITIVE_INFINITY)),
  );
}

function mostOf<T>(items: readonly T[], weigh: (item: T) => number): T | undefined {
  return items.reduce<T | undefined>((best, item) => (best === undefined || weigh(item) > weigh(best) ? item : best), undefined);
}
