/**
 * Each request leaves memory behind, until half of what was free is gone: a drill shows a leak, it kills nobody.
 *
 * Numbers in plain arrays, because they stand in the heap itself, where collections and the agent's floor see them.
 */
import { getHeapStatistics } from 'node:v8';
import type { ArmedDrill } from '../armed-drill.ts';

/** @returns what leaks once */
export function leak(drill: ArmedDrill, { bytesPerRequest }: { readonly bytesPerRequest: number }): () => void {
  let kept: number[][] = [];
  drill.atEnd(() => {
    kept = [];
  });
  const roomBytes = () => {
    const { heap_size_limit: limit, used_heap_size: used } = getHeapStatistics();
    return limit - used;
  };
  const leastRoomBytes = roomBytes() * (1 - HIGHEST_SHARE);
  return () => {
    if (roomBytes() - bytesPerRequest < leastRoomBytes) return drill.end('half of the heap that was free is used up');
    kept.push(new Array(Math.ceil(bytesPerRequest / BYTES_A_NUMBER)).fill(0.5));
  };
}

const HIGHEST_SHARE = 0.5;
const BYTES_A_NUMBER = 8;
