/**
 * Writes whole lines on standard output, past every stream and every patched console.
 *
 * The line is with the system before the response is: what is written later may freeze in a buffer. A host that left
 * a line of its own unfinished gets its newline first, so that neither spoils the other.
 */
import { builtIn } from '../measure/built-in.ts';

/** Taken before the host can replace them. */
const { fstatSync, writeSync } = builtIn('node:fs');

export interface LineWriter {
  writeLine(line: string): void;
  /**
   * Remembers which file standard output is, to be called before the host's own code can close it; else the first line does. It is
   * no part of the start, because what stands behind `fstat` is compiled with its first use: a fifth of all that the agent
   * did there on Node 20, and the flight recorder needs it later anyhow.
   */
  holdOutput(): void;
  takeLostLines(): number;
}

export function createLineWriter(): LineWriter {
  let lost = 0;
  let unfinished = false;
  const standing = () => fstatSync(1).ino;
  let first: number | undefined;
  watchStdout((text) => {
    unfinished = !/\n$/.test(text);
  });
  return {
    writeLine(line) {
      let left: string | Buffer = unfinished ? `\n${line}\n` : `${line}\n`;
      // A full pipe refuses for a moment (EAGAIN). A line that has begun is given more patience: half a line spoils two.
      for (let tries = 0; tries < (typeof left === 'string' ? 9 : 99); tries++) {
        try {
          // Closed, and a file of the host has its number now.
          first ??= standing();
          if (standing() !== first) break;
          const written = writeSync(1, left as string);
          if (written >= Buffer.byteLength(left)) {
            unfinished = false;
            return;
          }
          left = Buffer.from(left as string).subarray(written);
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') break;
          Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
        }
      }
      lost++;
    },
    holdOutput() {
      first = standing();
    },
    takeLostLines() {
      const taken = lost;
      lost = 0;
      return taken;
    },
  };
}

/**
 * Looks at the end of what the host writes through `process.stdout`, and only from when it first asks for that stream:
 * making the stream costs more than the rest of the agent.
 */
function watchStdout(onWrite: (text: string) => void): void {
  const property = Object.getOwnPropertyDescriptor(process, 'stdout');
  if (!property?.get) return;
  let stream: NodeJS.WriteStream | undefined;
  Object.defineProperty(process, 'stdout', {
    ...property,
    get() {
      if (!stream) {
        // Refused when the host has sealed it; then we stay, and hand out what we have.
        Reflect.defineProperty(process, 'stdout', property);
        stream = property.get!.call(process) as NodeJS.WriteStream;
        const { write } = stream;
        stream.write = function (this: unknown, ...args: never[]) {
          try {
            onWrite(`${(args as unknown as string[])[0]!.slice(-1)}`);
          } catch {}
          return Reflect.apply(write, this, args) as boolean;
        };
      }
      return stream;
    },
  });
}
