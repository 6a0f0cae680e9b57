/** How hard each failure's cause will be to find, and where to look first. */

import { percentWords, plural } from '../../diagnose/wording.ts';
import type { DifficultySection, SuspectRow } from '../../recovery/index.ts';
import type { Report } from '../report.ts';
import { failureName } from './failures-view.ts';
import { mostImportant, type SectionView, type ViewSettings } from './section-view.ts';

export function recoveryView(report: Report, settings: ViewSettings): SectionView {
  const { rows, note } = mostImportant(report.difficulty ?? [], settings);
  const suspected = (report.suspects ?? []).filter(({ suspects }) => suspects.length > 0);
  const shown = settings.all === true ? suspected : suspected.slice(0, SUSPECTED_SHOWN);
  const blind = (report.suspects ?? []).filter(({ suspects }) => suspects.length === 0);
  return {
    title: 'Finding the cause',
    sentences: [],
    table: {
      columns: [
        { head: 'failure', align: 'left', narrows: true },
        { head: 'function', align: 'left', narrows: true },
        { head: 'predicted', align: 'left' },
        { head: 'views', align: 'right' },
        { head: 'costs most', align: 'left', narrows: true, optional: true },
      ],
      rows: rows.map((row) => [
        failureName(row),
        row.functionName,
        row.class,
        viewsText(row),
        row.costliest === undefined ? '-' : `${row.costliest.what} (${Number(row.costliest.views.toFixed(1))})`,
      ]),
    },
    notes: [
      ...note,
      ...shown.flatMap((section) =>
        section.suspects
          .slice(0, settings.all === true ? undefined : SUSPECTS_SHOWN)
          .map(
            (suspect, rank) =>
              `${failureName(section)} in ${section.functionName}: ${rank === 0 ? 'look first at' : 'then at'} ${suspectText(suspect)}.`,
          ),
      ),
      ...(shown.length < suspected.length
        ? [`Suspects of ${plural(suspected.length - shown.length, 'more failure')} with --explain.`]
        : []),
      ...(blind.length === 0 || rows.length === 0
        ? []
        : [`Nothing beyond the function itself is suspected in ${plural(blind.length, 'failure')}${blindBecause(blind)}.`]),
      ...(rows.length === 0
        ? []
        : [
            'views: places that are expected to be opened until the cause is confirmed, three minutes each by a prior from one told incident. A suspect is where to look, not a cause.',
          ]),
    ],
  };
}

const SUSPECTED_SHOWN = 4;
const SUSPECTS_SHOWN = 2;

function viewsText({ viewCount, viewCountAtBest }: DifficultySection): string {
  const most = Number(viewCount.toFixed(1)).toString();
  return viewCountAtBest === viewCount ? most : `${Number(viewCountAtBest.toFixed(1))} to ${most}`;
}

/** `payments (checkout -> payments): 5 calls had not come back …; but its own lines are not among the input` */
function suspectText({ component, path, explains, mechanism, evidence, doubts }: SuspectRow): string {
  const way = path === undefined || path.length < 2 ? '' : ` (${path.join(' -> ')})`;
  const share = explains === undefined ? '' : `; ${mechanism}, would explain ${percentWords(explains)} of the change`;
  return `${component}${way}: ${evidence.join('; ')}${share}${doubts.length === 0 ? '' : `; but ${doubts.join(', ')}`}`;
}

function blindBecause(blind: NonNullable<Report['suspects']>): string {
  const missing = [...new Set(blind.flatMap((section) => section.missing))];
  if (missing.length === 0) return '';
  return `; missing: ${missing.slice(0, 2).join('; ')}${missing.length > 2 ? ' …' : ''}`;
}
