/**
 * Rewrites what names a place of a bundle to the place in its sources, with the bundled one beside it, before errors are
 * grouped: two builds of one function then say the same.
 *
 *   at a (/var/task/dist/handler.js:1:2345)  ->  addItem (src/cart.ts:12:9) [dist/handler.js:1:2345]
 *
 * A minifier renames functions as well. The frame below shows what the sources call the function that it called; that name
 * is taken where the place is exact and the source, as far as the map holds it, declares such a function.
 */
import type { AllocationSite } from '@nightlight/agent/record';
import { BundleMap, type MapGap, type MapGapKind, SourceMaps, type SourcePlace } from '../read/source-maps.ts';
import type { ErrorFacts } from './application-line.ts';
import { isMangled, readFrame } from './stack-frames.ts';

/** What became of the places of one bundled file. */
export interface MappedFile {
  readonly file: string;
  readonly kind: 'resolved' | MapGapKind;
  readonly because: string;
  /** Distinct places, so that several threads count what one would; at most 10,000. */
  readonly places: Set<string>;
}

export class SourceFrames {
  /** Kind, NUL, file; at most 1,000. */
  readonly files = new Map<string, MappedFile>();
  readonly #maps: SourceMaps;

  constructor(folder: string) {
    this.#maps = new SourceMaps(folder);
  }

  resolve(errors: readonly ErrorFacts[]): ErrorFacts[] {
    return errors.map((error) => (error.stack.length === 0 ? error : { ...error, stack: this.#stack(error.stack) }));
  }

  /** @returns the site in the sources; the same one where that is not known */
  site(site: AllocationSite): AllocationSite {
    if (!SCRIPT.test(site.file)) return site;
    const maps = this.#maps.mapsOf(site.file);
    // One place alone does not tell which of two builds it is of.
    const place = 'gap' in maps ? maps : maps.length > 1 ? WHICH_BUILD : maps[0]!.placeOf(site.line, site.column);
    this.#note(site.file, `${site.file}:${site.line}${site.column === undefined ? '' : `:${site.column}`}`, place);
    if ('gap' in place) return site;
    const name = isMangled(site.functionName) ? (declaredBefore(place) ?? site.functionName) : site.functionName;
    const { column: _of, ...rest } = site;
    return { ...rest, functionName: name, file: place.source, line: place.line };
  }

  #stack(stack: readonly string[]): string[] {
    const frames = stack.map((text) => bundledFrame(text));
    const chosen = new Map<string, BundleMap | MapGap>();
    for (const { file } of frames.filter((frame) => frame !== undefined)) {
      if (!chosen.has(file))
        chosen.set(
          file,
          this.#mapFor(
            file,
            frames.filter((frame) => frame?.file === file).map((frame) => frame!),
          ),
        );
    }
    const places = frames.map((frame) => {
      const map = frame === undefined ? undefined : chosen.get(frame.file)!;
      return map instanceof BundleMap ? map.placeOf(frame!.line, frame!.column) : map;
    });
    return stack.map((text, i) => {
      const [frame, place] = [frames[i], places[i]];
      if (frame === undefined || place === undefined) return text;
      // Packages that were not bundled have maps of their own that nobody misses.
      if ('gap' in place && !frame.isOwn) return text;
      const bundled = `${shown(frame.file)}:${frame.line}:${frame.column}`;
      this.#note(shown(frame.file), bundled, place);
      if ('gap' in place) return text;
      const at = `${place.source}:${place.line}:${place.column}`;
      const called = nameOf(frame.called, place, places[i + 1]);
      return `${called === '' ? at : `${called} (${at})`} [${bundled}]`;
    });
  }

  /**
   * Code begins something where it throws or calls. A map in which most places of a stack lie within something is not of
   * this build; and of several builds it is the one in which none does.
   */
  #mapFor(file: string, frames: readonly BundledFrame[]): BundleMap | MapGap {
    const maps = this.#maps.mapsOf(file);
    if ('gap' in maps) return maps;
    const exact = maps.map((map) => frames.filter(({ line, column }) => isExact(map.placeOf(line, column))).length);
    if (maps.length > 1) {
      const whole = maps.filter((_map, i) => exact[i] === frames.length);
      return whole.length === 1 && frames.length >= LEAST_TO_CHOOSE ? whole[0]! : WHICH_BUILD;
    }
    const mapped = frames.filter(({ line, column }) => !('gap' in maps[0]!.placeOf(line, column))).length;
    return exact[0]! * 2 < mapped ? OTHER_BUILD : maps[0]!;
  }

