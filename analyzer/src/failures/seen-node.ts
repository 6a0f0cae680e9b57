/** An error that a summary counted, on its way into a group: what is known of it by itself, and which group it is in by now. */
import type { ErrorFacts } from '../parse/application-line.ts';
import { type ErrorTraits, type FingerprintParts, fingerprintId, traitsOf } from './fingerprint.ts';
import { librariesIn } from './libraries-in-builds.ts';

/** Errors that a summary counted together. */
export interface SeenFailure<Member> {
  /** The error and its causes, outermost first. */
  readonly errors: readonly ErrorFacts[];
  /** Version of the code, as far as it is known: a place in a file means something only within one. */
  readonly build: string | undefined;
  readonly count: number;
  /** Handed back with the group, so that it leads to its lines. */
  readonly member: Member;
}

export interface SeenNode<Member> {
  readonly failure: SeenFailure<Member>;
  readonly traits: ErrorTraits;
  parts: FingerprintParts;
  readonly alias: string;
  /** Stands for the function where a minifier took its name: its place, which holds for one build only; else empty. */
  site: string;
  /** Another node of the same group; undefined for the one that stands for it. */
  root: SeenNode<Member> | undefined;
}

/** @returns each in a group of its own */
export function nodesOf<Member>(seen: readonly SeenFailure<Member>[]): SeenNode<Member>[] {
  const libraries = librariesIn(seen);
  const libraryNames = [...libraries].sort().join();
  return seen.map((failure) => {
    const { traits, alias } = readOnce(failure.errors, libraries, libraryNames);
    return { failure, traits, parts: traits.parts, alias, site: siteOf(failure.build, traits), root: undefined };
  });
}

/** @returns the node that stands for the whole group */
export function rootOf<Member>(node: SeenNode<Member>): SeenNode<Member> {
  let root = node;
  while (root.root !== undefined) root = root.root;
  if (node !== root) node.root = root;
  return root;
}

/** From now on the groups of both are one. */
export function join<Member>(one: SeenNode<Member>, other: SeenNode<Member>): void {
  const a = rootOf(one);
  const b = rootOf(other);
  if (a !== b) b.root = a;
}

/** @returns the one group that all of them are in */
export function onlyGroup<Member>(nodes: readonly SeenNode<Member>[]): SeenNode<Member> | undefined {
  const groups = new Set(nodes.map(rootOf));
  return groups.size === 1 ? [...groups][0] : undefined;
}

/** The statement that threw, in its build. */
export function placeOf({ failure, traits }: SeenNode<unknown>): string {
  return `${failure.build ?? ''} ${traits.positions[0] ?? ''}`;
}

/** Its class was mangled, or its function, or the function's class. */
export function isNameless({ parts, traits }: SeenNode<unknown>): boolean {
  if (parts.basis.kind === 'message') return traits.positions.length > 0;
  return parts.type === undefined || MINIFIED_PLACE.test(traits.positions[0] ?? '');
}

interface ReadErrors {
  readonly errors: readonly ErrorFacts[];
  readonly libraryNames: string;
  readonly traits: ErrorTraits;
  readonly alias: string;
}

/** By the outermost error. What a summary keeps of an error never changes, and a screen asks again for every picture. */
const read = new WeakMap<ErrorFacts, ReadErrors>();

function readOnce(errors: readonly ErrorFacts[], libraries: ReadonlySet<string>, libraryNames: string): ReadErrors {
  const [outermost] = errors;
  const known = outermost && read.get(outermost);
  if (known?.libraryNames === libraryNames && known.errors.length === errors.length && known.errors.every((one, i) => one === errors[i]))
    return known;
  const traits = traitsOf(errors, libraries);
  const made = { errors, libraryNames, traits, alias: fingerprintId(traits.parts) };
  if (outermost !== undefined) read.set(outermost, made);
  return made;
}

function siteOf(build: string | undefined, { parts, positions }: ErrorTraits): string {
  return parts.functions.length === 0 && positions.length > 0 ? `${build ?? ''} ${positions[0]}` : '';
}

const MINIFIED_PLACE = /:(?:[1-9]|[1-4]\d):\d{4,}$/;
