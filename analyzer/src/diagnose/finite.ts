/** Summaries begin at an infinite time and ratios may have no end; a report says nothing in their place. */
export function finite(value: number | undefined): number | undefined {
  return value !== undefined && Number.isFinite(value) ? value : undefined;
}
