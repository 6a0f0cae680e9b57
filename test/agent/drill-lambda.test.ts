/** The shipped drill entry in a function, under the real runtime client: a token in the environment is the only way to ask for one. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { controlDrills } from '../../agent/src/drill/controller.ts';
import { type DrillClaims, readStatuses, scenarioNamed, signToken, writeArm } from '../../agent/src/drill/index.ts';
import { decodeRecord, type InvocationRecord } from '../../agent/src/record/index.ts';
import { createPlainAgent } from '../support/agent/plain-agent.ts';
import { claimsOf, SECRET, scenarioOf, startPeers } from '../support/drilled-app.ts';
import { type LambdaDouble, startLambda } from '../support/lambda/lambda-double.ts';

const dist = fileURLToPath(new URL('../../agent/dist', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'nightlight-drill-lambda-'));
let peers: Awaited<ReturnType<typeof startPeers>>;
beforeAll(async () => {
  peers = await startPeers();
});
afterAll(() => {
  peers.close();
  rmSync(folder, { recursive: true, force: true });
});

const HANDLER = `let handled = 0;
export const handler = async (event) => {
  handled++;
  const answer = event.ask ? await fetch(process.env.PEER).then((response) => response.status, (error) => error.cause.code) : undefined;
  return { handled, answer };
};`;

function start(scenarioId: string, parts: Partial<DrillClaims>, env: Record<string, string> = {}): Promise<LambdaDouble> {
  const taskRoot = join(folder, scenarioId);
  mkdirSync(taskRoot, { recursive: true });
  writeFileSync(join(taskRoot, 'index.mjs'), HANDLER);
  const token = signToken(claimsOf(scenarioNamed(scenarioId)!, { target: 'function:checkout', ...parts }), SECRET);
  return startLambda({
    taskRoot,
    handler: 'index.handler',
    functionName: 'checkout',
    env: {
      NODE_OPTIONS: `--require ${dist}/preload.cjs --require ${dist}/drill.cjs`,
      NIGHTLIGHT_MODULES: 'off',
      NIGHTLIGHT_PEERS: `127.0.0.1:${peers.port}=payments`,
      PEER: peers.url,
      NIGHTLIGHT_DRILL: 'on',
      NIGHTLIGHT_DRILL_SECRET: SECRET,
      NIGHTLIGHT_DRILL_TOKEN: token,
      ...env,
    },
  });
}

const invocations = (lambda: LambdaDouble): InvocationRecord[] =>
  lambda.output
    .filter((line) => line.startsWith('{"nl":'))
    .flatMap((line) => {
      const decoded = decodeRecord(line);
      return decoded.kind === 'record' && decoded.record.kind === 'invocation' ? [decoded.record] : [];
    });
const answerOf = ({ payload }: { payload: Buffer }) => JSON.parse(payload.toString());

test('calls of a function are refused, and only the lines of invocations that made one carry the id', async () => {
  const lambda = await start('dependency-outage', { peer: 'payments', drillId: 'outage-1' });
  expect(answerOf(await lambda.invoke({ ask: true }))).toEqual({ handled: 1, answer: 'ECONNREFUSED' });
  expect(answerOf(await lambda.invoke({}))).toEqual({ handled: 2 });
  await lambda.shutdown();
  expect(invocations(lambda).map(({ drillId }) => drillId)).toEqual(['outage-1', undefined]);
  expect(invocations(lambda)[0]!.outboundCalls).toMatchObject([{ service: 'payments', errorCount: 1 }]);
});

test('with one key a function is as it was', async () => {
  const lambda = await start('dependency-outage', { peer: 'payments' }, { NIGHTLIGHT_DRILL: '' });
  expect(answerOf(await lambda.invoke({ ask: true }))).toEqual({ handled: 1, answer: 200 });
  await lambda.shutdown();
  expect(lambda.output.join('\n')).toContain('NIGHTLIGHT_DRILL is not on');
});

test('a batch that was handled is not acknowledged, so that its queue delivers it again', async () => {
  const lambda = await start('duplicate-delivery', { drillId: 'twice-1' });
  const batch = (from: number, count: number) => ({
    Records: Array.from({ length: count }, (_, i) => ({ messageId: `m-${from + i}`, eventSource: 'aws:sqs', body: '{}' })),
  });
  expect(answerOf(await lambda.invoke(batch(0, 9)))).toEqual({ handled: 1 });
  expect(answerOf(await lambda.invoke(batch(9, 1)))).toMatchObject({ errorType: 'AcknowledgementWithheld' });
  expect(answerOf(await lambda.invoke(batch(9, 1)))).toEqual({ handled: 3 });
  await lambda.shutdown();
  expect(invocations(lambda).map(({ drillId, duplicateCount }) => [drillId, duplicateCount])).toEqual([
    [undefined, undefined],
    ['twice-1', undefined],
    [undefined, 1],
  ]);
});

test('a sandbox that was frozen goes on with its drill, unless its time is over by the wall clock', async () => {
  for (const [frozenMs, state] of [
    [10_000, 'armed'],
    [40_000, 'ended'],
  ] as const) {
    const home = mkdtempSync(join(folder, 'frozen-'));
    const agent = createPlainAgent({});
    agent.wrapHandler = (handler) => handler;
    const scenario = scenarioOf({ fault: { kind: 'work-error', name: 'TypeError', message: 'hurt' } });
    writeArm(home, { token: signToken(claimsOf(scenario, { target: 'function:checkout' }), SECRET), scenario });
    let aheadMs = 0;
    controlDrills(
      agent,
      { NIGHTLIGHT_DRILL: 'on', NIGHTLIGHT_DRILL_DIR: home, NIGHTLIGHT_DRILL_SECRET: SECRET },
      { kind: 'function', name: 'checkout', environment: '', placeWords: [] },
      { wallMs: () => Date.now() + aheadMs, monotonicMs: () => performance.now() },
    );
    await new Promise((resolve) => setTimeout(resolve, 120));
    aheadMs = frozenMs;
    const handler = agent.wrapHandler(async (_event: unknown, _context: unknown) => 'well');
    expect(await handler({}, {}).catch((error) => error.message)).toBe(state === 'armed' ? 'hurt' : 'well');
    expect(readStatuses(home)).toMatchObject([{ state }]);
  }
});

test('an alias that looks like production, or is not the one in the token, ends the drill before the handler runs', async () => {
  const arn = 'arn:aws:lambda:eu-central-1:123456789012:function:checkout';
  const scenario = scenarioOf({ fault: { kind: 'work-error', name: 'TypeError', message: 'hurt' } });
  for (const [target, alias, isHurt] of [
    ['function:checkout', 'test', true],
    ['function:checkout', 'prod', false],
    ['function:checkout:prod', 'prod', true],
    ['function:checkout:test', 'prod', false],
  ] as const) {
    const home = mkdtempSync(join(folder, 'alias-'));
    const agent = createPlainAgent({});
    agent.wrapHandler = (handler) => handler;
    writeArm(home, { token: signToken(claimsOf(scenario, { target }), SECRET), scenario });
    controlDrills(
      agent,
      { NIGHTLIGHT_DRILL: 'on', NIGHTLIGHT_DRILL_DIR: home, NIGHTLIGHT_DRILL_SECRET: SECRET },
      { kind: 'function', name: 'checkout', environment: '', placeWords: [], version: '7' },
    );
    expect(readStatuses(home)).toMatchObject([{ state: 'armed' }]);
    const handler = agent.wrapHandler(async (_event: unknown, _context: unknown) => 'well');
    const outcome = await handler({}, { invokedFunctionArn: `${arn}:${alias}` }).catch((error) => error.message);
    expect([target, alias, outcome]).toEqual([target, alias, isHurt ? 'hurt' : 'well']);
    expect(readStatuses(home)).toMatchObject([{ state: isHurt ? 'armed' : 'ended' }]);
  }
});
