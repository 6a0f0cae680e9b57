import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { reportToJson, writeJson } from '../../analyzer/src/report/json.ts';
import { EXIT_CODES } from '../../tui/src/commands/exit-codes.ts';
import { TOPICS } from '../../tui/src/commands/help-topics.ts';
import { SHORT_HELP } from '../../tui/src/commands/short-help.ts';
import { VERSION } from '../../tui/src/version.ts';
import { healthyReport, leakingReport, thinReport, unreadReport } from '../support/sample-report.ts';
import { runNightlight } from '../support/test-world.ts';

const folder = mkdtempSync(join(tmpdir(), 'nightlight-command-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('analyze', () => {
  test('prints text on a terminal and Markdown elsewhere', async () => {
    const report = leakingReport();
    expect((await runNightlight(['analyze', 'logs'], { report, isTerminal: true, environment: { NO_COLOR: '1' } })).stdout).toMatch(
      /^! TIMEOUTS {2}checkout/,
    );
    expect((await runNightlight(['analyze', 'logs'], { report })).stdout).toMatch(/^# ! TIMEOUTS: checkout/);
  });

  test('prints JSON, and JSON lines, that can be read', async () => {
    const report = leakingReport();
    const json = await runNightlight(['analyze', 'logs', '--format', 'json'], { report });
    expect(JSON.parse(json.stdout)).toMatchObject({ schema: 'report-1', exit: 0 });
    const lines = await runNightlight(['analyze', 'logs', '--format', 'jsonl'], { report });
    expect(
      lines.stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).schema),
    ).toEqual(Array(5).fill('report-1'));
  });

  test('colours only a terminal that wants it', async () => {
    const colored = async (words: string[], environment: Record<string, string>, isTerminal = true) =>
      (
        await runNightlight(['analyze', 'logs', '--format', 'text', ...words], { report: leakingReport(), isTerminal, environment })
      ).stdout.includes('\u001b[');
    expect(await colored([], {})).toBe(true);
    expect(await colored([], {}, false)).toBe(false);
    expect(await colored([], { NO_COLOR: '1' })).toBe(false);
    expect(await colored(['--no-color'], { FORCE_COLOR: '1' })).toBe(false);
    expect(await colored([], { TERM: 'dumb' })).toBe(false);
    expect(await colored([], { FORCE_COLOR: '1' }, false)).toBe(true);
  });

  test('hands every option to the analysis in its own unit', async () => {
    const words =
      'analyze a b --from 2026-11-21T01:00Z --to 2026-11-21T02:00Z --fn prod-* --function checkout --format-in logs-tail --tz Europe/Berlin --arch arm64 --prices p.json --budget checkout:p99=2s --fail-on leak,gap --fail-on cold --workers 2 --max-inflated 8GiB';
    const { asked } = await runNightlight(words.split(' '), { report: leakingReport() });
    expect(asked).toEqual({
      paths: ['a', 'b'],
      settings: {
        fromMs: Date.UTC(2026, 10, 21, 1),
        toMs: Date.UTC(2026, 10, 21, 2),
        only: 'prod-*',
        functionName: 'checkout',
        formatIn: 'logs-tail',
        timeZone: 'Europe/Berlin',
        architecture: 'arm64',
        pricePath: 'p.json',
        budgets: [{ functionPattern: 'checkout', figure: 'p99', limit: 2_000 }],
        failOn: ['leak', 'gap', 'cold'],
        workers: 2,
        maxInflatedBytes: 8 * 1024 ** 3,
      },
    });
  });

  test('asks for nothing that was not given', async () => {
    expect((await runNightlight(['analyze', 'logs'], { report: leakingReport() })).asked?.settings).toEqual({});
  });

  test('takes budgets from a file too', async () => {
    const path = join(folder, 'budgets.json');
    writeFileSync(path, '{"checkout": {"error-rate": "1%"}}');
    const { asked } = await runNightlight(['analyze', 'logs', '--budget', path], { report: leakingReport() });
    expect(asked?.settings.budgets).toEqual([{ functionPattern: 'checkout', figure: 'error-rate', limit: 0.01 }]);
  });

  test('echoes the range that relative times came to, on standard error', async () => {
    const run = await runNightlight(['analyze', 'logs', '--from', '-15m'], { report: leakingReport() });
    expect(run.stderr).toContain('looking at 2026-11-21T11:45:00.000Z up to the end');
    expect(run.stdout).not.toContain('looking at');
  });

  test.each([
    [0, leakingReport()],
    [4, thinReport()],
    [1, unreadReport()],
    [3, { ...leakingReport(), exit: 3 }],
  ])('ends with the exit code %i of the report', async (exit, report) => {
    expect((await runNightlight(['analyze', 'logs'], { report })).exitCode).toBe(exit);
  });

  test('tells each input that could not be read, with place, finding and next step, and still reports', async () => {
    const run = await runNightlight(['analyze', 'orders.json'], { report: unreadReport() });
    expect(run.stderr).toBe('error[READ_NOT_FOUND]: orders.json: expected a file, found nothing by that name.\n  next: Check the path.\n');
    expect(run.stdout).toContain('NOTHING COULD BE READ');
  });

  test('writes to a file whole, in the form that its name says, and leaves nothing beside it', async () => {
    const path = join(folder, 'report.json');
    const run = await runNightlight(['analyze', 'logs', '-o', path], { report: leakingReport() });
    expect(run.stdout).toBe('');
    expect(JSON.parse(readFileSync(path, 'utf8')).schema).toBe('report-1');
    expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  test('says so when it cannot write there', async () => {
    const run = await runNightlight(['analyze', 'logs', '-o', join(folder, 'no', 'such', 'report.md')], { report: leakingReport() });
    expect(run.exitCode).toBe(1);
    expect(run.stderr).toContain('error[OUT_NOT_WRITTEN]');
  });

  test('ends with 130 when interrupted, at once, and writes nothing', async () => {
    const path = join(folder, 'interrupted.json');
    let aborted = false;
    const run = await runNightlight(['analyze', 'logs', '-o', path], {
      interrupted: true,
      analyze: (_paths, _settings, _onProgress, signal) =>
        new Promise((_resolve, reject) => {
          signal?.addEventListener('abort', () => {
            aborted = true;
            reject(signal.reason);
          });
        }),
    });
    expect(run).toMatchObject({ exitCode: 130, stdout: '' });
    expect(aborted).toBe(true);
    expect(existsSync(path)).toBe(false);
  });

  test('shows progress on a terminal after a while, and wipes it; nothing of it elsewhere', async () => {
    let now = 0;
    const analyze = async (_paths: unknown, _settings: unknown, onProgress?: (progress: never) => void) => {
      for (const step of [100, 250, 400, 900]) {
        now = step;
        onProgress?.({ filesDone: 3, filesTotal: 12, bytesDone: 41e6, bytesTotal: 100e6, events: 1_200_000 } as never);
      }
      return healthyReport();
    };
    const settings = { analyze: analyze as never, isTerminal: true };
    Object.defineProperty(settings, 'nowMs', { get: () => now });
    const { stderr } = await runNightlight(['analyze', 'logs'], settings);
    expect(stderr.split('\r\u001b[2K').filter((line) => line !== '')).toEqual([
      'reading 3 of 12 files  41 %  1.2 M events  103 MB/s  about 1 s left',
      'reading 3 of 12 files  41 %  1.2 M events  46 MB/s  about 2 s left',
    ]);
    expect(stderr.endsWith('\r\u001b[2K')).toBe(true);
    now = 0;
    expect((await runNightlight(['analyze', 'logs'], { analyze: analyze as never })).stderr).toBe('');
  });

  test('reports its own failure with a way to see more, and no stack', async () => {
    const run = await runNightlight(['analyze', 'logs'], {
      analyze: async () => {
        throw new TypeError('surprise\u001b[2J');
      },
    });
    expect(run.exitCode).toBe(1);
    expect(run.stderr).toBe('error[INTERNAL]: surprise?[2J\n  next: run it again with NODE_DEBUG=nightlight, and report what it prints\n');
  });
});

describe('wrong usage', () => {
  test.each([
    [['analyze'], "missing required argument 'path'", 'nightlight analyze --help'],
    [['analyze', 'x', '--fomat', 'json'], "unknown option '--fomat' (Did you mean --format?)", 'nightlight analyze --help'],
    [['analyse', 'x'], "unknown command 'analyse' (Did you mean analyze?)", 'nightlight --help'],
    [['analyze', 'x', '--format', 'html'], 'Allowed choices are text, md, json, jsonl', 'nightlight analyze --help'],
    [
      ['analyze', 'x', '--fail-on', 'leek'],
      'expected one of leak, cold, p99, gap, systemic, any, found leek',
      'nightlight help exit-codes',
    ],
    [['analyze', 'x', '--format-in', 'xml'], '--format-in: expected one of console-csv', 'nightlight help formats'],
    [['analyze', 'x', '--from', '23:00'], 'can be read as', '--from 2026-11-20T23:00:00.000Z'],
    [['analyze', 'x', '--max-inflated', 'lots'], 'Expected a size such as 8GiB', 'nightlight analyze --help'],
    [['analyze', 'x', '--brief', '--format', 'json'], 'found both', 'leave --format out'],
    [['analyze', 'x', '--budget', 'checkout:p99=2'], 'BUDGET_LIMIT', ''],
    [['explain', 'F-1'], 'expected the inputs that F-1 was found in', 'nightlight explain F-1 <path...>'],
    [['explain', 'blorp'], 'UNKNOWN_WORD', 'nightlight help verdicts'],
    [['schema', 'blorp'], 'expected one of report, finding, mark, run, board, check, found blorp', 'nightlight schema'],
    [['help', 'blorp'], 'found blorp', 'nightlight --help'],
  ])('%j ends with 2, says what was expected, and what to do', async (words, message, next) => {
    const run = await runNightlight(words, { report: leakingReport() });
    expect(run.exitCode).toBe(2);
    expect(run.stderr).toContain(message);
    expect(run.stderr).toContain(next);
    expect(run.stdout).toBe('');
  });
});

describe('explain', () => {
  test('analyses the same inputs again and prints the evidence of the finding', async () => {
    const run = await runNightlight(['explain', 'F-2', 'logs'], { report: leakingReport() });
    expect(run.exitCode).toBe(0);
    expect(run.stdout).toContain('logs/pricing.csv at byte 1020455');
    expect(run.asked?.paths).toEqual(['logs']);
  });

  test('reads the finding from a JSON report without analysing again', async () => {
    const path = join(folder, 'saved.json');
    writeFileSync(path, writeJson(reportToJson(leakingReport())));
    const run = await runNightlight(['explain', 'f-2', '--report', path]);
    expect(run.asked).toBeUndefined();
    expect(run.stdout).toContain('F-2 ! OUT OF MEMORY');
  });

  test('shows the lines at the evidence when raw ones are asked for', async () => {
    const path = join(folder, 'pricing.log');
    writeFileSync(path, 'START\nREPORT RequestId: 1 Status: error\n');
    const report = leakingReport();
    const findings = report.findings.map((one) => ({ ...one, evidence: [{ path, byteOffset: 6, at: undefined }] }));
    const run = await runNightlight(['explain', 'F-1', path, '--raw'], { report: { ...report, findings } });
    expect(run.stdout).toContain('| REPORT RequestId: 1 Status: error');
  });

  test('says which findings there are when there is none by that id', async () => {
    const run = await runNightlight(['explain', 'F-9', 'logs'], { report: leakingReport() });
    expect(run).toMatchObject({ exitCode: 2, stdout: '' });
    expect(run.stderr).toContain('which holds F-1 to F-4; found F-9');
  });

  test('explains a word and an error code without any input', async () => {
    expect((await runNightlight(['explain', 'leak'])).stdout).toContain('Memory that grows with every invocation');
    expect((await runNightlight(['explain', 'read_html'])).stdout).toContain('login page');
  });

  test('says what is wrong with a report that it cannot read', async () => {
    const run = await runNightlight(['explain', 'F-1', '--report', join(folder, 'gone.json')]);
    expect(run.exitCode).toBe(1);
    expect(run.stderr).toContain('error[REPORT_NOT_READABLE]');
  });
});

describe('help', () => {
  test('promises no form of output that does not exist', async () => {
    for (const words of [['--help'], ['analyze', '--help'], ['explain', '--help'], ...TOPICS.map((topic) => ['help', topic])]) {
      const run = await runNightlight(words);
      expect(run.exitCode).toBe(0);
      expect(run.stdout).not.toMatch(/html|junit/i);
      expect(run.analyzerLoaded).toBe(false);
    }
  });

  test('fits 80 columns, but for commands to copy', async () => {
    for (const words of [['--help'], ...TOPICS.map((topic) => ['help', topic])]) {
      const lines = (await runNightlight(words)).stdout.split('\n');
      expect(lines.filter((line) => line.length > 80 && !line.startsWith('  nightlight '))).toEqual([]);
    }
    expect(SHORT_HELP.split('\n').filter((line) => /^ {2}(nightlight|aws)/.test(line))).toHaveLength(3);
  });

  test('of the innermost command is what a wrong option leads to, and no word is offered twice', async () => {
    const run = await runNightlight(['incident', 'hypothesis', 'pricing', '--why', 'leak']);
    expect(run.stderr).toContain('next: nightlight incident hypothesis --help');
    const offered = /expected one of (.*), found/.exec((await runNightlight(['help', 'nothing'])).stderr)![1]!.split(', ');
    expect(new Set(offered).size).toBe(offered.length);
  });

  test('is the same for `help analyze` and `analyze --help`', async () => {
    expect((await runNightlight(['help', 'analyze'])).stdout).toBe((await runNightlight(['analyze', '--help'])).stdout);
  });

  test('names every exit code in the topic and in the document', async () => {
    const topic = (await runNightlight(['help', 'exit-codes'])).stdout.replace(/\s+/g, ' ');
    const document = readFileSync(new URL('../../docs/exit-codes.md', import.meta.url), 'utf8').replace(/ +/g, ' ');
    for (const { code, meaning } of EXIT_CODES) {
      expect(topic).toContain(`${code} ${meaning}`);
      expect(document.replaceAll(/ +/g, ' ')).toContain(`| ${code} | ${meaning} |`);
    }
  });
});

test('schema prints the schema that it names, and the names without one', async () => {
  expect((await runNightlight(['schema'])).stdout).toMatch(/^report .*\nfinding /);
  expect(JSON.parse((await runNightlight(['schema', 'report'])).stdout).$id).toBe('urn:nightlight:report-1');
});

test('the version is the one of the package', () => {
  expect(VERSION).toBe(JSON.parse(readFileSync(new URL('../../tui/package.json', import.meta.url), 'utf8')).version);
});
