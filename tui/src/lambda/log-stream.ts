/**
 * The log stream of one execution environment, as CloudWatch would show it: the platform's events and between them what the
 * function printed, in the order in which the platform received both.
 */
import { randomBytes } from 'node:crypto';
import { logMessages, type PlatformEvent } from './platform-event.ts';

export interface LogEvent {
  readonly timestampMs: number;
  readonly logStream: string;
  readonly message: string;
}

export interface TelemetryEvent {
  readonly time: string;
  readonly type: string;
  readonly record: unknown;
}

export class LogStream {
  readonly name: string;
  readonly events: LogEvent[] = [];
  /** Whoever subscribed to the Telemetry API. */
  onTelemetry: (event: TelemetryEvent) => void = () => {};
  readonly #format: 'Text' | 'JSON';

  constructor(format: 'Text' | 'JSON', functionVersion: string) {
    const day = new Date().toISOString().slice(0, 10).replaceAll('-', '/');
    this.name = `${day}/[${functionVersion}]${randomBytes(16).toString('hex')}`;
    this.#format = format;
  }

  platform(event: PlatformEvent, atMs = Date.now()): void {
    this.onTelemetry({ time: new Date(atMs).toISOString(), ...event });
    for (const message of logMessages(event, atMs, this.#format)) this.#add(atMs, message);
  }

  /** @param line  as printed, without its newline */
  output(line: string, atMs: number): void {
    this.onTelemetry({ time: new Date(atMs).toISOString(), type: 'function', record: this.#asRecord(line) });
    this.#add(atMs, `${line}\n`);
  }

  #add(timestampMs: number, message: string): void {
    this.events.push({ timestampMs, logStream: this.name, message });
  }

  /** With JSON logging the record of a line that is JSON is an object, of any other line a string. */
  #asRecord(line: string): unknown {
    if (this.#format === 'Text' || !line.startsWith('{')) return line;
    try {
      return JSON.parse(line);
    } catch {
      return line;
    }
  }
}
