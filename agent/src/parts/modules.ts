/**
 * Measures what the imports of a program cost (`NIGHTLIGHT_MODULES`): a part of its own, loaded only when asked for.
 *
 * Node 22 and later publish each `require()` and each `import()` on a diagnostics channel, and nothing is touched. Node 20
 * does not, so `Module._load` is wrapped until the first work begins; an error thrown meanwhile shows one frame of ours.
 * No Node tells of the modules behind an import one by one: their time stands with that import, and where that hides
 * modules of the program the count is left out and a note says why.
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import Module, { createRequire, isBuiltin } from 'node:module';
import { basename, dirname, extname, isAbsolute, resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { Agent } from '../agent.ts';
import { createModuleTree, type ModuleTree } from '../measure/module-tree.ts';
import { AGENT_PACKAGE, BUILT_INS, nameModule, packageOfFile, packageOfWords, pathOf, RUNTIME_PACKAGE } from '../measure/package-name.ts';
import { createShowPath } from '../measure/shown-path.ts';
import type { InitRecord } from '../record/init-record.ts';

export type ModuleLoading = Pick<InitRecord, 'moduleCount' | 'slowestModules' | 'packages'>;

/** To be called once, when the first work begins. @returns members of the init line, under the keys of docs/record-format.md */
export interface ModuleWatch {
  (): object;
  /** The same as members of a record. @param agentMs  what the agent's own start took before the watch began */
  stop(agentMs?: number): ModuleLoading;
}

export function watchModules(agent: Agent): ModuleWatch {
  const ownDirectory = typeof __dirname === 'string' ? __dirname : '';
  const showPath = createShowPath(process.cwd(), process.argv[1], ownDirectory);
  const watchedFromMs = performance.now();
  const tree = createModuleTree(AGENT_PACKAGE, watchedFromMs);
  const filesBefore = new Set(Object.keys(moduleCache));
  const seen: Seen = { builtIns: new Set(), imports: [] };

  // A file is asked for once as what is loaded, and again for each module that it loads.
  const known = new Map<string, string>();
  function packageOf(path: string): string {
    const found = known.get(path) ?? packageOfFile(path, ownDirectory);
    known.set(path, found);
    return found;
  }
  // The agent's redirect loads the handler: among the slow modules it would stand first, with the handler's time.
  const show = (id: string) => {
    if (!isAbsolute(id)) return id;
    return packageOf(id) === AGENT_PACKAGE ? undefined : (showPath(id) ?? packageOf(id));
  };

  const watching: Watching = {
    tree,
    quietly: (hook) => void agent.quietly('modules', hook),
    name: (words, parentPath) => {
      const module = nameModule(words, parentPath, packageOf);
      if (module.packageName === BUILT_INS) seen.builtIns.add(module.id);
      return module;
    },
    packageOf,
    seen,
  };
  const unwatchChannels = watchChannels(watching);
  const unwatch = unwatchChannels ?? wrapLoad(watching);

  let result: ModuleLoading | undefined;
  function stop(agentMs = 0): ModuleLoading {
    if (result) return result;
    unwatch();
    const files = Object.keys(moduleCache).filter((file) => !filesBefore.has(file));
    const fileCounts = countFiles(files, seen, packageOf);
    const hidden = unwatchChannels
      ? hiddenBehindImports(files, seen, packageOf)
      : hiddenFromLoad(files, handlerFile(agent.environment ?? process.env));
    if (hidden) agent.note('limit', hidden);
    tree.add(AGENT_PACKAGE, agentMs);
    result = tree.finish(performance.now(), fileCounts, show);
    if (!hidden) result = { moduleCount: [...fileCounts.values()].reduce((sum, count) => sum + count, 0), ...result };
    return result;
  }

  tree.add(AGENT_PACKAGE, performance.now() - watchedFromMs);
  const members = () => agent.quietly('modules', () => lineMembers(stop())) ?? {};
  return Object.assign(members, { stop });
}

function lineMembers({ moduleCount, slowestModules, packages }: ModuleLoading): object {
  return {
    mc: moduleCount,
    ml: slowestModules?.map(({ name, totalMs, selfMs }) => [name, hundredths(totalMs), hundredths(selfMs!)]),
    // A parent that is not there is left out at the end of the list.
    mt: packages?.map(({ name, selfMs, moduleCount: count, parentIndex }) =>
      [name, hundredths(selfMs), count, parentIndex].slice(0, parentIndex === undefined ? 3 : 4),
    ),
  };
}

interface Seen {
  readonly builtIns: Set<string>;
  readonly imports: { words: string; parentPath: string | undefined }[];
}

interface Watching {
  readonly tree: ModuleTree;
  readonly seen: Seen;
  quietly(hook: () => void): void;
  name(words: string, parentPath: string | undefined): ReturnType<typeof nameModule>;
  packageOf(path: string): string;
}

