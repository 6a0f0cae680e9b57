/**
 * One frame of a stack: whose code it is, and what the function is called once everything is taken off that another build,
 * bundler or engine writes differently.
 *
 * Lines, columns, folders and file names change with every deploy, so only the function's name can tell where an error
 * was thrown. V8 decorates it (`async`, `new`, `Object.`, `[as x]`), bundlers rename it on collision (`save2`, `save$1`,
 * `_Order`, `Order_1`), and a minifier leaves nothing but the names of methods.
 * Source of the forms: V8's "Stack trace API" page; esbuild's and Rollup's output; TypeScript's and Babel's helpers.
 */
export interface Frame {
  readonly owner: 'own' | 'dependency' | 'platform';
  /** `OrderService.save`, `loadUser`; undefined for anonymous functions and where a minifier took the name. */
  readonly name: string | undefined;
  readonly minified: boolean;
  /** File, line and column as printed: the same place of the same build. */
  readonly position: string;
}

/** @param text  a frame without its "at ", as in `ErrorFacts.stack`; Python's as `name (file:line)` */
export function readFrame(text: string): Frame {
  const plain = text.replace(BUNDLED_PLACE, '');
  const located = LOCATED.exec(plain);
  const called = located === null ? '' : located[1]!;
  const position = (located?.[2] ?? plain).trim();
  const path = PLACE.exec(position);
  const file = (path?.[1] ?? position).replaceAll('\\', '/');
  const minified = MINIFIED_FILE.test(file) || (path !== null && Number(path[2]) <= FEW_LINES && Number(path[3] ?? 0) > LONG_LINE);
  const bare = bareName(called);
  return { owner: ownerOf(file, bare), name: readableName(bare, minified), minified: minified || isMangled(bare), position };
}

function ownerOf(file: string, bare: string): Frame['owner'] {
  if (PLATFORM.test(file) || MACHINERY.test(bare)) return 'platform';
  if (DEPENDENCY.test(file) || LIBRARY_FUNCTIONS.has(methodOf(bare))) return 'dependency';
  return 'own';
}

/** Without what V8 and module systems put around a name. */
function bareName(called: string): string {
  let name = called.trim();
  name = name.replace(ALIAS, '').replace(DECORATION, '').replace(ACCESSOR, '$1');
  if (name.includes('/')) name = name.slice(name.lastIndexOf('/') + 1).replace(MODULE_FILE, '');
  while (HOLDER.test(name)) name = name.replace(HOLDER, '');
  return name;
}

function readableName(bare: string, minified: boolean): string | undefined {
  const parts = bare.split('.').filter((part) => part !== '' && !part.startsWith('<') && part !== 'anonymous');
  const method = parts.at(-1);
  if (method === undefined || (bare.endsWith('>') && parts.length === 0)) return undefined;
  // The method's own name is a property and survives minifying; the class's does not.
  const holder = parts.length > 1 ? parts.at(-2)! : undefined;
  if (minified || isMangled(bare)) return parts.length > 1 && method.length > MANGLED_LENGTH ? unrenamed(method) : undefined;
  return holder === undefined || !CLASS_NAME.test(holder) ? unrenamed(method) : `${unrenamed(holder)}.${unrenamed(method)}`;
}

/** Bundlers number the second function of a name from 2 on. */
export function unrenamed(name: string): string {
  const plain = name.replace(RENAMED, '').replace(SELF_REFERENCE, '');
  return plain === '' ? name : plain;
}

/** `t`, `Xe`, `o.a`: what is left when a minifier was there. */
export function isMangled(name: string): boolean {
  if (name === '' || name.startsWith('<')) return false;
  const parts = name.split('.');
  return parts[0]!.length <= MANGLED_LENGTH && !SHORT_WORDS.has(parts[0]!);
}

/** `add` of `Cart.add`. */
export function methodOf(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}

/** What source maps leave beside a frame: the place of the bundle. */
const BUNDLED_PLACE = / \[[^\]]*:\d+:\d+\]$/;
const LOCATED = /^(.*?) ?\(([^()]*(?:\([^()]*\)[^()]*)*)\)$/;
const PLACE = /^(.*?):(\d+)(?::(\d+))?$/;
const ALIAS = / \[as [^\]]*\]$/;
const DECORATION = /^(?:async )?(?:new )?/;
/** `get total`, also behind the class: `Order.get total`. */
const ACCESSOR = /(^|\.)(?:get|set|static) (?=\S)/;
/** What stands before a name for where it was found, and changes when modules are concatenated. */
const HOLDER =
  /^(?:Object|Array|Map|Set|Module|exports|module|Function|global|globalThis|Timeout|Immediate|process|__webpack_modules__|index|src|default)\.(?=.)/;
const MODULE_FILE = /^[^.]*\.(?:[cm]?[jt]sx?)\./;
const CLASS_NAME = /^_?[A-Z]/;
const RENAMED = /(?<=[A-Za-z]{2})(?:\$\d+|_\d+|[2-9]|[1-9]\d)$/;
const SELF_REFERENCE = /^_+(?=[A-Z])/;
const MANGLED_LENGTH = 2;
const SHORT_WORDS = new Set(['fn', 'cb', 'go', 'db', 'id', 'ok', 'on', 'do', 'to', 'up', 'S3', 's3']);

const MINIFIED_FILE = /\.min\.[cm]?js/;
/** A line of a thousand characters was not written by a person. */
const LONG_LINE = 1000;
const FEW_LINES = 50;

const PLATFORM =
  /^(?:node:|internal\/|native$|<anonymous>|index \d+$|<frozen |<string>|wasm:|evalmachine|webpack\/(?:bootstrap|runtime))|\/var\/runtime\/|\/var\/lang\/lib\/|webpack:\/\/[^/]*\/webpack\//;
const DEPENDENCY =
  /\/node_modules\/|^node_modules\/|\/site-packages\/|\/dist-packages\/|\/\.yarn\/|\/\.pnp\.|^\/opt\/(?!nodejs\/(?!node_modules))/;
/** Module loaders and the helpers that TypeScript and Babel write into a program for `async` and `yield`. */
const MACHINERY =
  /^(?:__webpack_require__|__require\d*|__commonJS|__esm|__init|__awaiter|__generator|asyncGeneratorStep|_?next|_?throw|step|fulfilled|rejected|verb|tryCatch|Promise\.(?:all|any|race|allSettled))$|^(?:__webpack|regeneratorRuntime)/;

/**
 * Functions that throw for others inside packages that Lambda programs bundle. A bundle has no node_modules in its paths,
 * so only the name tells that the frame is not the user's own.
 * Source: @smithy/smithy-client, @smithy/core, @aws-sdk/*, axios, pg-protocol, mysql2, ioredis, mongodb, undici, zod, jsonwebtoken.
 */
const LIBRARY_FUNCTIONS = new Set([
  'throwDefaultError',
  'de_CommandError',
  'deserializerMiddleware',
  'retryMiddleware',
  'loggerMiddleware',
  'handleError',
  'decorateServiceException',
  'dispatchHttpRequest',
  'settle',
  'parseErrorMessage',
  'handlePacket',
  'parseReply',
  'returnError',
  'processTicksAndRejections',
  'handleRequestEnd',
  'connectionErrorHandler',
]);
