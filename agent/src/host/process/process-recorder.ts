/**
 * Keeps on disk what is under way, so that the next start can tell what a killed process had in its hands.
 *
 * SIGKILL, a heap that is full and a blocked event loop leave no chance for a last word, but what was handed to the
 * system before survives the process. Two slots of fixed size are written in turn, each with a number: one that was cut by
 * the death leaves the other. The file has its full size from the beginning, so a disk that fills up later does not stop it.
 *
 * Every begin and end is written at once as long as there are few. Beyond five hundred a second they are gathered for a few
 * milliseconds: a write takes 5 to 9 µs, so the recorder takes about half a percent of a core at most, and of a process as
 * busy as that the last few milliseconds may be missing.
 */
import { closeSync, mkdirSync, openSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** What is written; short names, because it is written often. */
export interface FlightFacts {
  /** Sandbox and thread. */
  readonly s: string;
  readonly th: number;
  readonly pid: number;
  /** Host, hashed: a process id means something there only. */
  readonly h: string;
  /** When that process id began, as the system counts it; '' where it does not tell. */
  readonly st: string;
  /** Written at, in epoch ms. */
  readonly at: number;
  /** 1 once the process has ended in good order. */
  readonly c: 0 | 1;
  /** How many were under way; the oldest of them follow: id, number, route, begun at. */
  readonly o: number;
  readonly q: readonly (readonly [id: string, number: number, route: string, startedAtEpochMs: number])[];
  /** Calls under way: service, begun at, and which of the works above made it, where that is known. */
  readonly k: readonly (readonly [service: string, startedAtEpochMs: number, work: number])[];
  /** Used heap, external and highest resident memory, in bytes. */
  readonly m: readonly [heapUsed: number, external: number, rss: number];
}

export interface ProcessRecorder {
  /** Something began or ended. */
  changed(nowMs: number): void;
  /** To be called a few times a second: writes what was gathered, and now and then a sign of life. */
  tick(nowMs: number): void;
  /** The process ends in good order. Should it live on after all, the next change takes this back. */
  lastWord(): void;
  /** The thread ends and its process lives on: nothing is left to tell. */
  remove(): void;
}

export const SLOT_BYTES = 4_096;
export const flightFile = (directory: string, service: string, pid: number, thread: number): string =>
  join(directory, `nightlight-${service}-${pid}-${thread}.flight`);

/**
 * @param look     what is under way now; `closed` when it is the last time
 * @param onLoss   told once, with the system's error, when writing fails later on
 * @throws whatever the system says when the file cannot be made
 */
export function openProcessRecorder(
  directory: string,
  file: string,
  look: (nowMs: number, closed: boolean) => FlightFacts,
  onLoss: (error: unknown) => void,
): ProcessRecorder {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  let descriptor = openSync(file, 'w', 0o600);
  const buffer = Buffer.alloc(SLOT_BYTES, ' ');
  let sequence = 0;
  let allowance = BURST;
  let allowedMs = 0;
  let writtenMs = 0;
  let gathered: NodeJS.Timeout | undefined;
  try {
    for (const slot of [1, 0]) writeSync(descriptor, buffer, 0, SLOT_BYTES, slot * SLOT_BYTES);
    write(performance.now(), false);
  } catch (error) {
    giveUp();
    throw error;
  }

  function giveUp(): void {
    closeSync(descriptor);
    descriptor = -1;
    try {
      unlinkSync(file);
    } catch {}
  }

  function write(nowMs: number, closed: boolean): void {
    clearTimeout(gathered);
    gathered = undefined;
    writtenMs = nowMs;
    let facts = look(nowMs, closed);
    let text = JSON.stringify(facts);
    // Long names of many requests: fewer of them, rather than cut ones.
    while (Buffer.byteLength(text) > SLOT_BYTES - HEAD_LENGTH && facts.q.length + facts.k.length > 0) {
      facts = { ...facts, q: facts.q.slice(0, facts.q.length >> 1), k: facts.k.slice(0, facts.k.length >> 1) };
      text = JSON.stringify(facts);
    }
    sequence++;
    const length = buffer.write(text, HEAD_LENGTH);
    buffer.write(`${`${sequence}`.padStart(12, '0')} ${`${length}`.padStart(4, '0')} `, 0);
    writeSync(descriptor, buffer, 0, HEAD_LENGTH + length, (sequence & 1) * SLOT_BYTES);
  }

  function tryToWrite(nowMs: number, closed = false): void {
    if (descriptor < 0) return;
    try {
      write(nowMs, closed);
    } catch (error) {
      giveUp();
      onLoss(error);
    }
  }

  return {
    changed(nowMs) {
      allowance = Math.min(BURST, allowance + (nowMs - allowedMs) * WRITES_PER_MS);
      allowedMs = nowMs;
      if (allowance >= 1) {
        allowance--;
        tryToWrite(nowMs);
      } else {
        gathered ??= setTimeout(() => tryToWrite(performance.now()), GATHER_MS).unref();
      }
    },
    tick(nowMs) {
      if (gathered || nowMs - writtenMs > SIGN_OF_LIFE_MS) tryToWrite(nowMs);
    },
    lastWord: () => tryToWrite(performance.now(), true),
    remove() {
      clearTimeout(gathered);
      if (descriptor >= 0) giveUp();
    },
  };
}

/** @returns the younger of the two slots that can be read */
export function readFlight(bytes: Buffer): FlightFacts | undefined {
  const [first, second] = [0, 1].map((slot) => readSlot(bytes.subarray(slot * SLOT_BYTES, (slot + 1) * SLOT_BYTES)));
  return (first && (!second || first.sequence > second.sequence) ? first : second)?.facts;
}

/** A number of 12 digits and a length of 4, each with a blank after it. */
const HEAD_LENGTH = 18;
const BURST = 50;
const WRITES_PER_MS = 0.5;
const GATHER_MS = 5;
export const SIGN_OF_LIFE_MS = 5_000;

function readSlot(slot: Buffer): { sequence: number; facts: FlightFacts } | undefined {
  const head = /^(\d{12}) (\d{4}) $/.exec(slot.toString('latin1', 0, HEAD_LENGTH));
  if (!head) return undefined;
  try {
    return { sequence: Number(head[1]), facts: JSON.parse(slot.toString('utf8', HEAD_LENGTH, HEAD_LENGTH + Number(head[2]))) };
  } catch {
    return undefined;
  }
}
