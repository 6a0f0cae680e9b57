/**
 * How texts are made safe and fitted into columns, for whoever lays out text of his own. Apart from the report, because
 * a screen needs it before its first frame and must not wait for anything else.
 */
export { cutEnd, cutMiddle, displayWidth, padEnd, padStart, wrap } from './report/wording/display-width.ts';
export { printable, printableDeep } from './report/wording/printable.ts';
