/**
 * The answers of an exact calculation that takes a hundred thousand steps, kept for the next who asks the same.
 *
 * One report asks for the bounds of the same counts in a section, in a finding and in its words; a screen asks again four times
 * a second for counts of which few have changed.
 */

/** @param calculate  depends on nothing but its arguments; nobody changes what it returns */
export function remembered<Answer>(calculate: (a: number, b: number, c: number) => Answer): (a: number, b: number, c: number) => Answer {
  const known = new Map<string, Answer>();
  return (a, b, c) => {
    const key = `${a} ${b} ${c}`;
    const answer = known.get(key) ?? calculate(a, b, c);
    if (known.size >= MOST_ANSWERS) known.clear();
    known.set(key, answer);
    return answer;
  };
}

/** Half a megabyte; one report of twenty functions asks some five hundred. */
const MOST_ANSWERS = 4_096;
