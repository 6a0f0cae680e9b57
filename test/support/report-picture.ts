/** A report at rest as a picture: of what was read to its end, nothing moves any more. */
import type { Picture } from '../../analyzer/src/live/picture.ts';
import type { Report } from '../../analyzer/src/report/report.ts';

export function reportPicture(report: Report, paths: readonly string[], version: number): Picture {
  const { fromMs, toMs, eventCount } = report.input;
  return {
    version,
    nowMs: toMs ?? 0,
    report,
    sources: paths.map((name, index) => ({
      name,
      kind: 'file',
      // The report does not tell them apart.
      eventCount: index === 0 ? eventCount : 0,
      newestEventMs: toMs,
      clockSkewMs: undefined,
      state: 'ended',
    })),
    minutes: {
      first: Math.floor((fromMs ?? 0) / 60_000),
      last: toMs === undefined ? -1 : Math.floor(toMs / 60_000),
      gaps: gapMinutes(report),
    },
    functions: [],
    otherFunctionCount: 0,
    memory: [],
    inits: [],
    moments: [],
    eventsPerSecond: 0,
    dropped: [],
  };
}

function gapMinutes(report: Report): number[] {
  return report.dataQuality.gaps.flatMap(({ fromMs, toMs }) => {
    const first = Math.floor(fromMs / 60_000);
    return Array.from({ length: Math.max(1, Math.min(MOST_GAP_MINUTES, Math.floor(toMs / 60_000) - first)) }, (_, index) => first + index);
  });
}

const MOST_GAP_MINUTES = 100_000;
