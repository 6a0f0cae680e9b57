/**
 * More ways of failing. They were sealed once: what went wrong with them changed the rules, so they are training now.
 */
import { one, several } from './failing-modules.mjs';

export const MORE_MECHANISMS = {
  'an arrow that dies for four': several(
    4,
    (v) => `const die = (why) => { throw new Error(why); };
    function ${v.fn2}(p) { if (p.which === 0) die('${v.noun} feed is stale'); die('too many rows: ' + p.n); }
    function ${v.fn3}(p) { if (p.which === 2) die(\`no \${'${v.prop}'} for \${p.id}\`); die('${v.noun} feed is stale for readers'); }
    export function ${v.fn}(p) { return p.which < 2 ? ${v.fn2}(p) : ${v.fn3}(p); }`,
  ),
  'a result is unwrapped': several(
    2,
    (v) => `const unwrapResult = (result) => { if (result.error) throw result.error; return result.value; };
    function ${v.fn2}(p) { return p.which === 0 ? { error: new RangeError(\`page \${p.n} beyond end\`) } : { error: new TypeError('cursor of ${v.noun} is broken') }; }
    export function ${v.fn}(p) { return unwrapResult(${v.fn2}(p)); }`,
  ),
  'two classes of errors from one function': several(
    2,
    (
      v,
    ) => `class Base${v.Err} extends Error { constructor(message) { super(message); this.name = new.target === Base${v.Err} ? 'Base${v.Err}' : '${v.Err}'; } }
    class ${v.Err} extends Base${v.Err} {}
    export function ${v.fn}(p) { throw p.which === 0 ? new ${v.Err}('bad ${v.noun} ' + p.id) : new Base${v.Err}('bad ${v.noun} ' + p.id); }`,
  ),
  'a transaction of DynamoDB is cancelled': one(
    (v) => `import { DynamoClient } from 'fake-aws-sdk';
    const client = new DynamoClient();
    export async function ${v.fn}(p) { const reasons = ['None', 'ConditionalCheckFailed', 'None', 'None'].slice(0, 2 + (p.n % 3)); return await client.send({ name: 'TransactWriteItems', fail: ['TransactionCanceledException', 'Transaction cancelled, please refer cancellation reasons for specific reasons [' + reasons.join(', ') + ']', 400], id: p.id }); }`,
  ),
  'some records of a batch fail': one(
    (v) => `async function ${v.fn2}(p, i) { throw new Error(\`record \${p.id}-\${i} of ${v.noun} has no body\`); }
    export async function ${v.fn}(p) { const done = await Promise.allSettled(Array.from({ length: 1 + (p.n % 4) }, (_, i) => ${v.fn2}(p, i))); throw new AggregateError(done.map((one) => one.reason), \`\${done.length} records failed\`); }`,
  ),
  'a key is missing in S3, for two functions': several(
    2,
    (v) => `import { DynamoClient } from 'fake-aws-sdk';
    const client = new DynamoClient();
    async function ${v.fn2}(p) { return await client.send({ fail: ['NoSuchKey', 'The specified key does not exist.', 404], id: p.id }); }
    async function ${v.fn3}(p) { const all = await client.send({ fail: ['NoSuchKey', 'The specified key does not exist.', 404], id: p.id }); return all; }
    export async function ${v.fn}(p) { return p.which === 0 ? await ${v.fn2}(p) : await ${v.fn3}(p); }`,
  ),
  'an ORM prints the query over several lines': several(
    2,
    (v) => `import { find } from 'fake-orm';
    export async function ${v.fn}(p) { return await find('${v.noun}', p.which === 0 ? ['P2002', 'Unique constraint failed on the fields: (\`${v.prop}\`)'] : ['P2025', 'An operation failed because it depends on one or more records that were required but not found.'], p.n); }`,
  ),
  'Redis answers with an error': several(
    2,
    (v) => `import { command } from 'fake-redis';
    export async function ${v.fn}(p) { await command(p.which === 0 ? "READONLY You can't write against a read only replica." : 'WRONGTYPE Operation against a key holding the wrong kind of value'); }`,
  ),
  'MongoDB says duplicate': one(
    (v) => `import { query } from 'fake-pg';
    export async function ${v.fn}(p) { await query({ code: 11000, message: 'E11000 duplicate key error collection: shop.${v.noun} index: ${v.prop}_1 dup key: { ${v.prop}: "' + p.id + '" }' }); }`,
  ),
  'a schema refuses, in JSON': several(
    2,
    (v) => `import { check } from 'fake-schema';
    export function ${v.fn}(p) { return p.which === 0 ? check(['${v.prop}'], 'Required') : ${v.fn2}(p); }
    function ${v.fn2}(p) { return check(['items', p.n % 9, 'sku'], 'Expected string, received number'); }`,
  ),
  'a token is no good': several(
    2,
    (v) => `import { verify } from 'fake-token';
    export function ${v.fn}(p) { return verify(p.which === 0 ? 'jwt expired' : 'invalid signature'); }`,
  ),
  'fetch fails': one(
    (v) => `export async function ${v.fn}(p) { const answer = await fetch('http://127.0.0.1:1/' + p.id); return answer.status; }`,
  ),
  'a retry gives up, after two kinds of errors': several(
    2,
    (
      v,
    ) => `async function ${v.fn2}(p) { if (p.which === 0) throw Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }); throw new Error(\`quota of \${p.id} used up\`); }
    export async function ${v.fn}(p) { let last; for (let i = 0; i < 1 + (p.n % 3); i++) { try { return await ${v.fn2}(p); } catch (error) { last = error; } } throw new Error(\`gave up after \${1 + (p.n % 3)} attempts\`, { cause: last }); }`,
  ),
  'one deadline for two operations': several(
    2,
    (
      v,
    ) => `class TimeoutError extends Error { constructor(what, ms) { super(\`\${what} timed out after \${ms} ms\`); this.name = 'TimeoutError'; } }
    async function withDeadline(work, what, ms) { let timer; try { return await Promise.race([work, new Promise((_, late) => { timer = setTimeout(() => late(new TimeoutError(what, ms)), 1); })]); } finally { clearTimeout(timer); } }
    async function ${v.fn2}(p) { return await withDeadline(new Promise(() => {}), 'price of ${v.noun}', p.n); }
    async function ${v.fn3}(p) { return await withDeadline(new Promise(() => {}), 'stock of ${v.noun}', p.n); }
    export async function ${v.fn}(p) { return p.which === 0 ? await ${v.fn2}(p) : await ${v.fn3}(p); }`,
  ),
  'a state that nobody knows': one(
    (v) =>
      `export function ${v.fn}(p) { const state = ['LOST', 'PARKED', 'FROZEN'][p.n % 3]; switch (state) { case 'NEW': return 1; default: throw new Error('Unknown ${v.noun} state: ' + state); } }`,
  ),
  'numbers that cannot be': several(
    2,
    (v) => `export function ${v.fn}(p) { return p.which === 0 ? new Array(-1 - p.n) : (1.5).toFixed(200 + p.n); }`,
  ),
  'not iterable': one((v) => `export function ${v.fn}(p) { let sum = 0; for (const item of p.none) sum += item; return sum; }`),
  'used too early': one(
    (v) =>
      `export function ${v.fn}(p) { const read = () => ${v.prop}Value; const seen = read(); const ${v.prop}Value = p.n; return seen + ${v.prop}Value; }`,
  ),
  'BigInt and number': one((v) => `export function ${v.fn}(p) { return BigInt(p.n) + p.n; }`),
  'a table of handlers': several(
    2,
    (
      v,
    ) => `const handlers = { ${v.fn2}(p) { throw new Error(\`${v.noun} \${p.id} exists already\`); }, ${v.fn3}(p) { throw new Error(\`${v.noun} \${p.id} is gone\`); } };
    export function ${v.fn}(p) { return handlers[p.which === 0 ? '${v.fn2}' : '${v.fn3}'](p); }`,
  ),
  'a static factory': one(
    (
      v,
    ) => `class ${v.Class} { static from(p) { if (p.n > 0) throw new TypeError(\`cannot read ${v.noun} version \${p.n}\`); return new ${v.Class}(); } }
    export function ${v.fn}(p) { return ${v.Class}.from(p); }`,
  ),
  'an error of a callback is wrapped': one(
    (v) => `import { stat } from 'node:fs';
    export function ${v.fn}(p) { return new Promise((_, fail) => stat('/nowhere/' + p.id, function ${v.fn2}(cause) { fail(new Error(\`import of \${p.id} stopped\`, { cause })); })); }`,
  ),
  'an async generator': one(
    (v) => `async function* ${v.fn2}(p) { yield 1; await null; throw new Error(\`stream of ${v.noun} broke at \${p.n}\`); }
    export async function ${v.fn}(p) { let sum = 0; for await (const one of ${v.fn2}(p)) sum += one; return sum; }`,
  ),
  'a function made by a function': one(
    (v) => `const make = (limit) => function ${v.fn2}(p) { if (p.n > limit) throw new RangeError(\`\${p.n} ${v.noun}s at once\`); };
    const ${v.fn3} = make(0);
    export function ${v.fn}(p) { return ${v.fn3}(p); }`,
  ),
  'two functions in the same tracing wrapper': several(
    2,
    (v) => `const traced = (work) => async function run(p) { try { return await work(p); } finally { p.done = true; } };
    const ${v.fn2} = traced(async function ${v.fn2}Work(p) { throw new Error(\`${v.noun} \${p.id} is locked\`); });
    const ${v.fn3} = traced(async function ${v.fn3}Work(p) { throw new Error(\`${v.noun} \${p.id} is locked\`); });
    export async function ${v.fn}(p) { return p.which === 0 ? await ${v.fn2}(p) : await ${v.fn3}(p); }`,
  ),
  middleware: several(
    2,
    (
      v,
    ) => `const compose = (steps) => (p) => { const go = (i) => (i === steps.length ? undefined : steps[i](p, () => go(i + 1))); return go(0); };
    const ${v.fn2} = async (p, next) => { if (p.which === 0) throw new Error(\`session \${p.id} expired\`); return await next(); };
    const ${v.fn3} = async (p) => { throw new Error(\`${v.noun} body exceeds \${p.n} bytes\`); };
    export async function ${v.fn}(p) { return await compose([${v.fn2}, ${v.fn3}])(p); }`,
  ),
  'JSON that stops, JSON that is wrong': several(
    2,
    (v) => `export function ${v.fn}(p) { return JSON.parse(p.which === 0 ? '{"${v.prop}":' : '{"${v.prop}":"' + p.id + '" "x"}'); }`,
  ),
  'an address that is none': one((v) => `export function ${v.fn}(p) { return new URL('//' + p.id); }`),
  'out of range, says Node': one((v) => `export function ${v.fn}(p) { return Buffer.alloc(4).readUInt32LE(p.n + 4); }`),
  'two hosts that do not exist': several(
    2,
    (v) => `import { lookup } from 'fake-dns';
    export async function ${v.fn}(p) { return await lookup(p.which === 0 ? '${v.noun}.internal.example' : '${v.noun2}-cache.internal.example'); }`,
  ),
  'an API client of its own': several(
    2,
    (v) => `class ApiError extends Error { constructor(status, path) { super(\`HTTP \${status} from \${path}\`); this.name = 'ApiError'; } }
    class ${v.Class} { async get(path, status) { await null; if (status >= 400) throw new ApiError(status, path); } }
    export async function ${v.fn}(p) { return await new ${v.Class}().get('/v1/${v.noun}/' + p.id, p.which === 0 ? 429 : 500); }`,
  ),
  'the same words in two classes': several(
    2,
    (v) => `class ${v.Class} { process(p) { if (p.n) throw new Error('payload empty'); } }
    class Other${v.Class} { process(p) { if (p.n) throw new Error('payload empty'); } }
    export function ${v.fn}(p) { return p.which === 0 ? new ${v.Class}().process(p) : new Other${v.Class}().process(p); }`,
  ),
  'a function called parse': one(
    (v) => `function parse(p) { throw new SyntaxError(\`${v.noun} line \${p.n}: unexpected \${p.name}\`); }
    export function ${v.fn}(p) { return parse(p); }`,
  ),
  'another function called parse': one(
    (v) => `function parse(p) { throw new SyntaxError(\`no ${v.prop} in ${v.noun} \${p.id}\`); }
    export function ${v.fn}(p) { return parse(p); }`,
  ),
  'deep equality': one(
    (v) => `import assert from 'node:assert/strict';
    export function ${v.fn}(p) { assert.deepEqual({ ${v.prop}: p.n }, { ${v.prop}: -1 }); }`,
  ),
  'cannot be cloned': one((v) => `export function ${v.fn}(p) { return structuredClone({ ${v.prop}: Symbol('${v.noun}') }); }`),
  'an emitter nobody listens to': one(
    (v) => `import { EventEmitter } from 'node:events';
    export function ${v.fn}(p) { new EventEmitter().emit('error', new Error(\`channel \${p.id} of ${v.noun} closed\`)); }`,
  ),
};

