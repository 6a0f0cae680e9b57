/** `nightlight watch` as it is started: in a pipe, and in a real terminal (tmux). */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { bundleForTest } from '../support/bundle-for-test.ts';
import { leakingReport } from '../support/sample-report.ts';
import { runNightlight } from '../support/test-world.ts';

const BUILT = fileURLToPath(new URL('../../tui/dist/main.js', import.meta.url));
const EXAMPLE = fileURLToPath(new URL('../../fixtures/example', import.meta.url));
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

test('without a terminal nothing is drawn: one line per finding', async () => {
  const report = leakingReport();
  const run = await runNightlight(['watch', 'logs/'], { report });
  expect(run.exitCode).toBe(0);
  expect(run.stdout.trimEnd().split('\n')).toHaveLength(report.findings.length);
  expect(run.stdout).not.toContain('\u001b');
});

test('--plain does the same on a terminal', async () => {
  const run = await runNightlight(['watch', '--plain', 'logs/'], { report: leakingReport(), isTerminal: true });
  expect(run.stdout).toContain('F-1 !');
  expect(run.stdout).not.toContain('\u001b');
});

test('--on-change of an input that is read once is refused, because nothing in it will change', async () => {
  const run = await runNightlight(['watch', '--plain', '--on-change', 'true', 'logs/'], { report: leakingReport() });
  expect(run).toMatchObject({ exitCode: 2, stdout: '' });
  expect(run.stderr).toContain('next: add --follow');
});

test('a terminal that can do nothing gets lines, too', async () => {
  const run = await runNightlight(['watch', 'logs/'], { report: leakingReport(), isTerminal: true, environment: { TERM: 'dumb' } });
  expect(run.stdout).toContain('F-1 !');
  expect(run.stdout).not.toContain('\u001b');
});

