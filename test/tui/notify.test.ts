/** Real commands and a real server are told of verdicts that change, and nothing that they do disturbs who tells them. */
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import type { Finding } from '../../analyzer/src/diagnose/finding.ts';
import type { Picture } from '../../analyzer/src/live/picture.ts';
import type { VerdictChange } from '../../tui/src/model/verdict-changes.ts';
import { gatherChanges } from '../../tui/src/notify/gathered-changes.ts';
import { MOST_TOLD, notificationOf } from '../../tui/src/notify/notification.ts';
import { createNotifier, type Notifier, type NotifierPace } from '../../tui/src/notify/notifier.ts';
import { notifyOf } from '../../tui/src/notify/notify-of.ts';
import { readNotifyTarget } from '../../tui/src/notify/notify-target.ts';
import { healthyReport, leakingReport } from '../support/sample-report.ts';

const NOW_MS = Date.UTC(2026, 10, 21, 2, 4);
const QUICK: Partial<NotifierPace> = { quietMs: 20, longestWaitMs: 200, pausesMs: [10, 20], timeoutMs: 5_000, drainMs: 2_000 };
const folder = mkdtempSync(join(tmpdir(), 'nightlight-notify-'));
const closing: (() => unknown)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('a receiver at an address', () => {
  test('gets one JSON document with all that changed within a moment, what hurts users first', async () => {
    const receiver = await startReceiver();
    const notifier = notify(receiver.url);
    notifier.tell([change('appeared', 'a', { harm: 'money' })], { nowMs: NOW_MS });
    notifier.tell([change('appeared', 'b', { harm: 'users' }), change('cleared', 'c')], { nowMs: NOW_MS });
    await told(notifier, 3);
    expect(receiver.bodies).toHaveLength(1);
    expect(receiver.bodies[0]).toMatchObject({
      schema: 'notification-1',
      at: '2026-11-21T02:04:00.000Z',
      text: expect.stringMatching(/^new: .*\(and 2 more\)$/),
      changes: [
        { change: 'appeared', key: 'b', finding: { kind: expect.any(String) } },
        { change: 'appeared', key: 'a' },
        { change: 'cleared', key: 'c' },
      ],
      moreCount: 0,
    });
    expect(receiver.types).toEqual(['application/json']);
  });

  test('is asked again when it is overwhelmed, and told once in the end', async () => {
    const receiver = await startReceiver([503, 429, 204]);
    const notifier = notify(receiver.url);
    notifier.tell([change('appeared', 'a')], { nowMs: NOW_MS });
    await told(notifier, 1);
    expect(receiver.bodies).toHaveLength(3);
    expect(notifier.state()).toMatchObject({ toldCount: 1, failedCount: 0, failure: undefined });
  });

  test('is not asked again when it says that the request is wrong, or has moved; what failed is counted', async () => {
    const receiver = await startReceiver([404, 301]);
    const notifier = notify(receiver.url);
    notifier.tell([change('appeared', 'a')], { nowMs: NOW_MS });
    await until(() => notifier.state().failedCount === 1);
    expect(notifier.state().failure).toEqual({ atMs: NOW_MS, because: 'answered 404', attemptCount: 1 });
    notifier.tell([change('appeared', 'b')], { nowMs: NOW_MS });
    await until(() => notifier.state().failedCount === 2);
    expect(notifier.state().failure?.because).toContain('a redirect is not followed');
    expect(receiver.bodies).toHaveLength(2);
  });

  test('that nobody listens at, or that never answers, costs a count and nothing else', async () => {
    const gone = await startReceiver();
    gone.close();
    const deaf = await startReceiver(['never']);
    const [absent, silent] = [notify(gone.url), notify(deaf.url, { timeoutMs: 30, pausesMs: [] })];
    for (const notifier of [absent, silent]) notifier.tell([change('appeared', 'a')], { nowMs: NOW_MS });
    await until(() => absent.state().failedCount === 1 && silent.state().failedCount === 1);
    expect(absent.state().failure).toMatchObject({ because: 'ECONNREFUSED', attemptCount: 3 });
    expect(silent.state().failure?.because).toBe('no answer within 30 ms');
  });

  test('gets one delivery at a time, and what came meanwhile in the next one', async () => {
    const receiver = await startReceiver(['late']);
    const notifier = notify(receiver.url);
    notifier.tell([change('appeared', 'a')], { nowMs: NOW_MS });
    await until(() => receiver.bodies.length === 1);
    for (const key of ['b', 'c', 'd']) notifier.tell([change('appeared', key)], { nowMs: NOW_MS });
    expect(notifier.state()).toMatchObject({ toldCount: 0, waitingCount: 4 });
    receiver.answer();
    await told(notifier, 4);
    expect(receiver.bodies.map(({ changes }) => changes.map(({ key }) => key))).toEqual([['a'], ['b', 'c', 'd']]);
    expect(receiver.mostAtOnce()).toBe(1);
  });

  test('that changes without a pause is told all the same', async () => {
    const receiver = await startReceiver();
    const notifier = notify(receiver.url, { quietMs: 60_000, longestWaitMs: 50 });
    notifier.tell([change('appeared', 'a')], { nowMs: NOW_MS });
    await told(notifier, 1);
    expect(receiver.bodies).toHaveLength(1);
  });

  test('is shown without what may be secret in its address', () => {
    expect(readNotifyTarget('https://bot:s3cret@hooks.example:8443/T0/B1/tOkEn?key=1')).toMatchObject({
      kind: 'url',
      shown: 'https://hooks.example:8443',
    });
    expect(readNotifyTarget('TOKEN=s3cret /usr/bin/curl -H "x: s3cret" https://hooks.example')).toMatchObject({
      kind: 'command',
      shown: 'curl',
    });
  });

  test.each(['ftp://files.example/x', 'file:///etc/passwd', 'https://', '  '])('cannot be %s', (text) => {
    expect(readNotifyTarget(text)).toMatchObject({ kind: 'wrong', message: expect.stringContaining('expected a command, or an address') });
  });
});

