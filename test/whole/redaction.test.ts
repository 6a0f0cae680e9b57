/**
 * An export full of invented secrets: none of them may be in anything that the built command prints, whichever format,
 * with or without `--raw`; and no byte that a terminal would obey.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const command = fileURLToPath(new URL('../../tui/dist/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'nightlight-redaction-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What a line says, and the part of it that nobody may see. */
const SECRETS: readonly (readonly [line: string, hidden: string])[] = [
  ['no access for AKIAQ7INVENTEDKEY321', 'INVENTEDKEY'],
  ['aws_secret_access_key=wJalrXUtnFEMIinventedK7MDENGbPxRfiCYzz', 'inventedK7MDENG'],
  ['Authorization: Bearer inventedBearer0123456789abcdef', 'inventedBearer'],
  ['token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJpbnZlbnRlZCJ9.c2lnbmF0dXJlaW52', 'eyJzdWIi'],
  ['no mailbox for jane.invented@example.org', 'jane.invented'],
  ['cannot call +49 30 9018 2017', '9018 2017'],
  ['card 4111 1111 1111 1111 declined', '1111 1111'],
  ['GET https://api.example.com/v1/orders?customer=inventedCustomer&pin=9876 failed', 'inventedCustomer'],
  ['connect postgres://app:inventedPassw0rd@db.example.com/orders', 'inventedPassw0rd'],
  ['password=inventedHunter2', 'inventedHunter2'],
  ['Set-Cookie: session=inventedCookie5f4dcc3b5aa765d6', 'inventedCookie'],
];

/** Colours, a screen that is cleared, a title, a link to elsewhere, C1, and text that turns its direction. */
const HOSTILE =
  '\u001b[31mred\u001b[0m \u001b[2J\u001b[H \u001b]0;owned\u0007 \u001b]8;;https://evil.example/inventedLink\u001b\\here\u001b]8;;\u001b\\ \u009b5n \u202egnp.exe\u202c \u2066x\u2069 \u0008\u0000 \u200bend';
const OBEYED = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/;

const requestId = (ordinal: number): string => `5e0f2c1a-77aa-4b0e-9d6e-${String(ordinal).padStart(12, '0')}`;
const logged: { timestamp: number; message: string }[] = [];
let clockMs = Date.UTC(2026, 10, 21, 2);
let ordinal = 0;

/** One request that says these lines (`#` stands for its id) and fails. */
function request(...messages: readonly string[]): void {
  const id = requestId(++ordinal);
  const report = `REPORT RequestId: ${id}\tDuration: 12.00 ms\tBilled Duration: 12 ms\tMemory Size: 128 MB\tMax Memory Used: 60 MB\t\n`;
  for (const message of [
    `START RequestId: ${id} Version: 7\n`,
    ...messages.map((text) => text.replaceAll('#', id)),
    `END RequestId: ${id}\n`,
    report,
  ]) {
    clockMs += 20;
    logged.push({ timestamp: clockMs, message });
  }
}

/** The same text in every place where a line may carry it. */
function everywhere(text: string): void {
  const time = '2026-11-21T02:00:00.000Z';
  const error = { errorType: 'DeniedError', errorMessage: text, stack: [`DeniedError: ${text}`, `    at call (/var/task/${text}.js:1:2)`] };
  request(`${time}\t#\tERROR\tInvoke Error \t${JSON.stringify(error)}\n`);
  request(`${time}\t#\tERROR\tDeniedError: ${text}\n    at call (/var/task/index.js:3:4)\n  [cause]: Error: ${text}\n`);
  request(`${time}\t#\tERROR\t${text}\n`, `${time}\t#\tINFO\t${text}\n`, `${time}\t#\tWARN\t${text}\n`);
  request(`${JSON.stringify({ timestamp: time, level: 'ERROR', requestId: '#', message: text, errorType: text, stackTrace: [text] })}\n`);
  request(
    `${JSON.stringify({ level: 50, time: 1, msg: text, err: { type: 'Error', message: text, stack: `Error: ${text}\n    at a (b.js:1:2)` } })}\n`,
  );
  request(
    `[ERROR] ValueError: ${text}\nTraceback (most recent call last):\n  File "/var/task/app.py", line 7, in handler\n    raise ValueError("${text}")\n`,
  );
  request(`[ERROR]\t${time}\t#\t${text}\n`);
  request(`${JSON.stringify({ somebodys: text, own: 'form' })}\n`, `${text}\n`, `a line of no form that goes on for a while: ${text}\n`);
  request(`${JSON.stringify({ [text]: 1 })}\n`);
  request(`FATAL ERROR: ${text}\n`, `LAMBDA_WARNING: ${text}\n`);
  request(`${JSON.stringify({ time, type: `platform.${text}`, record: {} })}\n`);
  request(`REPORT RequestId: #\tDuration: 1.00 ms\tStatus: error\tError Type: ${text.includes(' ') ? 'E' : text}\tState: ${text}\n`);
  request(
    `${JSON.stringify({ time, type: 'platform.runtimeDone', record: { requestId: '#', status: 'error', errorType: text, [text]: 1 } })}\n`,
  );
}

