/**
 * A day of load in fast motion into a running analysis: does its memory stay flat, and is nothing lost?
 *
 * The clock is the load's: 40 functions, sandboxes that live for about two hours, 2 % failures of which the words go on
 * changing, and a picture every ten simulated minutes. Every attempt that was given must be counted at the end.
 */
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { follow } from '../../analyzer/dist/live/index.js';

const FUNCTIONS = 40;
const SANDBOXES = 5;
const SANDBOX_LIFE_MS = 2 * 3_600_000;

/** @returns the exit code. @param args  hours, requests a second */
export async function bench([hours = '24', requestsASecond = '10']) {
  const HOURS = Number(hours);
  const REQUESTS_A_SECOND = Number(requestsASecond);
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc');
  let nowMs = Date.UTC(2026, 10, 21);
  const endMs = nowMs + HOURS * 3_600_000;
  let feed;
  const start = async (given) => {
    feed = given;
    return async () => {};
  };
  const live = follow([{ kind: 'feed', name: 'soak', start }], { now: () => nowMs, lookEveryMs: 5 });
  const { sink } = feed;

  let seed = 7;
  const chance = () => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return seed / 2 ** 32;
  };
  let requestCount = 0;
  let failedCount = 0;
  const say = (stream, atMs, text) => {
    const bytes = Buffer.from(text);
    sink.event(stream, atMs, bytes, 0, bytes.length, 0);
  };
  function request() {
    const number = Math.floor(chance() * FUNCTIONS);
    const sandbox = Math.floor(chance() * SANDBOXES);
    const life = Math.floor((nowMs + sandbox * 900_000) / SANDBOX_LIFE_MS);
    const logStream = `2026/11/21/[1]${((number * SANDBOXES + sandbox) * 1e6 + life).toString(16).padStart(32, '0')}`;
    const stream = sink.stream({ logGroup: `/aws/lambda/service-${number}`, logStream });
    const id = `00000000-0000-4000-8000-${(requestCount++).toString(16).padStart(12, '0')}`;
    const durationMs = 5 + 200 * chance() ** 4;
    say(stream, nowMs, `START RequestId: ${id} Version: 1\n`);
    say(stream, nowMs + 1, `${new Date(nowMs).toISOString()}\t${id}\tINFO\torder taken\n`);
    if (chance() < 0.02) {
      failedCount++;
      const word = Math.floor(chance() * 6 + requestCount / 100_000)
        .toString(26)
        .replace(/\d/g, (digit) => 'qrstuvwxyz'[digit]);
      const message = `cannot ${word} the order`;
      say(
        stream,
        nowMs + 2,
        `${new Date(nowMs).toISOString()}\t${id}\tERROR\tInvoke Error \t${JSON.stringify({ errorType: 'Refused', errorMessage: message, stack: [`Refused: ${message}`, '    at save (/var/task/save.js:1:2)'] })}\n`,
      );
    }
    say(stream, nowMs + durationMs, `END RequestId: ${id}\n`);
    say(
      stream,
      nowMs + durationMs,
      `REPORT RequestId: ${id}\tDuration: ${durationMs.toFixed(2)} ms\tBilled Duration: ${Math.ceil(durationMs)} ms\tMemory Size: 512 MB\tMax Memory Used: ${80 + Math.floor(chance() * 20)} MB\t\n`,
    );
  }

  const rows = [];
  const pictureMs = [];
  const hourMs = (endMs - nowMs) / HOURS;
  for (let hour = 0; hour < HOURS; hour++) {
    for (let second = 0; second < hourMs / 1_000; second++) {
      nowMs += 1_000;
      for (let i = 0; i < REQUESTS_A_SECOND; i++) request();
      feed.arrived();
      if (second % 30 === 0) await setImmediate();
      if (second % 600 !== 0) continue;
      const from = process.cpuUsage().user;
      live.picture();
      pictureMs.push((process.cpuUsage().user - from) / 1_000);
    }
    collect();
    const { heapUsed, arrayBuffers, rss } = process.memoryUsage();
    rows.push({ hour: hour + 1, heapMb: heapUsed / 1e6, bufferMb: arrayBuffers / 1e6, rssMb: rss / 1e6 });
    console.error(
      `hour ${hour + 1}: heap ${(heapUsed / 1e6).toFixed(1)} MB, buffers ${(arrayBuffers / 1e6).toFixed(1)} MB, rss ${(rss / 1e6).toFixed(0)} MB, picture ${pictureMs.at(-1).toFixed(0)} ms`,
    );
  }
  await live.finish();
  const { report } = live.picture();
  const counted = report.functions.reduce((sum, { invocationCount }) => sum + invocationCount, 0);
  const failed = report.functions.reduce((sum, { statusCounts }) => sum + statusCounts.error, 0);
  const half = rows[Math.floor(rows.length / 2)];
  const last = rows.at(-1);
  const growthMb = last.heapMb + last.bufferMb - half.heapMb - half.bufferMb;
  const sorted = [...pictureMs].sort((a, b) => a - b);
  console.log(
    `watch-soak: ${HOURS} h, ${requestCount} requests given, ${counted} counted; ${failedCount} failed, ${failed} counted; ` +
      `heap and buffers ${half.heapMb.toFixed(1)} + ${half.bufferMb.toFixed(1)} MB at half, ${last.heapMb.toFixed(1)} + ${last.bufferMb.toFixed(1)} MB at the end (${growthMb >= 0 ? '+' : ''}${growthMb.toFixed(1)} MB); ` +
      `rss ${last.rssMb.toFixed(0)} MB; picture median ${sorted[sorted.length >> 1].toFixed(0)} ms of processor, worst ${sorted.at(-1).toFixed(0)}`,
  );
  return counted === requestCount && failed === failedCount ? 0 : 1;
}
