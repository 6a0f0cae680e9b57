/**
 * The process in which `agent check` runs a handler: an entry of its own, started with the environment that Lambda
 * gives a runtime. Its arguments are the runtime client to run, or '' for the loader below; and `descriptors` where Lambda's
 * side is spoken to over descriptors, as `src/lambda` offers it to `check`.
 *
 * The runtime client talks to Lambda through a native part that is built when it is installed; where the install left
 * that out, the same four calls are made here with node:http. With and without the agent the same one is used.
 */
import { existsSync } from 'node:fs';
import { request } from 'node:http';
import Module from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

interface NextEvent {
  readonly bodyJson: string;
  readonly headers: Readonly<Record<string, string | number>>;
}

/** What the runtime client's native part offers. */
interface Client {
  initializeClient(userAgent: string): void;
  next(): Promise<NextEvent>;
  done(id: string, body: string): void;
  error(id: string, body: string, xray: string): void;
}

/** Beside the runtime client's entry, where its install has built it. */
const NATIVE_PART = 'rapid-client.node';

const clientEntry = process.argv[2];
if (clientEntry === undefined || clientEntry === '') await runPlainly();
else await runClient(clientEntry);

/** Version 3 offers `run`; version 4 runs when it is imported. */
async function runClient(entry: string): Promise<void> {
  if (!existsSync(join(dirname(entry), NATIVE_PART))) replaceNativePart(await chosenClient());
  const client = (await import(pathToFileURL(entry).href)) as { readonly run?: (root: string, handler: string) => Promise<void> };
  await client.run?.(process.env.LAMBDA_TASK_ROOT!, process.env._HANDLER!);
}

/** Just enough to call a plain handler: no streaming, no patched console, no `callbackWaitsForEmptyEventLoop`. */
async function runPlainly(): Promise<void> {
  const handler = await loadHandler(process.env.LAMBDA_TASK_ROOT!, process.env._HANDLER!).catch(async (error: unknown) => {
    await post('init/error', errorJson(error));
    return process.exit(1);
  });
  const client = await chosenClient();
  for (;;) {
    const { bodyJson, headers } = await client.next();
    const id = String(headers['lambda-runtime-aws-request-id']);
    try {
      client.done(id, JSON.stringify((await call(handler, JSON.parse(bodyJson), contextOf(headers))) ?? null));
    } catch (error) {
      client.error(id, errorJson(error), '');
    }
  }
}

type Handler = (event: unknown, context: object, callback: (error: unknown, result?: unknown) => void) => unknown;

async function loadHandler(taskRoot: string, name: string): Promise<Handler> {
  const [, file, path] = /^((?:.*\/)?[^/.]+)\.(.+)$/.exec(name) ?? [];
  if (file === undefined || path === undefined) throw new Error(`expected a handler such as index.handler, found ${name}`);
  const base = resolve(taskRoot, file);
  const found = ['', '.js', '.mjs', '.cjs'].map((ending) => base + ending).find((candidate) => existsSync(candidate));
  if (found === undefined) throw new Error(`cannot find the module of the handler ${name} in ${taskRoot}`);
  const loaded = await import(pathToFileURL(found).href);
  const pick = (from: unknown): unknown =>
    path.split('.').reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], from);
  // Like the runtime client of Node 20, wait for a module that is a promise.
  const handler = pick(loaded) ?? pick(await loaded.default);
  if (typeof handler !== 'function') throw new Error(`${name} is not a function`);
  return handler as Handler;
}

function call(handler: Handler, event: unknown, context: object): Promise<unknown> {
  return new Promise((settle, fail) => {
    const callback = (error: unknown, result?: unknown) => (error === undefined || error === null ? settle(result) : fail(error));
    const returned = handler(event, context, callback) as PromiseLike<unknown> | undefined;
    // What a handler without a promise returns means nothing: it answers through its callback.
    if (typeof returned?.then === 'function') returned.then(settle, fail);
  });
}

function contextOf(headers: NextEvent['headers']): object {
  return {
    awsRequestId: headers['lambda-runtime-aws-request-id'],
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Number(headers['lambda-runtime-deadline-ms']) - Date.now(),
  };
}

function errorJson(error: unknown): string {
  const { name, message, stack } = error instanceof Error ? error : { name: typeof error, message: String(error), stack: '' };
  return JSON.stringify({ errorType: name, errorMessage: message, trace: stack?.split('\n') });
}

/** Over descriptors an answer is out when `done` returns, as with the native part, and no observer of calls sees it. */
async function chosenClient(): Promise<Client> {
  if (process.argv[3] !== 'descriptors') return httpClient();
  const { default: client } = await import('../lambda/rapid-client-stub.cjs');
  return { initializeClient: () => {}, ...client };
}

function replaceNativePart(client: Client): void {
  const loader = Module as unknown as { _load: (name: string, ...rest: unknown[]) => unknown };
  const load = loader._load;
  loader._load = function (name, ...rest) {
    return name.endsWith(NATIVE_PART) ? client : load.call(this, name, ...rest);
  };
}

function httpClient(): Client {
  // The native part returns from `done` when the response is sent; here the next question waits for that instead.
  let sent: Promise<unknown> = Promise.resolve();
  return {
    initializeClient: () => {},
    next: async () => {
      await sent;
      return ask('GET', 'invocation/next', '');
    },
    done: (id, body) => {
      sent = post(`invocation/${id}/response`, body);
    },
    error: (id, body) => {
      sent = post(`invocation/${id}/error`, body);
    },
  };
}

function post(path: string, body: string): Promise<NextEvent> {
  return ask('POST', path, body);
}

function ask(method: string, path: string, body: string): Promise<NextEvent> {
  return new Promise((settle, fail) => {
    const url = `http://${process.env.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime/${path}`;
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    request(url, { method, headers }, (response) => {
      let bodyJson = '';
      response
        .setEncoding('utf8')
        .on('data', (chunk) => {
          bodyJson += chunk;
        })
        .on('end', () => settle({ bodyJson, headers: response.headers as Record<string, string> }));
    })
      .on('error', fail)
      .end(body);
  });
}
