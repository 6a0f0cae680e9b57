/**
 * GB-seconds and what they cost, as Lambda bills them: billed duration times configured memory.
 *
 * Billed Duration already holds the init (since August 2025 for every package type) and the billed part of a
 * SnapStart restore; adding either again would count it twice.
 */
import type { ConfigurationSummary, Summary } from '../store/summary.ts';
import { type Architecture, computeUsd, gbSecondsOf, type PriceTable } from './prices.ts';

/** Zero where the memory size is not told: without it there is no price. */
export function gbSeconds(configuration: ConfigurationSummary, billedMs: number = configuration.billedMsSum): number {
  return gbSecondsOf(billedMs, configuration.memorySizeMb);
}

/** Attempts whose compute has a price: they named a billed duration and a memory size. */
export function pricedCount(configuration: ConfigurationSummary): number {
  return configuration.memorySizeMb > 0 ? configuration.billedCount : 0;
}

/**
 * Mean price of one GB-second. The steps of the price count an account's month; what the input holds is a part of
 * one, so this is the highest it can be.
 */
export function usdPerGbSecond(summary: Summary, prices: PriceTable, architecture: Architecture): number {
  let sum = 0;
  for (const configuration of summary.configurations.values()) sum += gbSeconds(configuration);
  const tiers = prices.compute[architecture];
  return sum > 0 ? computeUsd(tiers, sum) / sum : tiers[0]!.usdPerGbSecond;
}
