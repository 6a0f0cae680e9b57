/**
 * Commands that a finding offers. They are printed and never run, but people paste them into a shell: whatever came
 * out of a log is therefore quoted, and a name that Lambda could not have given is never put into an `aws` command.
 */
import type { AnalyzeSettings, Budget } from '../settings.ts';
import type { Summary } from '../store/summary.ts';

/** Stands for the finding's own id until the report has ranked the findings. */
export const OWN_ID = 'F-?';

export function explainCommand(summary: Summary): string {
  return `nightlight explain ${OWN_ID} ${inputArguments(summary)}`;
}

/** The lines of one function of these inputs, from the minute on in which the trouble began. */
export function analyzeCommand(summary: Summary, functionName: string, sinceMs: number | undefined, settings: AnalyzeSettings): string {
  const from = sinceMs ?? settings.fromMs;
  const told = [
    ['--fn', functionName],
    ['--from', from === undefined ? undefined : new Date(from).toISOString()],
    ['--to', settings.toMs === undefined ? undefined : new Date(settings.toMs).toISOString()],
    ['--format-in', settings.formatIn],
  ] as const;
  return `nightlight analyze ${inputArguments(summary)}${optionWords(told)}`;
}

/**
 * What was asked of this analysis, to be asked again: findings are numbered by rank, so that `F-2` of one function or
 * hour is another finding in the whole input.
 */
function settingsArguments(settings: AnalyzeSettings): string {
  const { only, fromMs, toMs, functionName, formatIn, architecture, pricePath, sourceMapsPath, budgets } = settings;
  const told = [
    ['--fn', only],
    ['--from', fromMs === undefined ? undefined : new Date(fromMs).toISOString()],
    ['--to', toMs === undefined ? undefined : new Date(toMs).toISOString()],
    ['--function', functionName],
    ['--format-in', formatIn],
    ['--arch', architecture],
    ['--prices', pricePath],
    ['--source-maps', sourceMapsPath],
    ...(budgets ?? []).map((budget) => ['--budget', budgetWords(budget)] as const),
  ] as const;
  return optionWords(told);
}

function optionWords(told: readonly (readonly [option: string, value: string | undefined])[]): string {
  return told.map(([option, value]) => (value === undefined ? '' : ` ${option} ${shellQuoted(value)}`)).join('');
}

/** @param command  as a finding offers it; only our own commands take our options */
export function withSettings(command: string, settings: AnalyzeSettings): string {
  return command.startsWith('nightlight explain ') ? command + settingsArguments(settings) : command;
}

function budgetWords({ functionPattern, figure, limit }: Budget): string {
  const isShare = figure === 'error-rate' || figure === 'cold-share';
  return `${functionPattern}:${figure === 'p999' ? 'p99.9' : figure}=${isShare ? `${Number((limit * 100).toPrecision(12))}%` : `${limit}ms`}`;
}

/**
 * @param pattern  a CloudWatch Logs filter pattern, for example `"Task timed out"` with its double quotes
 * @returns undefined where the function has no name to look under
 */
export function filterLogsCommand(functionName: string, pattern: string, sinceMs: number | undefined): string | undefined {
  if (!isLambdaName(functionName)) return undefined;
  const start = sinceMs === undefined ? '' : ` --start-time ${Math.floor(sinceMs)}`;
  return `aws logs filter-log-events --log-group-name /aws/lambda/${functionName}${start} --filter-pattern ${shellQuoted(pattern)}`;
}

export function setMemoryCommand(functionName: string, memorySizeMb: number): string | undefined {
  if (!isLambdaName(functionName)) return undefined;
  return `aws lambda update-function-configuration --function-name ${functionName} --memory-size ${memorySizeMb}`;
}

/** @param what  for example `get-function-concurrency` */
export function lambdaCommand(what: string, functionName: string): string | undefined {
  return isLambdaName(functionName) ? `aws lambda ${what} --function-name ${functionName}` : undefined;
}

/** The memory size to try next when one is too small: half as much again, in steps of 64 MB; undefined at Lambda's limit. */
export function roomierMemoryMb(memorySizeMb: number): number | undefined {
  if (memorySizeMb >= LARGEST_MEMORY_MB) return undefined;
  return Math.min(LARGEST_MEMORY_MB, Math.ceil((memorySizeMb * 1.5) / 64) * 64);
}

/** Single quotes around anything that a shell would read as more than a word. */
export function shellQuoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** AWS Lambda quotas: "Function memory allocation: 128 MB to 10,240 MB, in 1-MB increments". */
const LARGEST_MEMORY_MB = 10_240;

/** AWS Lambda API reference, CreateFunction: letters, digits, hyphen and underscore, at most 64 of them. */
function isLambdaName(functionName: string): boolean {
  return /^[A-Za-z0-9_-]{1,64}$/.test(functionName) && !functionName.startsWith('-');
}

/** Every finding names them; of an export of many files that is told from all of its paths. */
const argumentsOf = new WeakMap<Summary, { readonly fileCount: number; readonly words: string }>();

function inputArguments(summary: Summary): string {
  const { files } = summary;
  const known = argumentsOf.get(summary);
  if (known?.fileCount === files.length) return known.words;
  const words = wordsForInputs(summary);
  argumentsOf.set(summary, { fileCount: files.length, words });
  return words;
}

/** The inputs again: each of them while they are few, else the folder that holds them all. */
function wordsForInputs(summary: Summary): string {
  const paths = [...new Set(summary.files.map((file) => file.path))];
  if (paths.length === 0) return '-';
  if (paths.length <= 3) return paths.map(asArgument).join(' ');
  const folder = commonFolder(paths);
  return asArgument(folder === '' ? '.' : folder);
}

function asArgument(path: string): string {
  return shellQuoted(path.startsWith('-') && path !== '-' ? `./${path}` : path);
}

function commonFolder(paths: readonly string[]): string {
  const [first = [], ...rest] = paths.map((path) => path.split('/').slice(0, -1));
  let depth = first.length;
  for (const folders of rest) {
    let same = 0;
    while (same < depth && folders[same] === first[same]) same++;
    depth = same;
  }
  const folder = first.slice(0, depth).join('/');
  return folder === '' && depth > 0 ? '/' : folder;
}
