/** What the catalogue knows of one failure mode, as a page to read at night. */
import { CATALOGUE_VERSION, type RecognisedMode } from './catalogue.ts';
import type { FailureMode } from './failure-mode.ts';
import { recipeFor } from './reproduce.ts';

/**
 * @param seenHere  where this mode was recognised in the report at hand
 * @param withoutInput  there is no report: then nothing is said of one
 */
export function explainMode(mode: FailureMode, seenHere: readonly RecognisedMode[] = [], withoutInput = false): string {
  const { requires, supports, excludes } = mode.signature;
  const here = seenHere.filter(({ modeId }) => modeId === mode.id);
  const recipe = recipeFor(mode);
  return [
    `${mode.name} (mode ${mode.number} of the catalogue, version ${CATALOGUE_VERSION})`,
    '',
    mode.what,
    '',
    `Found in: ${mode.archetypes.join(', ')}.`,
    `By default ${mode.defaultClass}, because ${mode.classBecause}; your own counts decide.${mode.isSilent ? ' Silent: nothing fails by itself.' : ''}`,
    `Difficulty: ${mode.defaultDifficulty}; ${mode.difficultyBecause}.`,
    '',
    'Recognised when',
    ...requires.map(({ asks }) => `  - ${asks}`),
    ...supports.map(({ asks }) => `  - and, to be sure: ${asks}`),
    ...excludes.map(({ asks }) => `  - and not: ${asks}`),
    `Not to be taken for ${mode.notToBeTakenFor}.`,
    '',
    ...(here.length > 0 ? here.flatMap(linesOf) : withoutInput ? [] : ['In this input: not recognised.', '']),
    'What to do',
    ...mode.runbook.map((step, i) => `  ${i + 1}. ${step}`),
    '',
    `To provoke it (${recipe.rateFrom === 'measured' ? 'rate as measured' : 'no measured rate: sized for the share the catalogue expects'})`,
    ...recipe.steps.map((step, i) => `  ${i + 1}. ${step}`),
  ].join('\n');
}

function linesOf({ component, certainty, evidence, missing }: RecognisedMode): string[] {
  return [
    certainty === 'cannot-tell' ? `In ${component}: cannot tell` : `In ${component}: ${certainty}`,
    ...evidence.map((one) => `  - seen: ${one}`),
    ...missing.map((one) => `  - ${one.startsWith('against it') ? one : `missing: ${one}`}`),
    '',
  ];
}
