/**
 * Lambda's side of the Runtime API, as far as a handler needs it to be run on this machine: the next event, its
 * response or error, and an error of the init. It never freezes, kills or bills; nothing here speaks of time on Lambda.
 *
 * Source: AWS Lambda Developer Guide, "Using the Lambda runtime API for custom runtimes".
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface RuntimeApi {
  /** As AWS_LAMBDA_RUNTIME_API has it. */
  readonly address: string;
  /** Since the clock's zero; undefined while nobody asked for an event. */
  readonly firstNextAtMs: () => number | undefined;
  /** In the order of the invocations. */
  readonly answers: readonly Answer[];
  /** Resolves when all events are answered, or the init has failed. */
  readonly done: Promise<void>;
  readonly initError: () => HandlerError | undefined;
  readonly close: () => Promise<void>;
}

export type Answer =
  | { readonly kind: 'response'; readonly payload: Buffer; readonly latencyMs: number }
  | { readonly kind: 'error'; readonly error: HandlerError; readonly latencyMs: number };

/** What a client of the function would be told; stack traces name paths of this machine and are left out. */
export interface HandlerError {
  readonly type: string;
  readonly message: string;
}

export interface RuntimeApiSettings {
  /** JSON, the same for each invocation. */
  readonly event: Buffer;
  readonly invocationCount: number;
  readonly timeoutMs: number;
  readonly functionArn: string;
  readonly nowMs: () => number;
  readonly onFirstNext: () => void;
}

export async function startRuntimeApi(settings: RuntimeApiSettings): Promise<RuntimeApi> {
  const answers: Answer[] = [];
  let firstNextAtMs: number | undefined;
  let initError: HandlerError | undefined;
  let handedOut = 0;
  let handedOutAtMs = 0;
  let finish = () => {};
  const done = new Promise<void>((settle) => {
    finish = settle;
  });

  const next = (response: ServerResponse): void => {
    if (firstNextAtMs === undefined) {
      firstNextAtMs = settings.nowMs();
      settings.onFirstNext();
    }
    // Like the real one, it lets the runtime wait when there is no event.
    if (answers.length === settings.invocationCount) return finish();
    if (handedOut > answers.length) return refuse(response, 'the invocation before has no answer yet');
    handedOut++;
    handedOutAtMs = performance.now();
    response.writeHead(200, {
      'content-type': 'application/json',
      'lambda-runtime-aws-request-id': requestId(handedOut),
      'lambda-runtime-deadline-ms': String(settings.nowMs() + settings.timeoutMs),
      'lambda-runtime-invoked-function-arn': settings.functionArn,
      'lambda-runtime-trace-id': `Root=1-00000000-${String(handedOut).padStart(24, '0')};Parent=0000000000000001;Sampled=0`,
    });
    response.end(settings.event);
  };

  const answered = (id: string, answer: (latencyMs: number) => Answer, response: ServerResponse): void => {
    if (id !== requestId(handedOut) || handedOut === answers.length) return refuse(response, `no invocation ${id} is under way`);
    answers.push(answer(performance.now() - handedOutAtMs));
    accept(response);
  };

  const server = createServer(async (request, response) => {
    const [, id, what] = INVOCATION.exec(request.url ?? '') ?? [];
    if (request.url === NEXT) return next(response);
    const payload = await bodyOf(request);
    if (request.url === INIT_ERROR) {
      initError = errorOf(payload, request);
      accept(response);
      finish();
    } else if (id !== undefined && what === 'response') {
      // A streamed response tells of a failure in its trailers, after what has been sent already.
      const failed = request.trailers['lambda-runtime-function-error-type'];
      answered(
        decodeURIComponent(id),
        (latencyMs) =>
          failed === undefined
            ? { kind: 'response', payload, latencyMs }
            : { kind: 'error', error: { type: failed, message: '' }, latencyMs },
        response,
      );
    } else if (id !== undefined) {
      answered(decodeURIComponent(id), (latencyMs) => ({ kind: 'error', error: errorOf(payload, request), latencyMs }), response);
    } else {
      // Extensions and telemetry: not here.
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((settle, fail) => server.once('error', fail).listen(0, '127.0.0.1', settle));

  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    firstNextAtMs: () => firstNextAtMs,
    answers,
    done,
    initError: () => initError,
    close: () => {
      server.closeAllConnections();
      return new Promise((settle) => server.close(() => settle()));
    },
  };
}

/** The same in every run, so that what a program prints of it can be compared. */
const requestId = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;

const NEXT = '/2018-06-01/runtime/invocation/next';
const INIT_ERROR = '/2018-06-01/runtime/init/error';
const INVOCATION = /^\/2018-06-01\/runtime\/invocation\/([^/]+)\/(response|error)$/;

const accept = (response: ServerResponse): void => void response.writeHead(202).end('{"status":"OK"}');
const refuse = (response: ServerResponse, because: string): void =>
  void response.writeHead(400).end(JSON.stringify({ errorType: 'InvalidRequestID', errorMessage: because }));

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function errorOf(payload: Buffer, request: IncomingMessage): HandlerError {
  const fallback = String(request.headers['lambda-runtime-function-error-type'] ?? 'Unknown');
  try {
    const { errorType, errorMessage } = JSON.parse(payload.toString('utf8'));
    return { type: String(errorType ?? fallback), message: String(errorMessage ?? '') };
  } catch {
    return { type: fallback, message: '' };
  }
}
