/**
 * The report for an incident channel or a pull request. It reads as plain text too: the answer comes first, as on a
 * terminal, and marks are words and signs, not pictures.
 */
import type { Finding } from '../diagnose/finding.ts';
import type { Report } from './report.ts';
import { answerView } from './view/answer-view.ts';
import { configurationLabel } from './view/configuration-label.ts';
import { CERTAINTY_WORDS, findingMark, hurtText } from './view/finding-view.ts';
import { sectionViews } from './view/index.ts';
import type { SectionView, ViewSettings } from './view/section-view.ts';
import { exitSentence } from './view/verdict-view.ts';
import { printableDeep } from './wording/printable.ts';
import type { Table } from './wording/tables.ts';
import { momentText } from './wording/times.ts';

export function renderMarkdown(report: Report, settings: ViewSettings = {}): string {
  const safe = printableDeep(report);
  const lines = [
    ...answerLines(safe, settings),
    ...findingLines(safe, settings),
    ...sectionViews(safe, settings).flatMap(sectionLines),
    ...commandLines(safe.findings),
    '',
    `${escaped(exitSentence(safe))}, Nightlight ${escaped(safe.tool)}`,
  ];
  return `${lines.join('\n')}\n`;
}

/** Some chapters only, for a command whose own answer comes first. @param titles  as they stand above the chapters */
export function renderMarkdownChapters(report: Report, titles: readonly string[], settings: ViewSettings = {}): string {
  const sections = sectionViews(printableDeep(report), settings).filter(({ title }) => titles.includes(title));
  return sections.map((section) => `${sectionLines(section).join('\n')}\n`).join('');
}

/** Text from logs must neither format, nor link, nor call anyone: every sign that Markdown or a chat reads is escaped. */
export function escaped(text: string): string {
  return text
    .replace(/[\\`*_[\]|#~]/g, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('@', '&#64;')
    .replace(/https?:/g, (scheme) => `${scheme.slice(0, -1)}&#58;`);
}

/** Text as it is, for copying: a fence of backticks longer than any inside it. */
function inCode(text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map((run) => run[0].length));
  const fence = '`'.repeat(longest + 1);
  const space = text.startsWith('`') || text.endsWith('`') ? ' ' : '';
  return `${fence}${space}${text}${space}${fence}`;
}

function answerLines(report: Report, settings: ViewSettings): string[] {
  const view = answerView(report, settings);
  return [
    `# ${escaped(`${view.mark} ${view.headline}: ${view.subject}`)}`,
    '',
    ...view.lines.map(({ label, text }) => `- **${label}** ${label === 'NEXT' ? inCode(text) : escaped(text)}`),
  ];
}

function findingLines(report: Report, settings: ViewSettings): string[] {
  if (report.findings.length === 0) return [];
  return [
    ...heading('Findings'),
    ...tableMarkdown({
      columns: ['id', 'verdict', 'what', 'hurts', 'how sure', 'since', 'why'].map((head) => ({ head, align: 'left' as const })),
      rows: report.findings.map((finding) => [
        finding.id,
        `${findingMark(finding)} ${finding.headline}`,
        configurationLabel(finding),
        hurtText(finding),
        CERTAINTY_WORDS[finding.certainty],
        finding.sinceMs === undefined ? '?' : momentText(finding.sinceMs, settings.timeZone),
        finding.why,
      ]),
    }),
    ...doubtLines(report.findings),
  ];
}

/** What each of them waits for, so that a page that was pasted elsewhere still tells how far to trust it. */
function doubtLines(findings: Report['findings']): string[] {
  const lines = findings.flatMap(({ id, toDecide, falsifiers = [] }) =>
    toDecide === undefined
      ? []
      : [
          `- ${id} to decide: ${escaped(sentence(toDecide))}${falsifiers.length === 0 ? '' : ` Refuted by: ${escaped(sentence(falsifiers.join('; ')))}`}`,
        ],
  );
  return lines.length === 0 ? [] : ['', ...lines];
}

/** Some are sentences already, others lists of what is needed. */
function sentence(text: string): string {
  return /[.?!]$/.test(text) ? text : `${text}.`;
}

function sectionLines(section: SectionView): string[] {
  const table = section.table === undefined || section.table.rows.length === 0 ? [] : tableMarkdown(section.table);
  const notes = section.notes.map((note) => `- ${escaped(note)}`);
  return [
    ...heading(section.title),
    ...section.sentences.flatMap((sentence, index) => (index === 0 ? [escaped(sentence)] : ['', escaped(sentence)])),
    ...(table.length > 0 && section.sentences.length > 0 ? [''] : []),
    ...table,
    ...(notes.length > 0 && (table.length > 0 || section.sentences.length > 0) ? [''] : []),
    ...notes,
  ];
}

function commandLines(findings: readonly Finding[]): string[] {
  if (findings.length === 0) return [];
  return [...heading('Commands to go on'), ...findings.map((finding) => `- ${finding.id}: ${inCode(finding.next)}`)];
}

function heading(title: string): string[] {
  return ['', `## ${title}`, ''];
}

function tableMarkdown(table: Table): string[] {
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    row(table.columns.map((column) => escaped(column.head))),
    row(table.columns.map((column) => (column.align === 'right' ? '---:' : '---'))),
    ...table.rows.map((cells) => row(cells.map(escaped))),
  ];
}
