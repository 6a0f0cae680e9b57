/**
 * Finds files by a pattern when no shell did: in quotes, in a configuration, in a container without a shell.
 *
 * Knows `*`, `?`, `[abc]`, `[!abc]`, `{a,b}` and `**`, as shells do. (`fs.glob` came with Node 22.)
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

export function isGlob(pattern: string): boolean {
  return /[*?[{]/.test(pattern);
}

/** @returns paths of the files and folders that match, sorted; empty when nothing does */
export function findByGlob(pattern: string): string[] {
  const found = new Set<string>();
  for (const variant of expandBraces(pattern)) {
    const segments = variant.split('/').filter((segment, at) => segment !== '' || at === 0);
    if (segments[0] === '') collect('/', segments.slice(1), found);
    else collect('', segments, found);
  }
  return [...found].sort();
}

/** A matcher for one name, without slashes. */
export function globToRegExp(pattern: string): RegExp {
  let source = '';
  let at = 0;
  while (at < pattern.length) {
    const character = pattern[at++];
    if (character === '*') {
      while (pattern[at] === '*') at++;
      source += '[^/]*';
    } else if (character === '?') {
      source += '[^/]';
    } else if (character === '[') {
      const close = pattern.indexOf(']', at + (pattern[at] === '!' || pattern[at] === '^' ? 2 : 1));
      if (close < 0) {
        source += '\\[';
      } else {
        const isNegated = pattern[at] === '!' || pattern[at] === '^';
        const members = pattern.slice(isNegated ? at + 1 : at, close).replaceAll(/[\\\]^[]/g, '\\$&');
        source += isNegated ? `[^/${members}]` : `[${members}]`;
        at = close + 1;
      }
    } else if (character === '\\' && at < pattern.length) {
      source += escaped(pattern[at++]);
    } else {
      source += escaped(character);
    }
  }
  try {
    return new RegExp(`^${source}$`, 'su');
  } catch {
    // A set such as [z-a]: no name can match it, but the name that reads so may exist.
    return new RegExp(`^${[...pattern].map(escaped).join('')}$`, 'su');
  }
}

/** So many patterns are written by a person; more come from `{a,b}{a,b}{a,b}…` by mistake. */
const MOST_VARIANTS = 1024;

function expandBraces(pattern: string): string[] {
  let done: string[] = [];
  let open = [pattern];
  while (open.length > 0) {
    const next: string[] = [];
    for (const variant of open) {
      const group = firstBraces(variant);
      if (group === undefined) done.push(variant);
      else for (const choice of group.choices) next.push(variant.slice(0, group.from) + choice + variant.slice(group.to));
    }
    if (done.length + next.length > MOST_VARIANTS) {
      done = [pattern];
      break;
    }
    open = next;
  }
  return done;
}

function firstBraces(pattern: string): { readonly from: number; readonly to: number; readonly choices: readonly string[] } | undefined {
  for (let from = pattern.indexOf('{'); from >= 0; from = pattern.indexOf('{', from + 1)) {
    const choices: string[] = [];
    let depth = 0;
    let start = from + 1;
    for (let at = from; at < pattern.length; at++) {
      if (pattern[at] === '{') depth++;
      else if (pattern[at] === ',' && depth === 1) {
        choices.push(pattern.slice(start, at));
        start = at + 1;
      } else if (pattern[at] === '}' && --depth === 0) {
        choices.push(pattern.slice(start, at));
        // Braces around one thing are text, as in a shell.
        if (choices.length > 1) return { from, to: at + 1, choices };
        break;
      }
    }
  }
  return undefined;
}

function collect(folder: string, segments: readonly string[], found: Set<string>): void {
  if (segments.length === 0) {
    if (folder !== '') found.add(folder);
    return;
  }
  const [segment, ...rest] = segments;
  if (segment === '**') {
    collect(folder, rest, found);
    for (const entry of entriesOf(folder)) {
      // A link to a folder is not followed: it may lead back up.
      if (entry.isDirectory() && !entry.name.startsWith('.')) collect(join(folder, entry.name), segments, found);
      else if (rest.length === 0 && !entry.name.startsWith('.')) found.add(join(folder, entry.name));
    }
    return;
  }
  if (!isGlob(segment)) {
    const path = join(folder, segment);
    if (existsSync(path)) collect(path, rest, found);
    return;
  }
  const matcher = globToRegExp(segment);
  for (const entry of entriesOf(folder)) {
    if (entry.name.startsWith('.') && !segment.startsWith('.')) continue;
    if (matcher.test(entry.name)) collect(join(folder, entry.name), rest, found);
  }
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder === '' ? '.' : folder, { withFileTypes: true });
  } catch {
    // Not a folder, or not ours to read: nothing in it matches.
    return [];
  }
}

function escaped(character: string): string {
  return /[\\^$.*+?()[\]{}|/]/.test(character) ? `\\${character}` : character;
}
