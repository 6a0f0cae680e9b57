import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { decodeRecord } from '../../agent/src/record/decode-record.ts';
import { bundleForTest } from '../support/bundle-for-test.ts';
import { type OtlpReceiver, startOtlpReceiver } from '../support/otlp-receiver.ts';

const WITH_PACKAGES = fileURLToPath(new URL('../../', import.meta.url));
const WITHOUT_PACKAGES = mkdtempSync(join(tmpdir(), 'nightlight-bare-'));

let preload: string;
beforeAll(async () => {
  preload = await bundleForTest('test/support/agent/sink-preload.ts');
});

let receiver: OtlpReceiver;
beforeEach(async () => {
  receiver = await startOtlpReceiver();
});
afterEach(() => receiver.close());

interface Ran {
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** @param script  CommonJS, with `sink` open and the helpers of the preload in scope */
function run(script: string, env: Record<string, string> = {}, cwd = WITHOUT_PACKAGES): Promise<Ran> {
  const source = `const { agent, open, work, window, call } = nightlightTest; ${script}`;
  const child = spawn(process.execPath, ['--require', preload, '-e', source], {
    cwd,
    env: { PATH: process.env.PATH, OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, OTEL_BSP_SCHEDULE_DELAY: '100', ...env },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (text) => {
    stdout += text;
  });
  child.stderr.on('data', (text) => {
    stderr += text;
  });
  return new Promise((resolve) => child.on('close', (exitCode, signal) => resolve({ exitCode, signal, stdout, stderr })));
}

/** Stays until a span has arrived, or for a few seconds. */
const STAY = 'setTimeout(() => {}, 4000);';
const sdkNames = () => receiver.spans.map((span) => span.resource['telemetry.sdk.name']);

describe('OTLP', () => {
  test('without the OpenTelemetry packages spans, latency and lines leave by our own encoder', async () => {
    const { exitCode, stderr } = await run(`
      const sink = open();
      sink.work(work(1), [call]);
      sink.window(window(1, [1, 2, 300]));
      sink.line('{"nl":1,"k":"note","ab":"limit","no":"a note"}');
      sink.flush(3000).then(() => console.log(sink.takeLost()));`);
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(sdkNames()).toEqual(['nightlight', 'nightlight']);
    expect(receiver.spans[0]).toMatchObject({
      name: 'GET /orders/:id',
      kind: 'SPAN_KIND_SERVER',
      resource: { 'service.name': 'orders', 'service.instance.id': 'p1' },
    });
    expect(receiver.logBodies.map((line) => (decodeRecord(line) as { record: { kind: string } }).record.kind)).toEqual(['window', 'note']);
    const metric = receiver.requests.find((request) => request.path === '/v1/metrics')!.message.resourceMetrics[0].scopeMetrics[0]
      .metrics[0];
    expect(metric).toMatchObject({ name: 'nightlight.request.duration', unit: 's' });
    expect(metric.exponentialHistogram.dataPoints[0].count).toBe('3');
    expect(receiver.refusals).toEqual([]);
  });

  test('with the packages of the application the official SDK sends the spans', async () => {
    const { exitCode, stderr } = await run(
      `const sink = open(); sink.work(work(1), [call]); ${STAY}`,
      { OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test' },
      WITH_PACKAGES,
    );
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(sdkNames()).toEqual(['opentelemetry', 'opentelemetry']);
    const [server, client] = [...receiver.spans].sort((a, b) => (a.kind < b.kind ? 1 : -1));
    expect(server).toMatchObject({
      name: 'GET /orders/:id',
      resource: { 'service.name': 'orders', 'deployment.environment.name': 'test' },
    });
    expect(client).toMatchObject({ name: 'orders-db', parentSpanId: server!.spanId, traceId: server!.traceId });
  });

  test('the variables of the SDK are honoured: a sampler that takes nothing sends no spans', async () => {
    await run(`const sink = open(); sink.work(work(1), [call]); ${STAY}`, { OTEL_TRACES_SAMPLER: 'always_off' }, WITH_PACKAGES);
    expect(receiver.spans).toEqual([]);
  });

  const APPS_OWN = `
    const { node, resources } = require('@opentelemetry/sdk-node');
    const { OTLPTraceExporter } = require('@opentelemetry/exporter-trace-otlp-http');
    const register = () => new node.NodeTracerProvider({
      resource: resources.resourceFromAttributes({ 'service.name': 'the-apps-own' }),
      spanProcessors: [new node.SimpleSpanProcessor(new OTLPTraceExporter())],
    }).register();`;

  test('an application with OpenTelemetry of its own sends our spans too, and no second SDK is started', async () => {
    await run(`${APPS_OWN} register(); const sink = open(); sink.work(work(1), [call]); ${STAY}`, {}, WITH_PACKAGES);
    expect(receiver.spans.map((span) => span.resource['service.name'])).toEqual(['the-apps-own', 'the-apps-own']);
  });

  test('an application that starts OpenTelemetry after us still gets what it asked for, and our spans', async () => {
    const { stdout, stderr } = await run(
      `${APPS_OWN}
      const { trace } = require('@opentelemetry/api');
      const sink = open();
      sink.work(work(1), []);
      setTimeout(() => {
        register();
        trace.getTracer('app').startSpan('the app itself').end();
        sink.work(work(2), []);
      }, 2500);
      setTimeout(() => console.log('lost', sink.takeLost()), 4000);`,
      {},
      WITH_PACKAGES,
    );
    expect([stdout, stderr]).toEqual(['lost 0\n', '']);
    expect(receiver.spans.map((span) => [span.name, span.resource['service.name']])).toEqual([
      ['GET /orders/:id', 'orders'],
      ['the app itself', 'the-apps-own'],
      ['GET /orders/:id', 'the-apps-own'],
    ]);
  });

  test('the application sees nothing of the SDK that was started for us', async () => {
    const { stdout } = await run(
      `const { trace, context, propagation } = require('@opentelemetry/api');
      const sink = open(); sink.work(work(1), []);
      setTimeout(() => {
        const carrier = {};
        propagation.inject(context.active(), carrier);
        console.log(trace.getTracer('app').startSpan('x').isRecording(), JSON.stringify(carrier));
      }, 2500);`,
      {},
      WITH_PACKAGES,
    );
    expect(receiver.spans).toHaveLength(1);
    expect(stdout).toBe('false {}\n');
  });

  test('packages of a kind that we do not know are left alone', async () => {
    const strange = mkdtempSync(join(tmpdir(), 'nightlight-strange-'));
    for (const name of ['api', 'sdk-node', 'exporter-trace-otlp-http']) {
      const folder = join(strange, 'node_modules/@opentelemetry', name);
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'package.json'), '{"main":"index.js"}');
      writeFileSync(join(folder, 'index.js'), name === 'sdk-node' ? 'throw new Error("not for you")' : 'exports.nothing = 1;');
    }
    const { exitCode, stderr } = await run(
      `const sink = open(); sink.work(work(1), []); setTimeout(() => sink.flush(3000), 1000);`,
      {},
      strange,
    );
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(sdkNames()).toEqual(['nightlight']);
  });

  test('a collector that is not there leaves the host alone, and what is lost is counted', async () => {
    const { exitCode, stdout, stderr } = await run(
      `const sink = open();
      for (let n = 1; n <= 20000; n++) sink.work(work(n), []);
      console.log(sink.takeLost() > 0);`,
      { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' },
    );
    expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 0, stdout: 'true\n', stderr: '' });
  });

  test.each([
    ['hangs', 'hang'],
    ['breaks connections', 'reset'],
  ] as const)('a collector that %s does not keep a finished program alive', async (_title, status) => {
    receiver.behave({ status });
    // The program ends by itself, with requests under way.
    const { exitCode, signal } = await run(
      `const sink = open(); for (let n = 0; n < 600; n++) sink.work(work(n), []); sink.window(window(1, [1])); setTimeout(() => {}, 300);`,
      // A request that held the process would outlast the test.
      { OTEL_EXPORTER_OTLP_TIMEOUT: '600000' },
    );
    expect([exitCode, signal]).toEqual([0, null]);
  });

  test('what waits when the process exits is sent while it exits', async () => {
    const { exitCode } = await run(
      `const sink = open();
      process.on('exit', () => { sink.work(work(1), [call]); sink.window(window(1, [1, 2])); sink.flushSync(); });
      process.exit(3);`,
    );
    expect(exitCode).toBe(3);
    await expect.poll(() => receiver.spans.length).toBe(2);
    expect(receiver.requests.map((request) => request.path).sort()).toEqual(['/v1/logs', '/v1/metrics', '/v1/traces']);
  });

  test('spans that the official SDK still holds are sent while the process exits', async () => {
    await run(
      `const sink = open();
      sink.work(work(1), []);
      setTimeout(() => { sink.work(work(2), []); process.on('exit', () => sink.flushSync()); process.exit(0); }, 2500);`,
      { OTEL_BSP_SCHEDULE_DELAY: '60000' },
      WITH_PACKAGES,
    );
    await expect.poll(() => receiver.spans.length).toBe(2);
  });

  test('a collector that hangs holds an exiting process for a bounded time', async () => {
    receiver.behave({ status: 'hang' });
    const { exitCode } = await run(`const sink = open(); sink.work(work(1), []); process.on('exit', () => sink.flushSync());`);
    expect(exitCode).toBe(0);
  });

  test('a receiver of traces alone is noted once for each signal that it does not take', async () => {
    receiver.behave({ status: 404 });
    const { stdout } = await run(`const sink = open();
      sink.window(window(1, [1])); sink.line('{}');
      sink.flush(3000).then(() => { sink.window(window(2, [1])); sink.line('{}'); return sink.flush(3000); })
        .then(() => console.log(JSON.stringify([agent.notes.sort(), sink.takeLost()])));`);
    expect(JSON.parse(stdout)).toEqual([
      ['limit: the OTLP receiver takes no logs (404): none are sent', 'limit: the OTLP receiver takes no metrics (404): none are sent'],
      0,
    ]);
  });

  test('our own requests are known as ours', async () => {
    const { stdout } = await run('open(); console.log([...agent.ownPeers]);');
    expect(stdout).toContain(`127.0.0.1:${receiver.port}`);
  });
});