describe.skipIf(process.platform === 'win32')('a command', () => {
  test('gets the JSON on its standard input and the worst change in its environment', async () => {
    const out = join(folder, 'told');
    const notifier = notify(
      `cat > ${out}.json; printf '%s|%s|%s' "$NIGHTLIGHT_CHANGE" "$NIGHTLIGHT_CHANGE_COUNT" "$NIGHTLIGHT_FUNCTION" > ${out}.env`,
    );
    notifier.tell([change('cleared', 'b'), change('changed', 'a', { functionName: 'pricing' })], { nowMs: NOW_MS });
    await told(notifier, 2);
    expect(JSON.parse(readFileSync(`${out}.json`, 'utf8'))).toMatchObject({
      schema: 'notification-1',
      changes: [{ key: 'a' }, { key: 'b' }],
    });
    expect(readFileSync(`${out}.env`, 'utf8')).toBe('changed|2|pricing');
  });

  test('is never fed with commands out of a log, however they are written', async () => {
    const [out, trap] = [join(folder, 'hostile'), join(folder, 'sprung')];
    const hostile = `\u001b]0;x\u0007"; touch ${trap}; $(touch ${trap}) \`touch ${trap}\` ' | touch ${trap} \0 \n touch ${trap} \u202e`;
    const notifier = notify(`echo $NIGHTLIGHT_WHY $NIGHTLIGHT_FUNCTION > ${out}; cat >> ${out}`);
    notifier.tell([change('appeared', hostile, { why: hostile, functionName: hostile, headline: hostile, next: hostile })], {
      nowMs: NOW_MS,
    });
    await told(notifier, 1);
    expect(existsSync(trap)).toBe(false);
    expect(readFileSync(out, 'utf8')).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
  });

  test('that reads nothing of what it is given is told all the same', async () => {
    const notifier = notify('exec 0<&-; exit 0');
    notifier.tell(
      Array.from({ length: MOST_TOLD }, (_, n) => change('appeared', `${n}`, { why: 'x'.repeat(20_000) })),
      { nowMs: NOW_MS },
    );
    await told(notifier, MOST_TOLD);
  });

  test('that fails is tried again; its first word of complaint is kept, without what could control a terminal', async () => {
    const tries = join(folder, 'tries');
    const notifier = notify(`echo x >> ${tries}; printf '\\033[2Jno such channel\\nmore' >&2; exit 7`);
    notifier.tell([change('appeared', 'a')], { nowMs: NOW_MS });
    await until(() => notifier.state().failedCount === 1);
    expect(readFileSync(tries, 'utf8')).toBe('x\nx\nx\n');
    expect(notifier.state().failure).toMatchObject({
      because: expect.stringMatching(/^ended with 7: [^\u001b]*no such channel$/),
      attemptCount: 3,
    });
  });

  test('that hangs is ended with all that it started', async () => {
    const pidFile = join(folder, 'pid');
    const notifier = notify(`sleep 600 & echo $! > ${pidFile}; wait`, { timeoutMs: 300, pausesMs: [] });
    notifier.tell([change('appeared', 'a')], { nowMs: NOW_MS });
    await until(() => notifier.state().failedCount === 1);
    expect(notifier.state().failure?.because).toBe('did not end within 300 ms');
    await until(() => !isRunning(Number(readFileSync(pidFile, 'utf8'))));
  });
});

describe('a running analysis', () => {
  test('is told of when its verdicts change, and at its end what was not looked at yet', async () => {
    const receiver = await startReceiver();
    const reports = [healthyReport(), leakingReport()];
    let report = reports[0]!;
    const live = { replay: undefined, caughtUp: async () => {}, picture: () => ({ report, nowMs: NOW_MS }) as Picture };
    const stop = notifyOf(live, notify(receiver.url));
    report = reports[1]!;
    await stop();
    const heard = receiver.bodies.flatMap(({ changes }) => changes);
    expect(heard.map(({ change: kind }) => kind)).toEqual(reports[1]!.findings.map(() => 'appeared'));
    expect(heard[0]).toMatchObject({ schema: 'change-1', at: '2026-11-21T02:04:00.000Z' });
  });
});

