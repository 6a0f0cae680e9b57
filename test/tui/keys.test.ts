/** One table of keys: unambiguous, complete, and what the help and the documentation say. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { actionOf, KEYS, keysOn } from '../../tui/src/model/keys.ts';
import { keysMarkdown } from '../../tui/src/model/keys-doc.ts';
import { editLine, insertText } from '../../tui/src/model/line-edit.ts';
import { SCREEN_IDS } from '../../tui/src/model/screen.ts';
import { applyScreenEffect, type ShellFacts, startShell, stepShell } from '../../tui/src/model/shell-state.ts';
import { createKeyDecoder, type Keystroke } from '../../tui/src/terminal/key-decoder.ts';

test('no screen has a key of its own that works everywhere, and none has a key twice', () => {
  for (const screen of SCREEN_IDS) {
    const keys = keysOn(screen).flatMap((row) => row.keys);
    expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
  }
});

test('every key of the table leads to its action on the screens that it is for', () => {
  for (const row of KEYS) {
    for (const screen of row.screens ?? SCREEN_IDS) for (const key of row.keys) expect(actionOf(key, screen)).toBe(row.action);
  }
});

test('docs/keys.md says what the table says', async () => {
  await expect(keysMarkdown()).toMatchFileSnapshot('../../docs/keys.md');
});

test.each([
  ['j', ['j']],
  ['\u001b[A\u001b[B\u001bOC', ['up', 'down', 'right']],
  ['\u001b[5~\u001b[6~\u001b[H\u001bOF', ['pageup', 'pagedown', 'home', 'end']],
  ['\r\u007f \u0003', ['enter', 'backspace', 'space', 'ctrl-c']],
  ['é漢👍', ['é', '漢', '👍']],
  // Alt with a letter, and answers of a terminal that nobody asked for, are no keys and no letters either.
  ['\u001bq\u001b[?62;4c\u001b[12;40Rj', ['j']],
])('%j are the keys %j, in one piece and byte by byte', async (bytes, names) => {
  expect(await decoded([Buffer.from(bytes)])).toEqual(names);
  expect(await decoded([...Buffer.from(bytes)].map((byte) => Buffer.from([byte])))).toEqual(names);
});

test('Esc counts when nothing follows it, and twice when pressed twice', async () => {
  expect(await decoded([Buffer.from('\u001b')])).toEqual(['escape']);
  expect(await decoded([Buffer.from('\u001b\u001b')])).toEqual(['escape', 'escape']);
});

test('pasted text is one piece, whatever is in it and however it comes', async () => {
  const pasted = '\u001b[200~q\u001b[A\u0003\r\u001b[201~j';
  expect(await decoded([Buffer.from(pasted)])).toEqual([{ paste: 'q\u001b[A\u0003\r' }, 'j']);
  expect(await decoded([...Buffer.from(pasted)].map((byte) => Buffer.from([byte])))).toEqual([{ paste: 'q\u001b[A\u0003\r' }, 'j']);
});

test('no bytes of a keyboard make the decoder fail or wait for ever', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 60 }), async (bytes) => {
      const strokes = await decoded([Buffer.from(bytes), Buffer.from('\u001b[201~'), Buffer.from('\u0003')]);
      expect(strokes.length).toBeGreaterThan(0);
    }),
    { numRuns: 60 },
  );
});

test('a line is edited by letters and not by halves of them', () => {
  const typed = insertText({ text: '', cursor: 0 }, '👍é');
  expect(editLine(typed, 'backspace')).toEqual({ text: '👍', cursor: 1 });
  expect(editLine({ ...typed, cursor: 1 }, 'backspace')).toEqual({ text: 'é', cursor: 0 });
  expect(editLine({ text: 'goto 02:01', cursor: 10 }, 'ctrl-w')).toEqual({ text: 'goto ', cursor: 5 });
  expect(insertText(typed, 'x'.repeat(10_000)).text.length).toBeLessThan(600);
});

const FACTS: ShellFacts = {
  nowMs: 10_000_000,
  screens: ['overview', 'failures'],
  rows: ['checkout', 'pricing', 'auth'],
  sorts: ['hurt', 'p99'],
  moments: [4_000_000, 9_000_000],
  alertMs: 9_000_000,
  earliestMs: 3_000_000,
};

test('whatever is pressed, the state stays sound: a row that is there, a time that was, and a way out', () => {
  const names = fc.constantFrom(
    ...KEYS.flatMap(({ keys }) => keys).filter((key) => key !== 'q' && key !== 'Q' && key !== 'ctrl-c'),
    '1',
    '5',
    'p',
    'a',
    'delete',
    'left',
  );
  fc.assert(
    fc.property(fc.array(names, { maxLength: 80 }), (pressed) => {
      let state = startShell('overview');
      for (const name of pressed) {
        const step = stepShell(state, { kind: 'key', name }, FACTS);
        ({ state } = step);
        for (const effect of step.effects) {
          if (effect.kind === 'open')
            ({ state } = applyScreenEffect(state, { kind: 'open', crumb: { id: 'x', title: 'x' }, evidence: [] }, FACTS));
        }
      }
      const page = state.pages[state.screen];
      expect(page?.selected === undefined || FACTS.rows.includes(page.selected)).toBe(true);
      expect(state.atMs === undefined || (state.atMs >= FACTS.earliestMs! && state.atMs < FACTS.nowMs)).toBe(true);
      expect(page?.crumbs.length ?? 0).toBe(page?.above.length ?? 0);
      expect(stepShell(state, { kind: 'key', name: 'ctrl-c' }, FACTS).effects).toEqual([{ kind: 'quit', leavesScreen: false }]);
    }),
  );
});

test('esc goes back one thing at a time: depth, filter, row', () => {
  let state = startShell('overview');
  const press = (...names: string[]) => {
    for (const name of names) ({ state } = stepShell(state, { kind: 'key', name }, FACTS));
    return state.pages.overview!;
  };
  press('/', 'p', 'enter', 'down');
  ({ state } = applyScreenEffect(state, { kind: 'open', crumb: { id: 'pricing', title: 'pricing' } }, FACTS));
  expect(press('up').crumbs).toHaveLength(1);
  expect(press('escape')).toMatchObject({ crumbs: [], selected: 'pricing', filter: { text: 'p' } });
  expect(press('escape').filter).toBeUndefined();
  press('down');
  expect(press('escape')).toMatchObject({ selected: undefined, order: undefined });
});

test('a body without rows is moved to its last line and no further, so that the way back begins at once', () => {
  let state = startShell('overview');
  let mostScroll = 7;
  const press = (...names: string[]) => {
    for (const name of names) ({ state } = stepShell(state, { kind: 'key', name }, { ...FACTS, rows: [], mostScroll }));
    return state.pages.overview!.scroll;
  };
  expect(press('G')).toBe(7);
  expect(press('k')).toBe(6);
  expect(press('j', 'j', 'j', 'j')).toBe(7);
  expect(press('k')).toBe(6);
  // A larger window shows more of it at once.
  mostScroll = 3;
  expect(press('k')).toBe(2);
  expect(press('g')).toBe(0);
  expect(press('k')).toBe(0);
});

test('scrubbing stops at the first minute and comes back to now', () => {
  let state = startShell('overview');
  const press = (name: string) => {
    ({ state } = stepShell(state, { kind: 'key', name }, FACTS));
    return state.atMs;
  };
  expect(press(',')).toBe(9_940_000);
  for (let n = 0; n < 30; n++) press('<');
  expect(state.atMs).toBe(3_000_000);
  expect(press('}')).toBe(4_000_000);
  expect(press('a')).toBe(9_000_000);
  expect(press('>')).toBe(9_900_000);
  expect(press('>')).toBeUndefined();
});

async function decoded(pieces: readonly Buffer[]): Promise<unknown[]> {
  const strokes: Keystroke[] = [];
  const decoder = createKeyDecoder((given) => strokes.push(...given), 5);
  for (const piece of pieces) decoder.push(piece);
  await new Promise((resolve) => setTimeout(resolve, 15));
  decoder.stop();
  return strokes.map((stroke) => (stroke.kind === 'key' ? stroke.name : { paste: stroke.text }));
}
