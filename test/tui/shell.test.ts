/** The dashboard under keys, on an emulated terminal: what a person would see after each of them. */
import { afterEach, expect, test } from 'vitest';
import type { PictureSource } from '../../analyzer/src/live/picture.ts';
import type { Report } from '../../analyzer/src/report/report.ts';
import { line } from '../../tui/src/frame/line.ts';
import type { Screen } from '../../tui/src/model/screen.ts';
import { headlineOf, OVERVIEW } from '../../tui/src/screens/overview.ts';
import type { ShellContent } from '../../tui/src/shell/run-shell.ts';
import { reportPicture } from '../support/report-picture.ts';
import { finding, healthyReport, leakingReport } from '../support/sample-report.ts';
import { type ShellOnScreen, shellOnScreen } from '../support/shell-on-screen.ts';

let shell: ShellOnScreen;
afterEach(async () => {
  shell.press('\u0003');
  await shell.ended.catch(() => {});
  shell.screen.dispose();
});

test('the first frame stands before anything is loaded, and says what is being done', async () => {
  let open: (content: ShellContent) => void = () => {};
  shell = shellOnScreen((tell) => {
    tell('reading 3 of 12 files');
    return new Promise((resolve) => {
      open = resolve;
    });
  });
  expect(await shell.until('reading 3 of 12 files')).toContain('nightlight');
  open(contentOf(leakingReport()));
  await shell.until('checkout');
});

test('the cursor goes with the keys, stops at both ends, and keeps its row when the order changes', async () => {
  const { content, change } = changing(leakingReport());
  shell = shellOnScreen(async () => content);
  const [first, second] = selectable(content);
  await shell.until((text) => chosen(text).includes(first!));
  shell.press('\u001b[B');
  await shell.until((text) => chosen(text).includes(second!));
  shell.press('k', 'k', 'k');
  await shell.until((text) => chosen(text).includes(first!));
  shell.press('G');
  const last = selectable(content).at(-1)!;
  await shell.until((text) => chosen(text).includes(last));
  // Now the last one hurts most; its row stays where it is while it is selected.
  const report = leakingReport();
  const before = (await shell.until('hurt/min')).split('\n').findIndex((row) => row.startsWith('>'));
  change({ ...report, findings: [finding({ id: 'F-9', functionName: last, headline: 'WORSE NOW' }), ...report.findings] });
  const after = await shell.until('WORSE NOW');
  expect(after.split('\n').findIndex((row) => row.startsWith('>'))).toBe(before);
  shell.press('\u001b');
  await shell.until((text) => text.split('\n').findIndex((row) => row.includes(last) && !row.includes('F-9')) < before);
});

test('a filter shows the rows that hold a text, ! those that do not, and esc ends it', async () => {
  shell = shellOnScreen(async () => contentOf(leakingReport()));
  await shell.until('pricing');
  shell.press('/', 'pric', '\r');
  await shell.until((text) => !rows(text).some((row) => row.includes('checkout')));
  shell.press('/', '\u0015', '!pric', '\r');
  await shell.until(
    (text) => rows(text).some((row) => row.includes('checkout')) && !rows(text).some((row) => /^[> ] +\? pricing/.test(row)),
  );
  shell.press('\u001b');
  await shell.until((text) => !text.includes('/!pric'));
});

test('help is made of the table of keys and closes with the key that opened it', async () => {
  shell = shellOnScreen(async () => contentOf(leakingReport()), { rows: 60, columns: 100 });
  await shell.until('checkout');
  shell.press('?');
  const help = await shell.until('┌');
  for (const word of ['confirm the root cause', 'hold the picture', 'incident clock', 'copy the finding']) expect(help).toContain(word);
  shell.press('?');
  await shell.until((text) => !text.includes('incident clock') && text.includes('hurt/min'));
});

test('the palette finds a command by its letters and runs it', async () => {
  shell = shellOnScreen(async () => contentOf(leakingReport()));
  await shell.until('checkout');
  shell.press(':');
  await shell.until('Commands');
  shell.press('paus');
  await shell.until((text) => /> +space +pause/.test(text));
  shell.press('\r');
  await shell.until('PAUSED, 0 new');
});

