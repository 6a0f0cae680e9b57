/** In which form the report is given: what was asked, else what the file's name says, else what suits the reader. */
export const FORMATS = ['text', 'md', 'json', 'jsonl'] as const;
export type OutputFormat = (typeof FORMATS)[number];

/** @param out  path of `--out`, undefined for standard output */
export function chooseFormat(asked: OutputFormat | undefined, out: string | undefined, isTerminal: boolean): OutputFormat {
  if (asked !== undefined) return asked;
  if (out !== undefined) return BY_ENDING[/\.([a-z]+)$/i.exec(out)?.[1]?.toLowerCase() ?? ''] ?? 'md';
  return isTerminal ? 'text' : 'md';
}

const BY_ENDING: Readonly<Record<string, OutputFormat>> = {
  txt: 'text',
  text: 'text',
  md: 'md',
  markdown: 'md',
  json: 'json',
  jsonl: 'jsonl',
  ndjson: 'jsonl',
};
