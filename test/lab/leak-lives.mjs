/**
 * What the labs of leaking programs in real processes share: which programs there are, how long each lives, and several lives
 * at a time.
 */
import { HEALTHY_PROGRAMS, LEAKING_PROGRAMS } from './leak-programs.mjs';

export const PROGRAM_NAMES = [...Object.keys(LEAKING_PROGRAMS), ...Object.keys(HEALTHY_PROGRAMS)];

export const isLeaking = (name) => Object.hasOwn(LEAKING_PROGRAMS, name);

/** Where each invocation keeps a socket or a stream, fewer will do. */
const AT_MOST = { 'unclosed-sockets': 1_500, 'unclosed-zlib': 900 };

/** @returns how many invocations a program lives where others live so many */
export const lifeOf = (name, invocations) => Math.min(invocations, AT_MOST[name] ?? invocations);

/** @returns what came of each job, in their order */
export async function inParallel(jobs, lanes, work) {
  const results = new Array(jobs.length);
  let next = 0;
  const lane = async () => {
    while (next < jobs.length) {
      const i = next++;
      results[i] = await work(jobs[i], i);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return results;
}
