/** What the work cost, which part of it was waste, and whether another memory size or a container would be cheaper. */
import type { CostSection, FunctionCost } from '../../diagnose/sections.ts';
import { usdWords } from '../../diagnose/usd-words.ts';
import { countWords, percentWords } from '../../diagnose/wording.ts';
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
        usdWords(row.usd),
        row.perHourUsd === undefined ? '?' : usdWords(row.perHourUsd),
        partText(row.initShare),
        partText(row.failedShare),
        partText(row.retryShare),
        usdWords(row.logIngestUsd),
        usdWords(row.usdOtherArchitecture),
        numberText(row.gbSeconds),
      ]),
    },
    notes: [...note, ...rows.flatMap(costSentences)],
  };
}

function architectureText(cost: CostSection): string {
  return cost.architecture === 'unknown' ? 'x86_64 (not told which; --arch sets it)' : cost.architecture;
}

function partText(share: number | undefined): string {
  return share === undefined ? '?' : percentWords(share);
}

function costSentences(row: FunctionCost): string[] {
  const said: string[] = [];
  if (row.unpricedCount > 0)
    said.push(`${row.functionName}: ${countWords(row.unpricedCount)} invocations name no billed duration and are not in the sum.`);
  if (row.powerMatrix.length > 1) {
    const sizes = row.powerMatrix.map((size) => {
      const head = `${memoryText(size.memorySizeMb)} (n ${countWords(size.sampleCount)})`;
      if (size.refused !== undefined) return `${head} refused: ${size.refused}`;
      return `${head} ${size.meanMs === undefined ? '?' : durationText(size.meanMs)}, ${size.usdPerMillion === undefined ? '?' : usdWords(size.usdPerMillion)} per million`;
    });
    said.push(`${row.functionName} by memory size: ${sizes.join('; ')}.`);
    if (row.powerTuningUrl !== undefined) said.push(`Draw it: ${row.powerTuningUrl}`);
  }
  if (row.breakEven !== undefined) {
    said.push(
      `${row.functionName}: a container at ${usdWords(row.breakEven.containerUsdPerHour)} per hour breaks even at ${countWords(row.breakEven.invocationsPerHour)} invocations per hour, assuming ${row.breakEven.assumptions.join(', ')}.`,
    );
  }
  return said;
}