const exported = join(folder, 'export.json');
const broken = join(folder, `in\u001b]0;owned\u0007put\u202e.json`);
const paths = [exported, broken];

beforeAll(() => {
  mkdirSync(folder, { recursive: true });
  for (const [line] of SECRETS) everywhere(line);
  everywhere(HOSTILE);
  const logStreamName = '2026/11/21/[7]0123456789abcdef0123456789abcdef';
  writeFileSync(exported, JSON.stringify({ events: logged.map((event) => ({ logStreamName, ...event, ingestionTime: event.timestamp })) }));
  writeFileSync(broken, `{"events":[{"logStreamName":"${logStreamName}","timestamp":1795222200000,"message":"password=inventedHunter2`);
});

const FORMS: readonly (readonly string[])[] = [
  ['--format', 'text'],
  ['--format', 'text', '--explain'],
  ['--format', 'md'],
  ['--format', 'json'],
  ['--format', 'jsonl'],
  ['--brief'],
];

describe.each(FORMS.map((flags) => [flags.join(' '), flags] as const))('analyze %s', (_name, flags) => {
  test.each([
    ['as it is', []],
    ['with --raw', ['--raw']],
  ] as const)('shows no secret and nothing that a terminal obeys, %s', (_how, raw) => {
    const shown = run(['analyze', ...paths, '--function', 'checkout', ...flags, ...raw]);
    expectClean(shown.stdout);
    expectClean(shown.stderr);
    // What was said is still told: the analysis did not simply fall silent.
    expect(shown.stdout).toContain('checkout');
  });
});

describe('explain', () => {
  let ids: readonly string[];
  beforeAll(() => {
    const report = JSON.parse(run(['analyze', ...paths, '--function', 'checkout', '--format', 'json']).stdout);
    ids = report.findings.map((finding: { id: string }) => finding.id).slice(0, 5);
  });

  test('shows no secret and nothing that a terminal obeys', () => {
    expect(ids).toHaveLength(5);
    for (const id of ids) expectClean(run(['explain', id, ...paths, '--function', 'checkout']).stdout);
  });

  test('with --raw it shows the lines, without what was secret in them', () => {
    const shown = ids.map((id) => run(['explain', id, ...paths, '--function', 'checkout', '--raw']).stdout);
    for (const output of shown) expectClean(output);
    expect(shown.join('\n')).toContain('[token]');
  });
});

test('without --raw no message of the application is shown as it stood, with --raw it is, redacted', () => {
  const shown = run(['analyze', ...paths, '--function', 'checkout', '--format', 'json']).stdout;
  const raw = run(['analyze', ...paths, '--function', 'checkout', '--format', 'json', '--raw']).stdout;
  expect(JSON.parse(shown).failures.every((failure: { sampleMessage: string | null }) => failure.sampleMessage === null)).toBe(true);
  expect(raw).toContain('no mailbox for [email]');
});

function expectClean(output: string): void {
  for (const [line, hidden] of SECRETS) expect(excerpt(output, hidden), `of "${line}"`).toBe('');
  const obeyed = OBEYED.exec(output);
  expect(obeyed === null ? '' : JSON.stringify(output.slice(Math.max(0, obeyed.index - 80), obeyed.index + 40))).toBe('');
}

function excerpt(output: string, hidden: string): string {
  const at = output.indexOf(hidden);
  return at < 0 ? '' : output.slice(Math.max(0, at - 120), at + 80);
}

function run(args: readonly string[]): { stdout: string; stderr: string } {
  const done = spawnSync(process.execPath, [command, ...args], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  if (done.status === null || done.stdout === '') throw new Error(`nothing on stdout; stderr: ${done.stderr}`);
  return done;
}
