/** Everything behind one finding, or the meaning of one word or error code. */

import type { EvidenceReference } from '../diagnose/evidence-reference.ts';
import { FINDING_KINDS, type Finding } from '../diagnose/finding.ts';
import { explainMode, FAILURE_MODES, modeNamed, observationsOfReport, recogniseModes, whyNotRecognised } from '../failures/index.ts';
import type { EvidenceLine } from './evidence-line.ts';
import { CERTAINTY_EXPLANATIONS, KIND_EXPLANATIONS, READ_ERROR_EXPLANATIONS, TERMS } from './glossary.ts';
import { provokeLines } from './provoke-lines.ts';
import type { Report } from './report.ts';
import type { TextSettings } from './text.ts';
import { configurationLabel } from './view/configuration-label.ts';
import { failureName } from './view/failures-view.ts';
import { CERTAINTY_WORDS, changedText, findingMark, HARM_WORDS, hurtText, sinceText } from './view/finding-view.ts';
import { growthSentence } from './view/memory-view.ts';
import { wrap } from './wording/display-width.ts';
import { factName } from './wording/fact-name.ts';
import { paintWith } from './wording/paint.ts';
import { printableDeep } from './wording/printable.ts';

/** `F-1`, in either case. */
export function isFindingId(query: string): boolean {
  return /^f-\d+$/i.test(query.trim());
}

/** @returns the explanation of a word, kind or error code; undefined when nobody knows it */
function renderTerm(query: string, settings: TextSettings = {}): string | undefined {
  const asked = query.trim();
  const word = asked.toLowerCase().replace(/[\s_]+/g, '-');
  const width = textWidth(settings);
  const said = (title: string, ...paragraphs: string[]) =>
    `${[paintWith(settings.color ?? false).strong(title), ...paragraphs.flatMap((paragraph) => wrap(paragraph, width - 2).map((line) => `  ${line}`))].join('\n')}\n`;

  const code = asked.toUpperCase();
  if (Object.hasOwn(READ_ERROR_EXPLANATIONS, code))
    return said(code, READ_ERROR_EXPLANATIONS[code as keyof typeof READ_ERROR_EXPLANATIONS]);
  const kind = FINDING_KINDS.find((candidate) => candidate === word || `${candidate}s` === word);
  if (kind !== undefined) {
    const { decidedBy, changedBy, refutedBy } = KIND_EXPLANATIONS[kind];
    return said(kind, decidedBy, `What would change it: ${changedBy}`, `What would refute it: ${refutedBy}`);
  }
  if (Object.hasOwn(CERTAINTY_EXPLANATIONS, word)) {
    return said(word, CERTAINTY_EXPLANATIONS[word as keyof typeof CERTAINTY_EXPLANATIONS]);
  }
  // p50 to p99.9 stand in every table and mean the same.
  const wanted = /^p\d{1,2}(\.\d+)?$/.test(word) ? 'percentile' : word;
  const term = Object.keys(TERMS).find((candidate) =>
    [candidate, `${candidate}s`, `${candidate}es`].some((form) => form.replaceAll(' ', '-') === wanted),
  );
  return term === undefined ? undefined : said(term, TERMS[term]!);
}

/** @returns the catalogue's page of a failure mode, by its id, name or number; with a report, also whether it was recognised there */
function renderMode(query: string, report: Report | undefined, settings: TextSettings): string | undefined {
  const mode = modeNamed(query.replace(/[\s_]+/g, '-')) ?? modeNamed(query);
  if (mode === undefined) return undefined;
  const safe = report === undefined ? undefined : printableDeep(report);
  const notSeenHere = safe === undefined ? undefined : whyNotRecognised(mode, observationsOfReport(safe));
  const [title, ...rest] = explainMode(mode, safe === undefined ? [] : modesOf(safe), notSeenHere).split('\n');
  const width = textWidth(settings);
  const lines = rest.flatMap((line) => {
    const indent = /^ *(?:- |\d+\. )?/.exec(line)![0].length;
    const [first, ...more] = wrap(line.slice(indent), width - indent - 2);
    return [`${line.slice(0, indent)}${first ?? ''}`, ...more.map((part) => ' '.repeat(indent) + part)];
  });
  return `${[paintWith(settings.color ?? false).strong(title!), ...lines].join('\n').trimEnd()}\n`;
}