describe('quitting', () => {
  test('tells at once what waits, and nothing afterwards', async () => {
    const receiver = await startReceiver();
    const notifier = notify(receiver.url, { quietMs: 60_000, longestWaitMs: 60_000 });
    notifier.tell([change('appeared', 'a')], { nowMs: NOW_MS });
    await notifier.drain();
    expect(receiver.bodies).toHaveLength(1);
    notifier.tell([change('appeared', 'b')], { nowMs: NOW_MS });
    await notifier.drain();
    expect(notifier.state()).toMatchObject({ toldCount: 1, waitingCount: 0 });
  });

  test('does not wait for long for a receiver that never answers', async () => {
    const receiver = await startReceiver(['never']);
    const notifier = notify(receiver.url, { timeoutMs: 600_000, drainMs: 30 });
    notifier.tell([change('appeared', 'a')], { nowMs: NOW_MS });
    await until(() => receiver.bodies.length === 1);
    notifier.tell([change('appeared', 'b')], { nowMs: NOW_MS });
    await notifier.drain();
    expect(notifier.state()).toMatchObject({ toldCount: 0, failedCount: 2, waitingCount: 0 });
  });
});

describe('what waits', () => {
  test('is what is news to somebody who heard the last message', () => {
    const joined = (...changes: readonly VerdictChange[]) => {
      const gathered = gatherChanges();
      gathered.add(changes);
      return gathered.take().map(({ change: kind, before }) => (before === undefined ? kind : `${kind} from ${before.headline}`));
    };
    expect(joined(change('appeared', 'a'), change('cleared', 'a'))).toEqual([]);
    expect(joined(change('appeared', 'a'), change('changed', 'a'))).toEqual(['appeared']);
    expect(joined(change('changed', 'a', {}, 'FIRST'), change('changed', 'a', {}, 'SECOND'))).toEqual(['changed from FIRST']);
    expect(joined(change('changed', 'a', {}, 'FIRST'), change('cleared', 'a'))).toEqual(['cleared']);
    expect(joined(change('cleared', 'a', { headline: 'GONE' }), change('appeared', 'a'))).toEqual(['changed from GONE']);
  });

  test('is bounded, and what did not fit is counted', () => {
    const gathered = gatherChanges(3);
    gathered.add(Array.from({ length: 10 }, (_, n) => change('appeared', `${n}`)));
    gathered.add([change('changed', '0')]);
    expect(gathered).toMatchObject({ count: 3, droppedCount: 7 });
  });

  test('is told twenty at a time, with the number of the others', () => {
    const { json, environment } = notificationOf(
      Array.from({ length: 150 }, (_, n) => change('appeared', `${n}`)),
      NOW_MS,
    );
    expect(JSON.parse(json)).toMatchObject({ moreCount: 130, changes: { length: 20 } });
    expect(environment.NIGHTLIGHT_CHANGE_COUNT).toBe('150');
  });
});

function change(kind: VerdictChange['change'], key: string, finding: Partial<Finding> = {}, before?: string): VerdictChange {
  const sample = leakingReport().findings[0]!;
  return {
    change: kind,
    key,
    finding: { ...sample, ...finding },
    before: before === undefined ? undefined : { ...sample, headline: before },
  };
}

function notify(to: string, pace: Partial<NotifierPace> = {}): Notifier {
  const target = readNotifyTarget(to);
  if (target.kind === 'wrong') throw new Error(target.message);
  const notifier = createNotifier({ target, nowMs: () => NOW_MS, environment: process.env, pace: { ...QUICK, ...pace } });
  closing.push(() => notifier.drain());
  return notifier;
}

type Answer = number | 'never' | 'late';
type Body = { readonly changes: readonly { readonly key: string; readonly change: string }[] };

/** Answers in the order given, then 204. */
async function startReceiver(answers: readonly Answer[] = []) {
  const [bodies, types, held]: [Body[], (string | undefined)[], ServerResponse[]] = [[], [], []];
  let [underWay, mostAtOnce] = [0, 0];
  const server = createServer(async (request: IncomingMessage, response) => {
    mostAtOnce = Math.max(mostAtOnce, ++underWay);
    response.once('close', () => underWay--);
    let text = '';
    for await (const chunk of request) text += chunk;
    const answer = answers[bodies.length] ?? 204;
    types.push(request.headers['content-type']);
    bodies.push(JSON.parse(text));
    if (typeof answer === 'number') response.writeHead(answer).end();
    else held.push(response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  closing.unshift(close);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    bodies,
    types,
    mostAtOnce: () => mostAtOnce,
    answer: () => held.splice(0).forEach((response) => void response.writeHead(204).end()),
    close,
  };
}

const told = (notifier: Notifier, count: number) => until(() => notifier.state().toldCount === count);

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 10));
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
