/**
 * `nightlight pull` with the real `aws` of this machine, against an endpoint of our own. What it leaves is compared with
 * what the endpoint holds: an event that is missing or there twice is found.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { analyze } from '../../analyzer/src/analyze.ts';
import { runPull } from '../../tui/src/commands/pull.ts';
import type { World } from '../../tui/src/world.ts';
import { type CloudWatchDouble, type DoubleEvent, type DoubleSettings, startCloudWatchDouble } from '../support/cloudwatch-double.ts';
import { awsEnvironment, findAws } from '../support/real-aws.ts';
import { startWarmAws, type WarmAws } from '../support/warm-aws.ts';

const aws = findAws();
if (aws === undefined) console.warn('skipped: no aws command line on this machine (Debian: apt-get install awscli)');

const NOW_MS = Date.UTC(2026, 10, 21, 3);
const HOUR_MS = 3_600_000;
const BUILT = fileURLToPath(new URL('../../tui/dist/main.js', import.meta.url));

describe.skipIf(aws === undefined)('pull with the real aws', () => {
  let folder: string;
  let cloudwatch: CloudWatchDouble | undefined;
  let warm: WarmAws | undefined;
  let warmFolder: string;

  beforeAll(async () => {
    warmFolder = mkdtempSync(join(tmpdir(), 'nl-aws-'));
    warm = await startWarmAws(join(aws!.folder, 'aws'), warmFolder);
  });

  afterAll(() => {
    warm?.close();
    rmSync(warmFolder, { recursive: true, force: true });
  });

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'nightlight-pull-'));
  });

  afterEach(async () => {
    await cloudwatch?.close();
    cloudwatch = undefined;
    rmSync(folder, { recursive: true, force: true });
  });

  test('every event of every asked function arrives once, with its stream and function', async () => {
    const functions = { 'prod-checkout': events(7), 'prod-pricing': events(3), 'staging-checkout': events(2) };
    const run = await pull({ functions, eventsPerPage: 3 }, { prefix: 'prod-', isCold: true });
    expect(run).toMatchObject({ exitCode: 0 });
    expect(pulled(run.out)).toEqual({
      'aws-lambda-prod-checkout': keysOf(functions['prod-checkout']),
      'aws-lambda-prod-pricing': keysOf(functions['prod-pricing']),
    });
    expect(run.stdout).toContain('complete: 10 events of 2 of 2 functions');
    expect(run.stdout).toContain(`next: nightlight analyze ${run.out}`);
  });

  test('only the three reads are called, whatever happens', async () => {
    const run = await pull({ functions: { checkout: events(4) }, eventsPerPage: 2 }, { fn: ['checkout'] });
    expect(run.exitCode).toBe(0);
    expect(new Set(run.operations)).toEqual(new Set(['DescribeLogGroups', 'GetMetricData', 'FilterLogEvents']));
  });

  test('the range includes its beginning and not its end', async () => {
    const edge = [NOW_MS - 2 * HOUR_MS - 1, NOW_MS - 2 * HOUR_MS, NOW_MS - 1, NOW_MS].map((at, n) => event(n, at));
    const run = await pull({ functions: { checkout: edge } }, { fn: ['checkout'] });
    expect(pulled(run.out)['aws-lambda-checkout']).toEqual(keysOf(edge.slice(1, 3)));
  });

  test('a function that is named brings no other that begins with its name', async () => {
    const run = await pull({ functions: { pricing: events(1), 'pricing-v2': events(1) } }, { fn: ['pricing'] });
    expect(Object.keys(pulled(run.out))).toEqual(['aws-lambda-pricing']);
  });

  test('a function that was named and is not there is told, and the exit code says so', async () => {
    const run = await pull({ functions: { pricing: events(1) } }, { fn: ['pricing', 'pricng'] });
    expect(run.exitCode).toBe(1);
    expect(run.stdout).toContain('not found: pricng');
    expect(Object.keys(pulled(run.out))).toEqual(['aws-lambda-pricing']);
  });

  test('metrics carry the function, the statistic and the period in their label', async () => {
    const run = await pull({ functions: { checkout: events(1) } }, { fn: ['checkout'] });
    const metrics = JSON.parse(readFileSync(join(run.out, 'metrics', 'get-metric-data-0001.json'), 'utf8'));
    const labels = metrics.MetricDataResults.map(({ Label }: { Label: string }) => Label);
    expect(labels).toContain('AWS/Lambda checkout Throttles Sum 60s');
    expect(labels).toContain('AWS/Lambda checkout ConcurrentExecutions Maximum 60s');
    expect(metrics.MetricDataResults[0].Values).toEqual([3, 0]);
  });

  test('what was pulled is read by an analysis: functions, invocations and counts that no log line tells', async () => {
    const run = await pull({ functions: { checkout: events(5), pricing: events(2) }, eventsPerPage: 2 }, { fn: ['checkout', 'pricing'] });
    const report = await analyze([run.out]);
    expect(report.input.failedFileCount).toBe(0);
    const counts = Object.fromEntries(report.functions.map((section) => [section.functionName, section.invocationCount]));
    expect(counts).toEqual({ checkout: 5, pricing: 2 });
    expect(report.metrics.filter(({ name }) => name === 'Throttles').map(({ dimensions, sum }) => [dimensions.FunctionName, sum])).toEqual([
      ['checkout', 3],
      ['pricing', 3],
    ]);
  });

  test('--no-metrics asks for none', async () => {
    const run = await pull({ functions: { checkout: events(1) } }, { fn: ['checkout'], metrics: false });
    expect(run.operations).not.toContain('GetMetricData');
  });

  test('--dry-run says what would be read and what it costs, and reads no log event', async () => {
    const run = await pull({ functions: { 'prod-checkout': events(1), 'prod-pricing': events(1) } }, { prefix: 'prod-', dryRun: true });
    expect(run.exitCode).toBe(0);
    expect(new Set(run.operations)).toEqual(new Set(['DescribeLogGroups']));
    expect(run.stdout).toContain('2026-11-21 01:00:00 UTC up to 2026-11-21 03:00:00 UTC (2 h)');
    expect(run.stdout).toContain('48 MB stored in all');
    expect(run.stdout).toContain('metrics $0.0002 ($0.01 per 1,000 requested)');
    expect(existsSync(run.out)).toBe(false);
  });

  test('without a terminal nothing is read unless --yes was given', async () => {
    const run = await pull({ functions: { checkout: events(1) } }, { fn: ['checkout'], yes: false });
    expect(run).toMatchObject({ exitCode: 'PULL_NOT_AGREED', operations: [] });
  });

  test('whoever answers no has nothing read, and whoever answers yes has it all', async () => {
    const settings = { functions: { checkout: events(1) } };
    const no = await pull(settings, { fn: ['checkout'], yes: false, answer: false });
    expect(no.exitCode).toBe(130);
    expect(no.operations).toEqual(['DescribeLogGroups']);
    const yes = await pull(settings, { fn: ['checkout'], yes: false, answer: true });
    expect(yes.exitCode).toBe(0);
    expect(yes.stderr).toContain('at most 1,000 calls, 1 GB (and the page that reaches it), 15 min in this run');
  });

  test('a pull that reached --max-calls ends with 4, and the same command fetches the rest', async () => {
    const functions = { checkout: events(9), pricing: events(5) };
    const asked = { fn: ['checkout', 'pricing'], out: join(folder, 'logs') };
    const first = await pull({ functions, eventsPerPage: 2 }, { ...asked, maxCalls: 6 });
    expect(first.exitCode).toBe(4);
    expect(first.operations).toHaveLength(6);
    expect(first.stderr).toContain('INCOMPLETE');
    expect(first.stderr).toContain('no calls left of --max-calls');
    const second = await pull({ functions, eventsPerPage: 2 }, { ...asked, nowMs: NOW_MS + 60_000 });
    expect(second.exitCode).toBe(0);
    expect(second.operations).not.toContain('DescribeLogGroups');
    expect(pulled(second.out)).toEqual({
      'aws-lambda-checkout': keysOf(functions.checkout),
      'aws-lambda-pricing': keysOf(functions.pricing),
    });
  });

  test('--max-bytes stops after the page that reaches it', async () => {
    const run = await pull({ functions: { checkout: events(9) }, eventsPerPage: 1 }, { fn: ['checkout'], metrics: false, maxBytes: 500 });
    expect(run.exitCode).toBe(4);
    expect(run.stderr).toContain('no bytes left of --max-bytes');
    expect(pulled(run.out)['aws-lambda-checkout']!.length).toBeLessThan(9);
  });

  test('--max-time also ends a call that hangs', async () => {
    const run = await pull(
      { functions: { checkout: events(1) } },
      { fn: ['checkout'], metrics: false, maxTime: 2_500, clock: 'real', hangAfter: 1 },
    );
    expect(run.exitCode).toBe(4);
    expect(run.stderr).toContain('no time left of --max-time');
  });

  test('when CloudWatch asks to slow down, it waits and goes on', async () => {
    const fault: DoubleSettings['fault'] = (_call, ordinal) =>
      ordinal === 2 ? { status: 400, code: 'ThrottlingException', message: 'Rate exceeded' } : undefined;
    const run = await pull({ functions: { checkout: events(2) }, fault }, { fn: ['checkout'], metrics: false });
    expect(run.exitCode).toBe(0);
    expect(run.stderr).toContain('CloudWatch asks to slow down; waiting 1 s');
    expect(pulled(run.out)['aws-lambda-checkout']).toHaveLength(2);
  });

  test('a right that is missing is named', async () => {
    const message = 'User: arn:aws:iam::000000000000:user/night is not authorized to perform: logs:FilterLogEvents';
    const fault: DoubleSettings['fault'] = (call) =>
      call.operation === 'FilterLogEvents' ? { status: 400, code: 'AccessDeniedException', message } : undefined;
    const run = await pull({ functions: { checkout: events(1) }, fault }, { fn: ['checkout'] });
    expect(run.exitCode).toBe('PULL_ACCESS_DENIED');
    expect(run.error).toContain('expected the right logs:FilterLogEvents');
    expect(run.error).toContain('arn:aws:iam::000000000000:user/night');
  });

  test('a missing right to read metrics offers to leave them out', async () => {
    const fault: DoubleSettings['fault'] = (call) =>
      call.operation === 'GetMetricData'
        ? { status: 403, code: 'AccessDenied', message: 'not authorized to perform: cloudwatch:GetMetricData' }
        : undefined;
    const run = await pull({ functions: { checkout: events(1) }, fault }, { fn: ['checkout'] });
    expect(run.exitCode).toBe('PULL_ACCESS_DENIED');
    expect(run.next).toContain('--no-metrics');
  });

  test('expired credentials in the middle lose nothing: after a new login the same command continues', async () => {
    const functions = { checkout: events(6) };
    const asked = { fn: ['checkout'], metrics: false, out: join(folder, 'logs') };
    const fault: DoubleSettings['fault'] = (_call, ordinal) =>
      ordinal > 3
        ? { status: 400, code: 'ExpiredTokenException', message: 'The security token included in the request is expired' }
        : undefined;
    const first = await pull({ functions, eventsPerPage: 2, fault }, asked);
    expect(first.exitCode).toBe('PULL_CREDENTIALS_EXPIRED');
    const second = await pull({ functions, eventsPerPage: 2 }, asked);
    expect(second.exitCode).toBe(0);
    expect(pulled(second.out)['aws-lambda-checkout']).toEqual(keysOf(functions.checkout));
  });

  test('a page token that the service no longer takes begins that function again, without doubles', async () => {
    const functions = { checkout: events(6) };
    const asked = { fn: ['checkout'], metrics: false, out: join(folder, 'logs') };
    await pull({ functions, eventsPerPage: 2 }, { ...asked, maxCalls: 4 });
    let refusals = 0;
    const fault: DoubleSettings['fault'] = (call) =>
      call.input.nextToken !== undefined && refusals++ === 0
        ? { status: 400, code: 'InvalidParameterException', message: 'The specified nextToken is invalid.' }
        : undefined;
    const second = await pull({ functions, eventsPerPage: 2, fault }, asked);
    expect(second.exitCode).toBe(0);
    expect(pulled(second.out)['aws-lambda-checkout']).toEqual(keysOf(functions.checkout));
  });

  test('no secret is printed when a signature is refused', async () => {
    const secret = awsEnvironment('').AWS_SECRET_ACCESS_KEY!;
    const message = `The Canonical String should have been x-amz-security-token:${'Q'.repeat(300)} for AKIAINVENTEDINVENTED ${secret}`;
    const fault: DoubleSettings['fault'] = () => ({ status: 400, code: 'SignatureDoesNotMatch', message });
    const run = await pull({ functions: {}, fault }, { fn: ['checkout'] });
    expect(run.exitCode).toBe('PULL_CREDENTIALS_REFUSED');
    expect(run.error).toContain('(hidden)');
    for (const hidden of [secret, 'AKIAINVENTEDINVENTED', 'Q'.repeat(40)]) expect(run.error + run.stderr).not.toContain(hidden);
  });

  test('without credentials the error says how to get some', async () => {
    const environment = { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' };
    const run = await pull({ functions: {} }, { fn: ['checkout'], environment });
    expect(run.exitCode).toBe('PULL_NO_CREDENTIALS');
    expect(run.next).toContain('aws configure');
  });

  test('without aws the error says so, and what to do instead', async () => {
    const run = await pull({ functions: {} }, { fn: ['checkout'], environment: { PATH: folder } });
    expect(run.exitCode).toBe('PULL_AWS_NOT_FOUND');
    expect(run.next).toContain('nightlight analyze');
  });

  test('no such log group is an error that names the region', async () => {
    const run = await pull({ functions: { other: events(1) } }, { prefix: 'prod-' });
    expect(run.exitCode).toBe('PULL_NO_LOG_GROUP');
    expect(run.error).toContain('eu-west-1');
  });

  test('a folder with other files is not pulled into, and neither is one with another pull', async () => {
    const functions = { checkout: events(1), pricing: events(1) };
    const out = join(folder, 'logs');
    await pull({ functions }, { fn: ['checkout'], out });
    const another = await pull({ functions }, { fn: ['pricing'], out });
    expect(another.exitCode).toBe('PULL_FOLDER_TAKEN');
    writeFileSync(join(folder, 'notes.txt'), 'mine');
    const foreign = await pull({ functions }, { fn: ['pricing'], out: folder });
    expect(foreign.exitCode).toBe('PULL_FOLDER_TAKEN');
  });

  test('asked again, a finished pull of the same range is not read twice, and one of a later range is not mixed in', async () => {
    const functions = { checkout: events(2) };
    const asked = { fn: ['checkout'], out: join(folder, 'logs') };
    await pull({ functions }, asked);
    const same = await pull({ functions }, asked);
    expect(same).toMatchObject({ exitCode: 0, operations: [] });
    const later = await pull({ functions }, { ...asked, nowMs: NOW_MS + 60_000 });
    expect(later.exitCode).toBe('PULL_FOLDER_TAKEN');
  });

  test.skipIf(!existsSync(BUILT))('killed with SIGKILL again and again, the same command ends with every event once', async () => {
    const functions = { checkout: events(14), pricing: events(5) };
    cloudwatch = await startCloudWatchDouble({ functions, eventsPerPage: 2 });
    const out = join(folder, 'logs');
    // Absolute, because the real clock runs on.
    const range = ['--since', new Date(NOW_MS - 2 * HOUR_MS).toISOString(), '--until', new Date(NOW_MS).toISOString()];
    const words = ['pull', ...range, '--fn', 'checkout', 'pricing', '--out', out, '--yes', '--endpoint-url', cloudwatch.url];
    const start = () => spawn(process.execPath, [BUILT, ...words], { env: awsEnvironment(warm?.folder ?? aws!.folder), stdio: 'ignore' });
    for (const callsUntilKill of [4, 3, 2]) {
      const child = start();
      const ended = new Promise((resolve) => child.once('close', resolve));
      await cloudwatch.reached(cloudwatch.calls.length + callsUntilKill);
      child.kill('SIGKILL');
      await ended;
      expect(child.signalCode).toBe('SIGKILL');
    }
    const child = start();
    const exitCode = await new Promise((resolve) => child.once('close', resolve));
    expect(exitCode).toBe(0);
    expect(pulled(out)).toEqual({ 'aws-lambda-checkout': keysOf(functions.checkout), 'aws-lambda-pricing': keysOf(functions.pricing) });
  });

  interface Asked {
    readonly prefix?: string;
    readonly fn?: readonly string[];
    readonly out?: string;
    readonly yes?: boolean;
    /** What somebody at a terminal answers; without it there is no terminal. */
    readonly answer?: boolean;
    readonly dryRun?: boolean;
    readonly metrics?: boolean;
    readonly maxCalls?: number;
    readonly maxBytes?: number;
    readonly maxTime?: number;
    readonly nowMs?: number;
    readonly clock?: 'real';
    /** Calls after this one are never answered. */
    readonly hangAfter?: number;
    readonly environment?: Readonly<Record<string, string>>;
    /** Each call starts the `aws` of the machine, as for a user. */
    readonly isCold?: boolean;
  }

  async function pull(settings: DoubleSettings, asked: Asked) {
    // The same endpoint for all commands of a test: another one would be another question.
    const port = cloudwatch === undefined ? 0 : Number(new URL(cloudwatch.url).port);
    await cloudwatch?.close();
    cloudwatch = await startCloudWatchDouble({
      ...settings,
      port,
      ...(asked.hangAfter === undefined ? {} : { hangAfter: asked.hangAfter }),
    });
    const { answer, nowMs = NOW_MS, clock, environment, isCold, hangAfter: _, out = join(folder, 'pulled'), ...options } = asked;
    const [stdout, stderr]: [string[], string[]] = [[], []];
    const world = {
      stdout: { write: (text: string) => void stdout.push(text), isTerminal: false, columns: undefined },
      stderr: { write: (text: string) => void stderr.push(text), isTerminal: false, columns: undefined },
      environment: { ...awsEnvironment((isCold ? undefined : warm?.folder) ?? aws!.folder), ...environment },
      nowMs: clock === 'real' ? Date.now : () => nowMs,
      onInterrupt: () => () => {},
      // A pull needs no analyzer, so there is none.
    } as Omit<World, 'loadReader' | 'loadViews' | 'loadComparer'> as World;
    const asker = { canAsk: answer !== undefined, ask: async () => answer === true };
    const since = clock === 'real' ? new Date(NOW_MS - 2 * HOUR_MS).toISOString() : '2h';
    const until = clock === 'real' ? new Date(NOW_MS).toISOString() : 'now';
    let exitCode: number | string;
    let [error, next] = ['', ''];
    try {
      exitCode = await runPull({ since, until, metrics: true, yes: true, endpointUrl: cloudwatch.url, ...options, out }, world, asker);
    } catch (thrown) {
      const told = thrown as { code: string; message: string; next: string };
      [exitCode, error, next] = [told.code ?? String(thrown), told.message, told.next];
    }
    return {
      exitCode,
      error,
      next,
      stdout: stdout.join(''),
      stderr: stderr.join(''),
      out,
      operations: cloudwatch.calls.map(({ operation }) => operation),
    };
  }
});

