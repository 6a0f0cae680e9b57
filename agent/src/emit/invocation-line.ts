/**
 * The values of the agent's own lines, in the units of docs/record-format.md.
 *
 * The lines of Lambda's hot path are written as JSON of short keys, not by walking the record contract's tables: those cost
 * 5 KB of code in every cold start. Tests hold every such line against the contract's own encoder.
 */
export const kib = (bytes: number): number => Math.round(bytes / 1024);
export const ms = (milliseconds: number): number => Math.round(milliseconds * 100) / 100;

/** A list without what is unknown at its end; undefined when nothing in it is known. */
export function known<T>(values: T[]): T[] | undefined {
  while (values.length && values.at(-1) === undefined) values.pop();
  return values.length ? values : undefined;
}
