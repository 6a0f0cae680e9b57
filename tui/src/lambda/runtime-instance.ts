/**
 * One life of the runtime in an execution environment: its process, the extensions that registered with it, who waits in
 * `next`, and what was answered. A reset ends this life and begins another one in the same environment.
 */
import { randomUUID } from 'node:crypto';
import type { Answer, ControlPlaneApi, PostedBody } from './control-plane.ts';
import { ACCOUNT, type FunctionSetting, REGION } from './function-environment.ts';
import type { SandboxProcess } from './sandbox-process.ts';
import type { TelemetrySubscription } from './telemetry-feed.ts';

export interface PostedError {
  readonly errorType: string;
  readonly payload: Buffer;
}

export interface InvocationAnswer {
  readonly isError: boolean;
  readonly payload: Buffer;
  readonly errorType: string | undefined;
  readonly contentType: string | undefined;
  readonly answeredAtMs: number;
}

export interface Invocation {
  readonly requestId: string;
  readonly event: unknown;
  readonly clientContext: string | undefined;
  readonly deadlineEpochMs: number;
  answer: InvocationAnswer | undefined;
}

interface Extension {
  readonly identifier: string;
  readonly name: string;
  readonly isExternal: boolean;
  readonly events: readonly string[];
  /** Waits in `event/next`. */
  poll: ((answer: Answer | undefined) => void) | undefined;
}

export class RuntimeInstance implements ControlPlaneApi {
  runtime: SandboxProcess | undefined;
  readonly externalProcesses: SandboxProcess[] = [];
  readonly extensions: Extension[] = [];
  readonly underWay = new Map<string, Invocation>();
  initFailure: PostedError | undefined;
  isOutOfMemory = false;
  onSubscribe: (subscription: TelemetrySubscription, name: string) => void = () => {};
  readonly #setting: FunctionSetting;
  readonly #externalNames: readonly string[];
  readonly #polls: ((answer: Answer | undefined) => void)[] = [];
  readonly #checks = new Set<() => void>();
  #registrationIsOpen = true;

  constructor(setting: FunctionSetting, externalNames: readonly string[]) {
    this.#setting = setting;
    this.#externalNames = externalNames;
  }

  get processes(): readonly SandboxProcess[] {
    return [...(this.runtime === undefined ? [] : [this.runtime]), ...this.externalProcesses];
  }

  get hasExtensions(): boolean {
    return this.extensions.length > 0;
  }

  get hasExternalExtensions(): boolean {
    return this.extensions.some((extension) => extension.isExternal);
  }

  get isOver(): boolean {
    return this.processes.some((each) => each.exit !== undefined);
  }

  get isRuntimeWaiting(): boolean {
    return this.#polls.length > 0;
  }

  /** Init ends when the runtime and everybody who registered wait in `next`. */
  get isInitialised(): boolean {
    const registered = this.#externalNames.every((name) => this.extensions.some((extension) => extension.name === name));
    return this.isRuntimeWaiting && registered && this.extensions.every((extension) => extension.poll !== undefined);
  }

  /** The invocation ends when the runtime and all who asked for INVOKE are back in `next`. */
  get isIdle(): boolean {
    return this.isRuntimeWaiting && this.#askedFor('INVOKE').every((extension) => extension.poll !== undefined);
  }

  closeRegistration(): void {
    this.#registrationIsOpen = false;
  }

  /** Something happened from outside that a waiting condition may depend on. */
  changed(): void {
    for (const check of [...this.#checks]) check();
  }

  until(holds: () => boolean): Promise<void> {
    if (holds()) return Promise.resolve();
    return new Promise((resolve) => {
      const check = (): void => {
        if (!holds()) return;
        this.#checks.delete(check);
        resolve();
      };
      this.#checks.add(check);
    });
  }

  freeze(): void {
    for (const each of this.processes) each.freeze();
  }

  thaw(): void {
    for (const each of this.processes) each.thaw();
  }

  /** Hands the invocation to a waiting runtime and tells the extensions. */
  dispatch(invocation: Invocation): void {
    const poll = this.#polls.shift();
    if (poll === undefined) throw new Error(`No runtime waits for ${invocation.requestId}.`);
    this.underWay.set(invocation.requestId, invocation);
    const arn = this.#functionArn();
    const traceId = newTraceId();
    for (const extension of this.#askedFor('INVOKE')) {
      this.#tell(extension, {
        eventType: 'INVOKE',
        deadlineMs: invocation.deadlineEpochMs,
        requestId: invocation.requestId,
        invokedFunctionArn: arn,
        tracing: { type: 'X-Amzn-Trace-Id', value: traceId },
      });
    }
    poll({
      status: 200,
      body: JSON.stringify(invocation.event === undefined ? null : invocation.event),
      headers: {
        'Lambda-Runtime-Aws-Request-Id': invocation.requestId,
        'Lambda-Runtime-Deadline-Ms': String(invocation.deadlineEpochMs),
        'Lambda-Runtime-Invoked-Function-Arn': arn,
        'Lambda-Runtime-Trace-Id': traceId,
        ...(invocation.clientContext !== undefined && { 'Lambda-Runtime-Client-Context': invocation.clientContext }),
      },
    });
  }

