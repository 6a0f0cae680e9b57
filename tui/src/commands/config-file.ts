/** Finds nightlight.config.json in the working directory or above it, as a repository's tools do. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CommandError } from '../command-error.ts';
import { type KnownEntry, readKnownSection } from '../model/known-section.ts';

const CONFIG_FILE = 'nightlight.config.json';

/**
 * @returns what the configuration says of known failures; undefined where there is no file
 * @throws CommandError when there is one that cannot be understood: a mute that is silently ignored helps nobody
 */
export function knownFailures(fromFolder: string, nowMs: number): readonly KnownEntry[] | undefined {
  const found = findConfig(fromFolder);
  if (found === undefined) return undefined;
  let config: unknown;
  try {
    config = JSON.parse(found.text.replace(/^\uFEFF/, ''));
  } catch (cause) {
    const why = (cause as Error).message;
    throw new CommandError('CONFIG_NOT_JSON', `${found.path}: expected JSON, found text that is none (${why})`, '{"known": []}', 2, {
      cause,
    });
  }
  const section = readKnownSection(config, found.path, nowMs);
  if (section.kind === 'wrong') throw new CommandError('CONFIG_KNOWN', section.message, section.next);
  return section.known;
}

/** @returns the nearest one; undefined where there is none */
export function findConfig(fromFolder: string): { readonly path: string; readonly text: string } | undefined {
  let folder = fromFolder;
  for (;;) {
    const path = join(folder, CONFIG_FILE);
    try {
      return { path, text: readFileSync(path, 'utf8') };
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException;
      if (code !== 'ENOENT' && code !== 'ENOTDIR')
        throw new CommandError('CONFIG_NOT_READABLE', `${path}: expected a readable file, found ${code ?? 'an error'}`, '', 2, { cause });
    }
    const above = dirname(folder);
    if (above === folder) return undefined;
    folder = above;
  }
}
