/** `nightlight demo`: the recorded incident, played through the same ways as any other export. */
import type { World } from '../world.ts';
import { SHIPPED_DEMO } from './shipped-demo.ts';
import { runWatch, type WatchOptions } from './watch.ts';

export interface DemoOptions extends Pick<WatchOptions, 'screen' | 'plain' | 'json' | 'color' | 'ascii' | 'theme'> {
  readonly speed: string;
}

/** @returns the exit code, as of `watch` */
export function runDemo({ speed, ...look }: DemoOptions, world: World, folder = SHIPPED_DEMO): Promise<number> {
  return runWatch([folder], { ...look, replay: speed, alerts: false, fps: DEMO_FPS }, world);
}

/** Thirty minutes pass in thirty seconds. */
const DEMO_FPS = 8;
