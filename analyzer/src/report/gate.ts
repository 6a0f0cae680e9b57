/**
 * Whether a build may go on. A gate trips only on what was proven or shown; what is merely suspected, or could not be
 * looked at, leaves it undecided, because a green light from too little data is the worst answer of all.
 */
import { RARITY_WORDS } from '../diagnose/failure-rarity.ts';
import { plural } from '../diagnose/wording.ts';
import type { Gate, Report } from './report.ts';
import { isUnread } from './unread.ts';
import { SAMPLES_NEEDED } from './view/percentile-text.ts';

export type GateVerdict = Report['gate'];
/** What the gates look at: a report before it knows its gate and exit code. */
export type JudgedReport = Omit<Report, 'gate' | 'exit'>;

export function judgeGates(failOn: readonly Gate[], report: JudgedReport): GateVerdict {
  const asked = [...new Set(failOn)];
  const tripped = asked.flatMap((gate) => {
    const finding = report.findings.find((one) => one.gates.includes(gate) && (one.certainty === 'proven' || one.certainty === 'shown'));
    return finding === undefined ? [] : [{ gate, findingId: finding.id }];
  });
  const undecided = asked
    .filter((gate) => !tripped.some((trip) => trip.gate === gate))
    .flatMap((gate) => {
      const missing = missingFor(gate, report);
      return missing === undefined ? [] : [{ gate, missing }];
    });
  return { failOn: asked, tripped, undecided };
}

/**
 * 1 when an input could not be read, 3 when a gate tripped, 4 when there is not enough data to judge, else 0.
 * 1 wins over 3 (a part of the truth is missing), 3 over 4 (what was found stays found).
 */
export function exitCodeOf(report: JudgedReport, gate: GateVerdict): 0 | 1 | 3 | 4 {
  if (report.input.files.some(isUnread)) return 1;
  if (gate.tripped.length > 0) return 3;
  if (gate.undecided.length > 0 || invocationCount(report) === 0) return 4;
  return 0;
}

function missingFor(gate: Gate, report: JudgedReport): string | undefined {
  const open = report.findings.find((finding) => finding.gates.includes(gate));
  if (open !== undefined)
    return `${open.id} ${open.certainty === 'suspected' ? 'is only suspected' : 'cannot tell'}: ${open.certaintyBecause}`;
  if (invocationCount(report) === 0) return 'no invocation in the input';
  switch (gate) {
    case 'leak':
      return unjudged(
        report.memory.map((section) => section.functionName),
        report.memory.filter((section) => section.growth.kind !== 'insufficient-data').map((section) => section.functionName),
        'too few invocations per sandbox to judge memory',
      );
    case 'p99':
      return unjudged(
        report.latency.map((section) => section.functionName),
        report.latency.filter((section) => section.warm.p99Ms !== undefined).map((section) => section.functionName),
        `fewer than ${SAMPLES_NEEDED.p99Ms} warm invocations`,
      );
    case 'cold':
      return unjudged(
        report.coldStarts.map((section) => section.functionName),
        report.coldStarts.filter((section) => section.cold !== undefined).map((section) => section.functionName),
        'cold starts could not be counted',
      );
    case 'gap':
      return report.dataQuality.fromMs === undefined ? 'the lines carry no time' : undefined;
    case 'systemic':
      return undecidedClass(report);
    case 'any':
      return undefined;
    default:
      return gate satisfies never;
  }
}

/** A failure that may turn out systemic: dense now, too few attempts yet, or counted without being followed. */
function undecidedClass({ failures, findings }: JudgedReport): string | undefined {
  const open = failures.filter(({ rate, rarity }) => rate.count > 0 && rarity?.kind !== 'rare' && rarity?.kind !== 'systemic');
  const [first, ...others] = open;
  if (first === undefined) return undefined;
  const finding = findings.find(
    ({ fingerprint, functionName }) => fingerprint === first.fingerprint && functionName === first.functionName,
  );
  const name = first.fingerprint === undefined || finding === undefined ? `${first.type} in ${first.functionName}` : finding.id;
  const needs = first.rarity?.missing === undefined ? 'no count of the attempts that could have failed' : first.rarity.missing.text;
  const word = first.rarity === undefined ? 'undetermined' : RARITY_WORDS[first.rarity.kind];
  return `${name} is ${word}: ${needs}${others.length === 0 ? '' : `; so are ${plural(others.length, 'more failure')}`}`;
}

/** Judged is a function as soon as one of its versions and sizes was: an old version's last requests prove nothing. */
function unjudged(all: readonly string[], judged: readonly string[], because: string): string | undefined {
  if (all.length === 0) return because;
  const left = [...new Set(all)].filter((functionName) => !judged.includes(functionName));
  if (left.length === 0) return undefined;
  const names = left.length > 3 ? `${left.slice(0, 3).join(', ')} and ${plural(left.length - 3, 'more function')}` : left.join(', ');
  return `${because} in ${names}`;
}

function invocationCount(report: JudgedReport): number {
  return report.functions.reduce((sum, section) => sum + section.invocationCount, 0);
}
