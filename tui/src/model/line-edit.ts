/** One line of text under the keys of a prompt. */
export interface LineEdit {
  readonly text: string;
  /** Characters before the cursor. */
  readonly cursor: number;
}

export const EMPTY_EDIT: LineEdit = { text: '', cursor: 0 };

/** @returns the line after the key; the same line when the key does nothing to it */
export function editLine(edit: LineEdit, key: string): LineEdit {
  const characters = [...edit.text];
  const { cursor } = edit;
  const at = (position: number): LineEdit => ({ ...edit, cursor: Math.max(0, Math.min(characters.length, position)) });
  switch (key) {
    case 'left':
      return at(cursor - 1);
    case 'right':
      return at(cursor + 1);
    case 'home':
    case 'ctrl-a':
      return at(0);
    case 'end':
    case 'ctrl-e':
      return at(characters.length);
    case 'backspace':
      return cursor === 0 ? edit : { text: characters.toSpliced(cursor - 1, 1).join(''), cursor: cursor - 1 };
    case 'delete':
      return { text: characters.toSpliced(cursor, 1).join(''), cursor };
    case 'ctrl-u':
      return { text: characters.slice(cursor).join(''), cursor: 0 };
    case 'ctrl-w': {
      const kept = characters
        .slice(0, cursor)
        .join('')
        .replace(/\S+\s*$/, '');
      return { text: kept + characters.slice(cursor).join(''), cursor: [...kept].length };
    }
    case 'space':
      return insertText(edit, ' ');
    default:
      return [...key].length === 1 ? insertText(edit, key) : edit;
  }
}

/** Pasted text becomes one line; controls in it are dropped, and it is bounded. */
export function insertText(edit: LineEdit, text: string): LineEdit {
  const characters = [...edit.text];
  const added = [...text.replace(/[\r\n\t]+/g, ' ').replace(/[\u0000-\u001f\u007f-\u009f]/g, '')].slice(
    0,
    Math.max(0, MOST_CHARACTERS - characters.length),
  );
  return { text: characters.toSpliced(edit.cursor, 0, ...added).join(''), cursor: edit.cursor + added.length };
}

const MOST_CHARACTERS = 500;
