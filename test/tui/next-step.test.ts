import { expect, test } from 'vitest';
import { nextStep, nextWithoutScreen } from '../../tui/src/model/next-step.ts';
import { leakingReport } from '../support/sample-report.ts';

const reportOf = (path: string) => {
  const { input } = leakingReport();
  return { input: { ...input, files: [{ ...input.files[0]!, path }] } };
};

test('a command that would name a receiver or a pipe is no next step: what is behind the finding is here', () => {
  const next = "nightlight explain F-1 'OTLP on 127.0.0.1:4318'";
  expect(nextStep({ next }, reportOf('OTLP on 127.0.0.1:4318'))).toMatch(/^enter shows what is behind it/);
  expect(nextStep({ next: 'nightlight explain F-1 -' }, reportOf('-'))).not.toContain('nightlight');
});

test('a command that can be run stays: of files, and of anything but the input', () => {
  expect(nextStep({ next: 'nightlight explain F-1 logs/' }, reportOf('logs/a.csv'))).toBe('nightlight explain F-1 logs/');
  expect(nextStep({ next: 'aws logs tail /aws/lambda/x' }, reportOf('-'))).toBe('aws logs tail /aws/lambda/x');
});

test('where no dashboard is open, lines of a pipe have to be kept before a command can find them again', () => {
  expect(nextWithoutScreen({ next: 'nightlight explain F-1 - --fn orders' }, reportOf('-'))).toBe(
    'keep the lines (COMMAND | tee lines.log | nightlight watch -), then: nightlight explain F-1 lines.log --fn orders',
  );
  const next = "nightlight explain F-1 'OTLP on 127.0.0.1:4318'";
  expect(nextWithoutScreen({ next }, reportOf('OTLP on 127.0.0.1:4318'))).not.toContain('explain');
  expect(nextWithoutScreen({ next: 'nightlight explain F-1 logs/' }, reportOf('logs/a.csv'))).toBe('nightlight explain F-1 logs/');
});
