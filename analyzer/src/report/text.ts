/**
 * The report on a terminal. The first ten lines answer; whoever needs more reads on. It is complete without colour,
 * fits 80 columns, and only a command may be longer than a line, because a command is copied.
 */
import type { Finding } from '../diagnose/finding.ts';
import type { Report } from './report.ts';
import { type AnswerView, answerView } from './view/answer-view.ts';
import { configurationLabel } from './view/configuration-label.ts';
import { CERTAINTY_WORDS, findingMark, HARM_WORDS, hurtText, sinceAndChangedText } from './view/finding-view.ts';
import { sectionViews } from './view/index.ts';
import type { SectionView, ViewSettings } from './view/section-view.ts';
import { exitSentence } from './view/verdict-view.ts';
import { cutEnd, padEnd, wrap } from './wording/display-width.ts';
import { factName } from './wording/fact-name.ts';
import { type Paint, paintWith } from './wording/paint.ts';
import { printableDeep } from './wording/printable.ts';
import { tableLines } from './wording/tables.ts';

export interface TextSettings extends ViewSettings {
  /** Columns of the terminal; below 80 it is laid out for 80 all the same. */
  readonly width?: number | undefined;
  readonly color?: boolean | undefined;
}

/** @returns lines joined by newlines, the last one ended */
export function renderText(report: Report, settings: TextSettings = {}): string {
  const safe = printableDeep(report);
  const width = Math.min(WIDEST, Math.max(NARROWEST, settings.width ?? NARROWEST));
  const paint = paintWith(settings.color ?? false);
  const answer = answerView(safe, settings);
  const lines = [
    ...answerLines(answer, width, paint),
    ...findingLines(safe, settings, width, paint),
    ...sectionViews(safe, settings).flatMap((section) => sectionLines(section, width, paint)),
    '',
    ...closingLines(answer, width, paint),
    ...wrap(exitSentence(safe), width).map(paint.strong),
  ];
  return `${lines.join('\n')}\n`;
}

/** Some chapters only, for a command whose own answer comes first. @param titles  as they stand above the chapters */
export function renderTextChapters(report: Report, titles: readonly string[], settings: TextSettings = {}): string {
  const width = Math.min(WIDEST, Math.max(NARROWEST, settings.width ?? NARROWEST));
  const sections = sectionViews(printableDeep(report), settings).filter(({ title }) => titles.includes(title));
  return sections.map((section) => `${sectionLines(section, width, paintWith(settings.color ?? false)).join('\n')}\n`).join('');
}

const NARROWEST = 80;
/** Longer lines are hard to follow with the eye, however wide the terminal is. */
const WIDEST = 140;
const LABEL_WIDTH = 9;

/** At most ten lines: the headline and one line each; what is left of the ten goes to WHY first, then to whoever needs it. */
function answerLines(view: AnswerView, width: number, paint: Paint): string[] {
  const room = width - LABEL_WIDTH;
  const wrapped = view.lines.map(({ label, text }) => ({ label, all: label === 'NEXT' ? [text] : wrap(text, room) }));
  let spare = ANSWER_LINES - 1 - view.lines.length;
  const extra = new Map<string, number>();
  for (const { label, all } of [...wrapped].sort((a, b) => Number(b.label === 'WHY') - Number(a.label === 'WHY'))) {
    const taken = Math.max(0, Math.min(spare, all.length - 1));
    extra.set(label, taken);
    spare -= taken;
  }
  const headline = cutEnd(`${view.mark} ${view.headline}  ${view.subject}`, width);
  const lines = wrapped.flatMap(({ label, all }) => {
    const told = shortened(all, 1 + extra.get(label)!, room);
    return told.map(
      (line, index) => paint.quiet(padEnd(index === 0 ? label : '', LABEL_WIDTH)) + (label === 'NEXT' ? paint.strong(line) : line),
    );
  });
  return [paint.byMark(view.mark, headline), ...lines];
}

const ANSWER_LINES = 10;

