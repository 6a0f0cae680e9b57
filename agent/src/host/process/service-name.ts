/** What this process is called where nobody said: the name of its package, else that of its script. */
import { readFileSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';

/** @param script  the main script's path, where there is one */
export function serviceName(configured: string, script: string | undefined): string {
  if (configured) return configured;
  if (!script) return 'node';
  return packageName(dirname(script)) ?? basename(script, extname(script));
}

function packageName(folder: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    try {
      const { name } = JSON.parse(readFileSync(join(at, 'package.json'), 'utf8'));
      return typeof name === 'string' && name ? name : undefined;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || at === dirname(at)) return undefined;
    }
  }
}
