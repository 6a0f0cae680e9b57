/**
 * `nightlight watch` alive, as a process of its own: what comes in through a pipe, from an OpenTelemetry SDK and out of an
 * export that is played again becomes verdicts, and the program ends as it is told to.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { NodeSDK, resources, tracing } from '@opentelemetry/sdk-node';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { writeFixture } from '../../fixtures/generator/write-fixture.ts';

const BUILT = fileURLToPath(new URL('../../tui/dist/main.js', import.meta.url));
const EXAMPLE = fileURLToPath(new URL('../../fixtures/example', import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'nightlight-watch-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const running: ChildProcess[] = [];
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
});

interface Watch {
  readonly child: ChildProcess;
  readonly stdout: () => string;
  readonly stderr: () => string;
  readonly ended: Promise<number | null>;
}

function watch(...words: string[]): Watch {
  const child = spawn(process.execPath, [BUILT, 'watch', ...words], {
    env: { ...process.env, NIGHTLIGHT_INCIDENTS: join(root, 'incidents.ndjson') },
    stdio: 'pipe',
  });
  running.push(child);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => (stdout += chunk));
  child.stderr.on('data', (chunk) => (stderr += chunk));
  return { child, stdout: () => stdout, stderr: () => stderr, ended: once(child, 'exit').then(([code]) => code as number | null) };
}

/** @param shown  what stands there instead, for whoever reads why it never came */
async function until(what: () => boolean, shown: () => string = () => ''): Promise<void> {
  const giveUpMs = Date.now() + 50_000;
  while (!what()) {
    if (Date.now() > giveUpMs) throw new Error(`never came: ${what}\n${shown()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

function tailOfIncident(): string {
  const { dataFolder } = writeFixture({ scenario: 'error-after-deploy', shape: 'logs-tail', seed: 3, folder: join(root, 'tail') });
  return readFileSync(join(dataFolder, readdirSync(dataFolder).find((name) => name.startsWith('checkout'))!), 'utf8');
}

test('a pipe that goes on tells a verdict when it appears, and ends with its writer', async () => {
  const lines = tailOfIncident().split(/(?<=\n)/);
  const run = watch('-', '--json', '--function', 'checkout');
  run.child.stdin!.write(lines.slice(0, Math.floor(lines.length * 0.8)).join(''));
  await until(() => run.stdout().includes('"change":"appeared"'));
  expect(run.child.exitCode).toBe(null);
  run.child.stdin!.end(lines.slice(Math.floor(lines.length * 0.8)).join(''));
  expect(await run.ended).toBe(0);
  const changes = run
    .stdout()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { schema: string; change: string; finding: { kind: string; functionName: string } });
  expect(changes.every(({ schema }) => schema === 'change-1')).toBe(true);
  expect(changes).toContainEqual(
    expect.objectContaining({ change: 'appeared', finding: expect.objectContaining({ kind: 'failure', functionName: 'checkout' }) }),
  );
});

test('spans of an OpenTelemetry SDK become a verdict on the service that fails; Ctrl-C ends it', async () => {
  const port = await freePort();
  const run = watch('--plain', '--listen', String(port));
  const exporter = new OTLPTraceExporter({ url: `http://127.0.0.1:${port}/v1/traces` });
  const sdk = new NodeSDK({
    resource: resources.resourceFromAttributes({ 'service.name': 'pricing', 'service.version': '88' }),
    spanProcessors: [new tracing.SimpleSpanProcessor(exporter)],
  });
  await until(() => answers(port));
  sdk.start();
  const { trace } = await import('@opentelemetry/api');
  const tracer = trace.getTracer('test');
  for (let n = 0; n < 60; n++) {
    const span = tracer.startSpan('GET /price', {
      kind: SpanKind.SERVER,
      attributes: { 'http.request.method': 'GET', 'http.route': '/price' },
    });
    if (n % 3 === 0) {
      span.recordException(Object.assign(new TypeError('no amount in basket 17'), {}));
      span.setStatus({ code: SpanStatusCode.ERROR });
      span.setAttribute('http.response.status_code', 500);
    }
    span.end();
  }
  await sdk.shutdown();
  await until(() => /appeared .*pricing.*TypeError/.test(run.stdout()));
  run.child.kill('SIGINT');
  expect([0, 130]).toContain(await run.ended);
});

test('a port that is taken is said, with what to do', async () => {
  const port = await freePort();
  const other = createServer().listen(port, '127.0.0.1');
  await once(other, 'listening');
  try {
    const run = watch('--plain', '--listen', String(port));
    expect(await run.ended).toBe(1);
    expect(run.stderr()).toContain(`OTLP on 127.0.0.1:${port}`);
    expect(run.stderr()).toContain('choose another port');
  } finally {
    other.close();
  }
});

test('an export that is played again ends with the verdicts of analyze', async () => {
  const run = watch(EXAMPLE, '--replay', '50000', '--json');
  expect(await run.ended).toBe(0);
  const open = new Map<string, string>();
  for (const line of run.stdout().trim().split('\n')) {
    const { change, key, finding } = JSON.parse(line) as {
      change: string;
      key: string;
      finding: { headline: string; functionName: string };
    };
    if (change === 'cleared') open.delete(key);
    else open.set(key, `${finding.headline} ${finding.functionName}`);
  }
  const analysed = JSON.parse(
    execFileSync(process.execPath, [BUILT, 'analyze', EXAMPLE, '--format', 'json'], { encoding: 'utf8', maxBuffer: 1e8 }),
  ) as {
    findings: { headline: string; functionName: string }[];
  };
  expect([...open.values()].sort()).toEqual(analysed.findings.map(({ headline, functionName }) => `${headline} ${functionName}`).sort());
});

test.each([
  [['--replay', 'fast', EXAMPLE], '--replay: expected'],
  [['--replay', '60'], 'expected files or folders to play'],
  [['--listen', 'here'], '--listen: expected host:port'],
  [['--screen', 'kitchen', EXAMPLE], 'kitchen'],
])('%j is refused, and says what was expected', async (words, expected) => {
  const run = watch('--plain', ...words);
  expect(await run.ended).toBe(2);
  expect(run.stderr()).toContain(expected);
});

function answers(port: number): boolean {
  try {
    execFileSync(process.execPath, [
      '-e',
      `require('net').connect(${port},'127.0.0.1').on('connect',()=>process.exit(0)).on('error',()=>process.exit(1))`,
    ]);
    return true;
  } catch {
    return false;
  }
}

const hasTmux = runs('tmux', ['-V']);
if (!hasTmux) console.warn('skipped: no tmux on this machine to show a real terminal (Debian: apt-get install tmux)');

describe.skipIf(!hasTmux)('in a real terminal', () => {
  const socket = `nightlight-live-${process.pid}`;
  const tmux = (...words: string[]) => execFileSync('tmux', ['-L', socket, ...words], { encoding: 'utf8' });
  const screen = () => tmux('capture-pane', '-p', '-t', '0');
  afterEach(() => {
    tmux('kill-server');
  });

  test('data comes through the pipe while keys come from the terminal; an alert begins the clock, c ends the search', async () => {
    const file = join(root, 'tail.log');
    writeFileSync(file, tailOfIncident());
    const log = join(root, 'marks.ndjson');
    tmux('new-session', '-d', '-x', '110', '-y', '32', 'sh');
    tmux(
      'send-keys',
      '-t',
      '0',
      // The writer outlives the dashboard; only the dashboard's own end is looked at.
      `(cat ${file}; sleep 600) | (${process.execPath} ${BUILT} watch - --function checkout --no-alerts --incidents ${log}; echo exit code $?)`,
      'Enter',
    );
    // Before a verdict stands there, the question would have no answer to offer.
    await until(() => /^> .*checkout.* FAILURE/m.test(screen()), screen);
    tmux('send-keys', '-t', '0', '!');
    await until(() => screen().includes('what alerted'), screen);
    tmux('send-keys', '-t', '0', 'Enter');
    await until(() => /INC-\w+ .*since alert/.test(screen()), screen);
    tmux('send-keys', '-t', '0', 'c');
    await until(() => /confirm checkout F-\d+ .*proof/.test(screen()), screen);
    tmux('send-keys', '-t', '0', 'rollback of v42 stopped it', 'Enter');
    await until(() => screen().includes('root cause confirmed'), screen);
    tmux('send-keys', '-t', '0', 'q');
    await until(() => screen().includes('exit code 0'), screen);
    const marks = readFileSync(log, 'utf8')
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { mark: string }).mark);
    expect(marks).toEqual(['alert', 'view', 'confirm']);
  });
});

function runs(command: string, words: string[]): boolean {
  try {
    execFileSync(command, words, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

test('--on-change with what is neither a command nor an address is refused, and nothing keeps running', async () => {
  const run = watch('-', '--plain', '--on-change', 'ftp://files.example/x');
  expect(await run.ended).toBe(2);
  expect(run.stderr()).toContain('--on-change: expected a command');
});
