#!/usr/bin/env node
/**
 * Arguments to command. What is asked most often, the version and the short help, is answered before anything is
 * loaded; everything else is loaded by the command that needs it.
 */
import { VERSION } from './version.ts';

// `nightlight analyze … | head` closes the pipe early: that is no failure, and the exit code stays what it would be.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

const words = process.argv.slice(2);
if (words.length === 1 && (words[0] === '--version' || words[0] === '-V')) {
  process.stdout.write(`${VERSION}\n`);
} else if (words.length === 0) {
  process.stdout.write((await import('./commands/short-help.ts')).SHORT_HELP);
} else {
  const [{ runCommandLine }, { processWorld }] = await Promise.all([import('./command-line.ts'), import('./process-world.ts')]);
  process.exitCode = await runCommandLine(words, processWorld());
  // Interrupted work may still hold workers and files open; nobody waits for them.
  if (process.exitCode === 130) process.exit();
}
