/** Why a mode is not named: which part of its signature was looked for and not found, or could not be looked for. */
import type { FailureMode } from './failure-mode.ts';
import type { Observations } from './observations.ts';

export interface NotSeen {
  readonly component: string;
  readonly because: string;
}

/** One for each component, by the first part of the signature that fails there. */
export function whyNotRecognised({ signature }: FailureMode, { components }: Observations): NotSeen[] {
  return components.flatMap((observed) => {
    for (const clause of signature.requires) {
      const sight = clause.look(observed);
      if (sight.kind === 'not-seen') return [{ component: observed.component, because: sight.found }];
      if (sight.kind === 'cannot-tell') return [{ component: observed.component, because: `cannot tell; missing: ${sight.missing}` }];
    }
    const better = signature.excludes.find((clause) => clause.look(observed).kind === 'seen');
    return better === undefined ? [] : [{ component: observed.component, because: `another explanation is better: ${better.asks}` }];
  });
}
