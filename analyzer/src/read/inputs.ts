/**
 * What the user named, as a list of files: files, folders, patterns, `-` for stdin.
 *
 * One name that cannot be used gives one clear error, and the others go on. A file that is reached by two names is
 * read once, or its invocations would count twice.
 */
import { readdirSync, type Stats, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { findByGlob, isGlob } from './glob.ts';
import { readLambdaStreamName } from './lambda-stream-name.ts';
import { nearestName } from './nearest-name.ts';
import { ReadError } from './read-error.ts';

export interface InputFile {
  /** As the user would type it; `-` for stdin. */
  readonly path: string;
  /** Absent for stdin and pipes. */
  readonly sizeBytes: number | undefined;
  /** The folder: files of one group may hold parts of one stream. */
  readonly group: string;
  /** From the folders of an S3 export, with its slashes put back. */
  readonly logStream?: string;
  /** From a folder that names a log group or a function. */
  readonly functionName?: string;
}

export interface InputList {
  /** In the order named; within a folder by name. */
  readonly inputs: readonly InputFile[];
  /** `aws-logs-write-test`, which every export to S3 leaves behind: known, and not data. */
  readonly markers: readonly InputFile[];
  readonly errors: readonly ReadError[];
}

export async function listInputs(args: readonly string[]): Promise<InputList> {
  const listing = new Listing();
  for (const arg of args) listing.add(arg);
  return { inputs: listing.inputs, markers: listing.markers, errors: listing.errors };
}

/** What the folders above a file tell of its stream and function. */
export function originFromPath(path: string): { readonly logStream?: string; readonly functionName?: string } {
  const folders = path.split(/[\\/]/).slice(0, -1);
  const last = folders.at(-1) ?? '';
  const stream = readLambdaStreamName(last);
  const logStream = stream?.logStream ?? (EXPORT_PART.test(basename(path)) && last !== '' && !TASK_ID.test(last) ? last : undefined);
  const functionName =
    stream?.functionName ?? functionFromGroupFolder(folders) ?? (stream === undefined ? undefined : functionFolderOf(folders));
  return { ...(logStream === undefined ? {} : { logStream }), ...(functionName === undefined ? {} : { functionName }) };
}

/** Name of the object that CreateExportTask writes to test its permission. */
const MARKER = 'aws-logs-write-test';
/** `000000.gz`: how CreateExportTask names the parts of a stream. */
const EXPORT_PART = /^\d{6}\.gz$/;
const TASK_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
/** "CreateFunction", AWS Lambda API Reference: 64 characters of these. */
const FUNCTION_NAME = /^[A-Za-z0-9_-]{1,64}$/;
/** Folders that say where data lies, not whose it is; `exportedlogs` is the default prefix of CreateExportTask. */
const NOT_A_FUNCTION =
  /^(exported-?logs?|exports?|logs?|log-?exports?|cloudwatch([-_]?logs)?|data|dumps?|downloads?|te?mp|s3|buckets?|inputs?|out(put)?s?|incidents?|raw|archives?|backups?|files?|work|home|root|aws|lambda|prod|production|staging|dev|tests?|example|fixtures?|\d[\d-]*)$/i;

/** `…/aws/lambda/NAME/…` or `…/aws-lambda-NAME/…`, wherever it stands. */
function functionFromGroupFolder(folders: readonly string[]): string | undefined {
  for (let at = folders.length - 1; at >= 0; at--) {
    const dashed = /^-?aws-lambda-([A-Za-z0-9_-]{1,64})$/.exec(folders[at]);
    if (dashed !== null) return dashed[1];
    if (at >= 2 && folders[at - 1] === 'lambda' && folders[at - 2] === 'aws' && FUNCTION_NAME.test(folders[at])) return folders[at];
  }
  return undefined;
}

/** The folder that holds the folders of the streams, or of the export tasks: people name it after the function. */
function functionFolderOf(folders: readonly string[]): string | undefined {
  const above = folders.at(-2) ?? '';
  const name = TASK_ID.test(above) ? (folders.at(-3) ?? '') : above;
  return FUNCTION_NAME.test(name) && !NOT_A_FUNCTION.test(name) ? name : undefined;
}

class Listing {
  readonly inputs: InputFile[] = [];
  readonly markers: InputFile[] = [];
  readonly errors: ReadError[] = [];
  readonly #seenFiles = new Set<string>();
  readonly #seenFolders = new Set<string>();

  add(arg: string): void {
    if (arg === '-') {
      if (!this.#seenFiles.has('-')) this.inputs.push({ path: '-', sizeBytes: undefined, group: '-' });
      this.#seenFiles.add('-');
      return;
    }
    // What exists under its own name is no pattern: streams have brackets in theirs.
    const stats = this.#stat(arg, isGlob(arg) ? 'quiet' : 'told');
    if (stats !== undefined) this.#addExisting(arg, stats);
    else if (isGlob(arg)) this.#addPattern(arg);
  }

  #addPattern(pattern: string): void {
    const paths = findByGlob(pattern);
    if (paths.length === 0) {
      this.errors.push(
        new ReadError(
          'READ_NOT_FOUND',
          { path: pattern },
          {
            expected: 'a pattern that matches files',
            found: 'none that does',
            next: `To look: ls ${dirname(pattern.slice(0, pattern.search(/[*?[{]/) + 1))}`,
          },
        ),
      );
    }
    for (const path of paths) {
      const stats = this.#stat(path, 'told');
      if (stats !== undefined) this.#addExisting(path, stats);
    }
  }

  #addExisting(path: string, stats: Stats): void {
    if (!stats.isDirectory()) {
      this.#addFile(path, stats);
      return;
    }
    const before = this.inputs.length + this.markers.length + this.errors.length;
    const isNew = this.#walk(path, stats);
    // A folder that was named twice, or whose files were, is not empty.
    if (isNew && before === this.inputs.length + this.markers.length + this.errors.length && !this.#holdsFiles(path)) {
      this.errors.push(
        new ReadError(
          'READ_EMPTY',
          { path },
          { expected: 'a folder with log files', found: 'no file in it (hidden ones are not read)', next: `To look: ls -la ${path}` },
        ),
      );
    }
  }

  /** @returns false when the folder was walked before, by another name or because links lead in a circle */
  #walk(folder: string, stats: Stats): boolean {
    const key = keyOf(stats);
    if (this.#seenFolders.has(key)) return false;
    this.#seenFolders.add(key);
    let names: string[];
    try {
      names = readdirSync(folder);
    } catch (error) {
      this.errors.push(asReadError(error, folder));
      return true;
    }
    for (const name of names.sort()) {
      if (name.startsWith('.')) continue;
      const path = join(folder, name);
      const entry = this.#stat(path, 'told');
      if (entry?.isDirectory()) this.#walk(path, entry);
      // Sockets and devices in a folder are no logs, and a pipe would block.
      else if (entry?.isFile()) this.#addFile(path, entry);
    }
    return true;
  }

  #addFile(path: string, stats: Stats): void {
    const key = keyOf(stats);
    if (this.#seenFiles.has(key)) return;
    this.#seenFiles.add(key);
    const file: InputFile = { path, sizeBytes: stats.isFile() ? stats.size : undefined, group: dirname(path), ...originFromPath(path) };
    if (basename(path) === MARKER) this.markers.push(file);
    else this.inputs.push(file);
  }

  #holdsFiles(folder: string): boolean {
    try {
      return readdirSync(folder, { recursive: true, withFileTypes: true }).some((entry) => entry.isFile() && !entry.name.startsWith('.'));
    } catch {
      return true;
    }
  }

  #stat(path: string, onError: 'told' | 'quiet'): Stats | undefined {
    try {
      return statSync(path);
    } catch (error) {
      if (onError === 'told') this.errors.push(asReadError(error, path));
      return undefined;
    }
  }
}

