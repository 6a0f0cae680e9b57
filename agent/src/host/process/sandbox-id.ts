/**
 * A short name for this process, the same in all of its threads: what tells one of many equal ones from the others.
 *
 * Host, process id and start time make it; the host's name cannot be read from it.
 */
import { hostname } from 'node:os';
import { getEnvironmentData, isMainThread, setEnvironmentData } from 'node:worker_threads';

export function sandboxId(): string {
  const known = getEnvironmentData(KEY);
  if (!isMainThread && typeof known === 'string') return known;
  const id = shortHash(`${hostname()} ${process.pid} ${performance.timeOrigin}`);
  // Threads are born with it: they have a start time of their own.
  setEnvironmentData(KEY, id);
  return id;
}

/** FNV-1a, twice with different beginnings: 41 bits in 8 characters, without loading a library for it. */
export function shortHash(text: string): string {
  return (fnv(text, 0x811c9dc5).toString(36).padStart(7, '0') + fnv(text, 0x01000193).toString(36).padStart(7, '0')).slice(3, 11);
}

const KEY = 'nightlight.sandbox';

function fnv(text: string, basis: number): number {
  let hash = basis;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}
