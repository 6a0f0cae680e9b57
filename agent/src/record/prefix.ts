/**
 * How a record is told from every other line of a log: by its first bytes, before anything is parsed.
 *
 * A scanner over gigabytes of log compares eight bytes; only a line that passes is decoded. The number is the major
 * version of the format: within it, keys are only ever added, so an older reader still understands a newer line.
 */
export const RECORD_MAJOR = 1;

/** The first bytes of every record line; the kind follows them. */
export const RECORD_PREFIX = '{"nl":1,';

/** @returns the major version that a line claims, or undefined when it is no record line at all */
export function majorOf(text: string): number | undefined {
  if (!text.startsWith(OPENING)) return undefined;
  let major = 0;
  let at = OPENING.length;
  // Six digits are a version; more is somebody else's data.
  for (; at < OPENING.length + 6; at++) {
    const digit = text.charCodeAt(at) - 48;
    if (!(digit >= 0 && digit <= 9)) break;
    major = major * 10 + digit;
  }
  if (major === 0 || text[OPENING.length] === '0') return undefined;
  return text[at] === ',' ? major : undefined;
}

const OPENING = '{"nl":';
