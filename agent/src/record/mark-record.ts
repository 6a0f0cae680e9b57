/**
 * A moment of an incident that a person or a drill noted: alerted, acknowledged, confirmed, mitigated.
 *
 * The time from alert to confirmed cause can only be measured when both ends are in the log beside everything else.
 */
import { epochMilliseconds, text } from './codec.ts';
import { layoutOf, optional, type RecordBase, required } from './fields.ts';
import { RECORD_PREFIX } from './prefix.ts';
import type { EpochMilliseconds } from './units.ts';

export interface MarkRecord extends RecordBase {
  readonly kind: 'mark';
  readonly atEpochMs: EpochMilliseconds;
  /** `inject`, `alert`, `ack`, `hypothesis`, `confirmed`, `mitigated`, `recovered`; others are kept as they are. */
  readonly mark: string;
  /** Tells the marks of one incident from those of another. */
  readonly incidentId?: string | undefined;
  /** The component that the mark speaks of. */
  readonly component?: string | undefined;
  readonly note?: string | undefined;
}

export const markLayout = layoutOf<MarkRecord>(RECORD_PREFIX, 'mark', 'mark', {
  atEpochMs: required('t', epochMilliseconds<EpochMilliseconds>()),
  mark: required('mk', text),
  incidentId: optional('ii', text),
  component: optional('co', text),
  note: optional('no', text),
});

/** @returns the line, without a newline */
export const encodeMark = (record: MarkRecord): string => markLayout.encode(record);
