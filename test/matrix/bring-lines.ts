/** Brings the binaries before anything runs, so that a missing network is told once and not as hundreds of failures. */
import { nodeBinary } from '../support/lambda/node-lines.mjs';
import { MATRIX_LINES } from './matrix-lines.ts';

export default function bringLines(): void {
  for (const line of MATRIX_LINES) {
    try {
      nodeBinary(line);
    } catch (error) {
      const others = MATRIX_LINES.filter((other) => other !== line);
      throw new Error(
        `Node ${line}: expected its binary in .cache/node or from npm's registry, found neither (${(error as Error).message.split('\n')[0]}). ` +
          `Try again with a network, or leave the line out: NODE_LINES=${others} npm run matrix`,
        { cause: error },
      );
    }
  }
}