/** Their packages. */
export const MORE_PACKAGES = {
  'fake-orm': `class KnownRequestError extends Error { constructor(message, code) { super(message); this.name = 'PrismaClientKnownRequestError'; this.code = code; } }
    function handleRequest(model, [code, why], n) { throw new KnownRequestError('\\nInvalid \`db.' + model + '.create()\` invocation in\\n/var/task/index.js:' + n + ':17\\n\\n  ' + n + ' const row = await db.' + model + '.create(\\n' + why, code); }
    export async function find(model, fail, n) { await null; return handleRequest(model, fail, n); }`,
  'fake-redis': `class ReplyError extends Error { constructor(message) { super(message); this.name = 'ReplyError'; } }
    class Connection { returnReply(text) { throw new ReplyError(text); } }
    export async function command(text) { await null; return new Connection().returnReply(text); }`,
  'fake-schema': `class SchemaError extends Error { constructor(issues) { super(JSON.stringify(issues, null, 2)); this.name = 'ZodError'; } }
    export function check(path, message) { throw new SchemaError([{ code: 'invalid_type', path, message }]); }`,
  'fake-token': `class TokenError extends Error { constructor(message) { super(message); this.name = message === 'jwt expired' ? 'TokenExpiredError' : 'JsonWebTokenError'; } }
    export function verify(what) { throw new TokenError(what); }`,
  'fake-dns': `class LookupRequest { finish(host) { throw Object.assign(new Error('getaddrinfo ENOTFOUND ' + host), { code: 'ENOTFOUND', syscall: 'getaddrinfo' }); } }
    export async function lookup(host) { await null; return new LookupRequest().finish(host); }`,
};
