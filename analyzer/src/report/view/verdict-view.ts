/** How the run ends: the gates that were asked for, and the exit code that a script sees. */
import { plural } from '../../diagnose/wording.ts';
import type { Report } from '../report.ts';
import { isUnread } from '../unread.ts';

/** `exit 3: gate leak tripped by F-1` */
export function exitSentence(report: Report): string {
  const { gate, exit } = report;
  const tripped = gate.tripped.map((trip) => `${trip.gate} by ${trip.findingId}`).join(', ');
  const undecided = gate.undecided.map((open) => `${open.gate} (${open.missing})`).join('; ');
  const asked = gate.failOn.length === 0 ? 'no --fail-on given' : `--fail-on ${gate.failOn.join(', ')}`;
  switch (exit) {
    case 0:
      return `exit 0 (${gate.failOn.length === 0 ? asked : `${asked}: none tripped`})`;
    case 1:
      return `exit 1: ${report.input.files.filter(isUnread).length} of ${plural(report.input.fileCount, 'input')} could not be read${tripped === '' ? '' : `; gates tripped: ${tripped}`}`;
    case 3:
      return `exit 3: gates tripped: ${tripped}`;
    case 4:
      return `exit 4: not enough data to judge${undecided === '' ? '' : `: ${undecided}`}`;
    default:
      return `exit ${exit}`;
  }
}