test('with a screen and no keyboard, one frame is drawn and the run ends', async () => {
  const settings = { isTerminal: true, columns: 100 };
  const run = await runNightlight(['watch', EXAMPLE, '--no-color'], settings);
  expect(run.exitCode).toBe(0);
  expect(run.stdout).toContain('hurt/min');
  expect(run.stdout).toContain('─'.repeat(100));
  expect(run.stdout).not.toMatch(/\u001b\[[0-9;]*m/);
  const ascii = await runNightlight(['watch', EXAMPLE, '--no-color', '--ascii'], settings);
  expect(ascii.stdout).toContain('-'.repeat(100));
  expect(ascii.stdout).toMatch(/^[\x1b\x20-\x7e\n]*$/);
});

test('when nothing could be read, the error stays in sight and no screen opens', async () => {
  const run = await runNightlight(['watch', 'orders.json'], { isTerminal: true });
  expect(run.exitCode).toBe(1);
  expect(run.stderr).toContain('READ_NOT_FOUND');
  expect(run.stdout).toBe('');
});

const hasTmux = runs('tmux', ['-V']);
if (!hasTmux) console.warn('skipped: no tmux on this machine to show a real terminal (Debian: apt-get install tmux)');

describe.skipIf(!hasTmux || !existsSync(BUILT))('in a real terminal of 80x24', () => {
  // A server of its own for each test, so that nobody's sessions are touched.
  let opened = 0;
  let socket = '';
  const tmux = (...words: string[]) => execFileSync('tmux', ['-L', socket, ...words], { encoding: 'utf8' });
  const screen = () => tmux('capture-pane', '-p', '-t', '0');

  afterEach(() => {
    tmux('kill-server');
  });

  test('it shows the worst function first, follows the keys, and gives the terminal back on q', async () => {
    open('');
    const first = await until('hurt/min');
    expect(first).toContain('nightlight');
    expect(first).toContain('fixtures/example');
    expect(first.split('\n').find((line) => line.startsWith('>'))).toContain('checkout');
    expect(first).toMatch(/WHY +\S/);

    tmux('send-keys', '-t', '0', 'Down');
    const second = await until(/^> .*email-worker/m);
    // Drawn once: a frame as high as the terminal, or one that slipped, would leave two heads.
    expect(second.match(/ nightlight {2}/g)).toHaveLength(1);

    tmux('send-keys', '-t', '0', '?');
    await until('select the next row');
    tmux('send-keys', '-t', '0', '?');
    await until('hurt requests a minute');
    tmux('send-keys', '-t', '0', 'q');
    const after = await until('exit code 0');
    expect(after).not.toContain('hurt/min');
  });

  test('after a resize the frame fits the new size', async () => {
    open('');
    await until('hurt/min');
    tmux('resize-window', '-t', '0', '-x', '100', '-y', '30');
    const wide = await until(/^─{100}$/m);
    expect(wide.match(/ nightlight {2}/g)).toHaveLength(1);
  });

  test('Ctrl-C leaves, too', async () => {
    open('');
    await until('hurt/min');
    tmux('send-keys', '-t', '0', 'C-c');
    await until('exit code 0');
  });

  test('a port in use is said where it stays to be read, with what to do, and no empty dashboard stands over it', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    open('', `--listen ${(taken.address() as AddressInfo).port}`);
    const shown = await until('exit code 1');
    taken.close();
    expect(shown).toContain('WATCH_NO_SOURCE');
    expect(shown).toContain('next:');
    expect(shown).not.toContain('hurt/min');
  });

  test('standard input into which nothing is piped is refused as an input', async () => {
    open('', '-');
    const shown = await until('exit code 2');
    expect(shown).toContain('found a keyboard');
  });

  test('with NO_COLOR no colour is sent, and the words are the same', async () => {
    open('NO_COLOR=1');
    await until('! OUT OF MEMORY');
    // -e adds the colours that the terminal holds.
    expect(tmux('capture-pane', '-p', '-e', '-t', '0')).not.toContain('\u001b[');
  });

  test('with sixteen colours the worst verdict is red', async () => {
    open('TERM=xterm COLORTERM=');
    await until('! OUT OF MEMORY');
    expect(tmux('capture-pane', '-p', '-e', '-t', '0')).toMatch(/\u001b\[[0-9;]*31m/);
  });

  test('a terminal of 20x5 says that it is too small, lives, and grows', async () => {
    open('');
    await until('hurt/min');
    tmux('resize-window', '-t', '0', '-x', '20', '-y', '5');
    await until('too small');
    tmux('resize-window', '-t', '0', '-x', '100', '-y', '30');
    await until('hurt/min');
  });

  test.each([
    ['SIGTERM', 143],
    ['SIGHUP', 129],
    ['SIGINT', 130],
  ])('%s ends it, and the terminal is as it was before', async (signal, code) => {
    open('');
    await until('hurt/min');
    tmux('send-keys', '-t', '0', '/');
    const pid = tmux('list-panes', '-F', '#{pane_pid}').trim();
    // The shell of the pane has one child: the dashboard.
    const child = execFileSync('pgrep', ['-P', pid], { encoding: 'utf8' }).trim();
    process.kill(Number(child), signal as NodeJS.Signals);
    expect(await until(`exit code ${code}`)).not.toContain('hurt/min');
    await terminalIsBack();
  });

  test('Ctrl-Z gives the terminal back to the shell, and fg brings the screen back', async () => {
    openCommand('PS1="ready> " bash --norc --noprofile -i');
    await until('ready>');
    tmux('send-keys', '-t', '0', `env -u CI '${process.execPath}' '${BUILT}' watch fixtures/example`, 'Enter');
    await until('hurt/min');
    tmux('send-keys', '-t', '0', 'C-z');
    expect(await until('Stopped')).not.toContain('hurt/min');
    tmux('send-keys', '-t', '0', 'fg', 'Enter');
    await until('hurt/min');
    tmux('send-keys', '-t', '0', '5');
    await until('all seen');
  });

  test('after an error that nobody caught the terminal is as it was before, and the error can be read', async () => {
    openCommand(`'${process.execPath}' '${await bundleForTest('test/support/crashing-dashboard.ts')}'`);
    await until('about to fail');
    const after = await until('exit code 1');
    expect(after).toContain('nobody caught this');
    expect(after).not.toContain('about to fail');
    await terminalIsBack();
  });

  test('Q leaves, and the screen stays to be read', async () => {
    open('');
    await until('hurt/min');
    tmux('send-keys', '-t', '0', 'Q');
    const after = await until('exit code 0');
    expect(after).toContain('hurt/min');
    await terminalIsBack();
  });

  /** The cursor is there, the first screen is shown, and what is typed is echoed. */
  async function terminalIsBack(): Promise<void> {
    expect(tmux('display-message', '-p', '-t', '0', '#{alternate_on} #{cursor_flag}').trim()).toBe('0 1');
    tmux('send-keys', '-t', '0', 'still here');
    await until('still here');
  }

  function open(environment: string, input = 'fixtures/example'): void {
    openCommand(`env -u CI -u NO_COLOR -u FORCE_COLOR ${environment} '${process.execPath}' '${BUILT}' watch ${input}`);
  }

  function openCommand(command: string): void {
    socket = `nightlight-${process.pid}-${opened++}`;
    tmux('-f', '/dev/null', 'new-session', '-d', '-x', '80', '-y', '24', '-c', ROOT, `${command}; echo exit code $?; sleep 600`);
  }

  async function until(word: string | RegExp): Promise<string> {
    for (;;) {
      const shown = screen();
      if (typeof word === 'string' ? shown.includes(word) : word.test(shown)) return shown;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
});

function runs(program: string, words: readonly string[]): boolean {
  try {
    execFileSync(program, words, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
