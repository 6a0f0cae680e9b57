/**
 * Bytes of a keyboard to names of keys. A sequence may come in pieces, and the key Esc is the beginning of every sequence:
 * it counts as itself when nothing follows for a moment. Pasted text comes as one piece and is never read as keys.
 *
 * Source of the sequences: xterm, "PC-Style Function Keys" and "Bracketed Paste Mode"; the Kitty protocol is not asked for.
 */
import { StringDecoder } from 'node:string_decoder';

export type Keystroke = { readonly kind: 'key'; readonly name: string } | { readonly kind: 'paste'; readonly text: string };

export interface KeyDecoder {
  push(bytes: Uint8Array): void;
  /** No timer is left behind. */
  stop(): void;
}

export function createKeyDecoder(onKeys: (strokes: readonly Keystroke[]) => void, escapeMs: number = ESCAPE_MS): KeyDecoder {
  const decoder = new StringDecoder('utf8');
  let waiting = '';
  let pasted: string | undefined;
  let timer: NodeJS.Timeout | undefined;

  function push(bytes: Uint8Array): void {
    clearTimeout(timer);
    waiting += decoder.write(bytes as Buffer);
    const strokes: Keystroke[] = [];
    while (waiting !== '') {
      if (pasted !== undefined) {
        if (!takePasted(strokes)) break;
        continue;
      }
      const taken = takeKey(waiting);
      if (taken === undefined) break;
      waiting = waiting.slice(taken.length);
      if (taken.name === PASTE_BEGINS) pasted = '';
      else if (taken.name !== undefined) strokes.push({ kind: 'key', name: taken.name });
    }
    if (strokes.length > 0) onKeys(strokes);
    if (waiting !== '' && pasted === undefined) timer = setTimeout(giveUpWaiting, escapeMs);
  }

  /** What began like a sequence and did not go on was the key Esc, and whatever came behind it is not guessed at. */
  function giveUpWaiting(): void {
    waiting = '';
    onKeys([{ kind: 'key', name: 'escape' }]);
  }

  function takePasted(strokes: Keystroke[]): boolean {
    const end = waiting.indexOf(PASTE_ENDS);
    // The mark itself may come in two pieces.
    const until = end < 0 ? Math.max(0, waiting.length - PASTE_ENDS.length + 1) : end;
    pasted = `${pasted}${waiting.slice(0, until)}`.slice(0, MOST_PASTED);
    waiting = waiting.slice(end < 0 ? until : end + PASTE_ENDS.length);
    if (end < 0) return false;
    strokes.push({ kind: 'paste', text: pasted });
    pasted = undefined;
    return true;
  }

  return {
    push,
    stop: () => clearTimeout(timer),
  };
}

/** Long enough for a sequence over a slow line, short enough to feel like a key. */
const ESCAPE_MS = 50;
const MOST_PASTED = 65_536;
const PASTE_BEGINS = 'paste-begins';
const PASTE_ENDS = '\u001b[201~';

/** @returns undefined when more must come; a name of undefined is a sequence that means nothing here */
function takeKey(text: string): { readonly length: number; readonly name: string | undefined } | undefined {
  if (text[0] !== '\u001b') {
    const character = String.fromCodePoint(text.codePointAt(0)!);
    return { length: character.length, name: nameOf(character) };
  }
  if (text.length === 1) return undefined;
  if (text[1] === '[' || text[1] === 'O') {
    const sequence = (text[1] === '[' ? CSI : SS3).exec(text);
    if (sequence) return { length: sequence[0].length, name: SEQUENCES[sequence[0].slice(1)] };
    // A sequence that could still go on is waited for; anything else is no sequence.
    return text.length < MOST_SEQUENCE ? undefined : { length: text.length, name: undefined };
  }
  if (text[1] === '\u001b') return { length: 1, name: 'escape' };
  // Alt and a letter: not ours, and not the letter either.
  return { length: 1 + String.fromCodePoint(text.codePointAt(1)!).length, name: undefined };
}

const CSI = /^\u001b\[[0-?]*[ -/]*[@-~]/;
const SS3 = /^\u001bO[ -~]/;
const MOST_SEQUENCE = 32;

const SEQUENCES: Readonly<Record<string, string>> = {
  '[A': 'up',
  '[B': 'down',
  '[C': 'right',
  '[D': 'left',
  OA: 'up',
  OB: 'down',
  OC: 'right',
  OD: 'left',
  '[H': 'home',
  '[F': 'end',
  OH: 'home',
  OF: 'end',
  '[1~': 'home',
  '[4~': 'end',
  '[7~': 'home',
  '[8~': 'end',
  '[3~': 'delete',
  '[5~': 'pageup',
  '[6~': 'pagedown',
  '[Z': 'shift-tab',
  '[200~': PASTE_BEGINS,
};

function nameOf(character: string): string | undefined {
  if (character === '\r' || character === '\n') return 'enter';
  if (character === '\t') return 'tab';
  if (character === ' ') return 'space';
  if (character === '\u007f' || character === '\b') return 'backspace';
  const code = character.charCodeAt(0);
  if (code >= 1 && code <= 26) return `ctrl-${String.fromCharCode(code + 96)}`;
  return code < 0x20 || (code >= 0x80 && code < 0xa0) ? undefined : character;
}
