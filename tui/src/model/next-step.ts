/**
 * What to do next about a finding, from where one sits. What came through a pipe or over the network lies in no file: a command
 * that names it could not be run, and its evidence is here.
 */
import type { Finding, Report } from '@nightlight/analyzer';
import { printable } from '@nightlight/analyzer/report';

export function nextStep({ next }: Pick<Finding, 'next'>, { input }: Pick<Report, 'input'>): string {
  return sourceOf(next, input) === 'files' ? printable(next) : 'enter shows what is behind it   e writes this view to a file   y copies';
}

/** The same for a line that is read where no dashboard is open: in a log, a chat, the input of a program. */
export function nextWithoutScreen({ next }: Pick<Finding, 'next'>, { input }: Pick<Report, 'input'>): string {
  const source = sourceOf(next, input);
  if (source === 'files') return printable(next);
  if (source === 'network') return 'its lines came over the network and are kept in no file: without --plain or --json, enter shows them';
  return `keep the lines (COMMAND | tee lines.log | nightlight watch -), then: ${printable(next).replace(/ -(?= |$)/, ' lines.log')}`;
}

function sourceOf(next: string, { files }: Report['input']): 'files' | 'pipe' | 'network' {
  if (!/^nightlight (?:explain|analyze) /.test(next)) return 'files';
  if (files.some(({ path }) => path.startsWith('OTLP on '))) return 'network';
  return files.some(({ path }) => path === '-') ? 'pipe' : 'files';
}
