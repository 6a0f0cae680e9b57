/** One finding in full: what, why, whom it hurts, since when, how sure, and what to do. */
import type { Finding, Report } from '@nightlight/analyzer';
import {
  changedText,
  configurationLabel,
  factName,
  findingMark,
  hurtText,
  printableDeep,
  sinceText,
  sureText,
} from '@nightlight/analyzer/report';
import { wrapText } from '../frame/fit.ts';
import { type Line, line, run, type Style } from '../frame/line.ts';
import { nextStep } from '../model/next-step.ts';
import type { Tone } from '../model/overview-view.ts';

export const TONE_STYLES: Readonly<Record<Tone, Style>> = { red: 'bad', yellow: 'warn', blue: 'info', green: 'ok', plain: 'plain' };

const MARK_STYLES: Readonly<Record<string, Style>> = { '!': 'bad', '~': 'warn', $: 'warn', '?': 'info' };
const LABEL_WIDTH = 10;

export function findingTitle(hostile: Finding): Line {
  const finding = printableDeep(hostile);
  const mark = findingMark(finding);
  return [
    run(` ${finding.id} `, 'strong'),
    run(`${mark} ${finding.headline}`, MARK_STYLES[mark] ?? 'plain'),
    run(`  ${configurationLabel(finding)}`),
  ];
}

/** @param facts  how many of its facts are shown below the sentences */
export function findingLines(hostile: Finding, report: Report, width: number, facts = 0): readonly Line[] {
  const finding = printableDeep(hostile);
  const told = finding.facts.slice(0, facts).map(({ name, value }) => [factName(name), value] as const);
  const nameWidth = Math.min(36, Math.max(LABEL_WIDTH, ...told.map(([name]) => name.length + 7)));
  return [
    findingTitle(finding),
    ...labelled('why', finding.why, width),
    ...labelled('sure', sureText(finding), width),
    ...labelled('hurts', hurtText(finding), width),
    ...labelled('since', sinceText(finding), width),
    ...labelled('changed', changedText(finding, printableDeep(report.changes)), width),
    ...labelled('next', nextStep(finding, report), width),
    ...told.flatMap(([name, value]) => labelled(name, value, width, nameWidth)),
  ];
}

export function labelled(label: string, text: string, width: number, labelWidth = LABEL_WIDTH + 2): readonly Line[] {
  return wrapText(text, width - labelWidth, 4).map((row, index) =>
    line(run((index === 0 ? `    ${label}` : '').padEnd(labelWidth), 'dim'), row),
  );
}
