/** Loaded only where it is asked for: most analyses have no bundle, and a start should not pay for reading maps. */
import type { SourceFrames } from '../parse/source-frames.ts';
import type { AnalyzeSettings } from '../settings.ts';

/** @returns undefined without `--source-maps` */
export async function openSourceMaps({ sourceMapsPath }: AnalyzeSettings): Promise<SourceFrames | undefined> {
  if (sourceMapsPath === undefined) return undefined;
  const { SourceFrames } = await import('../parse/source-frames.ts');
  return new SourceFrames(sourceMapsPath);
}