test('while it is held the picture stands still, and what came is counted', async () => {
  const { content, change } = changing(leakingReport());
  shell = shellOnScreen(async () => content);
  await shell.until('checkout');
  shell.press(' ');
  await shell.until('PAUSED');
  const report = leakingReport();
  change({
    ...report,
    input: { ...report.input, eventCount: report.input.eventCount + 1204 },
    findings: [finding({ id: 'F-1', functionName: 'checkout', headline: 'CAME LATER' })],
  });
  const held = await shell.until('PAUSED, 1,204 new');
  expect(held).not.toContain('CAME LATER');
  shell.press(' ');
  await shell.until('CAME LATER');
});

test('a key of the clock asks, and nothing is marked without what it needs', async () => {
  const marks: unknown[] = [];
  shell = shellOnScreen(async () => ({
    ...contentOf(leakingReport()),
    mark: async (...words) => {
      marks.push(words.slice(0, 2));
      return 'confirmed';
    },
  }));
  await shell.until('checkout');
  shell.press('c', '\r');
  await shell.until('this is needed');
  shell.press('pricing', '\r', 'heap leak', '\r', 'rollback to v87 helped', '\r');
  await shell.until(/^ confirmed$/m);
  expect(marks).toEqual([['confirm', ['pricing', 'heap leak', 'rollback to v87 helped']]]);
  shell.press('n', 'typed q and ? are text', '\u001b');
  await shell.until((text) => !text.includes('typed'));
  expect(marks).toHaveLength(1);
});

test('pasted text is never read as keys, and a prompt takes it as one line', async () => {
  shell = shellOnScreen(async () => contentOf(leakingReport()));
  await shell.until('checkout');
  shell.press('\u001b[200~qqq\r\u0003\u001b[201~');
  await shell.until('pasted text is only read by a prompt');
  shell.press('/', '\u001b[200~pri\ncing\u001b[31m\u001b[201~');
  expect(await shell.until('pri cing[31m')).toContain('filter');
});

test('every size from a row up is drawn, clears once a resize, and says when it is too small', async () => {
  shell = shellOnScreen(async () => contentOf(leakingReport()));
  await shell.until('checkout');
  for (const [columns, rows] of [
    [140, 45],
    [20, 5],
    [1, 1],
    [80, 20],
    [300, 100],
    [80, 24],
  ] as const) {
    shell.resize(columns, rows);
    if (columns === 20) await shell.until('too small');
    else if (columns > 1) await shell.until((text) => text.includes('WHY') && text.split('\n').length === rows);
  }
  expect(shell.bytes().split('\u001b[2J')).toHaveLength(8);
});

test('a screen that cannot be drawn says so, and keys still work', async () => {
  const broken: Screen = {
    ...OVERVIEW,
    draw: () => {
      throw new Error('no such column');
    },
  };
  shell = shellOnScreen(async () => ({ ...contentOf(leakingReport()), screens: [broken] }));
  await shell.until('no such column');
  shell.press('?');
  await shell.until('Keys');
});

test('what cannot be done with an input is said, not ignored', async () => {
  shell = shellOnScreen(async () => contentOf(healthyReport()));
  await shell.until('checkout');
  shell.press('a');
  await shell.until('no alert so far');
  shell.press('3');
  await shell.until('there is no screen 3 here');
  shell.press('n', 'x', '\r');
  await shell.until('not possible with this input');
});

test('y brings the finding to the clipboard of the terminal', async () => {
  shell = shellOnScreen(async () => contentOf(leakingReport()));
  await shell.until('checkout');
  shell.press('y');
  await shell.until('copied as Markdown');
  const [, copied = ''] = /\u001b\]52;c;([^\u0007]*)\u0007/.exec(shell.bytes()) ?? [];
  expect(Buffer.from(copied, 'base64').toString()).toContain(`**${leakingReport().findings[0]!.id}`);
});