/** As the report tells them; one of an older version does not, and is judged by its other chapters. */
function modesOf(report: Report) {
  if (report.modes === undefined) return recogniseModes(observationsOfReport(report));
  return [...report.modes.recognised, ...report.modes.notJudged.map((mode) => ({ ...mode, certainty: 'cannot-tell' as const }))];
}

/** Every word that `renderTerm` and `renderMode` know. */
export function knownTerms(): string[] {
  return [
    ...Object.keys(TERMS),
    ...Object.keys(CERTAINTY_EXPLANATIONS),
    ...FINDING_KINDS,
    ...Object.keys(READ_ERROR_EXPLANATIONS),
    ...FAILURE_MODES.map(({ id }) => id),
  ];
}

/** The finding of that id, whose evidence a caller may want to read before explaining it. */
export function findingOf(report: Report, id: string): Finding | undefined {
  return report.findings.find((finding) => finding.id.toLowerCase() === id.trim().toLowerCase());
}

/**
 * @param query  a finding's id, or a word, code or failure mode for which no report is needed
 * @param lines  the lines at the finding's evidence, in its order, where they were asked for
 * @returns undefined when the report holds no such finding, and the glossary no such word
 */
export function renderExplanation(
  query: string,
  report: Report | undefined,
  settings: TextSettings = {},
  lines: readonly EvidenceLine[] = [],
): string | undefined {
  if (!isFindingId(query)) {
    // Some ways of failing are also kinds of findings: first what the report means by the word, then the whole page.
    const pages = [renderTerm(query, settings), renderMode(query, report, settings)].filter((page) => page !== undefined);
    return pages.length === 0 ? undefined : pages.join('\n');
  }
  if (report === undefined) return undefined;
  const safe = printableDeep(report);
  const finding = findingOf(safe, query);
  return finding === undefined ? undefined : explainFinding(safe, finding, settings, printableDeep(lines));
}

function explainFinding(report: Report, finding: Finding, settings: TextSettings, lines: readonly EvidenceLine[]): string {
  const width = textWidth(settings);
  const paint = paintWith(settings.color ?? false);
  const mark = findingMark(finding);
  const labelled = (label: string, text: string) => {
    const [first, ...rest] = wrap(text, width - LABEL_WIDTH);
    return [paint.quiet(label.padEnd(LABEL_WIDTH)) + first, ...rest.map((line) => ' '.repeat(LABEL_WIDTH) + line)];
  };
  const { decidedBy, changedBy, refutedBy } = KIND_EXPLANATIONS[finding.kind];
  // What was worked out from the numbers stands among the facts.
  const refuting = (finding.falsifiers ?? [refutedBy]).filter((text) => !finding.facts.some(({ value }) => value === text));
  const factWidth = Math.min(32, Math.max(0, ...finding.facts.map((fact) => factName(fact.name).length)) + 2);
  return `${[
    paint.byMark(mark, `${finding.id} ${mark} ${finding.headline}  ${configurationLabel(finding)}`),
    ...labelled('WHY', finding.why),
    ...labelled('HARM', HARM_WORDS[finding.harm]),
    ...labelled('SINCE', sinceText(finding, settings.timeZone)),
    ...labelled('CHANGED', changedText(finding, report.changes)),
    ...labelled('HURTS', hurtText(finding)),
    ...(finding.recovery === undefined ? [] : labelled('RECOVERY', finding.recovery)),
    '',
    ...labelled('SURE', `${CERTAINTY_WORDS[finding.certainty]}${finding.certaintyBecause === '' ? '' : `: ${finding.certaintyBecause}`}`),
    ...labelled('', CERTAINTY_EXPLANATIONS[finding.certainty]),
    ...labelled('DECIDED', decidedBy),
    ...labelled('TO CHANGE', changedBy),
    ...refuting.flatMap((text, index) => labelled(index === 0 ? 'REFUTED BY' : '', text)),
    ...(finding.facts.length === 0 ? [] : ['', paint.strong('FACTS')]),
    ...finding.facts.flatMap((fact) => {
      const [first, ...rest] = wrap(fact.value, Math.max(20, width - 2 - factWidth));
      const told = factName(fact.name);
      const name = told.length < factWidth ? told.padEnd(factWidth) : `${told}  `;
      return [`  ${name}${first}`, ...rest.map((line) => ' '.repeat(2 + factWidth) + line)];
    }),
    ...relatedLines(report, finding, settings).flatMap((line) => (line === '' ? [''] : wrap(line, width - 2).map((part) => `  ${part}`))),
    ...provokeChapter(report, finding, width, paint),
    '',
    paint.strong('EVIDENCE'),
    ...(finding.evidence.length === 0 ? ['  none: the finding rests on counts over the whole input'] : []),
    ...finding.evidence.flatMap((place, index) => evidenceLines(place, lines[index])),
    ...nextLines(finding, settings).flatMap((next) => ['', paint.quiet('NEXT'.padEnd(LABEL_WIDTH)) + paint.strong(next)]),
  ].join('\n')}\n`;
}

