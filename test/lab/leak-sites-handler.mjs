/**
 * A Lambda handler around one program of `leak-programs.mjs`: everyday work that is garbage at once, the wait for a
 * database that nearly every handler has, and what the program does. PROGRAM is JSON: name, seed, invocations, objects.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { HEALTHY_PROGRAMS, LEAKING_PROGRAMS } from './leak-programs.mjs';
import { seededRandom, seedOf } from './seeded-random.mjs';

const { name, seed, invocations, objectCount, waitMs, beside = [] } = JSON.parse(process.env.PROGRAM);
let number = 0;
const programs = [];
for (const one of [name, ...beside]) {
  const random = seededRandom(seedOf(seed, one));
  const world = { keepBytes: random.logBetween(2_000, 12_000), invocations, random, work: everydayWork };
  programs.push(await { ...LEAKING_PROGRAMS, ...HEALTHY_PROGRAMS }[one](world));
}

export async function handler() {
  number++;
  const length = everydayWork();
  for (const program of programs) await program(number);
  await wait(waitMs);
  return { length };
}

function everydayWork(share = 1) {
  const orders = [];
  for (let i = 0; i < objectCount * share; i++)
    orders.push({ id: `${number}-${i}`, quantity: i % 7, tags: ['a', 'b'], price: { cents: i * 99 } });
  return JSON.parse(JSON.stringify(orders)).length;
}
