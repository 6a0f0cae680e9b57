/**
 * Which of the errors seen are the same failure: fingerprints, corrected by what only all of them together can tell.
 *
 * One error alone cannot say whether `acme` in its message is a value, whether the function that threw does so for others,
 * or which function a minifier's `t` once was. All of them together can: one place of one build that throws many like
 * messages fills in a value; one that throws unlike messages for several callers is a helper, and the caller counts;
 * a function that sits in node_modules in one build is no function of the program in the bundle of the next.
 *
 * Rather two groups than one where it is open: a merge hides a failure, a split is told as "looks like".
 */
import type { ErrorFacts } from '../parse/application-line.ts';
import { readFrame } from '../parse/stack-frames.ts';
import { shownDigits } from './error-template.ts';
import { type ErrorTraits, type FingerprintParts, fingerprintId, fingerprintText, traitsOf } from './fingerprint.ts';
import { namesTakenOut } from './logged-names.ts';
import { type Anchor, twinsByOrder } from './order-in-bundle.ts';
import { TemplateMiner } from './templates.ts';

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

export interface FailureGroup<Member> {
  readonly id: string;
  /** Fingerprints that its errors have each by themselves: a mute or an owner written for one of them applies. */
  readonly aliases: readonly string[];
  readonly madeOf: FingerprintParts;
  readonly count: number;
  /** Most frequent first. */
  readonly members: readonly Member[];
  /** Groups that say the same at another place: a split that a person may know to be one failure. */
  readonly looksLike: readonly string[];
}

/** @returns most frequent first; the result does not depend on the order of what was seen */
export function groupFailures<Member>(seen: readonly SeenFailure<Member>[]): FailureGroup<Member>[] {
  const libraries = librariesIn(seen);
  const libraryNames = [...libraries].sort().join();
  const nodes: Node<Member>[] = seen.map((failure) => {
    const { traits, alias } = readOnce(failure.errors, libraries, libraryNames);
    return {
      failure,
      traits,
      parts: traits.parts,
      alias,
      site: siteOf(failure.build, traits),
      root: undefined,
    };
  });
  nameCallersOfHelpers(nodes);
  mineMessages(nodes);
  takeNamesOut(nodes);
  const named = nodes.filter((node) => !isNameless(node));
  for (const same of by(named, keyOf)) for (const node of same) join(same[0]!, node);
  joinByPlace(named);
  joinMinified(nodes);
  joinByOrder(nodes);
  return finish(nodes);
}

