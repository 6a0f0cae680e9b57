/**
 * The package that a module belongs to, told from the path of its file or from the words by which it was asked for.
 *
 * Nothing is resolved and no package.json is read: that would cost the start more than the answer is worth.
 */
import { isBuiltin } from 'node:module';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { NamedModule } from './module-tree.ts';

/** The agent itself. */
export const AGENT_PACKAGE = 'nightlight';
/** The program's own code: whatever is in no package. A bundle is all of that kind. */
const OWN_CODE = '.';
/** Lambda's runtime client, also where the managed runtime keeps it outside of any package. */
export const RUNTIME_PACKAGE = 'aws-lambda-ric';
export const BUILT_INS = 'node:';

/** @param ownDirectory  files in here are the agent's; '' when it has none of its own */
export function packageOfFile(path: string, ownDirectory: string): string {
  const slashed = path.replaceAll('\\', '/');
  if (ownDirectory && dirname(path) === ownDirectory) return AGENT_PACKAGE;
  // The last one: packages nest, and pnpm keeps each below `node_modules/.pnpm/name@version/node_modules/`.
  const at = slashed.lastIndexOf('/node_modules/');
  if (at >= 0) {
    const name = packageOfWords(slashed.slice(at + '/node_modules/'.length));
    return name === '@nightlight/agent' ? AGENT_PACKAGE : name;
  }
  if (slashed.startsWith('/var/runtime/')) return RUNTIME_PACKAGE;
  return slashed.startsWith('/opt/') ? '/opt' : OWN_CODE;
}

/**
 * @param words      what stood between the brackets of `require` or `import`
 * @param packageOf  `packageOfFile`, or what remembers its answers
 */
export function nameModule(words: unknown, parentPath: string | undefined, packageOf: (path: string) => string): NamedModule {
  if (typeof words !== 'string') return { packageName: OWN_CODE, id: 'unnamed' };
  if (isBuiltin(words)) return { packageName: BUILT_INS, id: words.startsWith(BUILT_INS) ? words : BUILT_INS + words };
  // `#name` is an entry of the parent's own package.json.
  const path = words.startsWith('#') && parentPath !== undefined ? join(dirname(parentPath), words) : pathOf(words, parentPath);
  return path === undefined ? { packageName: packageOfWords(words), id: words } : { packageName: packageOf(path), id: path };
}

/** @returns undefined for words that only a package manager's folders can resolve */
export function pathOf(words: string, parentPath: string | undefined): string | undefined {
  if (words.startsWith('file:')) {
    try {
      return fileURLToPath(words);
    } catch {
      // No file; whoever asked for it is told so by Node.
      return undefined;
    }
  }
  if (isAbsolute(words)) return words;
  if (/^\.{1,2}([\\/]|$)/.test(words)) return parentPath === undefined ? undefined : resolve(dirname(parentPath), words);
  return undefined;
}

/** `@scope/name` of `@scope/name/lib/file`. */
export const packageOfWords = (words: string): string =>
  words
    .split('/')
    .slice(0, words.startsWith('@') ? 2 : 1)
    .join('/');
