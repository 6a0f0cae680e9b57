/**
 * Which failure an error is: the same id for the same mistake in every build, and another one for another mistake.
 *
 * The whole stack changes with each deploy, type and message join every "not found" of a program, and the line number is
 * new with every commit. What stays is the function that threw, what it threw, and the message with its values taken
 * out. A function whose whole work is to throw for others says little, so the one that called it is named too. Causes
 * count: the same "could not save" because of a timeout and because of a duplicate key are two failures.
 * Where a build leaves no readable function, type, code and message must do, and the fingerprint says so.
 */
import { createHash } from 'node:crypto';
import type { ErrorFacts } from '../parse/application-line.ts';
import { isMangled, methodOf, readFrame, unrenamed } from '../parse/stack-frames.ts';
import { errorTemplate, prepared } from './error-template.ts';
import { shownTemplate } from './line-scan.ts';

export interface Fingerprint {
  /** `v1:` and ten digits of a hash; the number is the version of these rules. */
  readonly id: string;
  readonly madeOf: FingerprintParts;
}

export interface FingerprintParts {
  /** Undefined when a minifier renamed the class. */
  readonly type: string | undefined;
  readonly code: string | undefined;
  /** The function that threw, and its caller when the first one throws for others. */
  readonly functions: readonly string[];
  /** The message with `<*>` for what varies. */
  readonly template: string;
  /** `Type CODE: template @ function` of what caused it, sorted and each once. */
  readonly causes: readonly string[];
  /** Host, or the port of an address, that a connection failed to. */
  readonly dependency: string | undefined;
  /** Build, file, line and column, where a minified build says the same at two places; such an id holds for this build only. */
  readonly place?: string;
  /** What the identity rests on; `message` means that two places which say the same cannot be told apart. */
  readonly basis:
    | { readonly kind: 'function' }
    | { readonly kind: 'message'; readonly because: 'no stack' | 'no own frame' | 'anonymous' | 'minified' };
}

/** What a fingerprint needs of an error, and what grouping looks at besides. */
export interface ErrorTraits {
  readonly parts: FingerprintParts;
  /** Functions of the program's own, the one that threw first, at most 6; anonymous ones are passed over. */
  readonly ownFunctions: readonly string[];
  /** Their places in this very build, anonymous functions' too: the one that threw, its caller … */
  readonly positions: readonly string[];
  /** The message as it is given to the miner. */
  readonly minable: string;
}

/** @param errors  the error and its causes, outermost first */
export function fingerprintOf(errors: readonly ErrorFacts[]): Fingerprint {
  const { parts } = traitsOf(errors);
  return { id: fingerprintId(parts), madeOf: parts };
}

/** @param libraries  functions known to be a package's, where the stack comes from a bundle */
export function traitsOf(errors: readonly ErrorFacts[], libraries: ReadonlySet<string> = NONE): ErrorTraits {
  const [error = UNKNOWN, ...causes] = errors.map(withNamedType);
  const site = siteOf(error.stack, libraries);
  const functions = site.minified ? [] : site.names.slice(0, site.names.length > 0 && throwsForOthers(site.names[0]!) ? 2 : 1);
  const named = functions.length > 0;
  const parts: FingerprintParts = {
    type: typeName(error.type),
    code: codeName(error.code),
    functions,
    template: shownTemplate(errorTemplate(error.message)),
    causes: [...new Set(causes.map((cause) => causeText(cause, libraries)))].sort(),
    dependency: dependencyIn(error),
    basis: named ? { kind: 'function' } : { kind: 'message', because: reasonOf(error, site) },
  };
  return { parts, ownFunctions: site.names, positions: site.positions, minable: prepared(error.message) };
}

export function fingerprintId(parts: FingerprintParts): string {
  return `v1:${createHash('sha256').update(fingerprintText(parts)).digest('hex').slice(0, 10)}`;
}

/** What the id is the hash of. */
export function fingerprintText({ type, code, functions, template, causes, dependency, place }: FingerprintParts): string {
  return JSON.stringify([type ?? '', code ?? '', functions, template, causes, dependency ?? '', ...(place === undefined ? [] : [place])]);
}

/** `TypeError in priceOf: Cannot read …`, for logs and tests. */
export function fingerprintName({ type, code, functions, template }: FingerprintParts): string {
  const where = functions.length === 0 ? '' : ` in ${functions.join(' from ')}`;
  return `${type ?? 'error'}${code === undefined ? '' : ` ${code}`}${where}: ${template}`;
}

interface Site {
  readonly names: readonly string[];
  readonly positions: readonly string[];
  /** The function that threw has lost its name; the names are those of its callers. */
  readonly minified: boolean;
}

