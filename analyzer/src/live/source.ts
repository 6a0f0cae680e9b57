/** What a running analysis asks of each of its sources. */
import type { TailFailure } from './growing-file.ts';
import type { Meter } from './meter.ts';
import type { RawLine, SourceState } from './picture.ts';

export interface LiveSource {
  /** As the user knows it. */
  readonly name: string;
  readonly kind: SourceState['kind'];
  readonly meter: Meter;
  readonly hasEnded: boolean;
  readonly failure: TailFailure | undefined;
  /** Takes what has come. @returns whether there may be more at once */
  look(): Promise<boolean>;
  /** No more will come: what is held is given. */
  finish(): Promise<void>;
  /** Of sources that cannot be read again: the line at this place; undefined when the path is not the source's. */
  keptLine?(path: string, place: number, around: number): readonly Pick<RawLine, 'atMs' | 'text'>[] | undefined;
  /** A picture is being made, and nothing may be given until `goOn`: what can wait outside of this process waits there. */
  hold?(): void;
  goOn?(): void;
  /** Things that were not taken in. */
  readonly dropped?: ReadonlyMap<string, number>;
  /** Of a replay. */
  readonly course?: Extract<SourceState, { readonly state: 'replaying' }> | undefined;
}

/** @param broken  what went wrong in looking at it */
export function stateOf(source: LiveSource, nowMs: number, broken: TailFailure | undefined): SourceState {
  const { name, kind, meter, course } = source;
  const failure = broken ?? source.failure;
  const { eventCount, newestEventMs, clockSkewMs } = meter;
  if (course !== undefined && failure === undefined) return course;
  const known = { name, kind, eventCount, newestEventMs, clockSkewMs };
  if (failure !== undefined) return { ...known, state: 'failed', because: failure.because, next: failure.next };
  if (source.hasEnded) return { ...known, state: 'ended' };
  if (meter.lastArrivalMs === undefined) return { ...known, state: 'waiting' };
  const sinceMs = meter.staleSince(nowMs);
  return sinceMs === undefined ? { ...known, state: 'live' } : { ...known, state: 'stale', sinceMs };
}
