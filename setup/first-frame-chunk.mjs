/**
 * Puts what stands between `nightlight watch` and its first frame into one file of the bundle.
 *
 * Left to itself, the bundler cuts a file for each set of commands that share a module: 29 of them before the first frame, and
 * to find, open and link them takes Node longer than to run what is in them. Here everybody who needs one of these modules
 * imports all of them, through one door that only the bundle has; so each of them still exists once (docs/decisions/0027).
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, relative, resolve } from 'node:path';
import { build } from 'esbuild';

/** Below the folder of the command line: the commands with their options, then the dashboard's frame. */
const BEFORE_THE_FIRST_FRAME = [
  'src/command-line.ts',
  'src/process-world.ts',
  'src/commands/watch.ts',
  'src/watch/terminal-of-keys.ts',
  'src/shell/run-shell.ts',
];
/**
 * What is needed without the rest too: the version by the shortest answer, wording by the worker thread. A constant and pure functions, so
 * that nobody can tell a second copy from the first; shared, each would be one more file to open.
 */
const VERSION = 'src/version.ts';
const SHORTEST_ANSWER = 'src/main.ts';
const isWording = (path) => path.startsWith('../analyzer/src/');
/** How our own modules are named where they are imported. */
const OURS = /^(?:[./].*\.tsx?$|@nightlight\/)/;
const DOOR = 'first-frame';
const COPY = 'copy';

/**
 * @param folder   of the command line
 * @param options  of the bundle, as far as they decide what is imported from where
 * @returns a plugin for the bundler
 */
export async function firstFrameChunk(folder, options) {
  const together = await modulesBeforeTheFirstFrame(folder, options);
  return {
    name: 'first-frame-chunk',
    setup({ onResolve, onLoad, resolve: resolved }) {
      onResolve({ filter: OURS }, async ({ path, importer, kind, resolveDir, namespace, pluginData }) => {
        if (pluginData === DOOR || kind === 'entry-point') return undefined;
        const fromWithin = namespace === DOOR || namespace === COPY || together.has(relative(folder, importer));
        // Our own imports name the file itself; only those by a package's name need the bundler to find it.
        const place = path.startsWith('@') ? await resolved(path, { kind, importer, resolveDir, pluginData: DOOR }) : undefined;
        const found = relative(folder, place?.path ?? resolve(resolveDir, path));
        const isCopied = found === VERSION ? relative(folder, importer) !== SHORTEST_ANSWER : fromWithin && isWording(found);
        if (isNeededNow(kind) && isCopied) return { path: resolve(folder, found), namespace: COPY };
        return together.has(found) && !(isNeededNow(kind) && fromWithin) ? { path: DOOR, namespace: DOOR } : undefined;
      });
      onLoad({ filter: /^/, namespace: DOOR }, () => ({
        contents: [...together].map((path) => `export * from ${JSON.stringify(resolve(folder, path))};`).join('\n'),
        resolveDir: folder,
        errors: namesGivenTwice(folder, together).map((text) => ({ text })),
      }));
      onLoad({ filter: /^/, namespace: COPY }, ({ path }) => ({
        contents: readFileSync(path, 'utf8'),
        loader: 'ts',
        resolveDir: dirname(path),
      }));
    },
  };
}

/**
 * The bundler makes two files of a door: what stands behind it, and one that only hands that on. Whoever asks for the second is sent to the
 * first, which spares every start a file.
 *
 * @param folder   of the command line
 * @param outputs  of the bundle, as the bundler lists them
 * @returns the files that nobody asks for any more, relative to the folder
 */
export function withoutTheDoor(folder, outputs) {
  const door = Object.keys(outputs).find((path) => outputs[path].entryPoint === `${DOOR}:${DOOR}`);
  if (door === undefined) throw new Error('setup/first-frame-chunk.mjs: expected a file for the first frame in the bundle, found none');
  const behind = outputs[door].imports.map(({ path }) => path).find((path) => includesAll(outputs[path].exports, outputs[door].exports));
  // A name that was changed on the way could not be asked for behind the door.
  if (behind === undefined || / as \w+[,\n]/.test(readFileSync(resolve(folder, door), 'utf8'))) return [];
  for (const path of Object.keys(outputs)) {
    const text = readFileSync(resolve(folder, path), 'utf8');
    const straight = text.replaceAll(`import("./${basename(door)}")`, `import("./${basename(behind)}")`);
    if (straight !== text) writeFileSync(resolve(folder, path), straight);
  }
  rmSync(resolve(folder, door));
  return [door];
}

function includesAll(all, some) {
  return some.every((each) => all.includes(each));
}

/** What the entries import at once, and what that imports; of our own, because others have no door to share. */
async function modulesBeforeTheFirstFrame(folder, options) {
  const { metafile } = await build({
    ...options,
    absWorkingDir: folder,
    entryPoints: BEFORE_THE_FIRST_FRAME,
    plugins: [{ name: 'at-once', setup: ({ onResolve }) => onResolve({ filter: /^/ }, laterIsOutside) }],
    outdir: 'nowhere',
    write: false,
    metafile: true,
  });
  const found = new Set(BEFORE_THE_FIRST_FRAME);
  for (const path of found) {
    for (const imported of metafile.inputs[path].imports) {
      if (isNeededNow(imported.kind) && imported.path.startsWith('src/') && imported.path !== VERSION) found.add(imported.path);
    }
  }
  return found;
}

function laterIsOutside({ kind, path }) {
  return kind === 'dynamic-import' ? { path, external: true } : undefined;
}

/** Of two exports with one name a door would silently give neither. */
function namesGivenTwice(folder, together) {
  const givers = new Map();
  for (const path of together) {
    for (const [, name] of readFileSync(resolve(folder, path), 'utf8').matchAll(/^export (?:async )?(?:function|const|let|class) (\w+)/gm))
      givers.set(name, [...(givers.get(name) ?? []), path]);
  }
  return [...givers].flatMap(([name, paths]) =>
    paths.length > 1 ? [`${paths.join(' and ')} both export ${name}: one of them needs another name to stand before the first frame`] : [],
  );
}

function isNeededNow(kind) {
  return kind === 'import-statement';
}
