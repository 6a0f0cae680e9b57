/**
 * What one process told of its memory over its whole life, brought down to verdicts: the samples themselves are not kept.
 *
 * A function may have had a million processes, and a fair sample of them says as much. The ones that are kept are those
 * whose names hash lowest, so the same ones stay whatever thread met them, and in whatever order.
 */
import type { FloorVerdict, MemoryChannel } from '../stats/floor-trend.ts';
import type { Evidence } from './summary.ts';

/** From the first line to the last of one thread of one process. */
export interface MemoryLife {
  readonly logStream: string;
  readonly epoch: number;
  readonly threadId: number | undefined;
  readonly firstInvocation: number;
  readonly lastInvocation: number;
  /** NaN where no line has a time. */
  readonly firstMs: number;
  readonly lastMs: number;
  readonly probeCount: number;
  /** One for each kind of memory that was heard of, the most telling first. */
  readonly verdicts: readonly FloorVerdict[];
  /** Of kinds that leak: when the growth began, as far as lines have times. */
  readonly startedMs: Readonly<Partial<Record<MemoryChannel, number>>>;
  /** How far resident memory of the process rose after the first quarter of its life; undefined where it was not told there. */
  readonly residentGainBytes: number | undefined;
  /** Its first line and its last. */
  readonly evidence: readonly [Evidence, Evidence];
}

export interface MemoryLives {
  /** All of them, those that are not kept too. */
  lifeCount: number;
  kept: MemoryLife[];
}

export function addLives(into: MemoryLives, lifeCount: number, lives: readonly MemoryLife[]): void {
  into.lifeCount += lifeCount;
  for (const life of lives) into.kept.push(life);
  if (into.kept.length <= MOST_LIVES) return;
  into.kept.sort(byLot);
  into.kept.length = MOST_LIVES;
}

/** In an order that everybody finds alike. */
export function byName(one: MemoryLife, other: MemoryLife): number {
  if (one.logStream !== other.logStream) return one.logStream < other.logStream ? -1 : 1;
  return one.epoch - other.epoch || (one.threadId ?? -1) - (other.threadId ?? -1) || one.firstMs - other.firstMs || 0;
}

/** Agreement of 256 processes leaves no doubt that more of them would take away; about half a megabyte a function. */
const MOST_LIVES = 256;

/** Processes too young for any verdict make room for the others. */
function byLot(one: MemoryLife, other: MemoryLife): number {
  return Number(isOpen(one)) - Number(isOpen(other)) || hashOf(one) - hashOf(other) || byName(one, other);
}

const isOpen = ({ verdicts }: MemoryLife): boolean => verdicts.every(({ kind }) => kind === 'insufficient-data');

/** FNV-1a of 32 bits (G. Fowler, L. C. Noll, K.-P. Vo, 1991): even enough to draw lots. */
function hashOf({ logStream, epoch, threadId }: MemoryLife): number {
  let hash = 0x811c9dc5;
  for (const letter of `${logStream} ${epoch} ${threadId ?? ''}`) hash = Math.imul(hash ^ letter.codePointAt(0)!, 0x01000193);
  return hash >>> 0;
}
