/**
 * The kinds of handlers that people deploy, good and bad: whoever stands between the runtime and the handler must leave every
 * one of them as it is. Their code is in `fixtures/handlers`, a folder each.
 */
import type { NodeLine } from './lambda/lambda-double.ts';

export interface HandlerKind {
  readonly name: string;
  /** Below `fixtures/handlers`. */
  readonly folder: string;
  /** As configured. */
  readonly handler: string;
  /** One invocation each. */
  readonly events: readonly unknown[];
  /** Lines whose runtime client refuses it at init: callback handlers, from client 4 on. */
  readonly refusedBy: readonly NodeLine[];
  /** For kinds that wait for their deadline; the others get plenty. */
  readonly timeoutMs?: number;
  /** It prints text without a newline: whose line goes on after it is not compared. */
  readonly leavesLineOpen?: boolean;
}

export const HANDLER_KINDS: readonly HandlerKind[] = [
  kind('cjs-async'),
  kind('cjs-extension'),
  kind('callback', { refusedBy: [22, 24, 26] }),
  kind('callback-waits', { refusedBy: [22, 24, 26] }),
  kind('callback-does-not-wait', { refusedBy: [22, 24, 26] }),
  kind('callback-error', { refusedBy: [22, 24, 26] }),
  kind('callback-never', { refusedBy: [22, 24, 26] }),
  kind('context-succeed'),
  kind('context-told'),
  kind('sync-return'),
  kind('thenable'),
  kind('esm'),
  kind('esm-default'),
  kind('esm-top-level-await'),
  kind('type-module'),
  kind('nested-exports', { handler: 'index.api.orders.handler' }),
  kind('sub-directory', { handler: 'src/app.handler' }),
  kind('frozen-exports'),
  kind('bound-method'),
  kind('streaming-pipeline'),
  kind('streaming-prelude'),
  kind('streaming-high-water-mark'),
  kind('streaming-breaks'),
  kind('throws-sync'),
  kind('throws-async'),
  kind('throws-non-error'),
  kind('rejects-undefined'),
  kind('returns-undefined'),
  kind('returns-big-string'),
  kind('returns-bigint'),
  kind('returns-circle'),
  kind('exits'),
  kind('throws-later'),
  kind('rejects-later'),
  // Nothing after it: a busy machine may not bring up a second runtime before the deadline.
  kind('hangs', { events: [{}, { hangs: true }], timeoutMs: 2000 }),
  kind('works-after-response', {
    events: [
      { name: 'one', waitsMs: 0 },
      { name: 'two', waitsMs: 100 },
    ],
  }),
  kind('missing-module'),
  kind('syntax-error'),
  kind('throws-at-load'),
  kind('exits-at-load'),
  kind('handler-missing'),
  kind('handler-no-function'),
  kind('handler-string-malformed', { folder: 'cjs-async', handler: 'index' }),
  kind('handler-string-climbs', { folder: 'cjs-async', handler: '../index.handler' }),
  kind('unfinished-line', { leavesLineOpen: true }),
  kind('replaces-console'),
  kind('replaces-stdout-write'),
  kind('replaces-json'),
  kind('replaces-json-badly'),
  kind('replaces-fetch'),
  kind('replaces-promise'),
  kind('replaces-clocks'),
  kind('reads-handler-name'),
  kind('reads-this'),
  kind('arity-none', { folder: 'arity', handler: 'index.none' }),
  kind('arity-one', { folder: 'arity', handler: 'index.one' }),
  kind('arity-two', { folder: 'arity', handler: 'index.two' }),
  kind('arity-three', { folder: 'arity', handler: 'index.three', refusedBy: [22, 24, 26] }),
  kind('arity-defaulted', { folder: 'arity', handler: 'index.defaulted' }),
  kind('arity-rest', { folder: 'arity', handler: 'index.rest' }),
  kind('counts-listeners'),
  kind('lists-globals'),
  kind('calls-out'),
  kind('closes-stdout', { events: [{}, { closes: true }, {}] }),
  kind('leaves-directory'),
  kind('reopens-stdout'),
  kind('starts-child'),
  kind('forks-cluster'),
  kind('own-worker-thread'),
  kind('async-generator'),
  kind('async-context'),
  kind('callback-and-promise', { refusedBy: [22, 24, 26] }),
  kind('class-method', { handler: 'index.shop.handle' }),
  kind('class-static', { handler: 'index.Shop.handler' }),
  kind('replaced-later'),
  kind('getter-export'),
  kind('frozen-handler'),
  kind('proxy-handler'),
  kind('promise-of-handler'),
  kind('folder-beside-file', { handler: 'app.handler' }),
  kind('odd-file-name', { handler: 'orders%20#2.handler' }),
  kind('esm-undeclared'),
  kind('esm-undeclared-await'),
  kind('reads-module'),
  kind('watches-modules'),
  kind('prepares-stack'),
  kind('error-details'),
  kind('error-hostile'),
  kind('event-hostile'),
  kind('console-methods'),
  kind('replaces-environment'),
  kind('replaces-file-system'),
  kind('freezes-primordials'),
  kind('seals-stdout'),
  kind('extends-prototypes'),
];

export function handlerKind(name: string): HandlerKind {
  const found = HANDLER_KINDS.find((each) => each.name === name);
  if (found === undefined) throw new Error(`No handler kind is called ${name}; see HANDLER_KINDS.`);
  return found;
}

function kind(name: string, own: Partial<HandlerKind> = {}): HandlerKind {
  return { name, folder: name, handler: 'index.handler', events: [{ name: 'one' }, { name: 'two' }], refusedBy: [], ...own };
}
