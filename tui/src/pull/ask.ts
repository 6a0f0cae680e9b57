/** A yes or no from the person at the terminal; standard error, because standard output may hold the report. */
import { createInterface } from 'node:readline/promises';

export interface Asker {
  /** Whether anybody could answer. */
  readonly canAsk: boolean;
  /** @returns true only for a plain yes */
  readonly ask: (question: string, signal: AbortSignal) => Promise<boolean>;
}

export const terminalAsker: Asker = {
  canAsk: process.stdin.isTTY === true && process.stderr.isTTY === true,
  ask: async (question, signal) => {
    const lines = createInterface({ input: process.stdin, output: process.stderr });
    try {
      const closed = new Promise<string>((resolve) => lines.once('close', () => resolve('')));
      const answer = await Promise.race([lines.question(question, { signal }), closed]);
      return /^y(es)?$/i.test(answer.trim());
    } finally {
      lines.close();
    }
  },
};
