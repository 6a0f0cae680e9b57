/**
 * What it takes to stop the clock: a component, the fingerprint seen there, and a proof.
 *
 * A trace shows where a request failed, and a chart that two things moved together; neither shows that one made the
 * other. Reverting, killing or replaying it does. In a drill the truth is known, and may be compared.
 */
import { PROOF_KINDS, type ProofKind } from './mark.ts';

export interface Confirmation {
  readonly component?: string | undefined;
  readonly fingerprint?: string | undefined;
  readonly proof?: string | undefined;
  /** As it was typed. */
  readonly proofKind?: string | undefined;
}

export type ProofVerdict =
  | { readonly kind: 'enough'; readonly proofKind: ProofKind }
  | { readonly kind: 'refused'; readonly because: string; readonly next: string };

/** @param isDrill  something was injected, so there is a truth to compare with */
export function judgeProof({ component, fingerprint, proof, proofKind }: Confirmation, isDrill: boolean): ProofVerdict {
  if (isBlank(component)) return refused('expected the component at fault, found none', '--component pricing');
  if (isBlank(fingerprint)) {
    return refused(
      `expected the fingerprint of the error or the sign that was seen at ${component}, found none`,
      '--fingerprint "heap +2.1 MB per invocation"',
    );
  }
  if (isBlank(proof)) return refused('expected the proof in words, found none', '--proof "rollback of v88 stopped it" --proof-kind revert');
  if (proofKind === 'trace' || (isBlank(proofKind) && ONLY_SHOWN.test(proof!))) {
    return refused(
      'a trace or a chart shows where it hurts, not what makes it: expected that a revert, a kill or a replay made it stop or come back',
      '--proof "rollback of v88 stopped it" --proof-kind revert; until then: nightlight incident hypothesis',
    );
  }
  const known = PROOF_KINDS.find((kind) => kind === proofKind);
  if (known === undefined) {
    const found = isBlank(proofKind) ? 'none' : proofKind;
    return refused(`expected a kind of proof, one of ${PROOF_KINDS.join(', ')}, found ${found}`, '--proof-kind revert');
  }
  if (known === 'truth' && !isDrill) {
    return refused('only a drill knows its truth, and nothing was injected into this incident', '--proof-kind revert, kill or replay');
  }
  return { kind: 'enough', proofKind: known };
}

/** A proof that names nothing but what was looked at. */
const ONLY_SHOWN =
  /^\s*(?:(?:a|the|one|see|from)\s+)*(?:distributed\s+)?(?:trace|traces|span|chart|graph|dashboard|log|logs)\b[^,;]{0,40}$/i;

function refused(because: string, next: string): ProofVerdict {
  return { kind: 'refused', because, next };
}

function isBlank(text: string | undefined): boolean {
  return text === undefined || text.trim() === '';
}
