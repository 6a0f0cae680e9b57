/** Random numbers that anyone can draw again: mulberry32, and the shapes of distribution that the experiments name. */

/** Tommy Ettinger's mulberry32, public domain. @param {number} seed */
export function seededRandom(seed) {
  let state = seed >>> 0;
  const uniform = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  return {
    uniform,
    /** Uniform between two bounds. */
    between: (low, high) => low + (high - low) * uniform(),
    /** Uniform in the logarithm: as likely between 2 and 4 as between 4 and 8. */
    logBetween: (low, high) => low * (high / low) ** uniform(),
    /** Standard normal, by Box and Muller. */
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    pick: (choices) => choices[Math.floor(uniform() * choices.length)],
  };
}

/** @returns a seed of its own for each name, so that a class keeps its numbers when others join. */
export function seedOf(seed, name) {
  let hash = 0;
  for (const character of name) hash = (Math.imul(hash, 31) + character.charCodeAt(0)) | 0;
  return (seed * 7919 + hash) >>> 0;
}
