/** What the work cost, which part of it was waste, and whether another memory size or a container would be cheaper. */
import type { CostSection, FunctionCost } from '../../diagnose/sections.ts';
import { usdWords } from '../../diagnose/usd-words.ts';
import { countWords, percentWords, plural } from '../../diagnose/wording.ts';
import type { Report } from '../report.ts';
import { memoryText, numberText } from '../wording/numbers.ts';
import { durationText } from '../wording/times.ts';
import { mostImportant, type SectionView, type ViewSettings } from './section-view.ts';

export function costView(report: Report, settings: ViewSettings): SectionView {
  const { cost } = report;
  const { rows, note } = mostImportant(
    [...cost.functions].sort((a, b) => b.usd - a.usd),
    settings,
  );
  return {
    title: 'Cost',
    sentences:
      cost.functions.length === 0
        ? report.functions.length === 0
          ? []
          : ['Cannot tell, because no line names a billed duration.']
        : cost.functions.every((row) => row.unpricedCount === row.requestCount)
          ? [
              'Cannot tell what the invocations cost, because no line names a billed duration (Managed Instances are billed by the instance).',
            ]
          : [
              `${usdWords(cost.totalUsd)} in this window${cost.perHourUsd === undefined ? '' : `, ${usdWords(cost.perHourUsd)} per hour`}, at ${architectureText(cost)} prices of ${cost.priceTable.region} as of ${cost.priceTable.asOf}.`,
            ],
    table: {
      columns: [
        { head: 'function', align: 'left', narrows: true },
        { head: 'cost', align: 'right' },
        { head: 'per hour', align: 'right' },
        { head: 'init', align: 'right' },
        { head: 'failed', align: 'right' },
        { head: 'retries', align: 'right', optional: true },
        { head: 'log ingest', align: 'right' },
        { head: cost.architecture === 'arm64' ? 'on x86_64' : 'on arm64', align: 'right', optional: true },
        { head: 'GB-s', align: 'right', optional: true },
      ],
      rows: rows.map((row) => [
        row.functionName,
        isUnpriced(row) ? '?' : usdWords(row.usd),
        row.perHourUsd === undefined || isUnpriced(row) ? '?' : usdWords(row.perHourUsd),
        partText(row.initShare),
        partText(row.failedShare),
        partText(row.retryShare),
        usdWords(row.logIngestUsd),
        isUnpriced(row) ? '?' : usdWords(row.usdOtherArchitecture),
        isUnpriced(row) ? '?' : numberText(row.gbSeconds),
      ]),
    },
    notes: [...note, ...rows.flatMap(costSentences), ...breakEvenSentences(rows)],
  };
}

function architectureText(cost: CostSection): string {
  return cost.architecture === 'unknown' ? 'x86_64 (not told which; --arch sets it)' : cost.architecture;
}

/** Nothing billed was seen: a zero would be a claim. */
function isUnpriced(row: FunctionCost): boolean {
  return row.unpricedCount === row.requestCount;
}

function partText(share: number | undefined): string {
  return share === undefined ? '?' : percentWords(share);
}

function costSentences(row: FunctionCost): string[] {
  const said: string[] = [];
  if (row.unpricedCount > 0 && !isUnpriced(row))
    said.push(`${row.functionName}: ${plural(row.unpricedCount, 'invocation')} without a billed duration, not in the sum.`);
  if (row.powerMatrix.length > 1) {
    const sizes = row.powerMatrix.map((size) => {
      const head = `${memoryText(size.memorySizeMb)} (n ${countWords(size.sampleCount)})`;
      if (size.refused !== undefined) return `${head} refused: ${size.refused}`;
      return `${head} ${size.meanMs === undefined ? '?' : durationText(size.meanMs)}, ${size.usdPerMillion === undefined ? '?' : usdWords(size.usdPerMillion)} per million`;
    });
    said.push(`${row.functionName} by memory size: ${sizes.join('; ')}.`);
    if (row.powerTuningUrl !== undefined) said.push(`Draw it: ${row.powerTuningUrl}`);
  }
  return said;
}

/** What all functions assume is said once; each then adds only what is its own. */
function breakEvenSentences(rows: readonly FunctionCost[]): string[] {
  const told = rows.flatMap(({ functionName, breakEven }) => (breakEven === undefined ? [] : [{ functionName, ...breakEven }]));
  const [first] = told;
  if (first === undefined) return [];
  const shared = first.assumptions.filter((assumption) => told.every((row) => row.assumptions.includes(assumption)));
  return [
    `Break-even with a container of ${usdWords(first.containerUsdPerHour)} an hour${shared.length === 0 ? '' : `: ${shared.join('; ')}`}.`,
    ...told.map((row) => {
      const own = row.assumptions.filter((assumption) => !shared.includes(assumption));
      return `${row.functionName}: at ${countWords(row.invocationsPerHour)} invocations an hour${own.length === 0 ? '' : `; ${own.join('; ')}`}.`;
    }),
  ];
}
