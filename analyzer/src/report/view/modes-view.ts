/** Ways of failing that have a name: which of them the input shows, and which could not be judged. */
import { countWords, plural } from '../../diagnose/wording.ts';
import { FAILURE_MODES } from '../../failures/index.ts';
import type { Report } from '../report.ts';
import { mostImportant, type SectionView, type ViewSettings } from './section-view.ts';

export function modesView(report: Report, settings: ViewSettings): SectionView {
  const recognised = report.modes?.recognised ?? [];
  const open = report.modes?.notJudged ?? [];
  const { rows, note } = mostImportant(recognised, settings);
  const shownOpen = settings.all === true ? open : open.slice(0, OPEN_SHOWN);
  return {
    title: 'Failure modes',
    sentences: [],
    table: {
      columns: [
        { head: 'mode', align: 'left' },
        { head: 'in', align: 'left', narrows: true },
        { head: 'how sure', align: 'left' },
        { head: 'by default', align: 'left', optional: true },
      ],
      rows: rows.map(({ modeId, component, certainty, defaultClass }) => [modeId, component, certainty, defaultClass]),
    },
    notes: [
      ...note,
      ...rows.map(
        ({ modeId, component, evidence, missing }) =>
          `${modeId} in ${component}: ${evidence.join('; ')}${missing.length === 0 ? '' : `; to be surer: ${missing.join('; ')}`}.`,
      ),
      ...shownOpen.map(
        ({ modeId, component, evidence, missing }) =>
          `Not judged: ${modeId} in ${component}; seen: ${evidence.join('; ')}; missing: ${missing.join('; ')}.`,
      ),
      ...(open.length > shownOpen.length ? [`${open.length - shownOpen.length} more that could not be judged with --explain.`] : []),
      ...(rows.length === 0 ? [] : [`What a mode is, and what to do: nightlight explain ${rows[0]!.modeId}.`]),
      ...(rows.length === 0 && settings.all !== true ? [] : coverageNotes(report, settings)),
    ],
  };
}

const OPEN_SHOWN = 3;

/** Teams know many ways of failing and have rehearsed a few: the three numbers stand side by side. */
function coverageNotes({ coverage, modes }: Report, settings: ViewSettings): string[] {
  if (coverage === undefined || modes === undefined) return [];
  const isDrilled = coverage.some(({ drilled }) => drilled !== undefined);
  const seenCount = new Set(modes.recognised.map(({ modeId }) => modeId)).size;
  const seen = `${countWords(seenCount)} of the ${plural(FAILURE_MODES.length, 'mode')} of the catalogue seen in this input`;
  const total = isDrilled ? `${seen}.` : `${seen}; how many were drilled and handled cannot be told: no drill record was given.`;
  if (!isDrilled && settings.all !== true) return [total];
  const told = coverage.map(({ archetype, modeCount, recognised, drilled, handled }) => {
    const rehearsed = drilled === undefined ? '' : `, ${countWords(drilled.length)} drilled, ${countWords(handled?.length ?? 0)} handled`;
    return `${archetype} ${countWords(recognised.length)} of ${countWords(modeCount)}${rehearsed}`;
  });
  return [total, `Of the modes that an architecture can have: ${told.join('; ')}.`];
}
