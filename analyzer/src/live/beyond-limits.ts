/** Says what a running analysis does not know, because it was over a limit: so many, and since which limit. */
import { countWords } from '../diagnose/wording.ts';
import type { Forgotten } from '../store/keep-within.ts';
import type { Summary } from '../store/summary.ts';
import { OTHER_FAILURES, OTHER_FUNCTIONS } from '../store/summary-limits.ts';
import type { LiveLimits } from './limits.ts';

/** @returns sentences that go on after "Cannot tell " */
export function beyondLimits(summary: Summary, forgotten: Forgotten, limits: LiveLimits): string[] {
  const others = [...summary.configurations.values()].filter(({ functionName }) => functionName === OTHER_FUNCTIONS);
  const attempts = others.reduce((sum, { invocationCount }) => sum + invocationCount, 0);
  const kinds = [...summary.failures.values()].filter(({ type }) => type === OTHER_FAILURES);
  const failures = kinds.reduce((sum, { count, loggedOnlyCount }) => sum + count + loggedOnlyCount, 0);
  const told: readonly (readonly [count: number, sentence: string])[] = [
    [
      attempts,
      `which function ${countWords(attempts)} attempts were of: ${countWords(limits.summary.configurations)} functions, versions and memory sizes are told apart`,
    ],
    [failures, `of which kind ${countWords(failures)} failures were: ${countWords(limits.summary.failures)} kinds are told apart`],
    [
      forgotten.sandboxes,
      `how ${countWords(forgotten.sandboxes)} of the earliest sandboxes went: ${countWords(limits.kept.sandboxes)} are kept one by one, ${countWords(limits.kept.restingSandboxes)} when they have been silent for hours`,
    ],
    [
      forgotten.inits,
      `what ${countWords(forgotten.inits)} of the earliest cold starts were like: ${countWords(limits.kept.initsOfConfiguration)} of a configuration are kept one by one`,
    ],
    [
      forgotten.metrics,
      `what ${countWords(forgotten.metrics)} of the earliest metric values were: ${countWords(limits.kept.metrics)} are kept`,
    ],
    [
      forgotten.processes,
      `how ${countWords(forgotten.processes)} of the earliest processes went: ${countWords(limits.kept.processes)} are kept`,
    ],
    [forgotten.leaks, `what ${countWords(forgotten.leaks)} of the earliest words on leaks were: ${countWords(limits.kept.leaks)} are kept`],
  ];
  return told.filter(([count]) => count > 0).map(([, sentence]) => `${sentence}.`);
}
