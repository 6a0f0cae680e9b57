/**
 * The same deaths are one problem, whatever two diagnoses have to say of them.
 *
 * A leak so fast that its sandboxes are killed shows twice: as requests that ran out of memory, and as processes that climbed
 * and died. Both are true and neither is enough: the one counts who was hurt, the other says why it comes again. What hurts
 * stands first and counts the deaths; the climb says that it speaks of the same ones, and ranks by the next kill.
 */
import type { Finding } from '../diagnose/finding.ts';
import { countWords } from '../diagnose/wording.ts';

/** To be done before ranking: who counts the deaths. */
export function countDeathsOnce(findings: readonly Finding[]): Finding[] {
  return findings.map((finding) => {
    if (finding.kind !== 'fast-leak') return finding;
    const killed = killedIn(finding, findings);
    if (killed === undefined) return finding;
    return {
      ...finding,
      harm: 'soon',
      affectedCount: undefined,
      exposedCount: undefined,
      shareLow: undefined,
      shareHigh: undefined,
      facts: [{ name: 'deaths', value: `${countWords(finding.affectedCount!)}, counted with ${killed.headline}` }, ...finding.facts],
    };
  });
}

/** To be done after ranking: each of the two names the other by its id. */
export function nameSameDeaths(findings: readonly Finding[]): Finding[] {
  const told = [...findings];
  for (const [at, climb] of findings.entries()) {
    if (climb.kind !== 'fast-leak' || climb.affectedCount !== undefined) continue;
    const killed = killedIn(climb, findings);
    if (killed === undefined) continue;
    told[at] = { ...climb, why: `${climb.why}; the same deaths as in ${killed.id} ${killed.headline}`, sameDeathsAs: killed.id };
    const other = findings.indexOf(killed);
    const why = `${told[other]!.why}; they climbed until then, see ${climb.id} ${climb.headline}`;
    told[other] = { ...told[other]!, why, sameDeathsAs: climb.id };
  }
  return told;
}

/** @returns the finding that counts the kills of the same version, when most of the deaths can be among them */
function killedIn(climb: Finding, findings: readonly Finding[]): Finding | undefined {
  return findings.find(
    (other) =>
      (other.kind === 'out-of-memory' || other.kind === 'masked-out-of-memory') &&
      other.functionName === climb.functionName &&
      isSame(other.version, climb.version) &&
      isSame(other.memorySizeMb, climb.memorySizeMb) &&
      (other.affectedCount ?? 0) >= MOST * (climb.affectedCount ?? 0),
  );
}

/** A finding of several versions or sizes names none. */
function isSame<Value>(one: Value | undefined, other: Value | undefined): boolean {
  return one === undefined || other === undefined || one === other;
}

/** Deaths of another kind, a timeout at full memory for one, may be among those that climbed. */
const MOST = 0.5;