function siteOf(stack: readonly string[], libraries: ReadonlySet<string>): Site {
  const names: string[] = [];
  const positions: string[] = [];
  let minified = false;
  for (const text of stack) {
    const frame = readFrame(text);
    if (frame.owner !== 'own' || (frame.name !== undefined && libraries.has(frame.name))) continue;
    positions.push(frame.position);
    if (frame.minified && names.length === 0 && frame.name === undefined) minified = true;
    // Recursion is one function, however deep it was this time.
    if (frame.name !== undefined && names.at(-1) !== frame.name) names.push(frame.name);
    if (names.length === MOST_FUNCTIONS) break;
  }
  return { names, positions, minified };
}

function reasonOf({ stack }: ErrorFacts, { positions, minified }: Site): 'no stack' | 'no own frame' | 'anonymous' | 'minified' {
  if (stack.length === 0) return 'no stack';
  if (positions.length === 0) return 'no own frame';
  return minified ? 'minified' : 'anonymous';
}

function causeText(cause: ErrorFacts, libraries: ReadonlySet<string>): string {
  const { names, minified } = siteOf(cause.stack, libraries);
  const code = codeName(cause.code);
  const at = names.length === 0 || minified ? '' : ` @ ${names[0]}`;
  return `${typeName(cause.type) ?? 'error'}${code === undefined ? '' : ` ${code}`}: ${shownTemplate(errorTemplate(cause.message))}${at}`;
}

/**
 * Node prints `ClassName [name]: message` where an error's name is not that of its class: the name in brackets is the error's
 * own, whatever a minifier made of the class, and no code.
 */
function withNamedType(error: ErrorFacts): ErrorFacts {
  const head = RENAMED_CLASS.exec(error.message);
  if (head !== null) return { ...error, type: head[1]!, message: error.message.slice(head[0].length) };
  if (error.code === undefined || !ERROR_NAME.test(error.code)) return error;
  const { code, ...rest } = error;
  return { ...rest, type: code };
}

function typeName(type: string): string | undefined {
  const last = type.slice(type.lastIndexOf('.') + 1);
  return isMangled(last) ? undefined : unrenamed(last);
}

function codeName(code: string | undefined): string | undefined {
  return code === undefined ? undefined : code.replace(/\d{7,}/g, '#');
}

/** A refused connection to the database and one to the cache are two failures with the same words. */
function dependencyIn({ message, code }: ErrorFacts): string | undefined {
  if (!CONNECTION.test(code ?? '') && !CONNECTION.test(message)) return undefined;
  const host = HOST.exec(message)?.[1];
  if (host !== undefined) return host.replace(/\d+/g, '#').toLowerCase();
  const port = PORT.exec(message)?.[1];
  return port !== undefined && Number(port) < FIRST_EPHEMERAL_PORT ? `port ${port}` : undefined;
}

function throwsForOthers(name: string): boolean {
  return THROWER.test(methodOf(name));
}

const RENAMED_CLASS = /^(?:[^:\n]{0,200} )?[\w$]{1,60} \[([A-Za-z]\w{0,80}(?:Error|Exception))\]: /;
const ERROR_NAME = /^[A-Z][a-z]\w{0,80}(?:Error|Exception)$/;
const UNKNOWN: ErrorFacts = { type: 'Error', message: '', stack: [] };
const NONE: ReadonlySet<string> = new Set();
const MOST_FUNCTIONS = 6;
/** Names of functions that are called in order to throw. */
const THROWER =
  /^#?_*(?:(?:assert|invariant|ensure|throw|fail|raise|panic|abort|expect|must|reject|unwrap|orThrow|bail|die|guard|require|check)(?![a-z])|(?:create|make|build|new|to|wrap|as|from)[A-Z]?\w*(?:Error|Exception|Failure)$|\w+(?:OrThrow|_or_raise)$|(?:badRequest|notFound|unauthorized|forbidden|conflict|invalidInput)$|\w*(?:Error|Exception)$)/;
const CONNECTION = /\b(?:ECONN\w+|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EPIPE)\b/;
const HOST = /(?:ENOTFOUND|EAI_AGAIN|ECONN\w+|ETIMEDOUT|EHOSTUNREACH)\s+([a-z][\w-]*(?:\.[\w-]+)+|[a-z][\w-]{2,})(?=[:\s]|$)/;
const PORT = /:(\d{2,5})\b(?!\.)/;
/** Linux takes the ports of outgoing connections from here on (ip_local_port_range). */
const FIRST_EPHEMERAL_PORT = 32_768;
