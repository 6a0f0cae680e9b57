/** The price table to reckon with: the built-in one, or the user's own file in its place. */
import { readFileSync } from 'node:fs';
import { BUILT_IN_PRICES, PriceError, type PriceTable, parsePriceTable } from './prices.ts';

/** @param path  `settings.pricePath`; absent: the built-in table */
export function readPriceTable(path: string | undefined): PriceTable {
  if (path === undefined) return BUILT_IN_PRICES;
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new PriceError(
      'PRICES_NOT_READABLE',
      path,
      `expected a readable price table, found ${(cause as NodeJS.ErrnoException).code ?? 'an error'}. Leave the option out to use the built-in prices.`,
      { cause },
    );
  }
  return parsePriceTable(text.replace(/^\uFEFF/, ''), path);
}