  #note(file: string, bundled: string, found: SourcePlace | MapGap): void {
    const kind = 'gap' in found ? found.gap : 'resolved';
    const key = `${kind}\u0000${file}`;
    let known = this.files.get(key);
    if (known === undefined) {
      if (this.files.size >= MOST_FILES) return;
      known = { file, kind, because: 'gap' in found ? found.because : '', places: new Set() };
      this.files.set(key, known);
    }
    if (known.places.size < MOST_PLACES) known.places.add(bundled);
  }
}

interface BundledFrame {
  readonly called: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly isOwn: boolean;
}

/** @returns undefined for what is no frame of a script, and for the platform's own */
function bundledFrame(text: string): BundledFrame | undefined {
  const end = PLACE_AT_END.exec(text);
  if (end === null || readFrame(text).owner === 'platform') return undefined;
  const open = text.endsWith(')') ? text.lastIndexOf('(') : -1;
  return {
    called: text.slice(0, Math.max(0, open)).trimEnd(),
    file: text.slice(open + 1, end.index + end[1]!.length).replace(/^async /, ''),
    line: Number(end[2]),
    column: Number(end[3]),
    isOwn: readFrame(text).owner === 'own',
  };
}

function isExact(place: SourcePlace | MapGap): boolean {
  return !('gap' in place) && place.isExact;
}

/** Of `name (file.js:1:2345)`, or of the place alone. */
const PLACE_AT_END = /(\.[cm]?js):(\d+):(\d+)\)?$/;
const SCRIPT = /\.[cm]?js$/;
const OTHER_BUILD: MapGap = {
  gap: 'foreign-map',
  because: 'most places of a stack are not where anything begins in the map: it is of another build',
};
const WHICH_BUILD: MapGap = { gap: 'several-maps', because: 'several maps fit: which build it is of is not known' };
/** One place may begin something in two builds by chance. */
const LEAST_TO_CHOOSE = 2;
const MOST_FILES = 1_000;
const MOST_PLACES = 10_000;

/** Lambda unpacks a function into /var/task; nobody's repository has that folder. */
function shown(file: string): string {
  return file.replace(/^file:\/\//, '').replace(/^\/var\/task\//, '');
}

function nameOf(called: string, place: SourcePlace, caller: SourcePlace | MapGap | undefined): string {
  const [, decoration, bare] = DECORATED.exec(called)!;
  if (bare === '' || !isMangled(bare!) || bare!.includes('.')) return called;
  if (caller === undefined || 'gap' in caller || !caller.isExact) return called;
  const { name } = caller;
  if (name === undefined || !NAME.test(name) || !declares(place.content, name)) return called;
  return `${decoration}${name}`;
}

/** Names are text from a log: a line separator in one must not end the match. */
const DECORATED = /^((?:async )?(?:new )?)(.*)$/s;
const NAME = /^[\p{L}_$][\p{L}\p{N}_$]*$/u;

/** V8 puts a function where its parameters begin: its name is the token before, and a name there is a parameter's. */
function declaredBefore({ name, isExact, content }: SourcePlace): string | undefined {
  return name !== undefined && !isExact && declares(content, name) ? name : undefined;
}

/** A parameter that holds a function has a name too, and is not the function. */
function declares(content: string | undefined, name: string): boolean {
  if (content === undefined) return true;
  const escaped = name.replaceAll('$', '\\$');
  return new RegExp(`(?:function\\s*\\*?|class)\\s+${escaped}(?![\\w$])|(?<![\\w$])${escaped}\\s*=(?!=)`, 'u').test(content);
}
