/**
 * A summary to paste into a chat: short, without the application's own words, and every claim with the place where it
 * can be looked up.
 */
import type { Finding } from '../diagnose/finding.ts';
import type { Report } from './report.ts';
import { answerView } from './view/answer-view.ts';
import { configurationLabel } from './view/configuration-label.ts';
import { CERTAINTY_WORDS, findingMark, hurtText, sinceAndChangedText } from './view/finding-view.ts';
import type { ViewSettings } from './view/section-view.ts';
import { exitSentence } from './view/verdict-view.ts';
import { printableDeep } from './wording/printable.ts';

export function renderBrief(report: Report, settings: ViewSettings = {}): string {
  const safe = printableDeep(report);
  const shown = safe.findings.slice(0, FINDINGS_SHOWN);
  const answer = answerView(safe, settings);
  const read = answer.lines.find((line) => line.label === 'READ');
  const lines = [
    `Nightlight: ${answer.mark} ${answer.headline}, ${answer.subject}`,
    ...(safe.findings.length === 0
      ? answer.lines.filter((line) => line.label === 'WHY' || line.label === 'SURE').map((line) => line.text)
      : []),
    ...shown.flatMap((finding) => findingLines(safe, finding, settings)),
    ...(safe.findings.length > shown.length ? [`and ${safe.findings.length - shown.length} more findings`] : []),
    ...(read === undefined ? [] : [`read: ${read.text}`]),
    ...(shown[0] === undefined ? [] : [`next: ${shown[0].next}`]),
    exitSentence(safe),
  ];
  // A chat reads `@here`, `<!channel>` and links; a name from a log must not call people out of bed.
  return `${lines.map(quiet).join('\n')}\n`;
}

const FINDINGS_SHOWN = 5;

function findingLines(report: Report, finding: Finding, settings: ViewSettings): string[] {
  const place = finding.evidence[0];
  const seen =
    place === undefined
      ? ''
      : ` [${finding.evidence.length > 1 ? `${finding.evidence.length} places, first ` : ''}${place.path} byte ${place.byteOffset}]`;
  return [
    `${finding.id} ${findingMark(finding)} ${finding.headline}: ${configurationLabel(finding)} (${CERTAINTY_WORDS[finding.certainty]})${seen}`,
    `    ${finding.why}`,
    ...(finding.affectedCount === undefined ? [] : [`    hurts ${hurtText(finding)}`]),
    ...(finding.sinceMs === undefined || finding.harm === 'data'
      ? []
      : [`    ${sinceAndChangedText(finding, report.changes, settings.timeZone)}`]),
  ];
}

function quiet(line: string): string {
  return line.replaceAll('@', '(at)').replace(/<(?=[!@#])/g, '(');
}
