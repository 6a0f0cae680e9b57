/** What the user asked to have checked: a Lambda handler or a program that runs by itself. */
import { readFileSync, statSync } from 'node:fs';
import { basename, dirname, extname, resolve } from 'node:path';
import { CommandError } from '../command-error.ts';

export type CheckedProgram =
  | {
      readonly kind: 'handler';
      /** As LAMBDA_TASK_ROOT has it. */
      readonly taskRoot: string;
      /** As the function's configuration has it: `index.handler`. */
      readonly handler: string;
    }
  | { readonly kind: 'program'; readonly file: string };

/**
 * @param handler  as Lambda has it, or only the export's name
 * @param asksForHandler  whether other options only make sense for a handler
 */
export function checkedProgram(path: string, handler: string | undefined, asksForHandler: boolean): CheckedProgram {
  const file = resolve(path);
  const stats = statSync(file, { throwIfNoEntry: false });
  if (stats === undefined) {
    throw new CommandError('CHECK_NOT_FOUND', `${path}: expected a program or a handler, found nothing there`, 'check the path', 1);
  }
  if (stats.isDirectory()) {
    if (handler?.includes('.') === true) return { kind: 'handler', taskRoot: file, handler };
    throw new CommandError(
      'USAGE',
      `${path}: expected --handler file.export with a folder, found ${handler ?? 'none'}`,
      `nightlight agent check ${path} --handler index.handler`,
    );
  }
  const module = basename(file, extname(file));
  if (handler !== undefined) {
    return { kind: 'handler', taskRoot: dirname(file), handler: handler.includes('.') ? handler : `${module}.${handler}` };
  }
  return asksForHandler || exportsHandler(readFileSync(file, 'utf8'))
    ? { kind: 'handler', taskRoot: dirname(file), handler: `${module}.handler` }
    : { kind: 'program', file };
}

/** Read, not run: running it to find out could start a server, or do somebody's work twice. */
function exportsHandler(source: string): boolean {
  return (
    /\bexport\s+(?:const|let|var|(?:async\s+)?function\*?)\s+handler\b/.test(source) ||
    /\bexport\s*\{[^}]*\bhandler\b/.test(source) ||
    /\bexports\.handler\s*=/.test(source) ||
    // What esbuild makes of an ES module that becomes CommonJS.
    /__export\(\w+,\s*\{[^}]*\bhandler:/.test(source)
  );
}
