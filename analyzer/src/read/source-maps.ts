/**
 * Where a place of a bundle stands in its sources. Loaded only where `--source-maps` asks for it.
 *
 * A map that is missing, broken or of another file is an answer too: the frame then stays as it was printed, and the
 * report says for which file.
 */
import { AnyMap, decodedMappings, sourceContentFor, type TraceMap, traceSegment } from '@jridgewell/trace-mapping';
import { type MapSearch, SourceMapsFolder } from './source-maps-folder.ts';

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

export class SourceMaps {
  readonly #folder: SourceMapsFolder;
  readonly #byFile = new Map<string, TraceMap | MapGap>();

  constructor(folder: string) {
    this.#folder = new SourceMapsFolder(folder);
  }

  /**
   * @param file    as a stack frame names it
   * @param column  from 1; undefined where only the line is known
   */
  placeOf(file: string, line: number, column: number | undefined): SourcePlace | MapGap {
    const map = this.#mapOf(file);
    if ('gap' in map) return map;
    if (column !== undefined) return placeAt(map, traceSegment(map, line - 1, column - 1), column - 1);
    // Without a column, a line tells its source only where all of it is one line there: minified, it holds many functions.
    const mapped = (decodedMappings(map)[line - 1] ?? []).filter((segment) => segment.length > 1);
    const [first] = mapped;
    if (first === undefined || mapped.some((segment) => segment[1] !== first[1] || segment[2] !== first[2])) return NOT_ONE_LINE;
    return placeAt(map, first, Number.NaN);
  }

  #mapOf(file: string): TraceMap | MapGap {
    const known = this.#byFile.get(file);
    if (known !== undefined) return known;
    const read = readMap(this.#folder.search(file), file);
    this.#byFile.set(file, read);
    return read;
  }
}

const NOT_ONE_LINE: MapGap = { gap: 'not-in-map', because: 'its line holds several places, and no column is told' };
const NOT_IN_MAP: MapGap = { gap: 'not-in-map', because: 'the map does not speak of that place' };

function readMap(search: MapSearch, file: string): TraceMap | MapGap {
  if (search.kind === 'none') return { gap: 'no-map', because: 'no map of that name, and no script that names one' };
  if (search.kind === 'several')
    return { gap: 'several-maps', because: `${search.paths.length} maps fit: ${search.paths.slice(0, 3).join(', ')}` };
  try {
    // Some servers guard JSON with a line that no script can run.
    const parsed = JSON.parse(search.read().replace(/^\)\]\}'[^\n]*\n/, '')) as { version?: unknown; file?: unknown };
    if (parsed?.version !== 3) return { gap: 'broken-map', because: `${search.path} is no source map of version 3` };
    if (typeof parsed.file === 'string' && parsed.file !== '' && stemOf(parsed.file) !== stemOf(file))
      return { gap: 'foreign-map', because: `${search.path} says that it belongs to ${parsed.file}` };
    const map = AnyMap(parsed as Parameters<typeof AnyMap>[0]);
    // Decoded here, so that a broken one is told as such and not at some frame.
    if (decodedMappings(map).every((line) => line.length === 0)) return { gap: 'broken-map', because: `${search.path} maps nothing` };
    return map;
  } catch (error) {
    return { gap: 'broken-map', because: `${search.path}: ${(error as Error).message}` };
  }
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
