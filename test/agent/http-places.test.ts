/** Places of requests are used again: nobody may end, or speak for, a request that came after his own. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { serveRequests } from '../../agent/src/host/process/http-requests.ts';
import type { ServedWork } from '../../agent/src/host/process/served-work.ts';
import { createWorkContext, type WorkContext } from '../../agent/src/host/process/work-context.ts';
import { createWorkLedger, type WorkLedger } from '../../agent/src/host/process/work-ledger.ts';
import { createPlainAgent } from '../support/agent/plain-agent.ts';

let agent: ReturnType<typeof createPlainAgent>;
let isOn = true;
let ledger: WorkLedger;
/** What the server does with the next request. */
let handle: (request: IncomingMessage, response: ServerResponse) => void;
const server = createServer((asked, response) => handle(asked, response));

beforeEach(async () => {
  isOn = true;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(async () => {
  // The first request after the agent went off takes its subscription back.
  isOn = false;
  await answered('/last');
  server.closeAllConnections();
  server.close();
});

function measure(context: WorkContext, isKept = true): void {
  agent = { ...createPlainAgent({}), isOn: () => isOn };
  ledger = createWorkLedger(agent, { origin: 'here', epochOffsetMs: () => 0, changed: isKept ? () => {} : undefined, send: () => {} });
  serveRequests(agent, context, ledger);
}

async function ask(path: string, doing: typeof handle): Promise<ServerResponse> {
  const handled = new Promise<ServerResponse>((resolve) => {
    handle = (asked, response) => {
      doing(asked, response);
      resolve(response);
    };
  });
  const { port } = server.address() as AddressInfo;
  request({ port, host: '127.0.0.1', path, agent: false }, (answer) => answer.resume())
    .on('error', () => {})
    .end();
  return handled;
}

async function answered(path: string): Promise<ServerResponse> {
  const response = await ask(path, (_asked, given) => given.end('well'));
  if (!response.closed) await once(response, 'close');
  return response;
}

test('whoever tells once more of an end does not end the request that came after it', async () => {
  measure(createWorkContext(20));
  const first = await answered('/first');
  const second = await ask('/second', () => {});
  expect(ledger.open.count).toBe(1);
  first.emit('close');
  first.emit('close');
  expect(ledger.open.count).toBe(1);
  second.end();
  await once(second, 'close');
  expect(ledger.open.count).toBe(0);
  expect(ledger.take().counted).toMatchObject({ requestCount: 2, routes: [{ requestCount: 1 }, { requestCount: 1 }] });
  expect(agent.notes).toEqual([]);
});

test('requests at the same time have a place each; later ones take the places that are free', async () => {
  const works = entered(20);
  const open: ServerResponse[] = [];
  for (let at = 0; at < 300; at++) open.push(await ask('/wait', () => {}));
  expect(new Set(works).size).toBe(300);
  expect(new Set(ledger.open.oldest(300).map(({ number }) => number)).size).toBe(300);
  await Promise.all(open.map((response) => once(response.end(), 'close')));
  for (let at = 0; at < 20; at++) await answered('/again');
  // A few of the three hundred were told one by one, and those are nobody else's.
  expect(new Set(works).size).toBeLessThan(works.length);
  expect(ledger.open.count).toBe(0);
  expect(ledger.take().counted.routes).toMatchObject([{ route: 'GET /wait', requestCount: 300 }, { requestCount: 20 }]);
});

test('where nobody keeps what is under way it is counted, and no work holds another', async () => {
  measure(createWorkContext(20), false);
  const open: ServerResponse[] = [];
  for (let at = 0; at < 3; at++) open.push(await ask('/wait', () => {}));
  expect(ledger.open.count).toBe(3);
  expect(ledger.open.oldest(3)).toEqual([]);
  await Promise.all(open.map((response) => once(response.end(), 'close')));
  expect(ledger.open.count).toBe(0);
});

test('a work that an asynchronous context holds is not given to a later request', async () => {
  const works = entered(24);
  const open: ServerResponse[] = [];
  for (let at = 0; at < 100; at++) open.push(await ask('/wait', () => {}));
  await Promise.all(open.map((response) => once(response.end(), 'close')));
  for (let at = 0; at < 20; at++) await answered('/again');
  expect(new Set(works).size).toBe(120);
});

test('a work that a listener was told of is not given to a later request', async () => {
  const works = entered(20);
  const told: string[] = [];
  agent.workListeners.push(({ work }) => told.push(work.id));
  for (let at = 0; at < 30; at++) await answered('/heard');
  expect(told).toEqual(Array.from({ length: 30 }, (_, at) => `here-${at + 1}`));
  expect(new Set(works).size).toBe(30);
});

/** @returns the works that requests have from here on, in their order */
function entered(nodeMajor: number): ServedWork[] {
  const context = createWorkContext(nodeMajor);
  const { enter } = context;
  const works: ServedWork[] = [];
  measure({
    ...context,
    enter(work) {
      works.push(work);
      enter(work);
    },
  });
  return works;
}
