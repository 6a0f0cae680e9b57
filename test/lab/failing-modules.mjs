/**
 * Programs that fail in known ways: the source of small modules, one mechanism of failing each, whose names a seed fills
 * in. Every failure has a place that throws it, and that place is the truth that groupings are held against.
 *
 * The rules of the fingerprint were chosen with these in view; `sealed-modules.mjs` holds the ones it is scored on.
 */
import { seededRandom, seedOf } from './seeded-random.mjs';

/**
 * A mechanism gives module code that exports `run(p)`. `p.which` chooses among its `failures`; `p.id`, `p.n`, `p.name` and
 * `p.caller` vary from one event to the next and belong to no failure.
 */
export const MECHANISMS = {
  'reads a property of undefined': one((v) => `export function ${v.fn}(p) { const row = p.none; return row.${v.prop}.total; }`),
  'several failures in one function': several(
    4,
    (v) => `export function ${v.fn}(p) {
      if (p.which === 0) throw new Error(\`${v.noun} \${p.id} is closed\`);
      if (p.which === 1) throw new Error(\`${v.noun} \${p.id} has no \${'${v.prop}'}\`);
      if (p.which === 2) throw new RangeError(\`${v.noun} quantity \${p.n} is too large\`);
      return p.none.${v.prop};
    }`,
  ),
  'own error class': one(
    (
      v,
    ) => `class ${v.Err} extends Error { constructor(id) { super(\`${v.noun} \${id} not found\`); this.name = '${v.Err}'; this.code = '${v.CODE}'; } }
    export function ${v.fn}(p) { throw new ${v.Err}(p.id); }`,
  ),
  'one helper throws for three functions': {
    failures: 3,
    code: (v) => `function ensureFound(value, what) { if (value === undefined) throw new Error(what + ' not found'); return value; }
    function ${v.fn}(p) { return ensureFound(p.none, '${v.noun}'); }
    function ${v.fn2}(p) { return ensureFound(p.none, '${v.noun2}'); }
    function ${v.fn3}(p) { return ensureFound(p.none, '${v.noun}'); }
    export function ${v.fn4}(p) { return [${v.fn}, ${v.fn2}, ${v.fn3}][p.which](p); }`,
    entry: (v) => v.fn4,
  },
  'one wrapper, two causes': several(
    2,
    (
      v,
    ) => `function ${v.fn2}(p) { if (p.which === 0) throw new Error(\`duplicate key in \${p.id}\`); throw new TypeError('${v.prop} is no number'); }
    export function ${v.fn}(p) { try { return ${v.fn2}(p); } catch (cause) { throw new Error(\`could not save ${v.noun} \${p.id}\`, { cause }); } }`,
  ),
  'throws in a callback of map': one(
    (v) =>
      `export function ${v.fn}(p) { return [1, 2, 3].map((item) => { if (item === 2) throw new Error(\`bad ${v.noun} line \${p.n}\`); return item; }); }`,
  ),
  'throws after an await': one(
    (v) =>
      `export async function ${v.fn}(p) { await null; await new Promise((done) => setImmediate(done)); throw new Error(\`${v.noun} \${p.id} vanished\`); }`,
  ),
  'a method of a class': one(
    (
      v,
    ) => `class ${v.Class} { async ${v.fn}(p) { await null; return this.check(p); } check(p) { if (p.n > 0) throw new Error(\`${v.noun} limit of \${p.n} reached\`); } }
    export function ${v.fn2}(p) { return new ${v.Class}().${v.fn}(p); }`,
    (v) => v.fn2,
  ),
  'the SDK of AWS refuses': one(
    (v) => `import { DynamoClient } from 'fake-aws-sdk';
    const client = new DynamoClient();
    export async function ${v.fn}(p) { return client.send({ name: 'PutItem', fail: ['ConditionalCheckFailedException', 'The conditional request failed', 400], id: p.id }); }`,
  ),
  'no such module of the program': one((v) =>
    `export async function ${v.fn}(p) { return p.load('./${v.noun}-plugin-missing.mjs'); }`.replace(
      'p.load(',
      'Promise.reject(Object.assign(new Error("Cannot find package \'' +
        v.noun +
        '\' imported from /x/" + p.id + "/y.js"), { code: "ERR_MODULE_NOT_FOUND" })) || (',
    ),
  ),
  'a connection is refused': one(
    (v) => `import net from 'node:net';
    export function ${v.fn}() { return new Promise((_, refused) => net.connect({ host: '127.0.0.1', port: 1 }).once('error', refused)); }`,
  ),
  'JSON that is none': one((v) => `export function ${v.fn}(p) { return JSON.parse('<html>' + p.id); }`),
  'a constructor throws': one(
    (v) => `class ${v.Class} { constructor(p) { if (p.n > 0) throw new TypeError(\`${v.prop} must be positive, got -\${p.n}\`); } }
    export function ${v.fn}(p) { return new ${v.Class}(p); }`,
  ),
  'a name in the message that no mask knows': one(
    (v) => `export function ${v.fn}(p) { throw new Error('no carrier delivers to ' + p.name + ' today'); }`,
  ),
  'the database says duplicate': one(
    (v) => `import { query } from 'fake-pg';
    export async function ${v.fn}(p) { await query({ code: '23505', message: 'duplicate key value violates unique constraint "${v.noun}_${v.prop}_key"', id: p.id }); }`,
  ),
  'two connections, none works': one(
    (v) =>
      `export async function ${v.fn}(p) { throw new AggregateError([Object.assign(new Error('connect ECONNREFUSED ::1:' + (5432)), { code: 'ECONNREFUSED' }), Object.assign(new Error('connect ECONNREFUSED 10.0.0.' + p.n % 200 + ':5432'), { code: 'ECONNREFUSED' })], 'all ${v.noun} replicas failed'); }`,
  ),
  'recursion of any depth': one(
    (v) =>
      `export function ${v.fn}(p, depth = 0) { if (depth > p.n % 7) throw new Error(\`${v.noun} tree \${p.id} has a loop\`); return ${v.fn}(p, depth + 1); }`,
  ),
  'not a function': one(
    (v) => `export function ${v.fn}(p) { const ${v.noun} = { ${v.prop}: {} }; return ${v.noun}.${v.prop}.${v.fn2}(p); }`,
  ),

  'reads through null inside an async arrow': one(
    (v) => `export const ${v.fn} = async (p) => { await null; const found = p.n < 0 ? {} : null; return found.${v.prop}; };`,
  ),
  'six failures behind one switch': several(
    6,
    (v) => `export function ${v.fn}(p) { switch (p.which) {
      case 0: throw new Error(\`${v.noun} \${p.id} expired\`);
      case 1: throw new Error(\`${v.noun} \${p.id} was cancelled by \${p.name}\`);
      case 2: throw new Error(\`${v.noun} \${p.id} exceeds \${p.n} items\`);
      case 3: throw new SyntaxError(\`${v.noun} \${p.id} has no signature\`);
      case 4: throw Object.assign(new Error('upstream said no'), { code: 'E_UPSTREAM_\${v.noun}'.toUpperCase().replace(/[^A-Z_]/g, '') });
      default: throw Object.assign(new Error('upstream said no'), { code: 'E_QUOTA' });
    } }`,
  ),
  'an error factory': {
    failures: 3,
    code: (v) => `const createError = (status, message) => Object.assign(new Error(message), { name: 'HttpError', status });
    function ${v.fn}(p) { throw createError(404, \`${v.noun} \${p.id}\`); }
    function ${v.fn2}(p) { throw createError(404, \`${v.noun} \${p.id}\`); }
    function ${v.fn3}(p) { throw createError(409, \`${v.noun2} \${p.n} taken\`); }
    export function ${v.fn4}(p) { return [${v.fn}, ${v.fn2}, ${v.fn3}][p.which](p); }`,
    entry: (v) => v.fn4,
  },
  'a validator class that speaks for all': {
    failures: 3,
    code: (v) => `class ${v.Class} { static complain(what, how) { throw new TypeError(what + ' ' + how); } }
    function ${v.fn}(p) { ${v.Class}.complain('${v.prop}', 'is missing'); }
    function ${v.fn2}(p) { ${v.Class}.complain('${v.prop}', 'must not exceed ' + p.n); }
    function ${v.fn3}(p) { ${v.Class}.complain('${v.noun2}', 'belongs to somebody else'); }
    export function ${v.fn4}(p) { return [${v.fn}, ${v.fn2}, ${v.fn3}][p.which](p); }`,
    entry: (v) => v.fn4,
  },
  'three causes below two wrappers': several(
    3,
    (
      v,
    ) => `function ${v.fn3}(p) { if (p.which === 0) throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }); if (p.which === 1) throw new Error(\`lock held by \${p.id}\`); throw new RangeError('page ' + p.n + ' of ${v.noun2} is out of range'); }
    function ${v.fn2}(p) { try { return ${v.fn3}(p); } catch (cause) { throw new Error('${v.noun2} store unavailable', { cause }); } }
    export function ${v.fn}(p) { try { return ${v.fn2}(p); } catch (cause) { throw new Error(\`checkout of \${p.id} failed\`, { cause }); } }`,
  ),
  'a timer fires': one(
    (v) =>
      `export function ${v.fn}(p) { return new Promise((_, reject) => setTimeout(function ${v.fn2}() { reject(new Error(\`${v.noun} \${p.id} timed out after \${p.n} ms\`)); }, 1)); }`,
  ),
  'an abort signal': one(
    (v) =>
      `export async function ${v.fn}() { const signal = AbortSignal.timeout(1); await new Promise((done) => setTimeout(done, 8)); signal.throwIfAborted(); }`,
  ),
  'an event listener throws': one(
    (v) => `import { EventEmitter } from 'node:events';
    export function ${v.fn}(p) { const bus = new EventEmitter(); bus.on('${v.noun}', function ${v.fn2}() { throw new Error(\`listener of ${v.noun} \${p.n} gave up\`); }); bus.emit('${v.noun}'); }`,
  ),
  'a getter': one(
    (v) => `class ${v.Class} { constructor(p) { this.p = p; } get ${v.prop}() { throw new Error(\`${v.noun} \${this.p.id} not loaded\`); } }
    export function ${v.fn}(p) { return new ${v.Class}(p).${v.prop}; }`,
  ),
  'a private method of a base class, two subclasses': one(
    (
      v,
    ) => `class ${v.Class} { charge(p) { return this.#${v.fn2}(p); } #${v.fn2}(p) { throw new Error(\`${v.noun} of \${p.n} cents declined\`); } }
    class Card${v.Class} extends ${v.Class} {} class Wallet${v.Class} extends ${v.Class} {}
    export function ${v.fn}(p) { return (p.n % 2 ? new Card${v.Class}() : new Wallet${v.Class}()).charge(p); }`,
  ),
  'an inherited public method, two subclasses': one(
    (v) => `class ${v.Class} { ${v.fn2}(p) { throw new Error(\`${v.noun} \${p.id} refused by bank\`); } }
    class Card${v.Class} extends ${v.Class} {} class Wallet${v.Class} extends ${v.Class} {}
    export function ${v.fn}(p) { return (p.n % 2 ? new Card${v.Class}() : new Wallet${v.Class}()).${v.fn2}(p); }`,
  ),
  'a generator': one(
    (v) => `function* ${v.fn2}(p) { yield 1; throw new Error(\`page \${p.n} of ${v.noun} is empty\`); }
    export function ${v.fn}(p) { return [...${v.fn2}(p)]; }`,
  ),
  'a string is thrown': one((v) => `export async function ${v.fn}(p) { throw '${v.noun} ' + p.id + ' gone'; }`),
  'throttled by AWS': one(
    (v) => `import { DynamoClient } from 'fake-aws-sdk';
    const client = new DynamoClient();
    export async function ${v.fn}(p) { return client.send({ name: 'Query', fail: ['ProvisionedThroughputExceededException', 'The level of configured provisioned throughput for the table was exceeded. Request ID: ' + p.id, 400], id: p.id }); }`,
  ),
  'access denied by AWS': one(
    (v) => `import { DynamoClient } from 'fake-aws-sdk';
    const client = new DynamoClient();
    export async function ${v.fn}(p) { return client.send({ name: 'GetObject', fail: ['AccessDeniedException', 'User: arn:aws:sts::123456789012:assumed-role/${v.noun}/' + p.id + ' is not authorized to perform: s3:GetObject', 403], id: p.id }); }`,
  ),
  'the database lacks a column': one(
    (v) => `import { query } from 'fake-pg';
    export async function ${v.fn}(p) { try { await query({ code: '42703', message: 'column "${v.prop}" does not exist', id: p.id }); } catch (cause) { throw new Error('query of ${v.noun} failed', { cause }); } }`,
  ),
  'the database has no connection left': one(
    (v) => `import { query } from 'fake-pg';
    export async function ${v.fn}(p) { await query({ code: '53300', message: 'sorry, too many clients already', id: p.id }); }`,
  ),
  'deadlock, wrapped by one repository for two functions': {
    failures: 2,
    code: (v) => `import { query } from 'fake-pg';
    class ${v.Class} { async ${v.fn}(p) { await query({ code: '40P01', message: 'deadlock detected', id: p.id }); } async ${v.fn2}(p) { await query({ code: '40P01', message: 'deadlock detected', id: p.id }); } }
    export function ${v.fn3}(p) { const store = new ${v.Class}(); return p.which === 0 ? store.${v.fn}(p) : store.${v.fn2}(p); }`,
    entry: (v) => v.fn3,
  },
  'an HTTP client with a status': several(
    2,
    (v) => `import { get } from 'fake-axios';
    export async function ${v.fn}(p) { return get('https://api.example.com/' + p.id, p.which === 0 ? 404 : 503); }`,
  ),
  'no such file': one(
    (v) => `import { readFile } from 'node:fs/promises';
    export async function ${v.fn}(p) { return readFile('/tmp/' + p.id + '/${v.noun}.json'); }`,
  ),
  'a wrong argument for Node': one(
    (v) => `import { createHash } from 'node:crypto';
    export function ${v.fn}(p) { return createHash('sha256').update(p.none).digest('hex'); }`,
  ),
  'an assertion': one(
    (v) => `import assert from 'node:assert/strict';
    export function ${v.fn}(p) { assert.ok(p.n < 0, '${v.noun} total does not add up'); }`,
  ),
  'validation with a list of any length': one(
    (v) =>
      `export function ${v.fn}(p) { const names = ['${v.prop}', 'price', 'email', 'street'].slice(0, 1 + (p.n % 4)); throw new Error('${v.noun} rejected: missing ' + names.map((name) => '"' + name + '"').join(', ')); }`,
  ),
  'a country in the message': one((v) => `export function ${v.fn}(p) { throw new RangeError('${v.noun} tax unknown in ' + p.name); }`),
  'an unhandled rejection of Promise.all': one(
    (v) => `async function ${v.fn2}(p, i) { await null; if (i === 1) throw new Error(\`${v.noun} shard \${p.n} is down\`); }
    export async function ${v.fn}(p) { await Promise.all([${v.fn2}(p, 0), ${v.fn2}(p, 1)]); }`,
  ),
  'an object literal as a service': one(
    (
      v,
    ) => `const ${v.noun}Api = { async ${v.fn2}(p) { await null; throw Object.assign(new Error(\`${v.noun} \${p.id} already shipped\`), { code: '${v.CODE}' }); } };
    export async function ${v.fn}(p) { return ${v.noun}Api.${v.fn2}(p); }`,
  ),
  'too deep': one((v) => `export function ${v.fn}(p) { return [${v.fn}(p)]; }`),
  'any of two mirrors': one(
    (v) => `async function ${v.fn2}(p, host) { throw new Error(\`\${host} answered \${500 + (p.n % 3)}\`); }
    export async function ${v.fn}(p) { return Promise.any([${v.fn2}(p, 'mirror-1'), ${v.fn2}(p, 'mirror-2')]); }`,
  ),
  'rethrown with another class': several(
    2,
    (v) => `class ${v.Err} extends Error { constructor(message, options) { super(message, options); this.name = '${v.Err}'; } }
    function ${v.fn2}(p) { if (p.which === 0) return p.none.${v.prop}; return JSON.parse('{' + p.id); }
    export function ${v.fn}(p) { try { return ${v.fn2}(p); } catch (cause) { throw new ${v.Err}('event ' + p.id + ' is malformed', { cause }); } }`,
  ),
};