interface Node<Member> {
  readonly failure: SeenFailure<Member>;
  readonly traits: ErrorTraits;
  parts: FingerprintParts;
  readonly alias: string;
  /** Stands for the function where a minifier took its name: its place, which holds for one build only; else empty. */
  site: string;
  /** Another node of the same group; undefined for the one that stands for it. */
  root: Node<Member> | undefined;
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

function keyOf({ parts, site }: Node<unknown>): string {
  return `${fingerprintText(parts)} ${site}`;
}

function keyWithoutMessage({ parts, site }: Node<unknown>): string {
  return `${fingerprintText({ ...parts, template: '' })} ${site}`;
}

/** Without the class too: V8 prints that of the object, which may be any subclass of the one that holds the method. */
function keyOfThrow({ parts, site }: Node<unknown>): string {
  return `${fingerprintText({ ...parts, template: '', functions: parts.functions.map(methodOf) })} ${site}`;
}

/** Functions of packages, learned from the builds that are not bundled. */
function librariesIn(seen: readonly SeenFailure<unknown>[]): Set<string> {
  const libraries = new Set<string>();
  const own = new Set<string>();
  for (const { errors } of seen) {
    for (const { stack } of errors) {
      const frames = stack.map(readFrame);
      const unbundled = frames.some(({ owner }) => owner === 'dependency');
      for (const { owner, name } of frames) {
        if (name === undefined) continue;
        if (owner === 'dependency') libraries.add(name).add(methodOf(name));
        else if (owner === 'own' && unbundled) own.add(name);
      }
    }
  }
  for (const name of own) {
    libraries.delete(name);
    libraries.delete(methodOf(name));
  }
  return libraries;
}

/** Within one function, type, code and cause, a word that takes many values is a value. */
function mineMessages<Member>(nodes: readonly Node<Member>[]): void {
  for (const same of by(nodes, keyWithoutMessage)) {
    // Where only the message is known, mining it would join what different functions say.
    if (same[0]!.parts.functions.length === 0 && same[0]!.site === '') continue;
    if (new Set(same.map(({ parts }) => parts.template)).size < FEWEST_TO_MINE) continue;
    const miner = new TemplateMiner();
    for (const { traits, failure } of same) miner.add(traits.minable, undefined, undefined, undefined, failure.count);
    const mined = miner.mine('within lengths');
    for (const node of same) {
      const template = mined.templateOf(node.traits.minable);
      if (template !== undefined) node.parts = { ...node.parts, template: shownDigits(template.text) };
    }
  }
}

/** Where no error was printed, the line is all that is known: names go, what went wrong stays. */
function takeNamesOut<Member>(nodes: readonly Node<Member>[]): void {
  const logged = nodes.filter(({ failure }) => failure.errors[0]?.type === LOGGED && failure.errors[0].stack.length === 0);
  const lines = [...new Set(logged.map(({ traits }) => traits.minable))].sort();
  const templates = namesTakenOut(lines);
  const byLine = new Map(lines.map((line, at) => [line, templates[at]!]));
  for (const node of logged) node.parts = { ...node.parts, template: byLine.get(node.traits.minable)! };
}

/** One place that throws unlike messages for several callers was handed them. */
function nameCallersOfHelpers<Member>(nodes: readonly Node<Member>[]): void {
  const helpers = new Set<string>();
  for (const here of by(nodes, placeOf)) {
    if (here[0]!.traits.positions.length === 0 || new Set(here.map(callerOf)).size < 2) continue;
    const first = here[0]!.parts.template;
    const others = here.filter(({ parts }) => parts.template !== first);
    if (others.length === 0) continue;
    const unlike = others.some(({ parts }) => !isLike(parts.template, first));
    if ((unlike && mostMessagesHaveOneCaller(here)) || eachCallerSaysOne(here)) helpers.add(throwerOf(here[0]!));
  }
  for (const node of nodes) {
    const [thrower, caller] = node.traits.ownFunctions;
    if (!helpers.has(throwerOf(node))) continue;
    if (node.site !== '') node.site = `${node.site} ${node.traits.positions[1] ?? ''}`;
    else if (thrower !== undefined && caller !== undefined) node.parts = { ...node.parts, functions: [thrower, caller] };
  }
}

function throwerOf({ site, traits }: Node<unknown>): string {
  return site !== '' ? site : (traits.ownFunctions[0] ?? '');
}

function callerOf({ site, traits }: Node<unknown>): string {
  return (site !== '' ? traits.positions[1] : traits.ownFunctions[1]) ?? '';
}

/** What one caller hands in, no other does; a wrapper, by contrast, passes on whatever went wrong to all of them. */
function mostMessagesHaveOneCaller(here: readonly Node<unknown>[]): boolean {
  const repeated = by(here, ({ parts }) => parts.template).filter(
    (same) => same.reduce((sum, { failure }) => sum + failure.count, 0) >= ENOUGH_OF_A_MESSAGE,
  );
  const ofOne = repeated.filter((same) => new Set(same.map(callerOf)).size === 1);
  return ofOne.length > 0 && ofOne.length * 2 >= repeated.length;
}

/** Every caller gets its one message, again and again: it hands the message in, though it may look like the others'. */
function eachCallerSaysOne(here: readonly Node<unknown>[]): boolean {
  const callers = by(here, callerOf);
  const repeats = here.reduce((sum, { failure }) => sum + failure.count, 0) - callers.length;
  return repeats >= ENOUGH_REPEATS && callers.every((said) => said.every(({ parts }) => parts.template === said[0]!.parts.template));
}

/** The same place of the same build with nearly the same message is one statement with a value that no mask knew. */
function joinByPlace<Member>(nodes: readonly Node<Member>[]): void {
  for (const here of by(nodes, (node) => `${placeOf(node)} ${keyOfThrow(node)}`)) {
    if (here[0]!.traits.positions.length === 0) continue;
    const unlike: Node<Member>[] = [];
    for (const node of here) {
      const { template } = node.parts;
      const like = unlike.find(({ parts }) => parts.template === template || (hasCaller(node) && isLike(parts.template, template)));
      if (like !== undefined) join(like, node);
      else if (unlike.length < MOST_COMPARED) unlike.push(node);
    }
  }
}

/** Without a caller nobody knows who handed the message in, as in a timer that serves all. */
function hasCaller({ traits }: Node<unknown>): boolean {
  return traits.positions.length > 1;
}

/**
 * A nameless failure joins the only named one that says the same. Where several do, the first name that is left must be
 * that of one of them; where two places of its own build say it, it stays by itself.
 */
function joinMinified<Member>(nodes: readonly Node<Member>[]): void {
  for (const same of by(nodes, causesAndLength)) {
    const nameless = same.filter(isNameless);
    // A flood of different texts is left as it is, by place.
    if (nameless.length > MOST_COMPARED) joinByPlace(nameless);
    else if (nameless.length > 0) {
      joinAmong(
        nameless,
        same.filter((node) => !isNameless(node)),
      );
    }
  }
}

/** @param nameless  with the named ones of as many words, of the same code and causes */
function joinAmong<Member>(nameless: readonly Node<Member>[], named: readonly Node<Member>[]): void {
  const open: Node<Member>[] = [];
  for (const node of nameless) {
    const fitting = named.filter((other) => fits(node, other));
    const home = onlyGroup(fitting.filter((other) => namesThrower(node, other)));
    if (home !== undefined) join(home, node);
    else open.push(node);
    // Several failures say it, and this place may be a package's that serves them all: its callers keep them apart.
    if (home === undefined && new Set(fitting.map(rootOf)).size > 1)
      node.site = `${node.failure.build ?? ''} ${node.traits.positions.slice(0, 4).join(' ')}`;
  }
  for (const same of by(open, keyOf)) for (const node of same) join(same[0]!, node);
  joinByPlace(open);
  for (const [first, ...others] of by(open, rootOf)) {
    const alike = open.filter((other) => rootOf(other) !== rootOf(first!) && fits(first!, other));
    if (alike.some(({ failure }) => failure.build === first!.failure.build)) continue;
    const home = onlyGroup([first!, ...others].flatMap((node) => named.filter((other) => fits(node, other))));
    // Another build's nameless one will do where no build has the name.
    const other = home ?? (haveBuildsOfTheirOwn(alike) ? alike[0] : undefined);
    if (other !== undefined) join(other, first!);
  }
}

/**
 * Several failures say the same, and a minified build has as many places that say it: their order in the file tells which is
 * which, held against the failures between which they stand in both builds.
 */
function joinByOrder<Member>(nodes: readonly Node<Member>[]): void {
  const named = new Set(nodes.filter((node) => !isNameless(node)).map(rootOf));
  const open = nodes.filter((node) => isNameless(node) && !named.has(rootOf(node)));
  if (open.length === 0 || open.length > MOST_COMPARED) return;
  const spots = new Map(nodes.map((node) => [node, node.traits.positions.map(spotOf)]));
  const sayings = new Map<string, Node<Member>[]>();
  for (const node of nodes) if (!isNameless(node)) append(sayings, causesAndLength(node), node);
  for (const ours of by(open, ({ failure, traits }) => `${failure.build ?? ''} ${spotOf(traits.positions[0] ?? '').file}`)) {
    const here = fileOf(ours[0]!);
    for (const same of by(ours, causesAndLength)) {
      const candidates = sayings.get(causesAndLength(same[0]!)) ?? [];
      for (const alike of likeWorded(same)) joinAlike(alike, candidates, here, nodes, spots);
    }
  }
}

/** @param alike  nameless ones of one file that say the same  @param candidates  named ones of as many words */
function joinAlike<Member>(
  alike: readonly Node<Member>[],
  candidates: readonly Node<Member>[],
  here: string,
  nodes: readonly Node<Member>[],
  spots: ReadonlyMap<Node<Member>, readonly Spot[]>,
): void {
  const fitting = candidates.filter((node) => fits(alike[0]!, node));
  const groups = new Set(fitting.map(rootOf));
  for (const theirs of by(fitting, fileOf)) {
    // A build in which one of them never failed cannot tell which is which.
    if (groups.size === 0 || new Set(theirs.map(rootOf)).size !== groups.size || fileOf(theirs[0]!) === here) continue;
    const known = by(theirs, rootOf);
    const there = separating(known.map((same) => same.map((node) => spots.get(node)!)));
    if (there === undefined) continue;
    const anchors = anchorsOf(nodes, here, fileOf(theirs[0]!), spots);
    for (let depth = 0; depth < DEEPEST; depth++) {
      const places = by(
        alike.filter((node) => spots.get(node)![depth]?.file === spots.get(node)![0]!.file),
        (node) => spots.get(node)![depth]!.at,
      );
      if (places.reduce((sum, same) => sum + same.length, 0) < alike.length) break;
      const twins = twinsByOrder(
        anchors,
        places.map(([first]) => spots.get(first!)![depth]!.at),
        there,
      );
      if (twins === undefined) continue;
      for (const [place, same] of places.entries()) for (const node of same) join(known[twins[place]!]![0]!, node);
      return;
    }
  }
}

/** @returns for each failure the place that is its own: the thrower's, or where several share it, that of the caller */
function separating(failures: readonly (readonly (readonly Spot[])[])[]): readonly number[] | undefined {
  for (let depth = 0; depth < DEEPEST; depth++) {
    const places = failures.map((stacks) => new Set(stacks.map((stack) => stack[depth]?.at ?? -1)));
    if (places.some((own) => own.size > 1 || own.has(-1))) return undefined;
    const firsts = places.map((own) => [...own][0]!);
    if (new Set(firsts).size === failures.length) return firsts;
  }
  return undefined;
}

/** Failures that both files are known to have, each at one place of them. */
function anchorsOf<Member>(
  nodes: readonly Node<Member>[],
  here: string,
  there: string,
  spots: ReadonlyMap<Node<Member>, readonly Spot[]>,
): Anchor[] {
  const anchors: Anchor[] = [];
  for (const same of by(
    nodes.filter((node) => fileOf(node) === here || fileOf(node) === there),
    rootOf,
  )) {
    const [ours, theirs] = [here, there].map(
      (file) => new Set(same.filter((node) => fileOf(node) === file).map((node) => spots.get(node)![0]!.at)),
    );
    if (ours!.size === 1 && theirs!.size === 1) anchors.push({ here: [...ours!][0]!, there: [...theirs!][0]! });
  }
  return anchors;
}

/** Nameless ones that each other's templates cover. */
function likeWorded<Member>(nodes: readonly Node<Member>[]): Node<Member>[][] {
  const sets: Node<Member>[][] = [];
  for (const node of nodes) {
    const home = sets.find(([first]) => isCompatible(first!.parts, node.parts) && covers(first!.parts.template, node.parts.template));
    if (home === undefined) sets.push([node]);
    else home.push(node);
  }
  return sets;
}

interface Spot {
  readonly file: string;
  /** Grows with line and column. */
  readonly at: number;
}

function spotOf(position: string): Spot {
  const place = PLACE.exec(position);
  if (place === null) return { file: position, at: 0 };
  return { file: place[1]!, at: Number(place[2]) * LONGEST_LINE + Number(place[3]) };
}

function fileOf({ failure, traits }: Node<unknown>): string {
  return `${failure.build ?? ''} ${spotOf(traits.positions[0] ?? '').file}`;
}

function haveBuildsOfTheirOwn(nodes: readonly Node<unknown>[]): boolean {
  const groups = by(nodes, rootOf);
  return new Set(groups.map(([first]) => first!.failure.build)).size === groups.length;
}

function onlyGroup<Member>(nodes: readonly Node<Member>[]): Node<Member> | undefined {
  const groups = new Set(nodes.map(rootOf));
  return groups.size === 1 ? [...groups][0] : undefined;
}

function fits(nameless: Node<unknown>, other: Node<unknown>): boolean {
  return isCompatible(nameless.parts, other.parts) && covers(other.parts.template, nameless.parts.template);
}

function namesThrower({ traits }: Node<unknown>, { parts }: Node<unknown>): boolean {
  const left = traits.ownFunctions[0];
  return left !== undefined && parts.functions.some((name) => methodOf(name) === methodOf(left));
}

/** @returns whether the template says the same, values being any word */
function covers(template: string, other: string): boolean {
  if (template === other) return true;
  const words = other.split(' ');
  return template.split(' ').every((word, column) => word === '<*>' || word === words[column] || words[column] === '<*>');
}

function causesAndLength({ parts }: Node<unknown>): string {
  const { code, template, causes, dependency } = parts;
  return JSON.stringify([code ?? '', dependency ?? '', template.split(' ').length, saidByCauses(causes)]);
}

/** Its class was mangled, or its function, or the function's class. */
function isNameless({ parts, traits }: Node<unknown>): boolean {
  if (parts.basis.kind === 'message') return traits.positions.length > 0;
  return parts.type === undefined || MINIFIED_PLACE.test(traits.positions[0] ?? '');
}

function isCompatible(one: FingerprintParts, other: FingerprintParts): boolean {
  if (one.type !== undefined && other.type !== undefined && one.type !== other.type && one.type !== 'Error') return false;
  if (one.functions.length === 0 || other.functions.length === 0) return true;
  return methodOf(one.functions[0]!) === methodOf(other.functions[0]!);
}

function methodOf(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}

/** What an error says, without where. */
function wordsOf({ code, template, causes }: FingerprintParts): string {
  return JSON.stringify([code ?? '', template, saidByCauses(causes)]);
}

function saidByCauses(causes: readonly string[]): string[] {
  return [...new Set(causes.map((cause) => cause.slice(cause.indexOf(':')).replace(/ @ \S+$/, '')))].sort();
}

function placeOf({ failure, traits }: Node<unknown>): string {
  return `${failure.build ?? ''} ${traits.positions[0] ?? ''}`;
}

/** @returns whether two templates of one place may be one statement: equally long, and most words the same */
function isLike(one: string, other: string): boolean {
  if (one === other) return true;
  const a = one.split(' ');
  const b = other.split(' ');
  if (a.length !== b.length) return false;
  const differing = a.filter((word, column) => word !== b[column]);
  // A number that a mask kept is a status: 429 is no other spelling of 500.
  return differing.length <= Math.max(1, a.length * MOST_DIFFERING_SHARE) && !differing.some((word) => /\d/.test(word));
}

function finish<Member>(nodes: readonly Node<Member>[]): FailureGroup<Member>[] {
  const groups = by(nodes, rootOf).map((same) => {
    const members = [...same].sort((a, b) => b.failure.count - a.failure.count || (a.alias < b.alias ? -1 : 1));
    const madeOf = partsOf(members);
    return {
      id: fingerprintId(madeOf),
      aliases: [...new Set(members.map(({ alias }) => alias))].sort(),
      madeOf,
      site: members.map(({ site }) => site).sort()[0]!,
      count: members.reduce((sum, { failure }) => sum + failure.count, 0),
      members: members.map(({ failure }) => failure.member),
    };
  });
  // Two nameless places that say the same: only where they stand in this build can tell them apart.
  for (const same of by(groups, ({ id }) => id)) {
    if (same.length < 2) continue;
    for (const group of same) {
      if (group.site === '') continue;
      group.madeOf = { ...group.madeOf, place: group.site };
      group.id = fingerprintId(group.madeOf);
    }
  }
  const saying = new Map<string, string[]>();
  for (const { id, madeOf } of groups) append(saying, wordsOf(madeOf), id);
  return groups
    .map(({ site: _, ...group }) => ({
      ...group,
      looksLike: (saying.get(wordsOf(group.madeOf)) ?? []).filter((id) => id !== group.id).sort(),
    }))
    .sort((a, b) => b.count - a.count || (a.id < b.id ? -1 : 1));
}

/** Of the member that names most; where its like-worded siblings differ, a value stands. */
function partsOf(members: readonly Node<unknown>[]): FingerprintParts {
  const named = members.filter((node) => !isNameless(node));
  const [first, ...others] = named.length > 0 ? named : members;
  let words = first!.parts.template.split(' ');
  for (const { parts } of others) {
    const theirs = parts.template.split(' ');
    if (theirs.length === words.length) words = words.map((word, column) => (word === theirs[column] ? word : '<*>'));
  }
  return { ...first!.parts, template: words.join(' ') };
}

function rootOf<Member>(node: Node<Member>): Node<Member> {
  let root = node;
  while (root.root !== undefined) root = root.root;
  if (node !== root) node.root = root;
  return root;
}

function join<Member>(one: Node<Member>, other: Node<Member>): void {
  const a = rootOf(one);
  const b = rootOf(other);
  if (a !== b) b.root = a;
}

function by<Item, Key>(items: readonly Item[], keyOf: (item: Item) => Key): Item[][] {
  const groups = new Map<Key, Item[]>();
  for (const item of items) append(groups, keyOf(item), item);
  return [...groups.values()];
}

function append<Key, Value>(to: Map<Key, Value[]>, key: Key, value: Value): void {
  const list = to.get(key);
  if (list === undefined) to.set(key, [value]);
  else list.push(value);
}

/** `FailureKind.type` of a line at the level of an error without one in it. */
const LOGGED = 'logged error';
/** A column can only be called a value when it holds six different words. */
const FEWEST_TO_MINE = 6;
/** A caller may meet the same value by chance; six more times, with two values, once in 64. */
const ENOUGH_REPEATS = 6;
const ENOUGH_OF_A_MESSAGE = 3;
/** One word, or one of four: what went wrong takes more words than a value does. */
const MOST_DIFFERING_SHARE = 0.25;
/** Everything is compared with everything: with more it would take seconds. */
const MOST_COMPARED = 1000;
const PLACE = /^(.*):(\d+):(\d+)$/;
/** Bundles of one line are shorter. */
const LONGEST_LINE = 1e9;
/** Callers that are looked at until each failure has a place of its own. */
const DEEPEST = 5;
const MINIFIED_PLACE = /:(?:[1-9]|[1-4]\d):\d{4,}$/;
