/** The part `spans`: what makes and sends the spans of a function; loaded when its first event has been asked for. */
export { openSpanFlush } from '../host/lambda/span-flush.ts';
