/**
 * Who knows what they search in.
 *
 * A team that runs one architecture every day finds faults there faster whatever its merits, and more drills do not
 * cure that: a simulation of a twice worse architecture that the team knows twice as well ranks it right every other
 * time, with any number of drills. So people rate themselves, and a difference of two steps is told with the ranking.
 */
import { median } from '../stats/median.ts';
import type { RunRecord } from './run-record.ts';

export interface FamiliarityCheck {
  readonly ratings: readonly {
    readonly architecture: string;
    /** Middle of the ratings from 0 (never seen) to 4 (built it), one for each person; undefined where nobody rated. */
    readonly middle: number | undefined;
    readonly personCount: number;
  }[];
  readonly warnings: readonly string[];
}

/** Of five steps; our judgement. */
const APART = 2;

export function familiarityCheck(runs: readonly RunRecord[], architectures: readonly string[]): FamiliarityCheck {
  const byArchitecture = architectures.map((architecture) => ({ architecture, people: ratingsOf(runs, architecture) }));
  const ratings = byArchitecture.map(({ architecture, people }) => ({
    architecture,
    middle: people.size === 0 ? undefined : median([...people.values()]),
    personCount: people.size,
  }));
  const warnings: string[] = [];
  const unrated = ratings.filter(({ middle }) => middle === undefined).map(({ architecture }) => architecture);
  if (unrated.length > 0 && architectures.length > 1)
    warnings.push(`nobody rated how well they know ${unrated.join(', ')}: familiarity may explain any difference`);
  for (const [i, a] of byArchitecture.entries()) {
    for (const b of byArchitecture.slice(i + 1)) {
      const [known, other] = (median0(a.people) ?? 0) >= (median0(b.people) ?? 0) ? [a, b] : [b, a];
      const byMiddle = (median0(known.people) ?? 0) - (median0(other.people) ?? 0);
      const apart = [...known.people].filter(([name, rating]) => Math.abs(rating - (other.people.get(name) ?? rating)) >= APART).length;
      const bothRated = known.people.size > 0 && other.people.size > 0;
      if (!bothRated || (byMiddle < APART && apart === 0)) continue;
      const who = apart === 0 ? '' : ` (${apart} of ${known.people.size} people by 2 or more)`;
      warnings.push(
        `people know ${known.architecture} better than ${other.architecture}${who}: that alone may make it look easier, and more drills will not cure it`,
      );
    }
  }
  return { ratings, warnings };
}

/** The last rating of each person. */
function ratingsOf(runs: readonly RunRecord[], architecture: string): Map<string, number> {
  const ratings = new Map<string, number>();
  for (const run of runs) {
    if (run.architecture !== architecture) continue;
    for (const { name, familiarity } of run.people) if (familiarity !== undefined) ratings.set(name, familiarity);
  }
  return ratings;
}

function median0(people: ReadonlyMap<string, number>): number | undefined {
  return people.size === 0 ? undefined : median([...people.values()]);
}
