/**
 * The HTTP side of the double: routes the Runtime, Extensions and Telemetry API to whoever decides.
 *
 * Sources: AWS Lambda Developer Guide, "Using the Lambda runtime API for custom runtimes", "Using the Lambda Extensions API",
 * "Lambda Telemetry API reference"; error types after aws/aws-lambda-runtime-interface-emulator.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

/** What is sent back: a refusal carries the platform's error type and message. */
export type Answer =
  | { readonly status: 200 | 202; readonly body?: string; readonly headers?: Readonly<Record<string, string>> }
  | { readonly status: 400 | 403 | 413 | 500; readonly errorType: string; readonly errorMessage: string };

export interface PostedBody {
  readonly body: Buffer;
  readonly contentType: string | undefined;
  readonly isStreaming: boolean;
  /** From the header, or from the trailer of a stream that broke. */
  readonly errorType: string | undefined;
  /** Base64 of the error, from the trailer of a stream that broke. */
  readonly errorBody: string | undefined;
}

/** Long polls answer when there is something to say; `undefined` once the asker is gone. */
export interface ControlPlaneApi {
  nextInvocation(closed: Promise<void>): Promise<Answer | undefined>;
  invocationResponse(requestId: string, posted: PostedBody): Answer;
  invocationError(requestId: string, posted: PostedBody): Answer;
  initError(posted: PostedBody): Answer;
  registerExtension(name: string | undefined, body: string): Answer;
  nextExtensionEvent(identifier: string | undefined, closed: Promise<void>): Promise<Answer | undefined>;
  extensionError(identifier: string | undefined, errorType: string | undefined): Answer;
  subscribeTelemetry(identifier: string | undefined, body: string): Answer;
}

export class ControlPlane {
  readonly #server: Server;

  /** @param current  who decides now; nobody while no runtime lives */
  constructor(current: () => ControlPlaneApi | undefined) {
    // Long polls last for hours, and a frozen client answers no keep-alive.
    this.#server = createServer({ requestTimeout: 0, headersTimeout: 0, keepAliveTimeout: 0 }, (request, response) => {
      route(current(), request, response).then(
        (answer) => answer === undefined || send(response, answer),
        (error: Error) => {
          if (!response.destroyed) send(response, { status: 500, errorType: 'ControlPlane', errorMessage: String(error.stack) });
        },
      );
    });
    this.#server.timeout = 0;
  }

  /** @returns `host:port` */
  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    this.#server.unref();
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Speaks HTTP over a descriptor that a process inherited. */
  adopt(descriptor: Duplex): void {
    descriptor.on('error', () => {});
    this.#server.emit('connection', descriptor);
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

async function route(api: ControlPlaneApi | undefined, request: IncomingMessage, response: ServerResponse): Promise<Answer | undefined> {
  if (api === undefined) return { status: 403, errorType: 'InvalidStateTransition', errorMessage: 'No runtime is under way' };
  const path = request.url ?? '';
  const closed = new Promise<void>((resolve) => response.once('close', () => resolve()));
  const header = (name: string): string | undefined => request.headers[name]?.toString();
  if (request.method === 'GET' && path === `${RUNTIME}/invocation/next`) return api.nextInvocation(closed);
  if (request.method === 'GET' && path === `${EXTENSION}/event/next`) return api.nextExtensionEvent(header(IDENTIFIER), closed);
  const posted = await readBody(request);
  const requestId = /^\/2018-06-01\/runtime\/invocation\/([^/]+)\/(response|error)$/.exec(path);
  if (request.method === 'POST' && requestId !== null) {
    const id = decodeURIComponent(requestId[1]!);
    return requestId[2] === 'error' ? api.invocationError(id, posted) : api.invocationResponse(id, posted);
  }
  switch (`${request.method} ${path}`) {
    case `POST ${RUNTIME}/init/error`:
      return api.initError(posted);
    case `POST ${EXTENSION}/register`:
      return api.registerExtension(header('lambda-extension-name'), posted.body.toString());
    case `POST ${EXTENSION}/init/error`:
    case `POST ${EXTENSION}/exit/error`:
      return api.extensionError(header(IDENTIFIER), header('lambda-extension-function-error-type'));
    case `PUT ${TELEMETRY}`:
      return api.subscribeTelemetry(header(IDENTIFIER), posted.body.toString());
    default:
      return { status: 400, errorType: 'UnknownPath', errorMessage: `${request.method} ${path} is no part of the double` };
  }
}

const RUNTIME = '/2018-06-01/runtime';
const EXTENSION = '/2020-01-01/extension';
const TELEMETRY = '/2022-07-01/telemetry';
const IDENTIFIER = 'lambda-extension-identifier';

async function readBody(request: IncomingMessage): Promise<PostedBody> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return {
    body: Buffer.concat(chunks),
    contentType: request.headers['content-type'],
    isStreaming: request.headers['lambda-runtime-function-response-mode'] === 'streaming',
    errorType: request.trailers['lambda-runtime-function-error-type'] ?? request.headers['lambda-runtime-function-error-type']?.toString(),
    errorBody: request.trailers['lambda-runtime-function-error-body'],
  };
}

function send(response: ServerResponse, answer: Answer): void {
  const isRefusal = 'errorType' in answer;
  const body = isRefusal
    ? JSON.stringify({ errorType: answer.errorType, errorMessage: answer.errorMessage })
    : (answer.body ?? JSON.stringify({ status: 'OK' }));
  const headers = isRefusal ? {} : answer.headers;
  response.writeHead(answer.status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body), ...headers });
  response.end(body);
}
