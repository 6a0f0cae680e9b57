/** A finding about failed requests tells how hard its cause will be to find, and offers to look where it is suspected. */
import type { EvidenceReference } from '../diagnose/evidence-reference.ts';
import type { Finding, FindingKind } from '../diagnose/finding.ts';
import { analyzeCommand } from '../diagnose/next-command.ts';
import type { FailureSection, FunctionSection } from '../diagnose/sections.ts';
import { type DifficultySection, difficultyWords, type RecoveryChapters } from '../recovery/index.ts';
import type { AnalyzeSettings } from '../settings.ts';
import type { Summary } from '../store/summary.ts';

interface Found {
  readonly failures: readonly FailureSection[];
  readonly functions: readonly FunctionSection[];
  readonly recovery: RecoveryChapters;
}

/** @returns the finding as it was where it is of no failure group */
export function withRecovery(finding: Finding, found: Found, summary: Summary, settings: AnalyzeSettings): Finding {
  const difficulty = difficultyOf(finding, found);
  if (difficulty === undefined) return finding;
  const suspect = suspectInInput(finding, difficulty, found);
  const look = suspect === undefined ? undefined : analyzeCommand(summary, suspect, finding.sinceMs, settings);
  return { ...finding, recovery: difficultyWords(difficulty), next: look ?? finding.next };
}

const OF_FAILURES: ReadonlySet<FindingKind> = new Set(['failure', 'timeout', 'out-of-memory', 'init-failure']);

/** Of the largest of its groups: the smaller ones may be its echo. */
function difficultyOf(finding: Finding, { failures, recovery }: Found): DifficultySection | undefined {
  if (finding.kind === 'silent-error') {
    return recovery.difficulty.find(({ isSilent, functionName }) => isSilent && functionName === finding.functionName);
  }
  if (!OF_FAILURES.has(finding.kind)) return undefined;
  const group = failures.find(
    ({ functionName, evidence }) =>
      functionName === finding.functionName && evidence.some((place) => finding.evidence.some((other) => isSamePlace(place, other))),
  );
  return group === undefined ? undefined : recovery.difficulty.find((one) => !one.isSilent && isSameGroup(one, group));
}

/** A function of this input that the failure itself points at: its own lines are the next thing to read. */
function suspectInInput(finding: Finding, difficulty: DifficultySection, { functions, recovery }: Found): string | undefined {
  const first = recovery.suspects.find((one) => isSameGroup(one, difficulty))?.suspects[0];
  if (first === undefined || first.component === finding.functionName || first.component !== difficulty.path.at(-1)) return undefined;
  return functions.find(({ functionName }) => functionName === first.component)?.functionName;
}

type GroupName = Pick<FailureSection, 'fingerprint' | 'functionName' | 'type' | 'maskedMessage'>;

function isSameGroup(one: GroupName, other: GroupName): boolean {
  if (one.functionName !== other.functionName) return false;
  if (one.fingerprint !== undefined && other.fingerprint !== undefined) return one.fingerprint === other.fingerprint;
  return one.type === other.type && one.maskedMessage === other.maskedMessage;
}

function isSamePlace(a: EvidenceReference, b: EvidenceReference): boolean {
  return a.path === b.path && a.byteOffset === b.byteOffset;
}
