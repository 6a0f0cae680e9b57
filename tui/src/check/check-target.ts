/** What the user asked to have checked: the path of a file, or a handler by the name that its function's configuration has. */
import { existsSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { type CheckedProgram, checkedProgram } from '../agent-check/checked-program.ts';

/**
 * @param asked    `handler.mjs`, `app.js`, or `src/index.handler`
 * @param handler  the export to call, as `--handler` has it
 */
export function checkTarget(asked: string, handler: string | undefined): CheckedProgram {
  const byName = handler === undefined && !existsSync(asked) ? handlerByName(asked) : undefined;
  return byName ?? checkedProgram(asked, handler, false);
}

/** As Lambda splits it: the module up to the first dot of the last part, the export after it. */
function handlerByName(name: string): CheckedProgram | undefined {
  const [module, ...path] = basename(name).split('.');
  const base = resolve(dirname(name), module!);
  if (path.length === 0 || !ENDINGS.some((ending) => existsSync(base + ending))) return undefined;
  return { kind: 'handler', taskRoot: dirname(base), handler: `${module}.${path.join('.')}` };
}

const ENDINGS = ['.js', '.mjs', '.cjs'];

/** What the function is called in its log: its file, or the folder where that says nothing. */
export function functionNameOf(program: CheckedProgram): string {
  const file =
    program.kind === 'handler' ? join(program.taskRoot, program.handler.split('.')[0]!) : program.file.replace(/\.[^./\\]+$/, '');
  const own = /^(?:index|main|handler|app|server)$/.test(basename(file)) ? basename(dirname(file)) : basename(file);
  const name = own.replace(/[^\w-]+/g, '-').slice(0, LONGEST_NAME);
  return name === '' ? 'checked' : name;
}

/** AWS Lambda quotas: the longest name of a function. */
const LONGEST_NAME = 64;
