/** What a fact is called for a person: programs read `initMedianBefore`, people `init median before`. */

export function factName(name: string): string {
  if (!/^[a-z]+(?:[A-Z][a-z]*\d*)+$/.test(name)) return name;
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
