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
import { type MapGap, type MapGapKind, SourceMaps, type SourcePlace } from '../read/source-maps.ts';
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
    const place = this.#maps.placeOf(site.file, site.line, site.column);
    const bundled = `${site.file}:${site.line}${site.column === undefined ? '' : `:${site.column}`}`;
    this.#note(site.file, bundled, place);
    if ('gap' in place) return site;
    const name = isMangled(site.functionName) ? (place.name ?? site.functionName) : site.functionName;
    const { column: _of, ...rest } = site;
    return { ...rest, functionName: name, file: place.source, line: place.line };
  }

  #stack(stack: readonly string[]): string[] {
    const frames = stack.map((text) => this.#frame(text));
    const foreign = this.#filesOfOtherBuilds(frames);
    return frames.map((frame, i) => {
      if (frame.bundled === undefined) return frame.text;
      const isForeign = foreign.has(frame.bundled.file);
      this.#note(frame.bundled.file, frame.bundled.place, isForeign ? OTHER_BUILD : frame.place!);
      if (isForeign || frame.place === undefined || 'gap' in frame.place) return frame.text;
      const { source, line, column } = frame.place;
      const place = `${source}:${line}:${column}`;
      const called = nameOf(frame, frames[i + 1]);
      return `${called === '' ? place : `${called} (${place})`} [${frame.bundled.place}]`;
    });
  }

  #frame(text: string): Frame {
    const match = FRAME.exec(text);
    if (match === null || readFrame(text).owner === 'platform') return { text };
    const [, called = '', file, line, column] = match;
    const place = this.#maps.placeOf(file!, Number(line), Number(column));
    // Packages that were not bundled have maps of their own that nobody misses.
    if ('gap' in place && readFrame(text).owner !== 'own') return { text };
    return { text, called, place, bundled: { file: shown(file!), place: `${shown(file!)}:${line}:${column}` } };
  }

  /** Code begins something where it throws or calls. A map in which most places of a stack lie within is not of this build. */
  #filesOfOtherBuilds(frames: readonly Frame[]): Set<string> {
    const counts = new Map<string, { exact: number; of: number }>();
    for (const { place, bundled } of frames) {
      if (bundled === undefined || place === undefined || 'gap' in place) continue;
      const count = counts.get(bundled.file) ?? { exact: 0, of: 0 };
      count.of++;
      if (place.isExact) count.exact++;
      counts.set(bundled.file, count);
    }
    return new Set([...counts].filter(([, { exact, of }]) => exact * 2 < of).map(([file]) => file));
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

interface Frame {
  readonly text: string;
  readonly called?: string;
  readonly place?: SourcePlace | MapGap;
  readonly bundled?: { readonly file: string; readonly place: string };
}

/** `name (file.js:1:2345)`, or the place alone. */
const FRAME = /^(?:(.*?) ?\()?((?:file:\/\/)?[^()\s:]*(?:[A-Za-z]:)?[^()\s:]*\.[cm]?js):(\d+):(\d+)\)?$/;
const SCRIPT = /\.[cm]?js$/;
const OTHER_BUILD: MapGap = {
  gap: 'foreign-map',
  because: 'most places of a stack are not where anything begins in the map: it is of another build',
};
const MOST_FILES = 1_000;
const MOST_PLACES = 10_000;

/** Lambda unpacks a function into /var/task; nobody's repository has that folder. */
function shown(file: string): string {
  return file.replace(/^file:\/\//, '').replace(/^\/var\/task\//, '');
}

function nameOf({ called = '', place }: Frame, caller: Frame | undefined): string {
  const [, decoration, bare] = DECORATED.exec(called)!;
  if (bare === '' || !isMangled(bare!) || bare!.includes('.')) return called;
  if (caller?.place === undefined || 'gap' in caller.place || !caller.place.isExact) return called;
  const { name } = caller.place;
  if (name === undefined || !NAME.test(name) || !declares((place as SourcePlace).content, name)) return called;
  return `${decoration}${name}`;
}

const DECORATED = /^((?:async )?(?:new )?)(.*)$/;
const NAME = /^[\p{L}_$][\p{L}\p{N}_$]*$/u;

/** A parameter that holds a function has a name too, and is not the function. */
function declares(content: string | undefined, name: string): boolean {
  if (content === undefined) return true;
  const escaped = name.replaceAll('$', '\\$');
  return new RegExp(`(?:function\\s*\\*?|class)\\s+${escaped}(?![\\w$])|(?<![\\w$])${escaped}\\s*=(?!=)`, 'u').test(content);
}
