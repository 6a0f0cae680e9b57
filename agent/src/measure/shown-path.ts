/**
 * The name of a source file as it may leave the process: below the code directory, or a package and the path within it.
 *
 * An absolute path tells who built the program, on which machine and where; the line of a leak needs none of that.
 */
import { homedir } from 'node:os';
import { basename, dirname, isAbsolute, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** @returns undefined for what is no file of the program: Node's own modules, evaluated text, native code */
export type ShowPath = (url: string) => string | undefined;

/** @param ownDirectory  files in here are the agent's, not the program's */
export function createShowPath(workingDirectory: string, mainScript: string | undefined, ownDirectory: string): ShowPath {
  const home = homedir();
  const roots = [workingDirectory, ...(mainScript ? [dirname(mainScript)] : [])]
    // Below `/` or `/home` the relative path would begin with somebody's name.
    .filter((root) => !isBelow(root, home));
  return (url) => {
    const path = url.startsWith('file:') ? fileURLToPath(url) : url;
    if (!isAbsolute(path) || (ownDirectory && dirname(path) === ownDirectory)) return undefined;
    const packaged = path.lastIndexOf(`${sep}node_modules${sep}`);
    if (packaged >= 0) return withSlashes(path.slice(packaged + '/node_modules/'.length));
    const root = roots.find((directory) => isBelow(directory, path));
    return root === undefined ? `…/${basename(path)}` : withSlashes(relative(root, path));
  };
}

function isBelow(directory: string, path: string): boolean {
  const between = relative(directory, path);
  return between !== '' && between !== '..' && !between.startsWith(`..${sep}`) && !isAbsolute(between);
}

const withSlashes = (path: string): string => (sep === '/' ? path : path.split(sep).join('/'));
