/** The world of a real run: standard streams, environment, clock and Ctrl-C. */
import type { Output, World } from './world.ts';

export function processWorld(): World {
  return {
    stdout: outputOf(process.stdout),
    stderr: outputOf(process.stderr),
    environment: process.env,
    nowMs: Date.now,
    onInterrupt: (interrupted) => {
      process.once('SIGINT', interrupted);
      return () => process.off('SIGINT', interrupted);
    },
    loadReader: () => import('@nightlight/analyzer'),
    loadViews: () => import('@nightlight/analyzer/report'),
    loadComparer: () => import('@nightlight/analyzer/compare'),
  };
}

function outputOf(stream: NodeJS.WriteStream): Output {
  return { write: (text) => void stream.write(text), isTerminal: stream.isTTY === true, columns: stream.columns };
}
