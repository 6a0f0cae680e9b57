/**
 * A stand-in for CloudWatch on 127.0.0.1, for the real `aws` and its `--endpoint-url`: the far end of the network is
 * the one thing that a test cannot own.
 *
 * Speaks the protocols of the service models in boto/botocore: JSON 1.1 for CloudWatch Logs, query and XML for metrics.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface DoubleEvent {
  readonly logStreamName: string;
  readonly timestamp: number;
  readonly message: string;
}

export interface DoubleCall {
  /** `FilterLogEvents`, `DescribeLogGroups`, `GetMetricData` or whatever else was tried. */
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
}

export interface DoubleFault {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

export interface DoubleSettings {
  /** Events by the name of their function; the log groups are `/aws/lambda/<name>`. */
  readonly functions: Readonly<Record<string, readonly DoubleEvent[]>>;
  readonly eventsPerPage?: number;
  /** Called before each answer; a fault is answered in place of it. */
  readonly fault?: (call: DoubleCall, ordinal: number) => DoubleFault | undefined;
  /** Where an earlier one stood; else any that is free. */
  readonly port?: number;
  /** Calls after this many get no answer at all. */
  readonly hangAfter?: number;
}

export interface CloudWatchDouble {
  readonly url: string;
  readonly calls: readonly DoubleCall[];
  /** Resolves when that many calls have come in. */
  readonly reached: (callCount: number) => Promise<void>;
  readonly close: () => Promise<void>;
}

export async function startCloudWatchDouble(settings: DoubleSettings): Promise<CloudWatchDouble> {
  const calls: DoubleCall[] = [];
  const waiters: { readonly count: number; readonly resolve: () => void }[] = [];
  const server = createServer(async (request, response) => {
    const call = await readCall(request);
    calls.push(call);
    for (const waiter of waiters) if (calls.length >= waiter.count) waiter.resolve();
    if (calls.length > (settings.hangAfter ?? Number.POSITIVE_INFINITY)) return;
    const fault = settings.fault?.(call, calls.length);
    if (fault !== undefined) answerFault(response, call, fault);
    else answer(response, call, settings);
  });
  await new Promise<void>((resolve) => server.listen(settings.port ?? 0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    reached: (count) => new Promise((resolve) => (calls.length >= count ? resolve() : waiters.push({ count, resolve }))),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function readCall(request: IncomingMessage): Promise<DoubleCall> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks).toString('utf8');
  const target = request.headers['x-amz-target'];
  if (typeof target === 'string') return { operation: target.split('.')[1] ?? target, input: JSON.parse(body || '{}') };
  const form = Object.fromEntries(new URLSearchParams(body));
  return { operation: form.Action ?? '?', input: form };
}

function answer(response: ServerResponse, call: DoubleCall, settings: DoubleSettings): void {
  switch (call.operation) {
    case 'DescribeLogGroups':
      return answerJson(response, 200, describeLogGroups(call.input, settings));
    case 'FilterLogEvents':
      return answerJson(response, 200, filterLogEvents(call.input, settings));
    case 'GetMetricData':
      return answerXml(response, 200, getMetricData(call.input));
    default:
      return answerFault(response, call, { status: 400, code: 'UnknownOperationException', message: call.operation });
  }
}

/** One group a page, so that paging is always seen. */
function describeLogGroups(input: DoubleCall['input'], settings: DoubleSettings): object {
  const names = Object.keys(settings.functions)
    .map((name) => `/aws/lambda/${name}`)
    .filter((name) => name.startsWith(String(input.logGroupNamePrefix ?? '')))
    .sort();
  const at = Number(input.nextToken ?? 0);
  const logGroupName = names[at];
  const group = { logGroupName, creationTime: 1_790_000_000_000, retentionInDays: 30, storedBytes: 48_000_000, metricFilterCount: 0 };
  return { logGroups: logGroupName === undefined ? [] : [group], ...(at + 1 < names.length ? { nextToken: String(at + 1) } : {}) };
}

/** Each second page is empty but for its token, as the service does while it searches. */
function filterLogEvents(input: DoubleCall['input'], settings: DoubleSettings): object {
  const perPage = settings.eventsPerPage ?? 10_000;
  const name = String(input.logGroupName).replace('/aws/lambda/', '');
  const events = (settings.functions[name] ?? []).filter(
    ({ timestamp }) => timestamp >= Number(input.startTime) && timestamp <= Number(input.endTime),
  );
  // Begins with a dash, as real tokens may.
  const token = typeof input.nextToken === 'string' ? input.nextToken.slice(1).split('_') : ['0', 'full'];
  const at = Number(token[0]);
  if (token[1] === 'empty') return { events: [], searchedLogStreams: [], nextToken: `-${at}_full` };
  const page = events
    .slice(at, at + perPage)
    .map((event, index) => ({ ...event, ingestionTime: event.timestamp + 900, eventId: `${name}-${at + index}` }));
  return { events: page, searchedLogStreams: [], ...(at + perPage < events.length ? { nextToken: `-${at + perPage}_empty` } : {}) };
}

/** Two points a metric: 3 at the start of the range, 0 a minute later. */
function getMetricData(input: DoubleCall['input']): string {
  const start = Date.parse(String(input.StartTime));
  const results: string[] = [];
  for (let n = 1; input[`MetricDataQueries.member.${n}.Id`] !== undefined; n++) {
    const times = [start, start + 60_000].map((at) => `<member>${new Date(at).toISOString()}</member>`).join('');
    results.push(
      `<member><Id>${input[`MetricDataQueries.member.${n}.Id`]}</Id><Label>${input[`MetricDataQueries.member.${n}.Label`]}</Label><Timestamps>${times}</Timestamps><Values><member>3</member><member>0</member></Values><StatusCode>Complete</StatusCode></member>`,
    );
  }
  return `<GetMetricDataResponse xmlns="http://monitoring.amazonaws.com/doc/2010-08-01/"><GetMetricDataResult><MetricDataResults>${results.join('')}</MetricDataResults><Messages/></GetMetricDataResult><ResponseMetadata><RequestId>00000000-0000-4000-8000-000000000000</RequestId></ResponseMetadata></GetMetricDataResponse>`;
}

function answerFault(response: ServerResponse, call: DoubleCall, fault: DoubleFault): void {
  if (call.operation === 'GetMetricData') {
    answerXml(
      response,
      fault.status,
      `<ErrorResponse xmlns="http://monitoring.amazonaws.com/doc/2010-08-01/"><Error><Type>Sender</Type><Code>${fault.code}</Code><Message>${fault.message}</Message></Error></ErrorResponse>`,
    );
  } else {
    answerJson(response, fault.status, { __type: fault.code, message: fault.message });
  }
}

function answerJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
}

function answerXml(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': 'text/xml' }).end(body);
}