function events(count: number): DoubleEvent[] {
  return Array.from({ length: count }, (_, n) => event(n, NOW_MS - HOUR_MS + n * 1000));
}

function event(n: number, timestamp: number): DoubleEvent {
  const requestId = `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
  const message = `REPORT RequestId: ${requestId}\tDuration: ${n + 1}.25 ms\tBilled Duration: ${n + 2} ms\tMemory Size: 128 MB\tMax Memory Used: 67 MB\t\n`;
  return { logStreamName: `2026/11/21/[$LATEST]${String(n % 2).repeat(32)}`, timestamp, message };
}

/** Events by folder as an analysis of the folder would see them: every file that is not hidden. */
function pulled(out: string): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  for (const folder of readdirSync(out)
    .filter((name) => name.startsWith('aws-lambda-'))
    .sort()) {
    const names = readdirSync(join(out, folder)).filter((name) => !name.startsWith('.'));
    const pages = names.sort().map((name) => JSON.parse(readFileSync(join(out, folder, name), 'utf8')));
    found[folder] = keysOf(pages.flatMap((page) => page.events));
    for (const page of pages) expect(`aws-lambda-${page.logGroupName.replace('/aws/lambda/', '')}`).toBe(folder);
  }
  return found;
}

function keysOf(list: readonly DoubleEvent[]): string[] {
  return list.map(({ logStreamName, timestamp, message }) => `${timestamp} ${logStreamName} ${message}`);
}
