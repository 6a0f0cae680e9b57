/**
 * Looks at a running analysis once a second, and hands on what is different in its verdicts. What is there to be read at the
 * start is read first: verdicts that only pass by on the way there are nobody's news.
 */
import type { Report } from '@nightlight/analyzer';
import type { LiveAnalysis } from '@nightlight/analyzer/live';
import { verdictChanges } from '../model/verdict-changes.ts';
import type { Notifier } from './notifier.ts';

const LOOK_EVERY_MS = 1_000;

/** @returns how to stop: looks once more, and tells what waits, for a short while */
export function notifyOf(
  live: Pick<LiveAnalysis, 'picture' | 'pictureInSteps' | 'caughtUp' | 'replay'>,
  notifier: Notifier,
): () => Promise<void> {
  let before: Report | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isOver = false;
  const look = async () => {
    const picture = isOver ? live.picture() : await (live.pictureInSteps?.() ?? live.picture());
    if (picture.report === before) return;
    notifier.tell(verdictChanges(before, picture.report), picture);
    before = picture.report;
  };
  const begin = () => {
    if (!isOver) timer = setInterval(() => void look(), LOOK_EVERY_MS);
  };
  // A replay has caught up at its end only.
  if (live.replay === undefined) void live.caughtUp().then(begin);
  else begin();
  return async () => {
    isOver = true;
    clearInterval(timer);
    await look();
    await notifier.drain();
  };
}
