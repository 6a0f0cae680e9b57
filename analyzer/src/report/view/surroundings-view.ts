/** What stands around the functions: streams that fell silent, extensions that cost, metrics that came with the logs. */

import { countWords } from '../../diagnose/wording.ts';
import type { Report } from '../report.ts';
import { numberText } from '../wording/numbers.ts';
import { durationText, momentText } from '../wording/times.ts';
import { mostImportant, type SectionView, type ViewSettings } from './section-view.ts';

export function silenceView(report: Report, settings: ViewSettings): SectionView {
  const { rows, note } = mostImportant(report.silence, settings);
  return {
    title: 'Silence',
    sentences: report.silence.length === 0 ? [] : ['These streams stopped while others of the same function went on.'],
    table: {
      columns: [
        { head: 'function', align: 'left', narrows: true },
        { head: 'stream', align: 'left', narrows: true },
        { head: 'last line', align: 'left' },
        { head: 'others went on', align: 'right' },
      ],
      rows: rows.map((section) => [
        section.functionName,
        section.logStream,
        momentText(section.lastMs),
        durationText(section.othersLastMs - section.lastMs),
      ]),
    },
    notes: [...note, ...new Set(rows.map((section) => section.because))],
  };
}

export function extensionsView(report: Report, settings: ViewSettings): SectionView {
  const { rows, note } = mostImportant(report.extensions, settings);
  return {
    title: 'Extensions and layers',
    sentences: [],
    table: {
      columns: [
        { head: 'extension', align: 'left', narrows: true },
        { head: 'function', align: 'left', narrows: true },
        { head: 'sandboxes', align: 'right' },
        { head: 'after response', align: 'right' },
        { head: 'init with - without', align: 'right' },
      ],
      rows: rows.map((section) => [
        section.name,
        section.functionName,
        countWords(section.sandboxCount),
        section.meanOverheadMs === undefined ? 'not told' : durationText(section.meanOverheadMs),
        section.initDifferenceMs === undefined
          ? 'cannot tell'
          : `${section.initDifferenceMs >= 0 ? '+' : ''}${durationText(section.initDifferenceMs)}`,
      ]),
    },
    notes: [
      ...note,
      ...rows.flatMap(({ name, functionName, cannotSeparateBecause }) =>
        cannotSeparateBecause === undefined
          ? []
          : [`${name} in ${functionName}: cannot tell all of its cost, because ${cannotSeparateBecause}.`],
      ),
    ],
  };
}

export function metricsView(report: Report, settings: ViewSettings): SectionView {
  const { rows, note } = mostImportant(report.metrics, settings);
  return {
    title: 'Metrics',
    sentences: [],
    table: {
      columns: [
        { head: 'metric', align: 'left', narrows: true },
        { head: 'of', align: 'left', narrows: true },
        { head: 'statistic', align: 'left' },
        { head: 'points', align: 'right' },
        { head: 'sum', align: 'right', optional: true },
        { head: 'maximum', align: 'right' },
        { head: 'at', align: 'left', optional: true },
      ],
      rows: rows.map((section) => [
        section.unit === undefined ? section.name : `${section.name} (${section.unit})`,
        Object.values(section.dimensions).join(' '),
        section.statistic ?? 'not told',
        countWords(section.pointCount),
        numberText(section.sum),
        numberText(section.maximum),
        momentText(section.maximumAtMs),
      ]),
    },
    notes: note,
  };
}