/** @param code  of a module in which one thing fails  @param entry  the name of the function that is called from outside */
export function one(code, entry = (v) => v.fn) {
  return { failures: 1, code, entry };
}

export function several(failures, code, entry = (v) => v.fn) {
  return { failures, code, entry };
}

/** Packages that the programs lean on; a bundle swallows them, and their frames lose the folder that tells whose they are. */
export const PACKAGES = {
  'fake-aws-sdk': `class ServiceException extends Error { constructor(name, message, status, id) { super(message); this.name = name; this.$fault = 'client'; this.$metadata = { httpStatusCode: status, requestId: id }; } }
    const throwFault = (request) => { throw new ServiceException(request.fail[0], request.fail[1], request.fail[2], request.id); };
    const deserialize = async (request) => { await null; return throwFault(request); };
    export class DynamoClient { async send(request) { return await deserialize(request); } }`,
  'fake-pg': `class DatabaseError extends Error { constructor(message, code) { super(message); this.name = 'error'; this.code = code; this.severity = 'ERROR'; } }
    class Parser { parseMessage(answer) { return this.makeAnswer(answer); } makeAnswer(answer) { throw new DatabaseError(answer.message, answer.code); } }
    export async function query(answer) { await null; return new Parser().parseMessage(answer); }`,
  'fake-axios': `class AxiosError extends Error { constructor(message, code, status) { super(message); this.name = 'AxiosError'; this.code = code; this.status = status; } }
    function settleAnswer(url, status) { throw new AxiosError('Request failed with status code ' + status, status < 500 ? 'ERR_BAD_REQUEST' : 'ERR_BAD_RESPONSE', status); }
    export async function get(url, status) { await null; return settleAnswer(url, status); }`,
  'fake-retry': `export async function withRetry(work) { let last; for (let i = 0; i < 2; i++) { try { return await work(); } catch (error) { last = error; } } throw last; }`,
};

