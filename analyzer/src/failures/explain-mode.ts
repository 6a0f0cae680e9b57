/** What the catalogue knows of one failure mode, as a page to read at night. */
import { CATALOGUE_VERSION, type RecognisedMode } from './catalogue.ts';
import type { FailureMode } from './failure-mode.ts';
import type { NotSeen } from './not-recognised.ts';
import { recipeFor } from './reproduce.ts';

type SeenMode = Pick<RecognisedMode, 'component' | 'modeId' | 'certainty' | 'evidence' | 'missing'>;

/**
 * @param seenHere  where this mode was recognised in the report at hand
 * @param notSeenHere  what was found instead, component by component; undefined where there is no report to speak of
 */
export function explainMode(
  mode: FailureMode,
  seenHere: readonly SeenMode[] = [],
  notSeenHere: readonly NotSeen[] | undefined = undefined,
): string {
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
    ...(here.length > 0 ? here.flatMap(linesOf) : notSeenHere === undefined ? [] : notSeenLines(notSeenHere)),
    'What to do',
    ...mode.runbook.map((step, i) => `  ${i + 1}. ${step}`),
    '',
    `To provoke it (${recipe.rateFrom === 'measured' ? 'rate as measured' : 'no measured rate: sized for the share the catalogue expects'})`,
    ...recipe.steps.map((step, i) => `  ${i + 1}. ${step}`),
  ].join('\n');
}

/** Where it was looked for, and why it is not named there. */
function notSeenLines(found: readonly NotSeen[]): string[] {
  const shown = found.slice(0, COMPONENTS_SHOWN);
  return [
    'In this input: not recognised.',
    ...shown.map(({ component, because }) => `  - ${component}: ${because}`),
    ...(found.length > shown.length ? [`  - and ${found.length - shown.length} more`] : []),
    '',
  ];
}

const COMPONENTS_SHOWN = 5;

function linesOf({ component, certainty, evidence, missing }: SeenMode): string[] {
  return [
    certainty === 'cannot-tell' ? `In ${component}: cannot tell` : `In ${component}: ${certainty}`,
    ...evidence.map((one) => `  - seen: ${one}`),
    ...missing.map((one) => `  - ${one.startsWith('against it') ? one : `missing: ${one}`}`),
    '',
  ];
}