function provokeChapter(report: Report, finding: Finding, width: number, paint: ReturnType<typeof paintWith>): string[] {
  const steps = provokeLines(report, finding);
  if (steps.length === 0) return [];
  return [
    '',
    paint.strong('TO PROVOKE IT'),
    ...steps.flatMap((step) => wrap(step, width - 2).map((part, i) => `  ${i === 0 ? '' : '   '}${part}`)),
  ];
}

/** The command that led here would lead here again: then the lines themselves are the next thing to see. */
function nextLines(finding: Finding, settings: TextSettings): string[] {
  if (!finding.next.startsWith('nightlight explain ')) return [finding.next];
  return settings.raw === true || finding.evidence.length === 0
    ? []
    : [finding.next.includes('--raw') ? finding.next : `${finding.next} --raw`];
}

const LABEL_WIDTH = 11;

function evidenceLines(place: EvidenceReference, line: EvidenceLine | undefined): string[] {
  const head = `  ${place.at === undefined ? '' : `${place.at}  `}${place.path} at byte ${place.byteOffset}`;
  if (line === undefined) return [head];
  return [head, line.kind === 'line' ? `    | ${line.text}${line.isCut ? ' …' : ''}` : `    (not shown: ${line.because})`];
}

/** What the chapters know of the same function that helps with this kind of finding. */
function relatedLines(report: Report, finding: Finding, settings: TextSettings): string[] {
  switch (finding.kind) {
    case 'out-of-memory':
    case 'memory-growth':
    case 'fast-leak':
    case 'memory-pinned':
    case 'near-memory': {
      const sections = report.memory.filter((section) => section.functionName === finding.functionName);
      if (sections.length === 0) return [];
      return [
        '',
        ...sections.map((section) => `${configurationLabel(section)}: ${growthSentence(section)}.`),
        ...sections.flatMap((section) =>
          section.envelopes.map(
            (envelope) =>
              `${envelope.logStream}: ${thinned(envelope.points)
                .map((point) => `${point.megabytes} MB at ${point.n}`)
                .join(', ')}`,
          ),
        ),
      ];
    }
    case 'failure':
    case 'timeout':
    case 'init-failure': {
      const failures = report.failures.filter(
        (failure) =>
          failure.functionName === finding.functionName &&
          finding.evidence.some((place) => failure.evidence.some((other) => samePlace(place, other))),
      );
      return failures.flatMap((failure) => [
        ...(finding.facts.length > 0 && settings.raw !== true ? [] : ['', failureName(failure)]),
        ...(settings.raw === true ? [`first seen as: ${failure.sampleMessage}`] : []),
        // The finding's own facts tell the stack where they can.
        ...(finding.facts.length > 0
          ? []
          : [...failure.causes.map((cause) => `caused by ${cause}`), ...failure.stack.slice(0, 12).map((frame) => `  ${frame}`)]),
      ]);
    }
    default:
      return [];
  }
}

/** At most 8 points, the first and the last among them. */
function thinned<T>(points: readonly T[]): T[] {
  if (points.length <= 8) return [...points];
  return Array.from({ length: 8 }, (_, index) => points[Math.round((index * (points.length - 1)) / 7)]!);
}

function samePlace(a: EvidenceReference, b: EvidenceReference): boolean {
  return a.path === b.path && a.byteOffset === b.byteOffset;
}

function textWidth(settings: TextSettings): number {
  return Math.min(140, Math.max(80, settings.width ?? 80));
}