/** The answer has scrolled away by now on a small terminal: its headline and command once more. */
function closingLines(view: AnswerView, width: number, paint: Paint): string[] {
  const next = view.lines.find((line) => line.label === 'NEXT');
  return [
    paint.byMark(view.mark, cutEnd(`${view.mark} ${view.headline}  ${view.subject}`, width)),
    ...(next === undefined ? [] : [paint.quiet(padEnd('NEXT', LABEL_WIDTH)) + paint.strong(next.text)]),
  ];
}

function findingLines(report: Report, settings: ViewSettings, width: number, paint: Paint): string[] {
  // The first one is the answer above, when it is about users; asked for everything, it is told again in full.
  const told = settings.all === true ? report.findings : report.findings.filter((finding, index) => index > 0 || !isAnswer(finding));
  if (told.length === 0) return [];
  const shown = settings.all === true ? told : told.slice(0, FINDINGS_SHOWN);
  const left = told.length - shown.length;
  return [
    ...heading(told.length === report.findings.length ? 'Findings' : 'More findings', paint),
    ...shown.flatMap((finding) => oneFinding(report, finding, settings, width, paint)),
    ...(left === 0 ? [] : [`  ${left} more with --explain.`]),
  ];
}

const FINDINGS_SHOWN = 8;

function isAnswer(finding: Finding): boolean {
  return finding.harm === 'users' || finding.harm === 'soon';
}

function oneFinding(report: Report, finding: Finding, settings: ViewSettings, width: number, paint: Paint): string[] {
  const mark = findingMark(finding);
  const room = width - 7;
  const indented = (text: string) => wrap(text, room).map((line) => `       ${line}`);
  const head = `${padEnd(finding.id, 5)}${mark} ${finding.headline}  ${configurationLabel(finding)}`;
  const rank = `${HARM_WORDS[finding.harm]}; ${CERTAINTY_WORDS[finding.certainty]}`;
  const because = finding.certaintyBecause === '' ? '' : `: ${finding.certaintyBecause}`;
  return [
    paint.byMark(mark, cutEnd(head, width)),
    ...indented(finding.why),
    ...indented(`${rank}${because}`),
    ...(finding.affectedCount === undefined ? [] : indented(`hurts ${hurtText(finding)}`)),
    ...(finding.recovery === undefined ? [] : indented(`recovery ${finding.recovery}`)),
    ...(finding.sinceMs === undefined || finding.harm === 'data'
      ? []
      : indented(sinceAndChangedText(finding, report.changes, settings.timeZone))),
    ...(settings.all === true
      ? finding.facts
          .flatMap((fact) => indented(`${factName(fact.name)} ${fact.value}`))
          .concat(finding.evidence.map((place) => `       seen at ${place.path} byte ${place.byteOffset}`))
      : []),
    `       ${paint.quiet('next')} ${finding.next}`,
  ];
}

function sectionLines(section: SectionView, width: number, paint: Paint): string[] {
  const rows = section.table === undefined || section.table.rows.length === 0 ? [] : tableLines(section.table, width - 2);
  return [
    ...heading(section.title, paint),
    ...section.sentences.flatMap((sentence) => hanging(sentence, width)),
    ...rows.map((line, index) => `  ${index === 0 ? paint.quiet(line) : line}`),
    ...section.notes.flatMap((note) => hanging(note, width)),
  ];
}

function heading(title: string, paint: Paint): string[] {
  return ['', paint.strong(title.toUpperCase())];
}

/** Two columns in, the lines after the first four, so that the eye finds where a sentence begins. */
function hanging(sentence: string, width: number): string[] {
  // A link is for copying, as a command is.
  if (sentence.includes('https://')) return [`  ${sentence}`];
  return wrap(sentence, width - 4).map((line, index) => (index === 0 ? `  ${line}` : `    ${line}`));
}

function shortened(lines: readonly string[], limit: number, width: number): string[] {
  if (lines.length <= limit) return [...lines];
  return [...lines.slice(0, limit - 1), cutEnd(`${lines[limit - 1]} ${lines[limit]}`, width)];
}
