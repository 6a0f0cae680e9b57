/**
 * Takes out of a text what a terminal would obey instead of show.
 *
 * A log line can hold escape sequences (colours, or a forged clearing of the screen), C1 controls, and Unicode's
 * invisible direction and tag characters, with which a line reads differently than it is. None of them reach a report.
 * Newlines and tabs stay; a carriage return becomes a newline, since Lambda's Node runtime writes newlines so on stdout.
 */
export function withoutControls(text: string): string {
  return CONTROL.test(text) ? text.replace(CONTROL_SEQUENCES, breakOrNothing) : text;
}

function breakOrNothing(found: string): string {
  return found[0] === '\r' || found === '\u2028' || found === '\u2029' ? '\n' : '';
}

/** Anything that has to go, tags (written as surrogate pairs) included. */
const CONTROL = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]|\udb40[\udc00-\udc7f]/;

/** CSI and OSC sequences whole, everything else one by one. No part can be matched in two ways, so time stays linear. */
const CONTROL_SEQUENCES =
  /(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[ -/]*[0-Z\\^-~]|\r\n?|\udb40[\udc00-\udc7f]|[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;