  /** @param deadlineEpochMs  when they will be killed */
  announceShutdown(reason: 'SPINDOWN' | 'TIMEOUT' | 'FAILURE', deadlineEpochMs: number): void {
    for (const extension of this.#askedFor('SHUTDOWN')) {
      this.#tell(extension, { eventType: 'SHUTDOWN', shutdownReason: reason, deadlineMs: deadlineEpochMs });
    }
  }

  nextInvocation(closed: Promise<void>): Promise<Answer | undefined> {
    return new Promise((resolve) => {
      // May come before the last bytes of a streamed response, which take another way: the invocation ends with both.
      this.#polls.push(resolve);
      void closed.then(() => {
        const place = this.#polls.indexOf(resolve);
        if (place >= 0) this.#polls.splice(place, 1);
        resolve(undefined);
      });
      this.changed();
    });
  }

  invocationResponse(requestId: string, posted: PostedBody): Answer {
    if (!posted.isStreaming && posted.body.length > RESPONSE_LIMIT_BYTES) {
      const errorMessage = `Response payload size exceeded maximum allowed payload size (${RESPONSE_LIMIT_BYTES} bytes).`;
      const payload = Buffer.from(JSON.stringify({ errorType: 'Function.ResponseSizeTooLarge', errorMessage }));
      const taken = this.#answer(requestId, { isError: true, payload, errorType: 'Function.ResponseSizeTooLarge', contentType: undefined });
      return taken.status === 202 ? { status: 413, errorType: 'RequestEntityTooLarge', errorMessage } : taken;
    }
    // A stream that broke tells it after its last byte.
    const isError = posted.isStreaming && posted.errorType !== undefined;
    return this.#answer(requestId, {
      isError,
      payload: posted.body,
      errorType: isError ? posted.errorType : undefined,
      contentType: posted.contentType,
    });
  }

  invocationError(requestId: string, posted: PostedBody): Answer {
    return this.#answer(requestId, {
      isError: true,
      payload: posted.body,
      errorType: errorTypeIn(posted.body) ?? posted.errorType,
      contentType: posted.contentType,
    });
  }

  initError(posted: PostedBody): Answer {
    this.initFailure = { errorType: posted.errorType ?? errorTypeIn(posted.body) ?? 'Runtime.Unknown', payload: posted.body };
    this.changed();
    return { status: 202 };
  }

  registerExtension(name: string | undefined, body: string): Answer {
    if (name === undefined || name === '') return refusal('Extension.InvalidExtensionName', 'Lambda-Extension-Name is missing');
    if (!this.#registrationIsOpen) return refusal('Extension.RegistrationClosed', 'Extension registration closed already');
    if (this.extensions.some((extension) => extension.name === name)) {
      return refusal('Extension.InvalidExtensionState', `An extension named ${name} is registered already`);
    }
    if (this.extensions.length >= EXTENSION_LIMIT) return refusal('Extension.TooManyExtensions', `At most ${EXTENSION_LIMIT} extensions`);
    const events = eventsIn(body);
    if (events === undefined) return { status: 400, errorType: 'InvalidRequestFormat', errorMessage: 'expected {"events":[…]}' };
    const isExternal = this.#externalNames.includes(name);
    const allowed = isExternal ? ['INVOKE', 'SHUTDOWN'] : ['INVOKE'];
    const stranger = events.find((event) => !allowed.includes(event));
    if (stranger !== undefined) {
      const kind = isExternal ? 'external' : 'internal';
      return refusal('Extension.InvalidEventType', `${stranger}: an ${kind} extension may register for ${allowed.join(' and ')} only`);
    }
    const identifier = randomUUID();
    this.extensions.push({ identifier, name, isExternal, events, poll: undefined });
    const { functionName, functionVersion, handler } = this.#setting;
    return {
      status: 200,
      body: JSON.stringify({ functionName, functionVersion, handler }),
      headers: { 'Lambda-Extension-Identifier': identifier },
    };
  }

  nextExtensionEvent(identifier: string | undefined, closed: Promise<void>): Promise<Answer | undefined> {
    const extension = this.#find(identifier);
    if (extension === undefined) return Promise.resolve(UNKNOWN_EXTENSION);
    return new Promise((resolve) => {
      extension.poll = resolve;
      void closed.then(() => {
        if (extension.poll === resolve) extension.poll = undefined;
        resolve(undefined);
      });
      this.changed();
    });
  }

  extensionError(identifier: string | undefined, errorType: string | undefined): Answer {
    const extension = this.#find(identifier);
    if (extension === undefined) return UNKNOWN_EXTENSION;
    this.initFailure = { errorType: errorType ?? 'Extension.Unknown', payload: Buffer.from('{}') };
    this.changed();
    return { status: 202 };
  }

  subscribeTelemetry(identifier: string | undefined, body: string): Answer {
    const extension = this.#find(identifier);
    if (extension === undefined) return UNKNOWN_EXTENSION;
    if (!this.#registrationIsOpen) return refusal('Telemetry.SubscriptionClosed', 'Telemetry subscription is closed already');
    const wanted = subscriptionIn(body);
    if (wanted === undefined) {
      return {
        status: 400,
        errorType: 'ValidationError',
        errorMessage: 'expected {"types":[…],"destination":{"protocol":"HTTP","URI":"http://sandbox.localdomain:PORT"}}',
      };
    }
    this.onSubscribe(wanted, extension.name);
    return { status: 200, body: '"OK"' };
  }

  #answer(requestId: string, answer: Omit<InvocationAnswer, 'answeredAtMs'>): Answer {
    const invocation = this.underWay.get(requestId);
    if (invocation === undefined) return { status: 400, errorType: 'InvalidRequestID', errorMessage: `${requestId} is not under way` };
    if (invocation.answer !== undefined) return refusal('InvalidStateTransition', `${requestId} was answered already`);
    invocation.answer = { ...answer, answeredAtMs: performance.now() };
    this.changed();
    return { status: 202 };
  }

  #askedFor(event: string): readonly Extension[] {
    return this.extensions.filter((extension) => extension.events.includes(event));
  }

  #tell(extension: Extension, event: unknown): void {
    const poll = extension.poll;
    extension.poll = undefined;
    poll?.({ status: 200, body: JSON.stringify(event), headers: { 'Lambda-Extension-Event-Identifier': randomUUID() } });
  }

  #find(identifier: string | undefined): Extension | undefined {
    return this.extensions.find((extension) => extension.identifier === identifier);
  }

  #functionArn(): string {
    return `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${this.#setting.functionName}`;
  }
}

