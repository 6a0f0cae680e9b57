/** Completion comes out of the commands themselves, and real shells complete with it. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { commandLine } from '../../tui/src/command-line.ts';
import { allCommands, type CommandNode, commandNodeOf } from '../../tui/src/completion/command-node.ts';
import { processWorld } from '../../tui/src/process-world.ts';
import { runNightlight } from '../support/test-world.ts';

const SHELLS = ['bash', 'zsh', 'fish'] as const;
const folder = mkdtempSync(join(tmpdir(), 'nightlight-completion-'));
const files = Object.fromEntries(SHELLS.map((shell) => [shell, join(folder, `nightlight.${shell}`)]));
beforeAll(async () => {
  for (const shell of SHELLS) writeFileSync(files[shell]!, (await runNightlight(['completion', shell])).stdout);
  writeFileSync(join(folder, 'an export.csv'), '');
});
afterAll(() => rmSync(folder, { recursive: true }));

describe.skipIf(lacks('bash'))('bash (skipped: no bash on this machine)', () => {
  test('completes commands, commands below them, and their own options', () => {
    expect(bash('nightlight an')).toEqual(['analyze']);
    expect(bash('nightlight incident hyp')).toEqual(['hypothesis']);
    expect(bash('nightlight --log x recovery ra')).toEqual(['rank']);
    expect(bash('nightlight analyze a.csv --ex')).toEqual(['--explain']);
    expect(bash('nightlight recovery board --ex')).toEqual(['--example']);
    expect(bash('nightlight help ver')).toEqual(['verdicts']);
    expect(bash('nightlight completion ')).toEqual(['bash', 'zsh', 'fish']);
    expect(bash('nightlight layer config te')).toEqual(['terraform']);
  });

  test('completes the words of an option, written with a blank or with =', () => {
    expect(bash('nightlight analyze --format j')).toEqual(['json', 'jsonl']);
    expect(bash('nightlight analyze --format = j')).toEqual(['json', 'jsonl']);
    expect(bash('nightlight watch --theme ')).toContain('contrast');
  });

  test('leaves names of files to the shell, and where none can stand, offers none', () => {
    expect(bash('nightlight analyze ')).toEqual([]);
    expect(bash('nightlight analyze --out ')).toEqual([]);
    expect(bash('nightlight analyze --fn ')).toEqual([]);
  });

  test('every command and every option that the help lists is completed', () => {
    const missing = everyCommand().flatMap(({ path, options, commands }) => {
      const typed = `nightlight${path.replaceAll('/', ' ')} `;
      const offered = new Set([...bash(typed), ...bash(`${typed}-`)]);
      return [...commands.map(({ name }) => name), ...options.flatMap(({ names }) => names)].filter((word) => !offered.has(word));
    });
    expect(missing).toEqual([]);
  });
});

describe.skipIf(lacks('zsh'))('zsh (skipped: no zsh on this machine)', () => {
  test('loads it without complaint', () => {
    const script = `autoload -U compinit && compinit -u -d ${join(folder, 'zcompdump')}; source ${files.zsh}; print $_comps[nightlight]`;
    expect(execFileSync('zsh', ['-f', '-c', script], { encoding: 'utf8' })).toBe('_nightlight\n');
  });
});

describe.skipIf(lacks('fish'))('fish (skipped: no fish on this machine)', () => {
  test('completes commands and words of options', () => {
    const complete = (line: string) =>
      execFileSync('fish', ['-N', '-c', `source ${files.fish}; complete -C ${JSON.stringify(line)}`], { encoding: 'utf8' })
        .trim()
        .split('\n')
        .map((row) => row.split('\t')[0]);
    expect(complete('nightlight an')).toEqual(['analyze']);
    expect(complete('nightlight analyze --format js')).toEqual(['json', 'jsonl']);
  });
});

test('every command, option and word stands in each script, and nothing of theirs is run when it is loaded', async () => {
  for (const shell of SHELLS) {
    const { stdout, exitCode } = await runNightlight(['completion', shell]);
    expect(exitCode).toBe(0);
    for (const { path, options } of everyCommand()) {
      if (path !== '') expect(stdout).toContain(path);
      for (const name of options.flatMap(({ names }) => names)) expect(stdout).toContain(name.replace(/^--?/, ''));
    }
    // A backtick or $( in a description would be run by the shell that loads it.
    if (shell !== 'bash') expect(stdout.replace(/'(?:[^'\\]|\\.|'\\'')*'/g, '')).not.toMatch(/`|\$\((?!commandline|\()/);
  }
});

test('a shell that is not known is wrong usage', async () => {
  const { exitCode, stderr } = await runNightlight(['completion', 'csh']);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('bash, zsh, fish');
});

function everyCommand(): readonly CommandNode[] {
  return allCommands(
    commandNodeOf(
      commandLine(processWorld(), () => {}),
      {},
    ),
  );
}

/** What bash offers for a line; a blank at its end begins a new word. */
function bash(line: string): string[] {
  const script = `source ${files.bash}; COMP_WORDS=(${line}${line.endsWith(' ') ? ' ""' : ''}); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); _nightlight; printf '%s\\n' "\${COMPREPLY[@]}"`;
  return execFileSync('bash', ['--norc', '-c', script], { encoding: 'utf8', cwd: folder })
    .split('\n')
    .filter((word) => word !== '');
}

function lacks(shell: string): boolean {
  return spawnSync(shell, ['-c', 'exit 0']).error !== undefined;
}
