/** Makers of values for the programs of the lab: each takes a source of chance and gives a text. */

/** @returns a whole number below `most` */
export const below = (r, most) => Math.floor(r.uniform() * most);

export const digits = (length) => (r) => Array.from({ length }, () => below(r, 10)).join('');

/** @param share  how often the value is there at all */
export const maybe = (share, value) => (r) => (r.uniform() < share ? value(r) : '');

/** A text with makers of values in it, as a maker. */
export const t =
  (parts, ...makers) =>
  (r) =>
    parts.map((part, at) => (at === 0 ? part : makers[at - 1](r) + part)).join('');

/** The first of the list comes twice as often as the second, three times as often as the third. */
export const uneven = (...choices) => {
  const total = choices.reduce((sum, _, at) => sum + 1 / (at + 1), 0);
  return (r) => {
    let left = r.uniform() * total;
    for (const [at, choice] of choices.entries()) {
      left -= 1 / (at + 1);
      if (left <= 0) return choice;
    }
    return choices[0];
  };
};
