/**
 * The dashboard as it stood at a moment that is gone back to: the same files, read up to there by the same stages.
 *
 * A verdict rests on everything that was counted before it, so none can be cut out of the picture of now: at 01:52 nobody
 * could know the kill of 01:53. Only what lies in files can be read again; of what came through a pipe or over the network
 * nobody has the past, and the header says that the verdicts are of now.
 */
import type { AnalyzeSettings, Picture } from '@nightlight/analyzer';
import { follow, type LiveAnalysis } from '@nightlight/analyzer/live';

export interface PastPictures {
  /** @returns undefined where the inputs are too large to be read again for a look, or when something was asked for since */
  at(atMs: number, inflatedBytes: number): Promise<Picture | undefined>;
  /** Reads no further. */
  close(): Promise<void>;
}

export function pastPictures(paths: readonly string[], analysis: AnalyzeSettings): PastPictures {
  const kept = new Map<number, Picture>();
  let asked = 0;
  let reading: LiveAnalysis | undefined;
  let before: Promise<unknown> = Promise.resolve();

  async function read(atMs: number, turn: number): Promise<Picture | undefined> {
    // Keys come faster than files are read: only the last of them is worth a reading.
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
    if (turn !== asked) return undefined;
    // What was written in that very millisecond is what was jumped to.
    const toMs = Math.min(analysis.toMs ?? Number.POSITIVE_INFINITY, atMs + 1);
    const past = follow(
      paths.map((path) => ({ kind: 'path', path })),
      { ...analysis, toMs },
    );
    reading = past;
    try {
      await past.caughtUp();
      if (turn !== asked) return undefined;
      const picture: Picture = { ...past.picture(), nowMs: atMs };
      kept.set(atMs, picture);
      for (const oldest of kept.keys()) if (kept.size > MOST_KEPT) kept.delete(oldest);
      return picture;
    } finally {
      reading = undefined;
      await past.stop();
    }
  }

  return {
    at(atMs, inflatedBytes) {
      asked++;
      const known = kept.get(atMs);
      if (known !== undefined) return Promise.resolve(known);
      if (inflatedBytes > MOST_INFLATED_BYTES) return Promise.resolve(undefined);
      const turn = asked;
      void reading?.stop();
      const answer = before.then(() => (turn === asked ? read(atMs, turn) : undefined));
      before = answer.catch(() => {});
      return answer;
    },
    async close() {
      asked++;
      await reading?.stop();
      await before;
    },
  };
}

/** Longer than a held key takes to repeat itself. */
const SETTLE_MS = 60;
/** Going back and forth between two moments reads nothing twice. */
const MOST_KEPT = 8;
/** Read in about two seconds beside the dashboard (measured: 100 MB a second on one core); beyond, a look is not worth it. */
const MOST_INFLATED_BYTES = 200 * 1024 * 1024;
