/** When what the agent counts was seen, and the first lines that told it, as members of a finding. */
import type { Sightings } from '../store/agent-tally.ts';
import type { Summary } from '../store/summary.ts';
import { evidenceReference } from './evidence-reference.ts';
import type { Finding } from './finding.ts';
import { finite } from './finite.ts';

/** Where no single line told it (sampled away, or known from several lines together), it has neither a begin nor evidence. */
export function sightingsOf(summary: Summary, sightings: Sightings | undefined): Pick<Finding, 'sinceMs' | 'lastMs' | 'evidence'> {
  return {
    sinceMs: finite(sightings?.firstMs),
    lastMs: finite(sightings?.lastMs),
    evidence: (sightings?.evidence ?? []).map((one) => evidenceReference(summary, one)),
  };
}
