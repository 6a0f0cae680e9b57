/** Finds the source map of a bundled file in the folder that the user named, without reading any before it is asked for. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';

export type SourceMapErrorCode = 'SOURCE_MAPS_NOT_A_FOLDER';

export class SourceMapError extends Error {
  override readonly name = 'SourceMapError';
  readonly code: SourceMapErrorCode;

  constructor(code: SourceMapErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** @throws SourceMapError before the long part of an analysis begins */
export function checkSourceMapsFolder(folder: string): void {
  let found: string;
  try {
    if (statSync(folder).isDirectory()) return;
    found = 'a file';
  } catch (cause) {
    throw notAFolder(folder, (cause as NodeJS.ErrnoException).code ?? 'an error', cause);
  }
  throw notAFolder(folder, found);
}

/** Of the map, or of the script that holds it. */
export interface FoundMap {
  readonly path: string;
  readonly read: () => string;
}

/** The names in a folder and below it; packages' own maps are left out, because a bundle has one of its own. */
export class SourceMapsFolder {
  readonly #folder: string;
  /** Name of the bundled file -> maps that stand beside such a file. */
  readonly #maps = new Map<string, string[]>();
  readonly #scripts = new Map<string, string[]>();

  constructor(folder: string) {
    this.#folder = resolve(folder);
    const waiting = [this.#folder];
    let entries = 0;
    for (let next = waiting.pop(); next !== undefined && entries < MOST_ENTRIES; next = waiting.pop()) {
      for (const entry of entriesOf(next)) {
        entries++;
        const path = join(next, entry.name);
        if (entry.isDirectory()) {
          if (entry.name !== 'node_modules' && !entry.name.startsWith('.')) waiting.push(path);
        } else if (entry.name.endsWith('.map')) add(this.#maps, entry.name.slice(0, -'.map'.length), path);
        else if (SCRIPT.test(entry.name)) add(this.#scripts, entry.name, path);
      }
    }
  }

  /**
   * @param file  as a stack frame names it
   * @returns the maps that fit best by name and folders: one for each build that lies there
   */
  search(file: string): FoundMap[] {
    const parts = file.replaceAll('\\', '/').split('/');
    const name = parts.at(-1)!;
    const maps = this.#nearest(this.#maps.get(name) ?? [], parts);
    if (maps.length > 0) return maps.map((path) => ({ path, read: () => readFileSync(path, 'utf8') }));
    return this.#nearest(this.#scripts.get(name) ?? [], parts).flatMap((script) => this.#namedBy(script));
  }

  /** `//# sourceMappingURL=`: a file of the folder, or the map itself. */
  #namedBy(script: string): FoundMap[] {
    const url = [...readFileSync(script, 'utf8').matchAll(MAPPING_URL)].at(-1)?.[1];
    if (url === undefined) return [];
    const inline = INLINE_MAP.exec(url);
    if (inline !== null) {
      const [, base64, data] = inline;
      const read = () => (base64 === undefined ? decodeURIComponent(data!) : Buffer.from(data!, 'base64').toString('utf8'));
      return [{ path: script, read }];
    }
    const path = resolve(dirname(script), decodeURIComponent(url));
    // A script may name any file of this machine; only those that the user pointed to are read.
    return path.startsWith(this.#folder + sep) ? [{ path, read: () => readFileSync(path, 'utf8') }] : [];
  }

  /** Those whose folders agree with the frame's for longest, from the file upwards. */
  #nearest(paths: readonly string[], parts: readonly string[]): string[] {
    if (paths.length < 2) return [...paths];
    const agreed = paths.map((path) => {
      const folders = relative(this.#folder, dirname(path)).split(sep);
      let count = 0;
      while (count < folders.length && folders.at(-1 - count) === parts.at(-2 - count)) count++;
      return count;
    });
    const most = Math.max(...agreed);
    return paths.filter((_path, i) => agreed[i] === most);
  }
}

const MOST_ENTRIES = 100_000;
const SCRIPT = /\.[cm]?js$/;
const MAPPING_URL = /^\/\/[#@] sourceMappingURL=(\S+)\s*$/gm;
const INLINE_MAP = /^data:application\/json[^,]*?(;base64)?,(.*)$/s;

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    // A folder that this user may not read holds no map for them.
    return [];
  }
}

function add(map: Map<string, string[]>, name: string, path: string): void {
  const known = map.get(name);
  if (known === undefined) map.set(name, [path]);
  else known.push(path);
}

function notAFolder(folder: string, found: string, cause?: unknown): SourceMapError {
  return new SourceMapError(
    'SOURCE_MAPS_NOT_A_FOLDER',
    `${folder}: expected a folder with source maps (handler.js.map), found ${found}. Point --source-maps to the folder that your bundler wrote.`,
    { cause },
  );
}
