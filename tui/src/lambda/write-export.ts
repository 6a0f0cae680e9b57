/**
 * Writes a log stream in a shape in which logs leave CloudWatch, so that one run of the double is an input of the analyzer.
 *
 * `csv` is what the console downloads, with a column for the stream; `s3` is a CreateExportTask: gzip, one ISO time per event,
 * the stream's name as a folder with its slashes turned to dashes, under the function's name.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { LogEvent } from './log-stream.ts';

/** @returns the path to hand to the analyzer */
export function writeExport(events: readonly LogEvent[], directory: string, shape: 'csv' | 's3', functionName: string): string {
  switch (shape) {
    case 'csv': {
      const path = join(directory, 'log-events-viewer-result.csv');
      mkdirSync(directory, { recursive: true });
      const rows = events.map((event) => `${event.timestampMs},${event.logStream},"${event.message.replaceAll('"', '""')}"\n`);
      writeFileSync(path, `timestamp,logStreamName,message\n${rows.join('')}`);
      return path;
    }
    case 's3': {
      const root = join(directory, functionName);
      for (const [stream, own] of groupByStream(events)) {
        const folder = join(root, stream.replaceAll('/', '-'));
        mkdirSync(folder, { recursive: true });
        const lines = own.map((event) => `${new Date(event.timestampMs).toISOString()} ${event.message}`);
        writeFileSync(join(folder, '000000.gz'), gzipSync(lines.join('')));
      }
      return root;
    }
    default:
      return shape satisfies never;
  }
}

function groupByStream(events: readonly LogEvent[]): ReadonlyMap<string, readonly LogEvent[]> {
  const streams = new Map<string, LogEvent[]>();
  for (const event of events) {
    const own = streams.get(event.logStream) ?? [];
    own.push(event);
    streams.set(event.logStream, own);
  }
  return streams;
}
