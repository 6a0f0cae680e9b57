/** Colour that only repeats what a word or a mark already says; without it nothing is lost. */
export interface Paint {
  readonly strong: (text: string) => string;
  readonly quiet: (text: string) => string;
  /** By the mark of a finding: `!` red, `~` and `$` yellow, `?` blue, `ok` green. */
  readonly byMark: (mark: string, text: string) => string;
}

export function paintWith(color: boolean): Paint {
  const wear = (code: string) => (text: string) => (color && text !== '' ? `\u001b[${code}m${text}\u001b[0m` : text);
  return { strong: wear('1'), quiet: wear('2'), byMark: (mark, text) => wear(MARK_CODES[mark] ?? '1')(text) };
}

// The basic 8 colours follow the reader's own theme; red stands only with `!`, so red-green blindness loses nothing.
const MARK_CODES: Readonly<Record<string, string>> = { '!': '1;31', '~': '1;33', $: '1;33', '?': '1;34', ok: '1;32' };