describe('lines', () => {
  test('on standard output each record is one line, works too', async () => {
    const { stdout } = await run(
      `const sink = open(); sink.work(work(1), [{ ...call, endedMs: NaN }]); sink.window(window(1, [1])); console.log(agent.lines.join('\\n'));`,
      { TEST_SINK: 'stdout' },
    );
    const records = stdout
      .trim()
      .split('\n')
      .map((line) => (decodeRecord(line) as { record: object }).record);
    expect(records).toMatchObject([
      { kind: 'invocation', requestId: 'w1', sandboxId: 'p1', route: 'GET /orders/:id', durationMs: 5, openCallCount: 1 },
      { kind: 'window', sequence: 1, requestCount: 1 },
    ]);
    expect(receiver.requests).toEqual([]);
  });

  test('in a file they are appended, also by two processes at once, each line whole', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'nightlight-file-')), 'records.ndjson');
    writeFileSync(file, 'what was there before\n');
    const script = `const sink = open(); for (let n = 1; n <= 500; n++) sink.line(JSON.stringify({ n, pad: 'x'.repeat(300) })); console.log(sink.takeLost());`;
    const runs = await Promise.all([run(script, { TEST_SINK: `file:${file}` }), run(script, { TEST_SINK: `file:${file}` })]);
    expect(runs.map((one) => one.stdout)).toEqual(['0\n', '0\n']);
    const [first, ...lines] = readFileSync(file, 'utf8').trim().split('\n');
    expect(first).toBe('what was there before');
    expect(lines.map((line) => JSON.parse(line).n).sort((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, at) => (at >> 1) + 1));
  });

  test.each([
    ['a full disk', 'file:/dev/full'],
    ['a folder that is not there', 'file:/nowhere/records.ndjson'],
    ['a folder in the place of the file', `file:${tmpdir()}`],
  ])('%s is counted as loss, and the host goes on', async (_title, sink) => {
    const { exitCode, stdout, stderr } = await run(
      `const sink = open(); for (let n = 0; n < 3; n++) sink.line('{}'); console.log(sink.takeLost(), sink.takeLost());`,
      { TEST_SINK: sink },
    );
    expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 0, stdout: '3 0\n', stderr: '' });
  });

  test('switched off, nothing goes anywhere', async () => {
    const { stdout } = await run(
      `const sink = open(); sink.work(work(1), []); sink.window(window(1, [1])); sink.line('{}'); sink.flush(9).then(() => console.log(agent.lines.length, agent.ownPeers.size));`,
      { TEST_SINK: 'off' },
    );
    expect(stdout).toBe('0 0\n');
    expect(receiver.requests).toEqual([]);
  });
});
