/** The shipped example as a running analysis shows it at its end: what screens are drawn from in tests. */
import { fileURLToPath } from 'node:url';
import { follow } from '../../analyzer/src/live/index.ts';
import type { Picture, PictureSource } from '../../analyzer/src/live/picture.ts';

const EXAMPLE = fileURLToPath(new URL('../../fixtures/example', import.meta.url));

export async function exampleSource(path = EXAMPLE, nowMs = Date.UTC(2026, 10, 21, 2, 20)): Promise<PictureSource> {
  const following = follow([{ kind: 'path', path }], { now: () => nowMs });
  await following.caughtUp();
  await following.finish();
  return following;
}

export async function examplePicture(path = EXAMPLE): Promise<Picture> {
  return (await exampleSource(path)).picture();
}