const VERBS =
  'load save price reserve ship refund settle notify import export sync merge rank quote invoice verify archive assign release forward collect publish consume book track measure'.split(
    ' ',
  );
const NOUNS =
  'order basket parcel ticket voucher payment refund shipment invoice account session tenant coupon product stock address delivery booking contract device meter sensor report lesson grade patient claim policy'.split(
    ' ',
  );
const PROPS = 'total currency street owner status weight amount discount region language email phone size colour quantity score'.split(' ');

/** Names of one module; none is used by another module of the seed. */
export function vocabulary(seed, number) {
  const random = seededRandom(seedOf(seed, `names ${number}`));
  const noun = NOUNS[(number * 7 + seed) % NOUNS.length];
  const noun2 = NOUNS[(number * 7 + seed + 11) % NOUNS.length];
  const capital = (word) => word[0].toUpperCase() + word.slice(1);
  const suffix = ['', 'Now', 'Batch', 'Again'][Math.floor(number / NOUNS.length) % 4];
  const first = Math.floor(random.uniform() * VERBS.length);
  const verb = (i) => VERBS[(first + i * 5) % VERBS.length] + capital(noun) + suffix;
  return {
    fn: verb(0),
    fn2: verb(1),
    fn3: verb(2),
    fn4: verb(3),
    callers: [verb(4), verb(5), verb(6)],
    noun,
    noun2,
    prop: random.pick(PROPS),
    Class: `${capital(noun)}${['Service', 'Store', 'Client', 'Gateway'][number % 4]}`,
    Err: `${capital(noun)}${['Missing', 'Conflict', 'Rejected'][number % 3]}Error`,
    CODE: `E_${noun.toUpperCase()}_${['GONE', 'BUSY', 'STATE'][number % 3]}`,
  };
}
