/**
 * Where a place of a bundle stands in its sources. Loaded only where `--source-maps` asks for it.
 *
 * A map that is missing, broken or of another file is an answer too: the frame then stays as it was printed, and the
 * report says for which file.
 */
import { AnyMap, decodedMappings, sourceContentFor, type TraceMap, traceSegment } from '@jridgewell/trace-mapping';
import { type FoundMap, SourceMapsFolder } from './source-maps-folder.ts';

export interface SourcePlace {
  readonly source: string;
  /** From 1, both. */
  readonly line: number;
  readonly column: number;
  /** What the sources call what stands there, where the bundler renamed it. */
  readonly name: string | undefined;
  /** The place is where something begins, and not somewhere within. */
  readonly isExact: boolean;
  /** The whole source, where the map holds it. */
  readonly content: string | undefined;
}

export const MAP_GAPS = ['no-map', 'several-maps', 'broken-map', 'foreign-map', 'not-in-map'] as const;
export type MapGapKind = (typeof MAP_GAPS)[number];

export interface MapGap {
  readonly gap: MapGapKind;
  readonly because: string;
}

/** The map of one build of a bundled file. */
export class BundleMap {
  readonly #map: TraceMap;

  constructor(map: TraceMap) {
    this.#map = map;
  }

  /** @param column  from 1; undefined where only the line is known */
  placeOf(line: number, column: number | undefined): SourcePlace | MapGap {
    if (column !== undefined) return placeAt(this.#map, traceSegment(this.#map, line - 1, column - 1), column - 1);
    // Without a column, a line tells its source only where all of it is one line there: minified, it holds many functions.
    const mapped = (decodedMappings(this.#map)[line - 1] ?? []).filter((segment) => segment.length > 1);
    const [first] = mapped;
    if (first === undefined || mapped.some((segment) => segment[1] !== first[1] || segment[2] !== first[2])) return NOT_ONE_LINE;
    return placeAt(this.#map, first, Number.NaN);
  }
}

export class SourceMaps {
  readonly #folder: SourceMapsFolder;
  readonly #byFile = new Map<string, readonly BundleMap[] | MapGap>();

  constructor(folder: string) {
    this.#folder = new SourceMapsFolder(folder);
  }

  /**
   * @param file  as a stack frame names it
   * @returns one map for each build that may be meant, at least one; or why there is none
   */
  mapsOf(file: string): readonly BundleMap[] | MapGap {
    const known = this.#byFile.get(file);
    if (known !== undefined) return known;
    const read = readMaps(this.#folder.search(file), file);
    this.#byFile.set(file, read);
    return read;
  }
}

/** More builds than anybody keeps side by side; each is read whole. */
const MOST_BUILDS = 20;
const NOT_IN_MAP: MapGap = { gap: 'not-in-map', because: 'the map does not speak of that place' };
const NOT_ONE_LINE: MapGap = { gap: 'not-in-map', because: 'its line holds several places, and no column is told' };
const NO_MAP: MapGap = { gap: 'no-map', because: 'no map of that name, and no script that names one' };

function readMaps(found: readonly FoundMap[], file: string): readonly BundleMap[] | MapGap {
  const texts = new Set<string>();
  const read: (BundleMap | MapGap)[] = [];
  for (const one of found.slice(0, MOST_BUILDS)) {
    try {
      const text = one.read();
      // The same map in two folders is one build.
      if (!texts.has(text)) read.push(readMap(text, one.path, file));
      texts.add(text);
    } catch (error) {
      read.push({ gap: 'broken-map', because: `${one.path}: ${(error as Error).message}` });
    }
  }
  const maps = read.filter((one) => one instanceof BundleMap);
  return maps.length > 0 ? maps : (read.find((one): one is MapGap => 'gap' in one) ?? NO_MAP);
}

function readMap(text: string, path: string, file: string): BundleMap | MapGap {
  // Some servers guard JSON with a line that no script can run.
  const parsed = JSON.parse(text.replace(/^\)\]\}'[^\n]*\n/, '')) as { version?: unknown; file?: unknown };
  if (parsed?.version !== 3) return { gap: 'broken-map', because: `${path} is no source map of version 3` };
  if (typeof parsed.file === 'string' && parsed.file !== '' && stemOf(parsed.file) !== stemOf(file))
    return { gap: 'foreign-map', because: `${path} says that it belongs to ${parsed.file}` };
  const map = AnyMap(parsed as Parameters<typeof AnyMap>[0]);
  // Decoded here, so that a broken one is told as such and not at some frame.
  if (decodedMappings(map).every((line) => line.length === 0)) return { gap: 'broken-map', because: `${path} maps nothing` };
  return new BundleMap(map);
}

function placeAt(map: TraceMap, segment: ReturnType<typeof traceSegment>, column: number): SourcePlace | MapGap {
  if (segment === null || segment.length === 1) return NOT_IN_MAP;
  const source = map.sources[segment[1]];
  if (typeof source !== 'string' || source === '') return NOT_IN_MAP;
  return {
    source: readableSource(source),
    line: segment[2] + 1,
    column: segment[3] + 1,
    name: segment.length === 5 ? map.names[segment[4]] : undefined,
    isExact: segment[0] === column,
    content: sourceContentFor(map, source) ?? undefined,
  };
}

/** `webpack://shop/./src/cart.ts`, `../src/cart.ts`: as a person in the repository would write it. */
function readableSource(source: string): string {
  return source
    .replace(/^webpack:\/\/[^/]*\//, '')
    .replace(/^file:\/\//, '')
    .replace(/^(?:\.\.?\/)+/, '')
    .replace(/\?.*$/, '');
}

function stemOf(path: string): string {
  const name = path.replaceAll('\\', '/').split('/').at(-1)!;
  return name.replace(/\.[cm]?jsx?$/, '');
}