/** Quota "Invocation payload (request and response)": 6 MB each for synchronous calls. */
const RESPONSE_LIMIT_BYTES = 6 * 1024 * 1024;
const EXTENSION_LIMIT = 10;
const UNKNOWN_EXTENSION: Answer = refusal('Extension.UnknownExtensionIdentifier', 'Unknown Lambda-Extension-Identifier');

function refusal(errorType: string, errorMessage: string): Answer {
  return { status: 403, errorType, errorMessage };
}

function errorTypeIn(payload: Buffer): string | undefined {
  const parsed = parseOrUndefined(payload.toString()) as { errorType?: unknown } | null | undefined;
  return typeof parsed?.errorType === 'string' ? parsed.errorType : undefined;
}

function eventsIn(body: string): readonly string[] | undefined {
  const events = (parseOrUndefined(body) as { events?: unknown } | null | undefined)?.events;
  return Array.isArray(events) && events.every((event) => typeof event === 'string') ? events : undefined;
}

function subscriptionIn(body: string): TelemetrySubscription | undefined {
  const parsed = parseOrUndefined(body) as
    | { types?: unknown; buffering?: { timeoutMs?: unknown }; destination?: { URI?: unknown } }
    | null
    | undefined;
  const uri = parsed?.destination?.URI;
  const types = parsed?.types;
  if (typeof uri !== 'string' || !Array.isArray(types)) return undefined;
  const bufferMs = parsed?.buffering?.timeoutMs;
  return { uri, types: types.map(String), bufferMs: typeof bufferMs === 'number' ? bufferMs : 1000 };
}

function parseOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function newTraceId(): string {
  const hex = randomUUID().replaceAll('-', '');
  const seconds = Math.floor(Date.now() / 1000).toString(16);
  return `Root=1-${seconds}-${hex.slice(0, 24)};Parent=${hex.slice(16)};Sampled=0`;
}
