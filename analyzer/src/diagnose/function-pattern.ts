/** Function names as a user picks them: `*` stands for any run of characters, `?` for one. */
export function matchesFunction(pattern: string, functionName: string): boolean {
  // Two fingers instead of a regular expression: a pattern such as a*a*a*b would make one backtrack without end.
  let p = 0;
  let n = 0;
  let star = -1;
  let afterStar = 0;
  while (n < functionName.length) {
    if (pattern[p] === '*') {
      star = p++;
      afterStar = n;
    } else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === functionName[n])) {
      p++;
      n++;
    } else if (star >= 0) {
      p = star + 1;
      n = ++afterStar;
    } else return false;
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}