test('q gives the terminal back as it was, Q leaves the screen in the scrollback', async () => {
  shell = shellOnScreen(async () => contentOf(leakingReport()));
  await shell.until('checkout');
  expect(shell.screen.isSecondScreen).toBe(true);
  expect(shell.isRaw()).toBe(true);
  shell.press('q');
  await expect(shell.ended).resolves.toEqual({ kind: 'left' });
  await shell.until((text) => !text.includes('checkout'));
  expect(shell.screen.isSecondScreen).toBe(false);
  expect(shell.isRaw()).toBe(false);
  shell.screen.dispose();

  shell = shellOnScreen(async () => contentOf(leakingReport()));
  await shell.until('checkout');
  shell.press('Q');
  await shell.ended;
  await shell.until((text) => text.includes('checkout') && text.includes('WHY'));
  expect(shell.screen.isSecondScreen).toBe(false);
});

test('after the terminal is given back not one byte more is written', async () => {
  shell = shellOnScreen(async () => contentOf(leakingReport()));
  await shell.until('checkout');
  // A word in the footer, which the quitting key would take away.
  shell.press('a');
  await shell.until('no alert so far');
  shell.press('qj');
  await shell.ended;
  expect(shell.bytes().endsWith('\u001b[?1049l\u001b[23;2t')).toBe(true);
});

test('a loading that fails ends the dashboard with its error, and the terminal is given back', async () => {
  shell = shellOnScreen(() => Promise.reject(new Error('the worker died')));
  await expect(shell.ended).rejects.toThrow('the worker died');
  await shell.until('');
  expect(shell.screen.isSecondScreen).toBe(false);
});

test('a picture that did not change writes nothing', async () => {
  const { content, change } = changing(leakingReport());
  shell = shellOnScreen(async () => content, { nowMs: () => 0 });
  await shell.until('checkout');
  const before = shell.bytes().length;
  change(leakingReport());
  await new Promise((resolve) => setTimeout(resolve, 250));
  expect(shell.bytes().length).toBe(before);
});

test('a key works on the picture that is shown, and does not wait for a new one to be made', async () => {
  const { content } = changing(leakingReport());
  let made = 0;
  const source = {
    ...content.source,
    picture: () => {
      made++;
      return content.source.picture();
    },
  };
  shell = shellOnScreen(async () => ({ ...content, source }));
  await shell.until('checkout');
  const before = made;
  for (let n = 0; n < 50; n++) shell.press('j', 'k');
  expect(made).toBe(before);
});

function contentOf(report: Report): ShellContent {
  return changing(report).content;
}

function changing(report: Report): { content: ShellContent; change: (report: Report) => void } {
  let picture = reportPicture(report, ['logs/'], 1);
  let changed = () => {};
  const source: PictureSource = {
    picture: () => picture,
    lines: async () => [],
    onChange(listener) {
      changed = listener;
      return () => {};
    },
  };
  return {
    content: { source, screens: [OVERVIEW], headline: (given) => (given === undefined ? line('') : headlineOf(given)) },
    change(next) {
      picture = reportPicture(next, ['logs/'], picture.version + 1);
      changed();
    },
  };
}

function selectable({ source }: ShellContent): readonly string[] {
  const view = {
    selected: undefined,
    order: undefined,
    filter: undefined,
    sort: undefined,
    timeStyle: 'utc',
    windowMs: 0,
    atMs: undefined,
    crumbs: [],
    lines: undefined,
    scroll: 0,
  } as const;
  return OVERVIEW.rows({ picture: source.picture(), state: undefined, view, width: 80, height: 17, glyphs: 'braille' });
}

/** The rows of the table: between its head and what stands below it. */
function rows(text: string): string[] {
  const all = text.split('\n');
  const head = all.findIndex((row) => row.includes('hurt/min'));
  return all.slice(
    head + 1,
    head + 1 + all.slice(head + 1).findIndex((row) => /^\s*$|hurt requests a minute|no minute is known/.test(row)),
  );
}

function chosen(text: string): string {
  return text.split('\n').find((row) => row.startsWith('>')) ?? '';
}
