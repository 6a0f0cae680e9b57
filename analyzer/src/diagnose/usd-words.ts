/** Dollars in a finding's sentence: two digits that mean something, never `$0.00` for a sum that is not nothing. */

/** 1204.1 -> `$1,204.10`, 0.00421 -> `$0.0042`. */
export function usdWords(usd: number): string {
  if (usd === 0) return '$0';
  if (usd < 0.000001) return 'less than $0.000001';
  if (usd < 0.1) return `$${usd.toFixed(1 - Math.floor(Math.log10(usd)))}`;
  return `$${usd.toFixed(2).replace(/\B(?=(\d{3})+\.)/g, ',')}`;
}
