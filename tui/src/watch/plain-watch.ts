/** `watch` where nothing is drawn: one line, or one JSON object, for each verdict that appears, changes or clears. */
import type { Picture, Report } from '@nightlight/analyzer';
import type { LiveAnalysis } from '@nightlight/analyzer/live';
import { printable } from '@nightlight/analyzer/wording';
import { changeJson, changeLine, nothingYetLine, verdictChanges } from '../model/verdict-changes.ts';
import type { World } from '../world.ts';

export interface PlainWatch {
  readonly isJson: boolean;
}

export interface PlainEnd {
  /** As it stood at the end. */
  readonly report: Report;
  readonly failedSourceCount: number;
}

/**
 * Goes on until every source has ended, or until it is interrupted.
 * What fails is told on standard error, once.
 */
export async function plainWatch(live: LiveAnalysis, { isJson }: PlainWatch, world: World): Promise<PlainEnd> {
  let before: Report | undefined;
  let isInterrupted = false;
  const failed = new Set<string>();
  const look = (): Picture => {
    const picture = live.picture();
    const changes = verdictChanges(before, picture.report);
    before = picture.report;
    for (const change of changes) {
      world.stdout.write(
        `${isJson ? JSON.stringify(changeJson(change, picture.nowMs)) : changeLine(change, picture.report, picture.nowMs)}\n`,
      );
    }
    for (const source of picture.sources) {
      if (source.state !== 'failed' || failed.has(source.name)) continue;
      failed.add(source.name);
      // A receiver's error says what to do itself.
      const next = source.because.includes(source.next) ? '' : `  next: ${printable(source.next)}\n`;
      world.stderr.write(`${printable(`${source.name}: ${source.because}`)}\n${next}`);
    }
    return picture;
  };
  const stopListening = world.onInterrupt(() => {
    isInterrupted = true;
  });
  try {
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
      const { sources } = look();
      if (isInterrupted || sources.every(({ state }) => state === 'ended' || state === 'failed')) break;
    }
    await live.finish();
    const { report } = look();
    if (report.findings.length === 0 && !isJson) world.stdout.write(`${nothingYetLine(report)}\n`);
    return { report, failedSourceCount: failed.size };
  } finally {
    stopListening();
    await live.finish();
  }
}

/** A verdict that is a second old is new enough for a line. */
const LOOK_EVERY_MS = 1000;