/** @returns undefined where Node has no such channels, which is told by trying */
function watchChannels({ tree, seen, quietly, name, packageOf }: Watching): (() => void) | undefined {
  let isHeard = false;
  const hooks: Readonly<Record<string, (message: never) => void>> = {
    'module.require:start': (message: { id: string; parentFilename?: string }) => {
      if (!isHeard) {
        isHeard = true;
        return;
      }
      const parent = message.parentFilename === undefined ? undefined : packageOf(message.parentFilename);
      tree.enter(message, name(message.id, message.parentFilename), parent, performance.now());
    },
    'module.require:end': (message: object) => tree.leave(message, performance.now()),
    'module.import:start': (message: { url: string | URL; parentURL?: string }) => {
      // The program's entry comes as a URL object, everything else as the words between the brackets.
      const words = `${message.url}`;
      const parentPath = message.parentURL === undefined ? undefined : pathOf(message.parentURL, undefined);
      seen.imports.push({ words, parentPath });
      tree.begin(message, name(words, parentPath), parentPath === undefined ? undefined : packageOf(parentPath), performance.now());
    },
    'module.import:asyncEnd': (message: object) => tree.end(message, performance.now()),
    'module.import:error': (message: object) => tree.end(message, performance.now()),
  };
  const listeners = Object.entries(hooks).map(([channel, hook]) => {
    // What a subscriber throws becomes the host's uncaught exception.
    const listener = (message: unknown) => quietly(() => hook(message as never));
    subscribe(`tracing:${channel}`, listener);
    return { channel: `tracing:${channel}`, listener };
  });
  const unwatch = () => {
    for (const { channel, listener } of listeners) unsubscribe(channel, listener);
  };
  load('node:module');
  if (isHeard) return unwatch;
  unwatch();
  return undefined;
}

type LoadArguments = [words: string, parent: { filename?: string | null } | undefined, isMain: boolean];
type Load = (this: unknown, ...request: LoadArguments) => unknown;

/** What it loads and throws is what it would without us; whoever wrapped it before or wraps it after keeps working. */
function wrapLoad({ tree, quietly, name, packageOf }: Watching): () => void {
  const loader = Module as unknown as { _load: Load };
  const original = loader._load;
  let isWatching = true;
  const watched: Load = function _load(...request) {
    // Somebody who wrapped it after us still calls us when we are done.
    if (!isWatching) return Reflect.apply(original, this, request);
    const key = {};
    quietly(() => {
      const [words, parent] = request;
      const parentPath = parent?.filename ?? undefined;
      const module = name(words, parentPath);
      tree.enter(key, module, parentPath === undefined ? undefined : packageOf(parentPath), performance.now());
    });
    try {
      return Reflect.apply(original, this, request);
    } finally {
      quietly(() => tree.leave(key, performance.now()));
    }
  };
  // What others hung on it stays on it, and it is as long as it was.
  Object.defineProperties(watched, Object.getOwnPropertyDescriptors(original));
  loader._load = watched;
  return () => {
    isWatching = false;
    if (loader._load === watched) loader._load = original;
  };
}

function countFiles(files: readonly string[], seen: Seen, packageOf: (path: string) => string): Map<string, number> {
  const counts = new Map<string, number>(seen.builtIns.size > 0 ? [[BUILT_INS, seen.builtIns.size]] : []);
  const count = (name: string) => counts.set(name, (counts.get(name) ?? 0) + 1);
  for (const file of files) count(packageOf(file));
  const loaded = new Set(files);
  const imported = new Set(seen.imports.map(({ words, parentPath }) => pathOf(words, parentPath)));
  for (const path of imported) if (path !== undefined && !loaded.has(path)) count(packageOf(path));
  return counts;
}

/** @returns why modules of the program are missing from the count, if any are */
function hiddenBehindImports(files: readonly string[], seen: Seen, packageOf: (path: string) => string): string | undefined {
  const names = new Set(files.map((file) => packageOf(file)));
  const loaded = new Set(files);
  const isHidden = seen.imports.some(({ words, parentPath }) => {
    if (isBuiltin(words)) return false;
    const path = pathOf(words, parentPath);
    // An import that ended as CommonJS has its files in the cache, and they were all seen.
    if (path === undefined) return !names.has(packageOfWords(words));
    const name = packageOf(path);
    // The runtime's own modules and ours are nobody's to mend.
    return !loaded.has(path) && name !== RUNTIME_PACKAGE && name !== AGENT_PACKAGE;
  });
  return isHidden
    ? 'what an ES module imports is not seen one by one: they are not counted, and their time stands with the module that begins it'
    : undefined;
}

/**
 * As above, for Node 20: that its loader of ES modules was needed is the only trace of an import.
 *
 * @param handler  in Lambda the main script is the runtime's client, made of ES modules that are nobody's to mend; behind it a
 *   handler that is CommonJS is seen whole
 */
function hiddenFromLoad(files: readonly string[], handler: string | undefined): string | undefined {
  if (files.some((file) => file.slice(0, file.length - extname(file).length) === handler)) return undefined;
  const { moduleLoadList } = process as unknown as { moduleLoadList?: readonly string[] };
  if (!moduleLoadList?.includes('NativeModule internal/modules/esm/translators')) return undefined;
  return `Node ${process.versions.node} tells nothing of ES modules: only what was loaded as CommonJS is in the module tree`;
}

/** @returns the path of a Lambda function's handler, without its extension */
function handlerFile({ LAMBDA_TASK_ROOT: root, _HANDLER: configured }: Readonly<Record<string, string | undefined>>): string | undefined {
  return root && configured && resolve(root, dirname(configured), basename(configured).split('.')[0]!);
}

const load = createRequire(process.execPath);
const moduleCache = load.cache;
const hundredths = (ms: number): number => Math.round(ms * 100) / 100;
