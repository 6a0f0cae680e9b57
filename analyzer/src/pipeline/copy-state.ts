/**
 * Copies the state of a pipeline, so that a running one can be looked at as if its input ended now: the copy is closed,
 * its verdicts are read, and it is thrown away; the running one has not noticed.
 *
 * The state is plain data with a few classes in it. Two members that hold the same object hold the same copy
 * afterwards. A class whose fields are private copies itself (`copyWith`); one that is neither known here nor does so
 * is an error at the first picture, not a count that two pictures share.
 */
import { Invocation } from '../assemble/invocation.ts';
import { StreamState } from '../assemble/stream-state.ts';
import { StreamScan } from '../parse/stream-scan.ts';
import { DurationHistogram } from '../stats/duration-histogram.ts';
import { Lane } from '../store/lane.ts';
import { ServedCount } from '../store/process-counts.ts';

export type Copy = <T>(value: T) => T;

/** @returns a function that copies, and gives the same copy for the same object */
export function copyOnce(): Copy {
  const made = new Map<object, object>();
  const copy: Copy = (value) => {
    if (typeof value !== 'object' || value === null) return value;
    const known = made.get(value);
    if (known !== undefined) return known as typeof value;
    return copyObject(value, copy, made) as typeof value;
  };
  return copy;
}

/**
 * Members whose content is written once and never changed after: what stands in them is shared, lists of it are copied
 * as lists. Without this a night's cold starts and evidence would be copied for every picture.
 */
const WRITTEN_ONCE = new Set([
  'agentMemory',
  'causes',
  'death',
  'details',
  'envelope',
  'error',
  'errors',
  'evidence',
  'failedIds',
  'initRecord',
  'errors',
  'inits',
  'kept',
  'leaks',
  'metrics',
  'openAtEnd',
  'record',
  'slowest',
  'stack',
]);

/**
 * Classes of which every field is public. Their copies come from their constructors, so that the engine takes them for the
 * same kind of object: code that was compiled for the one would be thrown away over the other.
 */
const OPEN_CLASSES = new Map<object, () => object>([
  [DurationHistogram.prototype, () => new DurationHistogram()],
  [Invocation.prototype, () => new Invocation()],
  [Lane.prototype, () => new Lane()],
  [ServedCount.prototype, () => new ServedCount()],
  [StreamScan.prototype, () => new StreamScan(0, {}, '')],
  [StreamState.prototype, () => new StreamState(0, '', false)],
]);

interface CopiesItself {
  copyWith(copy: Copy): object;
}

function copyObject(value: object, copy: Copy, made: Map<object, object>): object {
  if (Array.isArray(value)) {
    const list: unknown[] = new Array(value.length);
    made.set(value, list);
    for (let i = 0; i < value.length; i++) list[i] = copy(value[i]);
    return list;
  }
  if (value instanceof Map) {
    const map = new Map<unknown, unknown>();
    made.set(value, map);
    for (const [key, entry] of value) map.set(key, copy(entry));
    return map;
  }
  if (value instanceof Set) return remembered(made, value, new Set(value));
  if (ArrayBuffer.isView(value)) return remembered(made, value, (value as Float64Array).slice());
  const prototype: object | null = Object.getPrototypeOf(value);
  if (prototype === null || prototype === Object.prototype) return copyMembers(value, { ...value }, copy, made);
  const construct = OPEN_CLASSES.get(prototype);
  if (construct !== undefined) return copyMembers(value, Object.assign(construct(), value) as Record<string, unknown>, copy, made);
  if ('copyWith' in value) return remembered(made, value, (value as CopiesItself).copyWith(copy));
  throw new Error(`copy-state: nobody said how to copy a ${value.constructor.name}; give it a copyWith, or name it among the open classes`);
}

function copyMembers(value: object, into: Record<string, unknown>, copy: Copy, made: Map<object, object>): object {
  made.set(value, into);
  for (const name in into) {
    const member = into[name];
    if (typeof member !== 'object' || member === null) continue;
    if (!WRITTEN_ONCE.has(name)) into[name] = copy(member);
    else if (Array.isArray(member)) into[name] = member.slice();
    else if (member instanceof Map) into[name] = new Map(member);
  }
  return into;
}

function remembered(made: Map<object, object>, value: object, copied: object): object {
  made.set(value, copied);
  return copied;
}