function keyOf(stats: Stats): string {
  return `${stats.dev}:${stats.ino}`;
}

function asReadError(error: unknown, path: string): ReadError {
  const { code, message } = error as NodeJS.ErrnoException;
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new ReadError(
        'READ_NOT_FOUND',
        { path },
        { expected: 'a file or a folder', found: 'nothing by that name', next: hintFor(path) },
        { cause: error },
      );
    case 'EACCES':
    case 'EPERM':
      return new ReadError(
        'READ_NOT_PERMITTED',
        { path },
        { expected: 'a file or folder that may be read', found: 'no permission', next: `To see who may: ls -ld ${path}` },
        { cause: error },
      );
    default:
      return new ReadError(
        'READ_FAILED',
        { path },
        { expected: 'a file or a folder', found: message ?? String(error), next: 'The other inputs were read; try this one again.' },
        { cause: error },
      );
  }
}

/** Names the first part of the path that does not exist, and what may have been meant. */
function hintFor(path: string): string {
  const folder = dirname(path);
  const names = namesIn(folder);
  if (names === undefined) return folder === path ? 'Check the path.' : isThere(folder) ? `"${folder}" is not a folder.` : hintFor(folder);
  const name = nearestName(basename(path), names);
  if (name !== undefined) return `Did you mean "${folder === '.' ? name : join(folder, name)}"?`;
  return names.length === 0
    ? `The folder "${folder}" is empty: go to the one with the export, or name its path.`
    : `To see what is there: ls ${folder}`;
}

function namesIn(folder: string): string[] | undefined {
  try {
    return readdirSync(folder);
  } catch {
    return undefined;
  }
}

function isThere(path: string): boolean {
  try {
    statSync(path);
    return true;
  } catch {
    return false;
  }
}
