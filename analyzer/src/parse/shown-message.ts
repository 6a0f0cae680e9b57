/** A message as it may be shown: redacted, without control characters, and of bounded length. */
import { redact } from './redact.ts';

export function shownMessage(text: string): string {
  // Redaction comes before the cut, or half a token at the edge would not be known for one.
  const redacted = redact(text.length > MOST_READ ? text.slice(0, MOST_READ) : text).trimEnd();
  return redacted.length > MOST_SHOWN ? redacted.slice(0, MOST_SHOWN).replace(HALF_CHARACTER, '') : redacted;
}

const MOST_SHOWN = 4096;
/** Four times as much is read, because redaction shortens. */
const MOST_READ = 16_384;
const HALF_CHARACTER = /[\ud800-\udbff]$/;
