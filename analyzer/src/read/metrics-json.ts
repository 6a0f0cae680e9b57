/**
 * CloudWatch metrics as `aws cloudwatch get-metric-data` and `get-metric-statistics` print them.
 *
 * An invocation that was throttled or dropped writes no log line; these numbers are the only trace of it.
 * Source: CloudWatch API Reference, "MetricDataResult" and "Datapoint".
 */
import type { EventSink, FileContext, MetricPoint, OpenReader, ShapeReader, SkipReason } from './event-sink.ts';
import { EventTime } from './event-time.ts';
import { type JsonValueListener, JsonValues } from './json-values.ts';
import { readMetricLabel } from './metric-label.ts';

export const openMetricsJson: OpenReader = (sink, file) => new MetricsJson(sink, file);

class MetricsJson implements JsonValueListener, ShapeReader {
  readonly #sink: EventSink;
  readonly #functionName: string | undefined;
  readonly #values = new JsonValues(this, ['MetricDataResults']);
  readonly #time = new EventTime();
  readonly #timeBytes = Buffer.alloc(48);

  constructor(sink: EventSink, file: FileContext) {
    this.#sink = sink;
    this.#functionName = file.functionName;
  }

  push(chunk: Buffer): void {
    this.#values.push(chunk);
  }

  end(): void {
    this.#values.end();
  }

  value(bytes: Buffer, from: number, to: number, place: number): void {
    let result: MetricResult | null;
    try {
      result = JSON.parse(bytes.toString('utf8', from, to));
    } catch {
      const isJson = (bytes[from] | 0x20) === 0x7b;
      this.skipped(isJson ? 'broken' : 'not-of-this-shape', to - from, place, isJson ? 'JSON with a fault in it' : 'word that is no JSON');
      return;
    }
    if (Array.isArray(result?.Timestamps) && Array.isArray(result.Values)) this.#data(result, to - from, place);
    else if (Array.isArray(result?.Datapoints)) this.#statistics(result, to - from, place);
    else this.skipped('not-of-this-shape', to - from, place, 'value that is no metric result');
  }

  skipped(reason: SkipReason, byteCount: number, place: number, found?: string): void {
    this.#sink.skipped(reason, byteCount, place, found);
  }

  /** A list of times and a list of values. */
  #data(result: MetricResult, byteCount: number, place: number): void {
    const told = readMetricLabel(typeof result.Label === 'string' && result.Label !== '' ? result.Label : String(result.Id ?? 'metric'));
    const label = { ...told, dimensions: this.#dimensions(told.dimensions) };
    const times = result.Timestamps as readonly unknown[];
    const values = result.Values as readonly unknown[];
    const points: MetricPoint[] = [];
    for (let i = 0; i < Math.min(times.length, values.length); i++) {
      const atMs = this.#atMs(times[i]);
      const value = values[i];
      if (!Number.isNaN(atMs) && typeof value === 'number') points.push({ ...label, atMs, value });
    }
    const status = typeof result.StatusCode === 'string' && /^[A-Za-z]{1,20}$/.test(result.StatusCode) ? result.StatusCode : 'Complete';
    let statusBytes = 0;
    if (status !== 'Complete') {
      statusBytes = status.length;
      this.skipped('marker', statusBytes, place, `metric with status ${status}: its values are not all`);
    }
    this.#give(points, byteCount - statusBytes, place, Math.max(times.length, values.length));
  }

  /** A list of objects with one member per statistic. */
  #statistics(result: MetricResult, byteCount: number, place: number): void {
    const label = readMetricLabel(typeof result.Label === 'string' ? result.Label : 'metric');
    const dimensions = this.#dimensions(label.dimensions);
    const points: MetricPoint[] = [];
    const datapoints = result.Datapoints as readonly unknown[];
    for (const datapoint of datapoints) {
      if (typeof datapoint !== 'object' || datapoint === null) continue;
      const { Timestamp, Unit, ExtendedStatistics, ...statistics } = datapoint as Record<string, unknown>;
      const atMs = this.#atMs(Timestamp);
      if (Number.isNaN(atMs)) continue;
      const extended = typeof ExtendedStatistics === 'object' && ExtendedStatistics !== null ? ExtendedStatistics : {};
      for (const [statistic, value] of Object.entries({ ...statistics, ...extended })) {
        if (typeof value !== 'number') continue;
        points.push({ ...label, dimensions, ...(typeof Unit === 'string' ? { unit: Unit } : {}), statistic, atMs, value });
      }
    }
    this.#give(points, byteCount, place, datapoints.length);
  }

  #give(points: readonly MetricPoint[], byteCount: number, place: number, told: number): void {
    if (points.length === 0) {
      // A metric without values is an answer: nothing was throttled.
      this.skipped(
        told === 0 ? 'envelope' : 'not-of-this-shape',
        byteCount,
        place,
        told === 0 ? undefined : 'metric without readable values',
      );
      return;
    }
    const share = Math.floor(byteCount / points.length);
    for (const point of points) this.#sink.metric(point, place);
    for (let i = 1; i < points.length; i++) this.#sink.took(share);
    this.#sink.took(byteCount - share * (points.length - 1));
  }

  #atMs(time: unknown): number {
    if (typeof time !== 'string' && typeof time !== 'number') return Number.NaN;
    return this.#time.read(this.#timeBytes, 0, this.#timeBytes.write(String(time), 'latin1'));
  }

  /** `--function` names what the label left out; a queue's metric keeps its own name. */
  #dimensions(told: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
    return this.#functionName === undefined || Object.keys(told).length > 0 ? told : { FunctionName: this.#functionName };
  }
}

interface MetricResult {
  readonly Id?: unknown;
  readonly Label?: unknown;
  readonly Timestamps?: unknown;
  readonly Values?: unknown;
  readonly StatusCode?: unknown;
  readonly Datapoints?: unknown;
}
