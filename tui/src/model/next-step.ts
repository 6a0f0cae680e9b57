/**
 * What to do next about a finding, from where one sits. What came through a pipe or over the network lies in no file: a command
 * that names it could not be run, and its evidence is here.
 */
import type { Finding, Report } from '@nightlight/analyzer';
import { printable } from '@nightlight/analyzer/report';

export function nextStep({ next }: Pick<Finding, 'next'>, { input }: Pick<Report, 'input'>): string {
  const isHere =
    /^nightlight (?:explain|analyze) /.test(next) && input.files.some(({ path }) => path === '-' || path.startsWith('OTLP on '));
  return isHere ? 'enter shows what is behind it   e writes this view to a file   y copies' : printable(next);
}
