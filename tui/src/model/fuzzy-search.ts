/**
 * Finds names by letters in their order: `gl` finds `go live`. Best first: letters that begin a word count most, then
 * letters that stand together, then the shorter name.
 */
export function fuzzySearch<Item>(wanted: string, items: readonly Item[], nameOf: (item: Item) => string): readonly Item[] {
  if (wanted.trim() === '') return items;
  return items
    .map((item, index) => ({ item, index, score: scoreOf(wanted.toLowerCase().replaceAll(' ', ''), nameOf(item).toLowerCase()) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || a.index - b.index)
    .map(({ item }) => item);
}

function scoreOf(wanted: string, name: string): number {
  let score = 1000 - Math.min(900, name.length);
  let from = 0;
  let last = -2;
  for (const letter of wanted) {
    const beginsWord = wordStart(name, letter, from);
    const next = name.indexOf(letter, from);
    // Beginnings of words may lead too far; the letters in their order are still a find, if a poor one.
    if (next < 0) return holdsInOrder(wanted, name) ? 1 : 0;
    // The next letter of the same word beats the beginning of a later one.
    const at = next === last + 1 || beginsWord < 0 ? next : beginsWord;
    score += at === last + 1 ? 60 : at === beginsWord ? 40 : 0;
    last = at;
    from = at + 1;
  }
  return score;
}

function holdsInOrder(wanted: string, name: string): boolean {
  let from = 0;
  for (const letter of wanted) {
    from = name.indexOf(letter, from) + 1;
    if (from === 0) return false;
  }
  return true;
}

function wordStart(name: string, letter: string, from: number): number {
  for (let at = name.indexOf(letter, from); at >= 0; at = name.indexOf(letter, at + 1)) {
    if (at === 0 || name[at - 1] === ' ' || name[at - 1] === '-') return at;
  }
  return -1;
}
