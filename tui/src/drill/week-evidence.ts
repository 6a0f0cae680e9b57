/**
 * What the first week has left on the disk: each day's command writes a file, and the file says whether the day is done. A file
 * that is not there is no evidence; one that cannot be read, or shows less than was asked for, says what it lacks.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Report } from '@nightlight/analyzer';
import { P999_SAMPLES, WEEK_FILES, type WeekEvidence } from '../model/week-plan.ts';

/** @param folder  of the week of one architecture */
export function readWeekEvidence(folder: string): WeekEvidence[] {
  return Object.entries(WEEK_FILES).flatMap(([number, name]) => {
    const day = Number(number);
    const text = textOf(join(folder, name));
    if (text === undefined) return [];
    const judged = JUDGES[day]!(text);
    return [typeof judged === 'string' ? { day, kind: 'shown', what: judged } : { day, kind: 'lacking', ...judged }];
  });
}

type Judged = string | { readonly missing: string };

const JUDGES: Readonly<Record<number, (text: string) => Judged>> = {
  2: (text) => ofReport(text, retriesOf),
  3: (text) => ofReport(text, p999Of),
  4: (text) => {
    const hops = text.split('\n').filter((line) => line !== '');
    if (hops.length < 2)
      return { missing: `found at ${hops.length === 0 ? 'no hop' : `one hop (${hops[0]}) only`}: the journey breaks, or is not logged` };
    const names = hops.map((path) => path.split('/').at(-1)).sort();
    return `found at ${hops.length} hops: ${names.join(', ')}`;
  },
  6: (text) => {
    const lines = text.split('\n');
    const heading = lines.findIndex((line) => /^#+ .*surpris/i.test(line));
    const sentences = heading < 0 ? [] : lines.slice(heading).filter((line) => /^\s*[-*]\s+\S/.test(line));
    return sentences.length === 0
      ? { missing: 'no sentence below a heading "Surprises"' }
      : `${sentences.length} ${sentences.length === 1 ? 'surprise' : 'surprises'} written down`;
  },
  7: (text) => {
    const left = text.split('\n').filter((line) => line !== '');
    // Names only: what somebody's file holds behind them may be the secret.
    return left.length === 0 ? 'nothing of a drill is set' : { missing: `still set: ${left.map((line) => line.split('=')[0]).join(', ')}` };
  },
};

function ofReport(text: string, judge: (report: Partial<Report>) => Judged): Judged {
  try {
    return judge(JSON.parse(text) as Partial<Report>);
  } catch {
    return { missing: 'the file is no report in JSON' };
  }
}

/** Attempts for each call that was meant, worst first. */
function retriesOf({ outboundCalls = [] }: Partial<Report>): Judged {
  const asked = outboundCalls
    .filter(({ callCount }) => callCount > 0)
    .map(({ functionName, peer, callCount, retryCount }) => ({
      name: `${functionName} to ${peer}`,
      attempts: callCount / Math.max(1, callCount - retryCount),
    }))
    .sort((a, b) => b.attempts - a.attempts);
  if (asked.length === 0) return { missing: 'no outbound call in the report: is the agent in the process?' };
  return `attempts for each call: ${asked.map(({ name, attempts }) => `${name} ${attempts.toFixed(2)}`).join(', ')}`;
}

function p999Of({ latency = [], budgets = [] }: Partial<Report>): Judged {
  const most = Math.max(0, ...latency.map(({ warm }) => warm.sampleCount));
  const judged = latency.flatMap(({ functionName, warm }) =>
    warm.p999Ms == null || warm.sampleCount < P999_SAMPLES
      ? []
      : [`${functionName} ${Math.round(warm.p999Ms.value)} ms (n = ${warm.sampleCount})`],
  );
  if (judged.length === 0) return { missing: `a p99.9 needs ${P999_SAMPLES} warm requests of one function, the most there are is ${most}` };
  const own = budgets.filter(({ figure }) => figure === 'p999');
  const broken = own.filter(({ kind }) => kind === 'broken').map(({ functionName }) => functionName);
  if (broken.length > 0) return { missing: `the budget is broken by ${broken.join(', ')}; p99.9 ${judged.join(', ')}` };
  if (!own.some(({ kind }) => kind === 'within')) return { missing: `no budget is shown to be kept; p99.9 ${judged.join(', ')}` };
  return `p99.9 ${judged.join(', ')}`;
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    return '';
  }
}
