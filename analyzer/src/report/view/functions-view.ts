/** One row per function: how much it did, how much of it failed, and the figures that the later chapters open up. */

import { usdWords } from '../../diagnose/usd-words.ts';
import { countWords, percentWords, plural } from '../../diagnose/wording.ts';
import type { Report } from '../report.ts';
import { shareRangeText } from '../wording/numbers.ts';
import { mostImportant, type SectionView, type ViewSettings } from './section-view.ts';

export function functionsView(report: Report, settings: ViewSettings): SectionView {
  const ordered = [...report.functions].sort(
    (a, b) =>
      (b.failed?.count ?? 0) - (a.failed?.count ?? 0) ||
      b.invocationCount - a.invocationCount ||
      a.functionName.localeCompare(b.functionName),
  );
  const { rows, note } = mostImportant(ordered, settings);
  return {
    title: 'Functions',
    sentences: [],
    table: {
      columns: [
        { head: 'function', align: 'left', narrows: true },
        { head: 'invocations', align: 'right' },
        { head: 'failed', align: 'right' },
        { head: 'share', align: 'right' },
        { head: '95 % interval', align: 'right' },
        { head: 'retried', align: 'right', optional: true },
        { head: 'sandboxes', align: 'right', optional: true },
        { head: 'cost', align: 'right', optional: true },
      ],
      rows: rows.map((section) => [
        section.functionName,
        countWords(section.invocationCount),
        section.failed === undefined ? '?' : countWords(section.failed.count),
        section.failed === undefined ? '?' : percentWords(section.failed.share),
        section.failed === undefined ? '?' : shareRangeText(section.failed.low, section.failed.high),
        section.retries === undefined ? '?' : `${section.retries.complete ? '' : '>= '}${countWords(section.retries.retriedRequestCount)}`,
        // Without stream names the starts were counted, and not the sandboxes.
        report.dataQuality.sandboxesMixed ? '?' : countWords(section.sandboxCount),
        costOf(report, section.functionName),
      ]),
    },
    notes: [...note, ...retrySentences(report), ...patternSentences(report), ...unknownEndSentences(report)],
  };
}

function costOf(report: Report, functionName: string): string {
  const cost = report.cost.functions.find((candidate) => candidate.functionName === functionName);
  // Of what no line bills (servers, Managed Instances) nobody knows the cost; 0 would be a claim.
  return cost === undefined || (cost.requestCount > 0 && cost.unpricedCount === cost.requestCount) ? '?' : usdWords(cost.usd);
}

function retrySentences(report: Report): string[] {
  return report.functions.flatMap((section) => {
    const { retries } = section;
    if (retries === undefined || retries.retriedRequestCount === 0) return [];
    const duplicated =
      retries.duplicatedRequestCount === 0 ? '' : `; ${countWords(retries.duplicatedRequestCount)} succeeded more than once`;
    const atLeast = retries.complete ? '' : 'at least ';
    return [
      `${section.functionName}: of ${atLeast}${countWords(retries.failedRequestCount)} failed requests ${countWords(retries.retriedRequestCount)} were tried again and ${countWords(retries.recoveredRequestCount)} recovered (most attempts of one: ${retries.mostAttempts})${duplicated}.`,
    ];
  });
}

function patternSentences(report: Report): string[] {
  return report.functions.flatMap(({ functionName, pattern }) =>
    pattern?.kind === 'explained' ? [`${functionName}: ${pattern.because}.`] : [],
  );
}

function unknownEndSentences(report: Report): string[] {
  const open = report.functions.filter((section) => section.statusCounts.unknown + section.statusCounts.unfinished > 0);
  if (open.length === 0) return [];
  const count = open.reduce((sum, section) => sum + section.statusCounts.unknown + section.statusCounts.unfinished, 0);
  return [`${plural(count, 'invocation')} without a line that says how it ended; counted as neither failed nor well.`];
}
