/** A summary's first time is infinite until one came, what was not measured is NaN, and a ratio may have no end: a report leaves them out. */
export function finite(value: number | undefined): number | undefined {
  return value !== undefined && Number.isFinite(value) ? value : undefined;
}
