/**
 * Why cold starts take as long as they do, or come as often: what the start spent its time on, whether a new version made
 * many at once, and whether there are two kinds of them.
 *
 * The packages' own time comes from the agent (a package that loads others is not blamed for them); from platform lines
 * alone only the length of an init is known, so what its inside looks like is named as missing, not guessed.
 */
import { judgeModes, type ModeVerdict } from '../stats/two-lognormals.ts';
import { sampleOf } from '../stats/weighted-sample.ts';
import type { InitTally } from '../store/agent-tally.ts';
import type { ConfigurationSummary, Summary } from '../store/summary.ts';
import { coldStartStorms } from './cold-start-storms.ts';
import { configurationName, configurationsByFunction } from './function-configurations.ts';
import { measuredInits } from './init-regression.ts';
import { metricSeries } from './metric-series.ts';
import type { ConfigurationName } from './sections.ts';

export type ColdStartCause =
  /** Own time of one package, on average over the starts that loaded it, and its share of the whole start. */
  | {
      readonly kind: 'package';
      readonly name: string;
      readonly selfMs: number;
      readonly moduleCount: number;
      readonly shareOfStart: number;
    }
  | { readonly kind: 'phase'; readonly phase: 'runtime' | 'agent' | 'handler'; readonly meanMs: number; readonly shareOfStart: number }
  /** `queueAge`: the oldest waiting event from the storm on, where CloudWatch's metrics tell. */
  | {
      readonly kind: 'storm';
      readonly fromMs: number;
      readonly coldCount: number;
      readonly invocationCount: number;
      readonly queueAge: { readonly oldestMs: number; readonly atMs: number } | undefined;
    }
  | ({ readonly kind: 'two-modes' } & Omit<Extract<ModeVerdict, { kind: 'two-modes' }>, 'kind'>);

export interface ColdStartCauses extends ConfigurationName {
  /** Storms first, because they are over or are not; then what takes most of a start. */
  readonly causes: readonly ColdStartCause[];
  /** What could not be looked at, and what is missing for it. */
  readonly notTold: readonly string[];
}

export function coldStartCauses(summary: Summary): ColdStartCauses[] {
  return [...configurationsByFunction(summary).values()].flatMap((configurations) => {
    const storms = coldStartStorms(configurations);
    return configurations
      .filter(({ inits }) => inits.length > 0)
      .map((configuration) => {
        const modes = judgeModes(sampleOf(measuredInits(configuration).map(({ durationMs }) => durationMs)));
        const inside = configuration.agent?.inits;
        return {
          ...configurationName(configuration),
          causes: [
            ...storms.filter((storm) => storm.configuration === configuration).map((storm) => stormCause(summary, configuration, storm)),
            ...(inside === undefined ? [] : insideCauses(inside)),
            ...(modes.kind === 'two-modes' ? [modes] : []),
          ],
          notTold: [
            ...(inside === undefined || inside.splitCount === 0 ? ['what an init spends its time on: no line of the agent tells'] : []),
            ...(modes.kind === 'insufficient-data' ? [`whether there are two kinds of init: ${modes.missing}`] : []),
          ],
        };
      });
  });
}

/** A part below a twentieth of the start is not worth anybody's evening. Our own judgement. */
const LEAST_SHARE = 0.05;
const MOST_PACKAGES = 5;
/** A backlog of a storm shows within the quarter of an hour after it began. */
const QUEUE_AFTER_MS = 15 * 60_000;
const AGE_METRICS = [
  { name: 'AsyncEventAge', msPerUnit: 1 },
  { name: 'IteratorAge', msPerUnit: 1 },
] as const;

function stormCause(
  summary: Summary,
  { functionName }: ConfigurationSummary,
  { fromMs, coldCount, invocationCount }: { readonly fromMs: number; readonly coldCount: number; readonly invocationCount: number },
): ColdStartCause {
  const points = AGE_METRICS.flatMap(({ name, msPerUnit }) =>
    metricSeries(summary.metrics, name, 'Maximum')
      .filter(({ owner }) => owner === functionName)
      .flatMap((series) => series.points.map(({ atMs, value }) => ({ atMs, oldestMs: value * msPerUnit }))),
  ).filter(({ atMs }) => atMs >= fromMs && atMs < fromMs + QUEUE_AFTER_MS);
  const queueAge = points.reduce<(typeof points)[number] | undefined>(
    (a, b) => (a === undefined || b.oldestMs > a.oldestMs ? b : a),
    undefined,
  );
  return { kind: 'storm', fromMs, coldCount, invocationCount, queueAge };
}

function insideCauses({ splitCount, runtimeMs, agentMs, handlerMs, packages }: InitTally): ColdStartCause[] {
  if (splitCount === 0) return [];
  const startMs = (runtimeMs + agentMs + handlerMs) / splitCount;
  if (!(startMs > 0)) return [];
  const ofPackages = [...packages].map(
    ([name, { selfMs, moduleCount, startCount }]): Extract<ColdStartCause, { kind: 'package' }> => ({
      kind: 'package',
      name,
      selfMs: selfMs / startCount,
      moduleCount: Math.round(moduleCount / startCount),
      // A package that only some starts load weighs by how many do.
      shareOfStart: Math.min(1, selfMs / splitCount / startMs),
    }),
  );
  const phases = (
    [
      ['runtime', runtimeMs],
      ['agent', agentMs],
      ['handler', handlerMs],
    ] as const
  ).map(([phase, sumMs]): ColdStartCause & { readonly shareOfStart: number } => ({
    kind: 'phase',
    phase,
    meanMs: sumMs / splitCount,
    shareOfStart: sumMs / splitCount / startMs,
  }));
  const heavy = ofPackages.filter(({ shareOfStart }) => shareOfStart >= LEAST_SHARE).sort((a, b) => b.shareOfStart - a.shareOfStart);
  return [...heavy.slice(0, MOST_PACKAGES), ...phases.filter(({ shareOfStart }) => shareOfStart >= LEAST_SHARE)].sort(
    (a, b) => b.shareOfStart - a.shareOfStart,
  );
}
