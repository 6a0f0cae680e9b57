import type { MetricPoint, SkipReason } from '../read/event-sink.ts';
import type { Anomaly } from './anomaly.ts';

/** Where skipped bytes and odd events are counted; the store implements it. */
export interface ParseLedger {
  skipped(file: number, reason: SkipReason, byteCount: number, place: number, found: string | undefined): void;
  took(file: number, byteCount: number): void;
  metric(point: MetricPoint, file: number, place: number): void;
  anomaly(kind: Anomaly, file: number, place: number, atMs: number): void;
  unknownPlatform(what: string, file: number, place: number, atMs: number): void;
}
