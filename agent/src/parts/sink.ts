/** The part `sink`: where a long-running process sends what it measured; loaded on its first idle turn. */
export { openSink } from '../emit/process-sink.ts';
