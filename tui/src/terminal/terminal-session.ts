/**
 * The terminal while it is ours: its second screen, keys one by one, no cursor. However the program ends (a key, a signal,
 * an error nobody caught, `process.exit`), the terminal is given back as it was found.
 */
import { writeSync } from 'node:fs';

export interface SessionInput {
  readonly isTTY?: boolean;
  setRawMode?(isRaw: boolean): unknown;
  resume(): unknown;
  pause(): unknown;
  ref?(): unknown;
  unref?(): unknown;
}

export interface SessionOutput {
  readonly fd?: number;
  write(bytes: string): unknown;
}

export interface TerminalSession {
  /**
   * Gives the terminal back; only the first call does anything.
   *
   * @param left  what then stands in the scrollback, for `Q`
   */
  leave(left?: string): void;
  /** Ctrl-Z: the terminal goes back to the shell until `fg`. A raw terminal tells nobody but us of that key. */
  suspend(): void;
}

export interface SessionEvents {
  /** SIGTERM, SIGINT or SIGHUP came; the terminal is already given back, the program should end. */
  stop(signal: NodeJS.Signals): void;
  /** The terminal is ours again, and something else has written to it. */
  resumed(): void;
}

export function openSession(input: SessionInput, output: SessionOutput, events: SessionEvents): TerminalSession {
  let isOpen = true;
  let isAside = false;

  const enter = () => {
    input.setRawMode?.(true);
    input.resume();
    output.write(ENTER);
  };
  const leave = (left = '') => {
    if (!isOpen) return;
    isOpen = false;
    for (const signal of SIGNALS) process.off(signal, onSignal[signal]!);
    process.off('exit', onExit);
    process.off('uncaughtExceptionMonitor', onCrash);
    process.off('SIGCONT', onContinue);
    // A terminal that is gone (SIGHUP) has no mode to set; that is no reason not to end.
    quietly(() => input.setRawMode?.(false));
    quietly(() => input.pause());
    writeNow(output, LEAVE + left);
  };
  const onExit = () => leave();
  // Before the stack is printed, so that it stands on the screen that stays.
  const onCrash = () => leave();
  // After Ctrl-Z, of ours or from outside, and `fg`.
  const onContinue = () => {
    isAside = false;
    enter();
    events.resumed();
  };
  const suspend = () => {
    // A stand-in for a terminal has no shell behind it to go back to.
    if (!isOpen || isAside || output.fd === undefined) return;
    isAside = true;
    quietly(() => input.setRawMode?.(false));
    writeNow(output, LEAVE);
    // The whole job, as the terminal itself would stop it: what pipes into us belongs to it.
    process.kill(0, 'SIGTSTP');
    // Where no shell waits for the job, the signal does nothing, and nobody would ever say `fg`.
    setTimeout(() => {
      if (isOpen && isAside) onContinue();
    }, NOT_STOPPED_MS);
  };
  const onSignal = Object.fromEntries(
    SIGNALS.map((signal) => [
      signal,
      () => {
        leave();
        events.stop(signal);
      },
    ]),
  ) as Record<string, () => void>;

  for (const signal of SIGNALS) process.once(signal, onSignal[signal]!);
  process.once('exit', onExit);
  process.on('uncaughtExceptionMonitor', onCrash);
  process.on('SIGCONT', onContinue);

  enter();
  return { leave, suspend };
}

/** A stop is seen at once; whoever still runs after so long was not stopped. */
const NOT_STOPPED_MS = 200;
const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/**
 * xterm control sequences: 22;2t keeps the title, 1049 is the second screen, 25 the cursor, 7 wrapping, 2004 pasted text
 * between marks.
 */
const ENTER = '\u001b[22;2t\u001b[?1049h\u001b[?25l\u001b[?7l\u001b[?2004h';
/** 2026 ends an update that a crash may have left open. */
const LEAVE = '\u001b[?2026l\u001b[0m\u001b[?2004l\u001b[?7h\u001b[?25h\u001b[?1049l\u001b[23;2t';

/** Straight to the descriptor: a program that is about to end waits for no stream. */
function writeNow(output: SessionOutput, bytes: string): void {
  if (output.fd === undefined) {
    output.write(bytes);
    return;
  }
  const buffer = Buffer.from(bytes);
  let from = 0;
  // A terminal whose buffer is full says EAGAIN; it is asked a bounded number of times.
  for (let tries = 0; from < buffer.length && tries < MOST_TRIES; tries++) {
    try {
      from += writeSync(output.fd, buffer, from);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
    }
  }
}

const MOST_TRIES = 100;

function quietly(act: () => unknown): void {
  try {
    act();
  } catch {
    // The terminal is gone.
  }
}
