/**
 * How much a running analysis keeps, and why so much. What is over a limit is counted under "other", never lost in
 * silence.
 */

/**
 * Lines of a source that cannot be read again: at 200 characters some 4 MB. A busy service writes them in seconds; the
 * evidence of a finding is its earliest lines, which are asked for while the finding is new.
 */
export const KEPT_LINES = 10_000;
