/**
 * What the imports of the handler cost, by package and by who asked for it.
 *
 * A flat list of slow modules names the victim; the tree names the import that brought it in.
 */
import { type Codec, columns, count, milliseconds, text } from './codec.ts';
import type { Milliseconds } from './units.ts';

export interface PackageLoad {
  /** Package name, `node:` for built-ins, `.` for the function's own code, `nightlight` for the agent. */
  readonly name: string;
  /** Time in its own modules, without what they loaded of other packages. */
  readonly selfMs: Milliseconds;
  /** Modules of it that were loaded. */
  readonly moduleCount: number;
  /** Index in the list of the package that loaded it first; absent at the root. */
  readonly parentIndex?: number | undefined;
}

export const packageLoad: Codec<PackageLoad> = columns<PackageLoad>(
  { name: text, selfMs: milliseconds<Milliseconds>(), moduleCount: count, parentIndex: count },
  ['name', 'selfMs', 'moduleCount'],
);
