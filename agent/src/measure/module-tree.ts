/**
 * Whose modules the start waited for: every moment of it belongs to one module, and to one package.
 *
 * Inclusive times name the handler and say nothing; a tree of spans counts a moment twice where imports overlap. Here a
 * moment belongs to the innermost module that is being required; when none is, to the import that was begun last and has
 * not ended (also while that one only waits, as in a top-level await). So self times are never negative and add up to
 * the time in which anything was loading.
 */
import type { ModuleLoad } from '../record/init-record.ts';
import type { PackageLoad } from '../record/module-tree.ts';
import { milliseconds } from '../record/units.ts';

export interface NamedModule {
  readonly packageName: string;
  /** Its path, or the words by which it was asked for. */
  readonly id: string;
}

export interface ModuleTree {
  /** A module is required. @param key  tells this call from every other; `leave` has the same */
  enter(key: object, module: NamedModule, parentPackage: string | undefined, nowMs: number): void;
  leave(key: object, nowMs: number): void;
  /** A module is imported: it may wait, and others may begin meanwhile. */
  begin(key: object, module: NamedModule, parentPackage: string | undefined, nowMs: number): void;
  end(key: object, nowMs: number): void;
  /** Adds time that was spent before the tree began to grow. */
  add(packageName: string, selfMs: number): void;
  /**
   * @param fileCounts  how many modules of each package were loaded
   * @param show        makes of a module's id what may stand in a line; undefined leaves the module out
   */
  finish(
    nowMs: number,
    fileCounts: ReadonlyMap<string, number>,
    show: (id: string) => string | undefined,
  ): { packages: PackageLoad[]; slowestModules: ModuleLoad[] };
}

/** @param rootPackage  stands first whatever it took, and is nobody's parent: it only stands between the loader and the program */
export function createModuleTree(rootPackage: string, startedMs: number): ModuleTree {
  const packages = new Map<string, Package>();
  const modules = new Map<string, Module>();
  const required: Load[] = [];
  const imported: Load[] = [];
  let chargedUntilMs = startedMs;
  packageOf(rootPackage, undefined);

  function packageOf(name: string, parent: Package | undefined): Package {
    let found = packages.get(name);
    if (!found) {
      found = { name, selfMs: 0, parent: parent?.name === rootPackage ? undefined : parent };
      packages.set(name, found);
    }
    return found;
  }

  function moduleOf(id: string): Module {
    let found = modules.get(id);
    if (!found) {
      found = { id, totalMs: 0, selfMs: 0, depth: 0, sinceMs: 0 };
      // Beyond that many the packages still have their times; one more would only grow the memory of the host.
      if (modules.size < MOST_MODULES) modules.set(id, found);
    }
    return found;
  }

  function charge(nowMs: number): void {
    const owner = required.at(-1) ?? imported.at(-1);
    const passedMs = Math.max(0, nowMs - chargedUntilMs);
    chargedUntilMs = Math.max(nowMs, chargedUntilMs);
    if (!owner) return;
    owner.module.selfMs += passedMs;
    owner.of.selfMs += passedMs;
  }

  function open(loads: Load[], key: object, { packageName, id }: NamedModule, parentPackage: string | undefined, nowMs: number): void {
    charge(nowMs);
    // Who loads a module for an ES module does not say for which; then it is the one that is being imported.
    const parent = parentPackage === undefined ? (required.at(-1) ?? imported.at(-1))?.of : packageOf(parentPackage, undefined);
    const module = moduleOf(id);
    if (module.depth++ === 0) module.sinceMs = nowMs;
    loads.push({ key, module, of: packageOf(packageName, parent) });
  }

  function close({ module }: Load, nowMs: number): void {
    if (--module.depth === 0) module.totalMs += nowMs - module.sinceMs;
  }

  return {
    enter: (...load) => open(required, ...load),
    leave(key, nowMs) {
      const at = required.findLastIndex((load) => load.key === key);
      // Begun before we looked.
      if (at < 0) return;
      charge(nowMs);
      for (const load of required.splice(at)) close(load, nowMs);
    },
    begin: (...load) => open(imported, ...load),
    end(key, nowMs) {
      const at = imported.findIndex((load) => load.key === key);
      if (at < 0) return;
      charge(nowMs);
      for (const load of imported.splice(at, 1)) close(load, nowMs);
    },
    add(packageName, selfMs) {
      packageOf(packageName, undefined).selfMs += selfMs;
    },
    finish(nowMs, fileCounts, show) {
      charge(nowMs);
      for (const load of [...required.splice(0), ...imported.splice(0)]) close(load, nowMs);
      return { packages: toldPackages([...packages.values()], fileCounts), slowestModules: slowest([...modules.values()], show) };
    },
  };
}

interface Package {
  readonly name: string;
  selfMs: number;
  /** Whoever loaded it first. */
  readonly parent: Package | undefined;
}

interface Module {
  readonly id: string;
  totalMs: number;
  selfMs: number;
  /** How many loads of it are under way: a module that meets itself in a cycle counts its time once. */
  depth: number;
  sinceMs: number;
}

interface Load {
  readonly key: object;
  readonly module: Module;
  readonly of: Package;
}

/** The packages with most time of their own, with whoever brought them in, and one row for all others. */
function toldPackages(all: readonly Package[], fileCounts: ReadonlyMap<string, number>): PackageLoad[] {
  const chosen = new Set([all[0]!]);
  for (const one of all.toSorted((a, b) => b.selfMs - a.selfMs)) {
    const line: Package[] = [];
    for (let up: Package | undefined = one; up && !chosen.has(up); up = up.parent) line.push(up);
    if (chosen.size + line.length <= MOST_PACKAGES) for (const ancestor of line) chosen.add(ancestor);
  }
  // In the order in which they were met, in which a parent always comes first.
  const told = all.filter((one) => chosen.has(one));
  const rows = told.map(({ name, selfMs, parent }): PackageLoad => {
    const row = { name, selfMs: milliseconds(selfMs), moduleCount: fileCounts.get(name) ?? 0 };
    return parent ? { ...row, parentIndex: told.indexOf(parent) } : row;
  });
  const others = all.filter((one) => !chosen.has(one));
  if (others.length > 0) {
    const selfMs = others.reduce((sum, one) => sum + one.selfMs, 0);
    const moduleCount = others.reduce((sum, one) => sum + (fileCounts.get(one.name) ?? 0), 0);
    rows.push({ name: OTHERS, selfMs: milliseconds(selfMs), moduleCount });
  }
  return rows;
}

function slowest(modules: readonly Module[], show: (id: string) => string | undefined): ModuleLoad[] {
  const told: ModuleLoad[] = [];
  for (const { id, totalMs, selfMs } of modules.toSorted((a, b) => b.totalMs - a.totalMs)) {
    const name = show(id);
    if (name !== undefined) told.push({ name, totalMs: milliseconds(totalMs), selfMs: milliseconds(selfMs) });
    if (told.length === SLOWEST) break;
  }
  return told;
}

const MOST_PACKAGES = 24;
const SLOWEST = 12;
const MOST_MODULES = 20_000;
const OTHERS = '*';
