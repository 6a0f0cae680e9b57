/** docs/keys.md, made from the table of keys. */
import { KEY_GROUPS, KEYS, type KeyRow } from './keys.ts';
import { alignedTable } from './markdown-table.ts';

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
