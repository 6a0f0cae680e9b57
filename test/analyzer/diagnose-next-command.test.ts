import { expect, test } from 'vitest';
import {
  explainCommand,
  filterLogsCommand,
  lambdaCommand,
  roomierMemoryMb,
  setMemoryCommand,
  shellQuoted,
  withSettings,
} from '../../analyzer/src/diagnose/next-command.ts';
import { parseBudget } from '../../analyzer/src/diagnose/parse-budget.ts';
import { aboutWords, durationWords, oneInWords, percentWords, shareWords } from '../../analyzer/src/diagnose/wording.ts';
import { addFile, emptySummary, MINUTE_MS, NOON_MS } from '../support/summary-builder.ts';

test('the inputs are repeated while they are few, and their common folder when they are many', () => {
  const summary = emptySummary();
  expect(explainCommand(summary)).toBe('nightlight explain F-? export.csv');
  addFile(summary, { path: "it's here/b.gz" });
  expect(explainCommand(summary)).toBe("nightlight explain F-? export.csv 'it'\\''s here/b.gz'");

  const many = emptySummary();
  many.files.length = 0;
  for (const path of ['logs/a/1.gz', 'logs/a/2.gz', 'logs/b/1.gz', 'logs/b/2.gz']) addFile(many, { path });
  expect(explainCommand(many)).toBe('nightlight explain F-? logs');
  addFile(many, { path: 'other.csv' });
  expect(explainCommand(many)).toBe('nightlight explain F-? .');
});

test('folders that only begin alike have no folder in common', () => {
  const summary = emptySummary();
  summary.files.length = 0;
  for (const path of ['/var/logs-a/1.gz', '/var/logs-a/2.gz', '/var/logs-b/1.gz', '/var/logs-b/2.gz']) addFile(summary, { path });

  expect(explainCommand(summary)).toBe('nightlight explain F-? /var');
});

test('a path that looks like an option is made a path', () => {
  const summary = emptySummary();
  summary.files.length = 0;
  addFile(summary, { path: '--out' });

  expect(explainCommand(summary)).toBe('nightlight explain F-? ./--out');
});

test('a name that Lambda could not have given enters no aws command', () => {
  for (const name of ['x; rm -rf ~', '$(reboot)', '-x', '(unnamed)', 'a b', '', 'x'.repeat(65)]) {
    expect(filterLogsCommand(name, '"Task timed out"', undefined)).toBeUndefined();
    expect(setMemoryCommand(name, 256)).toBeUndefined();
    expect(lambdaCommand('get-function-concurrency', name)).toBeUndefined();
  }
  expect(setMemoryCommand('prod_checkout-2', 256)).toBe(
    'aws lambda update-function-configuration --function-name prod_checkout-2 --memory-size 256',
  );
});

test('quoting leaves plain words alone and disarms the rest', () => {
  expect(shellQuoted('logs/a.gz')).toBe('logs/a.gz');
  expect(shellQuoted('a b')).toBe("'a b'");
  expect(shellQuoted('$HOME`x`')).toBe("'$HOME`x`'");
  expect(shellQuoted('')).toBe("''");
});

test('more memory ends at the limit of Lambda', () => {
  expect(roomierMemoryMb(128)).toBe(192);
  expect(roomierMemoryMb(10_000)).toBe(10_240);
  expect(roomierMemoryMb(10_240)).toBeUndefined();
});

test('a rare share keeps its digits and a nearly full one is not rounded to all', () => {
  expect(percentWords(0)).toBe('0 %');
  expect(percentWords(0.000012)).toBe('0.0012 %');
  expect(percentWords(0.034)).toBe('3.4 %');
  expect(percentWords(0.9996)).toBe('99.9 %');
  expect(percentWords(1)).toBe('100 %');
  expect(shareWords({ count: 41, of: 1204, share: 41 / 1204, low: 0.0245, high: 0.0459 })).toBe(
    '41 of 1,204 (3.4 %, 95 % interval 2.5 to 4.6 %)',
  );
});

test('one in so many, unless it is more than every second', () => {
  expect(oneInWords(5, 60)).toBe('1 in 12');
  expect(oneInWords(7, 12)).toBe('7 in 12');
  expect(oneInWords(2, 5)).toBe('1 in 2.5');
  expect(oneInWords(8, 8)).toBe('all 8');
  expect(oneInWords(1, 1)).toBe('the only one');
});

test('a span is said in the unit in which one thinks of it', () => {
  expect(['0.25', '12.4', '1500', '60000', '900000', '9000000'].map((ms) => durationWords(Number(ms)))).toEqual([
    '0.25 ms',
    '12 ms',
    '1.5 s',
    '60 s',
    '15 min',
    '2.5 h',
  ]);
});

test('a range is only told where there is one', () => {
  expect(aboutWords(40, 36, 44, 'invocation')).toBe('about 40 invocations (36 to 44)');
  expect(aboutWords(28, 28, 28, 'invocation')).toBe('28 invocations');
});

test('a command to go on repeats what was asked, since findings are numbered by their rank in it', () => {
  const command = 'nightlight explain F-2 logs';
  expect(withSettings(command, {})).toBe(command);
  expect(
    withSettings(command, {
      only: 'check*',
      fromMs: NOON_MS,
      toMs: NOON_MS + MINUTE_MS,
      budgets: [
        { functionPattern: 'checkout', figure: 'p999', limit: 2000 },
        { functionPattern: 'checkout', figure: 'error-rate', limit: 0.07 },
      ],
    }),
  ).toBe(
    "nightlight explain F-2 logs --fn 'check*' --from 2026-11-21T12:00:00.000Z --to 2026-11-21T12:01:00.000Z --budget checkout:p99.9=2000ms --budget checkout:error-rate=7%",
  );
  expect(withSettings('aws lambda list-functions', { only: 'x' })).toBe('aws lambda list-functions');
});

test('a budget in a command is read back as the same budget', () => {
  const budgets = parseBudget('prod-*:p99=1.5s,p99.9=3s,cold-share=0.3%');
  const command = withSettings('nightlight explain F-1 logs', { budgets });
  const words = [...command.matchAll(/--budget '?([^' ]+)'?/g)].flatMap(([, text]) => parseBudget(text!));
  expect(words).toEqual(budgets);
});
