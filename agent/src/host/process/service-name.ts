/** What this process is called where nobody said: the name of its package, else that of its script. */
import { basename, extname } from 'node:path';
import { nearestPackage } from './nearest-package.ts';

/** @param script  the main script's path, where there is one */
export function serviceName(
  configured: string,
  script: string | undefined,
  { name } = nearestPackage(configured ? undefined : script),
): string {
  if (configured) return configured;
  if (!script) return 'node';
  return name ?? basename(script, extname(script));
}
