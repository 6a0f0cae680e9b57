/** docs/keys.md, made from the table of keys. */
import { KEY_GROUPS, KEYS, type KeyRow } from './keys.ts';

export function keysMarkdown(): string {
  return [
    '# Keys of `nightlight watch`',
    '',
    'Made from `tui/src/model/keys.ts`, like the help on `?`; a test holds them together. No key changes the observed system: those of the',
    'incident clock write to its log, and ask first.',
    ...KEY_GROUPS.flatMap((group) => sectionOf(group)),
    '',
  ].join('\n');
}

function sectionOf(group: KeyRow['group']): readonly string[] {
  const rows = KEYS.filter((row) => row.group === group);
  if (rows.length === 0) return [];
  const cells = rows.map(({ shown, help, screens }) => [
    shown
      .split(/ (?!to )(?<! to )/)
      .map((key) => (key === '`' ? '`` ` ``' : `\`${key}\``))
      .join(' '),
    `${help}${screens === undefined ? '' : ` (on ${screens.join(', ')})`}`,
  ]);
  return ['', `## ${group.charAt(0).toUpperCase()}${group.slice(1)}`, '', ...alignedTable([['key', ''], ...cells])];
}

/** Columns as wide as their widest cell, as the formatter of the repository wants them. */
function alignedTable(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = rows[0]!.map((_, column) => Math.max(3, ...rows.map((row) => [...row[column]!].length)));
  const lines = rows.map((row) => `| ${row.map((cell, column) => cell + ' '.repeat(widths[column]! - [...cell].length)).join(' | ')} |`);
  return [lines[0]!, `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...lines.slice(1)];
}
