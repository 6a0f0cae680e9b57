/**
 * The ways of failing that the fingerprint is scored on. They were written after its rules were, as unlike the others as
 * real programs are, and no rule was changed to please them.
 */
import { one, several } from './failing-modules.mjs';

export const SEALED = {
  'an S3 event without a key': one(
    (v) =>
      `export async function ${v.fn}(p) { const event = { Records: [{ s3: {} }] }; const record = event.Records[0]; return record.s3.object.key + p.id; }`,
  ),
  'a batch handler with four ways to fail': several(
    4,
    (v) => `export async function ${v.fn}(p) {
      const record = { body: p.which === 0 ? '{broken' : '{}' };
      const ${v.noun} = JSON.parse(record.body);
      if (p.which === 1) throw new TypeError(\`\${p.id}: ${v.prop} must be a string\`);
      if (p.which === 2) throw new Error(\`${v.noun} \${p.id} has been processed before\`);
      return ${v.noun}.${v.prop}.${v.noun2};
    }`,
  ),
  'a repository with three queries': several(
    3,
    (v) => `import { runQuery } from 'sealed-mysql';
    class ${v.Class} {
      async ${v.fn}(p) { return await runQuery('ER_DUP_ENTRY', "Duplicate entry '" + p.id + "' for key '${v.noun}.PRIMARY'", 1062); }
      async ${v.fn2}(p) { return await runQuery('ER_LOCK_WAIT_TIMEOUT', 'Lock wait timeout exceeded; try restarting transaction', 1205); }
      async ${v.fn3}(p) { return await runQuery('ER_NO_SUCH_TABLE', "Table 'shop.${v.noun}' doesn't exist", 1146); }
    }
    export async function ${v.fn4}(p) { const store = new ${v.Class}(); return await [store.${v.fn}, store.${v.fn2}, store.${v.fn3}][p.which].call(store, p); }`,
    (v) => v.fn4,
  ),
  'errors of the domain, three classes': several(
    3,
    (
      v,
    ) => `class DomainError extends Error { constructor(message, code) { super(message); this.name = this.constructor.name; this.code = code; } }
    class ${v.Err} extends DomainError {} class Expired${v.Err} extends DomainError {}
    export function ${v.fn}(p) {
      if (p.which === 0) throw new ${v.Err}(\`${v.noun} \${p.id} is not open\`, 'NOT_OPEN');
      if (p.which === 1) throw new Expired${v.Err}(\`${v.noun} \${p.id} expired \${p.n} days ago\`, 'EXPIRED');
      throw new DomainError(\`${v.noun} \${p.id} belongs to \${p.name}\`, 'FOREIGN');
    }`,
  ),
  'a lookup that both use, with their own words': several(
    2,
    (
      v,
    ) => `function getOrThrow(map, key, what) { if (!map.has(key)) throw new Error(\`\${what} \${key} is unknown\`); return map.get(key); }
    function ${v.fn2}(p) { return getOrThrow(new Map(), p.id, 'customer'); }
    function ${v.fn3}(p) { return getOrThrow(new Map(), p.id, 'supplier'); }
    export function ${v.fn}(p) { return p.which === 0 ? ${v.fn2}(p) : ${v.fn3}(p); }`,
  ),
  'a service that calls a service that fails twice': several(
    2,
    (
      v,
    ) => `class Inner${v.Class} { async ask(p) { if (p.which === 0) throw Object.assign(new Error('connect ETIMEDOUT 10.2.' + (p.n % 200) + '.7:443'), { code: 'ETIMEDOUT' }); throw new Error(\`unexpected answer: \${p.n}\`); } }
    export async function ${v.fn}(p) { try { return await new Inner${v.Class}().ask(p); } catch (cause) { throw new Error('pricing is unavailable', { cause }); } }`,
  ),
  'Kinesis says too much': one(
    (v) => `import { DynamoClient } from 'fake-aws-sdk';
    const kinesis = new DynamoClient();
    export async function ${v.fn}(p) { return await kinesis.send({ fail: ['LimitExceededException', 'Rate exceeded for shard shardId-00000000' + (1000 + p.n) + ' in stream ${v.noun} under account 123456789012.', 400], id: p.id }); }`,
  ),
  'a validation of DynamoDB, two of them': several(
    2,
    (v) => `import { DynamoClient } from 'fake-aws-sdk';
    const table = new DynamoClient();
    export async function ${v.fn}(p) { return await table.send({ fail: ['ValidationException', p.which === 0 ? 'One or more parameter values were invalid: Missing the key ${v.prop} in the item' : 'Item size has exceeded the maximum allowed size', 400], id: p.id }); }`,
  ),
  'a stream is destroyed': one(
    (v) => `import { Readable } from 'node:stream';
    import { pipeline } from 'node:stream/promises';
    export async function ${v.fn}(p) { const source = new Readable({ read() { this.destroy(new Error(\`upload \${p.id} was cut at \${p.n}\`)); } }); await pipeline(source, async function* ${v.fn2}(chunks) { for await (const chunk of chunks) yield chunk; }); }`,
  ),
  'gunzip of what is no gzip': one(
    (v) => `import { gunzipSync } from 'node:zlib';
    export function ${v.fn}(p) { return gunzipSync(Buffer.from('no gzip ' + p.id)); }`,
  ),
  'a key of the wrong length': one(
    (v) => `import { createCipheriv } from 'node:crypto';
    export function ${v.fn}(p) { return createCipheriv('aes-256-cbc', Buffer.alloc(8 + (p.n % 7)), Buffer.alloc(16)); }`,
  ),
  'a date that is none': one((v) => `export function ${v.fn}(p) { return new Date(p.n * Number.NaN).toISOString(); }`),
  'a regular expression from outside': one((v) => `export function ${v.fn}(p) { return new RegExp('(' + p.id); }`),
  'a property of a frozen object': one(
    (v) => `export function ${v.fn}(p) { const limits = Object.freeze({ ${v.prop}: 1 }); limits.${v.prop} = p.n; return limits; }`,
  ),
  'a circular structure': one(
    (v) => `export function ${v.fn}() { const ${v.noun} = {}; ${v.noun}.self = ${v.noun}; return JSON.stringify(${v.noun}); }`,
  ),
  'destructuring nothing': one((v) => `export function ${v.fn}(p) { const { ${v.prop} } = p.none; return ${v.prop}; }`),
  'a class called without new': one(
    (v) => `class ${v.Class} {} export function ${v.fn}(p) { return p.n < 0 ? new ${v.Class}() : ${v.Class}(p); }`,
  ),
  'a spread of nothing': one((v) => `export function ${v.fn}(p) { return Math.max(...p.none); }`),
  'a promise of a lazy loader': one(
    (v) => `const lazily = (load) => { let once; return () => (once ??= load()); };
    const ${v.fn2} = lazily(async () => { await null; throw new Error('secret ${v.noun}/${v.prop} could not be read'); });
    export async function ${v.fn}() { return await ${v.fn2}(); }`,
  ),
  'a queue consumer class with hooks': several(
    2,
    (v) => `class Consumer { async handle(p) { await null; await this.before(p); return await this.work(p); } }
    class ${v.Class} extends Consumer { async before(p) { if (p.which === 0) throw new Error(\`message \${p.id} is too old\`); } async work(p) { throw new Error(\`message \${p.id} has no \${'${v.prop}'} for \${p.n}\`); } }
    export async function ${v.fn}(p) { return await new ${v.Class}().handle(p); }`,
  ),
  'a state machine that refuses': several(
    2,
    (v) => `const ALLOWED = { open: ['paid'], paid: ['sent'] };
    function ${v.fn2}(from, to) { if (!ALLOWED[from]?.includes(to)) throw new Error(\`cannot go from \${from} to \${to}\`); }
    export function ${v.fn}(p) { return p.which === 0 ? ${v.fn2}('open', 'sent') : ${v.fn3}(p); }
    function ${v.fn3}(p) { if (p.n) throw new Error(\`${v.noun} \${p.id} is in no state\`); }`,
  ),
  'a parser with line and column': one(
    (v) =>
      `export function ${v.fn}(p) { throw new SyntaxError(\`\${p.name}.csv:\${p.n}:\${p.n % 80}: expected \${3 + (p.n % 9)} columns\`); }`,
  ),
  'a hash that differs': one(
    (v) =>
      `export function ${v.fn}(p) { throw new Error('checksum of ' + p.id + ' is ' + (p.n * 7919).toString(16) + ', expected ' + (p.n * 104729).toString(16)); }`,
  ),
  'an unknown tenant': one(
    (v) =>
      `export function ${v.fn}(p) { throw Object.assign(new Error(\`tenant "\${p.name}" has no ${v.noun} plan\`), { code: 'NO_PLAN' }); }`,
  ),
  'an unquoted user': one(
    (v) => `export function ${v.fn}(p) { throw new Error('user ' + p.name + ' may not read ' + '${v.noun} reports'); }`,
  ),
  'a plugin by name': one(
    (v) => `export function ${v.fn}(p) { throw new Error(\`plugin \${p.name.toLowerCase()}-${v.noun} failed to start\`); }`,
  ),
  'a worker pool that is full': one(
    (
      v,
    ) => `class ${v.Class} { static #full(p) { throw new Error(\`all \${p.n} workers are busy\`); } static ${v.fn2}(p) { return ${v.Class}.#full(p); } }
    export function ${v.fn}(p) { return ${v.Class}.${v.fn2}(p); }`,
  ),
  'a rate limiter for two clients': several(
    2,
    (
      v,
    ) => `class Limiter { constructor(name) { this.name = name; } take(p) { throw new Error(\`limit of \${this.name} reached, retry in \${p.n} ms\`); } }
    const mail = new Limiter('mail'); const sms = new Limiter('sms');
    function ${v.fn2}(p) { return mail.take(p); }
    function ${v.fn3}(p) { return sms.take(p); }
    export function ${v.fn}(p) { return p.which === 0 ? ${v.fn2}(p) : ${v.fn3}(p); }`,
  ),
  'a circuit breaker': one(
    (v) => `import { Breaker } from 'sealed-breaker';
    const breaker = new Breaker();
    export async function ${v.fn}(p) { return await breaker.fire(p); }`,
  ),
  'an LRU that is asked wrongly': one(
    (v) => `import { pick } from 'sealed-lodash';
    export function ${v.fn}(p) { return pick(p.none, '${v.prop}'); }`,
  ),
  'a client that names the operation': several(
    2,
    (v) => `import { call } from 'sealed-grpc';
    export async function ${v.fn}(p) { return p.which === 0 ? await call(14, 'UNAVAILABLE: No connection established') : await ${v.fn2}(p); }
    async function ${v.fn2}(p) { return await call(4, 'DEADLINE_EXCEEDED: Deadline exceeded after ' + p.n / 1000 + 's'); }`,
  ),
  'three wrappers deep': one(
    (v) => `function ${v.fn4}(p) { throw new Error(\`bad signature on \${p.id}\`); }
    function ${v.fn3}(p) { try { return ${v.fn4}(p); } catch (cause) { throw new Error('cannot verify', { cause }); } }
    function ${v.fn2}(p) { try { return ${v.fn3}(p); } catch (cause) { throw new Error('cannot accept', { cause }); } }
    export function ${v.fn}(p) { try { return ${v.fn2}(p); } catch (cause) { throw new Error(\`webhook \${p.id} refused\`, { cause }); } }`,
  ),
  'a settled list, wrapped': one(
    (v) => `async function ${v.fn2}(p, i) { if (i % 2) throw new Error(\`cannot fetch page \${i + p.n}\`); return i; }
    export async function ${v.fn}(p) { const all = await Promise.allSettled([0, 1, 2, 3].map((i) => ${v.fn2}(p, i))); const failed = all.filter((one) => one.status === 'rejected').map((one) => one.reason); throw new AggregateError(failed, \`\${failed.length} of \${all.length} pages of ${v.noun} failed\`); }`,
  ),
  'the finally that hides': one(
    (v) => `async function ${v.fn2}(p) { try { await null; return p.none.${v.prop}; } finally { await null; } }
    export async function ${v.fn}(p) { return await ${v.fn2}(p); }`,
  ),
  'sorting with a broken comparison': one(
    (v) => `export function ${v.fn}(p) { return [{ at: 1 }, {}].sort((a, b) => a.at.valueOf() - b.at.valueOf() + p.n); }`,
  ),
  'reduce of an empty list': one((v) => `export function ${v.fn}() { return [].reduce((a, b) => a + b); }`),
  'an iterator of its own': one(
    (v) => `class ${v.Class} { *[Symbol.iterator]() { yield 1; throw new Error('${v.noun} list changed while it was read'); } }
    export function ${v.fn}() { return [...new ${v.Class}()]; }`,
  ),
  'a setter': one(
    (v) => `class ${v.Class} { set ${v.prop}(value) { if (value > 0) throw new RangeError(\`${v.prop} \${value} is out of range\`); } }
    export function ${v.fn}(p) { new ${v.Class}().${v.prop} = p.n; }`,
  ),
  'a proxy': one(
    (
      v,
    ) => `const guarded = new Proxy({}, { get: function ${v.fn2}(_, name) { throw new Error('setting ' + String(name) + ' is not defined'); } });
    export function ${v.fn}() { return guarded.${v.prop}; }`,
  ),
  'a tagged template': one(
    (
      v,
    ) => `function ${v.fn2}(parts, ...values) { if (values.length > 0) throw new Error(\`unsafe value \${values[0]} in a query of ${v.noun}\`); return parts; }
    export function ${v.fn}(p) { return ${v.fn2}\`select \${p.id}\`; }`,
  ),
  'a microtask after the answer': one(
    (v) =>
      `export function ${v.fn}(p) { return new Promise((_, reject) => queueMicrotask(function ${v.fn2}() { try { throw new Error(\`audit of \${p.id} lost\`); } catch (error) { reject(error); } })); }`,
  ),
};

/** Their packages. */
export const SEALED_PACKAGES = {
  'sealed-mysql': `class Packet { asError(code, message, errno) { const error = new Error(message); return Object.assign(error, { code, errno, sqlState: 'HY000' }); } }
    class QueryCommand { execute(code, message, errno) { throw new Packet().asError(code, message, errno); } }
    export async function runQuery(code, message, errno) { await null; return new QueryCommand().execute(code, message, errno); }`,
  'sealed-breaker': `export class Breaker { async fire() { await null; throw this.openError(); } openError() { return Object.assign(new Error('Breaker is open'), { code: 'EOPENBREAKER' }); } }`,
  'sealed-lodash': `function baseGet(object, key) { return object[key]; } export function pick(object, key) { return baseGet(object, key); }`,
  'sealed-grpc': `function callErrorFromStatus(code, details) { return Object.assign(new Error(code + ' ' + details), { code, details }); }
    export async function call(code, details) { await null; throw callErrorFromStatus(code, details); }`,
};
