/** The package that a script belongs to, for what nobody set: its name and its version. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export interface NearestPackage {
  readonly name: string | undefined;
  readonly version: string | undefined;
}

/** @returns of the first package.json above the script; nothing told where there is none, or where it cannot be read */
export function nearestPackage(script: string | undefined): NearestPackage {
  if (!script) return NONE;
  for (let at = dirname(script); ; at = dirname(at)) {
    try {
      const { name, version } = JSON.parse(readFileSync(join(at, 'package.json'), 'utf8'));
      return { name: textOf(name), version: textOf(version) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || at === dirname(at)) return NONE;
    }
  }
}

const NONE: NearestPackage = { name: undefined, version: undefined };

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value ? value : undefined;
}
