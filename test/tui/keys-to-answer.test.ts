/**
 * How many keys a tired person needs for each question of the night, counted from the overview of the shipped example in
 * the whole dashboard. More keys than these are a fault, as a wrong number is.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { incidentLogPath, readIncidentLog } from '../../tui/src/incident/incident-log.ts';
import { type Dashboard, openDashboard } from '../../tui/src/watch/open-dashboard.ts';
import type { World } from '../../tui/src/world.ts';
import { type ShellOnScreen, shellOnScreen } from '../support/shell-on-screen.ts';

const EXAMPLE = fileURLToPath(new URL('../../fixtures/example', import.meta.url));
const ENTER = '\r';
const UP = '\u001b[A';
const DOWN = '\u001b[B';
const NOW_MS = Date.UTC(2026, 10, 21, 2, 20);

let folder: string;
let shell: ShellOnScreen;
let dashboard: Dashboard;
beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'nightlight-keys-'));
  // Of the rest of the world nothing is asked by these keys.
  const world = { environment: { XDG_STATE_HOME: folder }, nowMs: () => NOW_MS } as Partial<World> as World;
  dashboard = openDashboard({ paths: [EXAMPLE], analysis: {}, alerts: true, timeZone: 'UTC' }, world);
  await dashboard.live.caughtUp();
  shell = shellOnScreen(async () => dashboard.content, { nowMs: () => NOW_MS, columns: 100, rows: 30 });
  await shell.until('hurt/min');
});
afterEach(async () => {
  shell.press('\u0003');
  await shell.ended;
  shell.screen.dispose();
  await dashboard.close();
  rmSync(folder, { recursive: true });
});

const marksKept = () => readIncidentLog(incidentLogPath(undefined, { XDG_STATE_HOME: folder })).marks;

test('what hurts most, and why: no key', async () => {
  const text = await shell.until('WHY');
  expect(text.split('\n').find((row) => row.startsWith('>'))).toMatch(/checkout.*! OUT OF MEMORY/);
  expect(text).toMatch(/WHY +checkout: killed for want of memory/);
});

test('is it new since a deploy: no key, also when the deploy is older than the stretch that is shown', async () => {
  const text = await shell.until('v42 came 33 min before');
  expect(text).toMatch(/since 01:53:00 UTC/);
  expect(text).not.toContain('d deploy');
});

test('rare or systemic, with evidence: one key', async () => {
  shell.press('5');
  const text = await shell.until('to decide');
  expect(text).toMatch(/DENSE NOW.*Runtime\.OutOfMemory/);
  expect(text).toMatch(/judged by +11 of 222 attempts/);
});

test('the raw lines behind it: two keys', async () => {
  shell.press(ENTER);
  await shell.until('hurts ');
  shell.press(ENTER);
  await shell.until(/REPORT RequestId: [0-9a-f-]{36}/);
  // More of them than there is room for are said to be there, and reached.
  const text = await shell.until(/… \d+ more rows; j and k move/);
  expect(text).toContain('01:54:00 UTC');
  shell.press('j', 'j');
  await shell.until((now) => !now.includes('01:54:00 UTC') && now.includes('01:54:45 UTC'));
});

test('a leak, and how long until the next kill: one key', async () => {
  shell.press('3');
  const text = await shell.until('LEAKING');
  expect(text.replace(/\s+/g, ' ')).toContain('next kill in 2 to 3 invocations, about 2 to 3 min');
});

test('p99.9 by function over 12 hours: two keys, and it says where there are too few for it', async () => {
  shell.press('4');
  await shell.until('p99.9');
  shell.press('w');
  const text = await shell.until(' 12 h');
  expect(text).toContain('p99.9');
  expect(text).toContain('n<3,700');
});

test('what it looked like at the alert: one key; with none noted it is the beginning of the harm, and is called so', async () => {
  shell.press('a');
  const text = await shell.until(/◂ AT 01:53:00 UTC {2}as it stood then/);
  expect(text).toContain('no alert was noted here: this is where OUT OF MEMORY of checkout began');
  // Nobody could know the kills that came after it.
  expect(text).toMatch(/^> .*checkout.*! FAILURE/m);
  expect(text).toMatch(/WHY +checkout: TypeError: .* 8 of 368 attempts/);
  shell.press('}', '}', '}', '}', '}');
  await shell.until((now) => now.includes('as it stood then') && /^> .*checkout.*! OUT OF MEMORY/m.test(now));
  shell.press('0', '!', ENTER);
  await shell.until('the clock runs');
  shell.press('a');
  expect(await shell.until('◂ AT 02:20:00 UTC')).not.toContain('no alert');
});

test('a summary for the chat: one key', async () => {
  shell.press('y');
  await shell.until('copied as Markdown');
  const [, copied = ''] = /\u001b\]52;c;([^\u0007]+)\u0007/.exec(shell.bytes()) ?? [];
  expect(Buffer.from(copied, 'base64').toString()).toMatch(/^\*\*F-1 ! OUT OF MEMORY\*\* {2}checkout/);
});

test('the clock is stopped with a proof by c and enter, beside the words of the proof', async () => {
  shell.press('!', ENTER);
  await shell.until('the clock runs');
  shell.press('c');
  await shell.until('confirm checkout F-1 (↑↓ other), proof (revert, kill, replay, truth): revert:');
  // A kind of proof alone is asked again, and nothing that was typed is lost.
  shell.press(ENTER);
  await shell.until('what showed it? esc gives up: revert:');
  shell.press('v41 put back, no kill since', ENTER);
  await shell.until('the search has ended');
  expect(marksKept().find(({ mark }) => mark === 'confirm')).toMatchObject({ component: 'checkout', proofKind: 'revert' });
});

test('in 80 columns and 24 rows the answers have room, too, with as many keys', async () => {
  shell.resize(80, 24);
  await shell.until((now) => /WHY +checkout: killed for want of memory/.test(now) && now.includes('v42 came 33 min before'));
  shell.press('5');
  await shell.until((now) => /all seen +12 of 607 attempts/.test(now) && now.includes('to decide'));
  shell.press('3');
  await shell.until((now) => now.includes('! LEAKING') && now.replace(/\s+/g, ' ').includes('next kill in 2 to 3 invocations'));
  shell.press('4', 'w');
  await shell.until((now) => now.includes('p99.9') && now.includes('warm to p99.9: the last '));
  shell.press('1', ENTER, ENTER);
  await shell.until(/REPORT RequestId:/);
});

test('another suspect is one arrow away and keeps the words of the proof; beyond the last one it is asked for', async () => {
  shell.press('!', ENTER);
  await shell.until('the clock runs');
  shell.press('c', 'quota raised', DOWN, DOWN);
  await shell.until(/confirm email-worker F-3 .*revert: quota raised/);
  shell.press(UP, UP, UP);
  await shell.until('confirm 1 of 3, component at fault:');
  shell.press('mail-provider', ENTER, '429 since 01:53', ENTER, 'quota raised', ENTER);
  await shell.until('the search has ended');
  expect(marksKept().find(({ mark }) => mark === 'confirm')).toMatchObject({ component: 'mail-provider', fingerprint: '429 since 01:53' });
});

test('without a clock nothing but an alert is asked for: what would be typed would be lost', async () => {
  shell.press('c');
  expect(await shell.until('no incident is open: ! notes the alert')).not.toContain('proof (');
});

test('looking at the clock is no view of the search', async () => {
  shell.press('!', ENTER);
  await shell.until('the clock runs');
  shell.press('6');
  expect(await shell.until(/\d views?;/)).toContain('1 view;');
  shell.press('5');
  await shell.until('to decide');
  shell.press('6');
  await shell.until('2 views;');
});

test('c confirms what was opened, and not what stands first', async () => {
  shell.press('!', ENTER);
  await shell.until('the clock runs');
  shell.press('j');
  await shell.until(/^> .*email-worker/m);
  shell.press('c');
  await shell.until('confirm email-worker F-3 (↑↓ other)');
});
