/**
 * A day of load in fast motion into a running analysis: does its memory stay flat, is nothing lost that was acknowledged, and is
 * what was dropped counted?
 *
 *   npm run bench -- watch-soak [24 hours] [3 requests a second] [--quick]
 *
 * The clock is the load's. Two of its 40 functions send their lines over HTTP to the receiver, a batch a minute, and once an hour what
 * must not be taken; the others are given to the analysis as a reader gives them. A picture is made every ten minutes. Every request that
 * was given or acknowledged must be counted at the end, and every refusal.
 *
 * At three requests a second nearly every minute of every function has some, so that what follows time is filled as by any number. What
 * follows the number of requests is the keys of retries, eight bytes each up to a limit. `--quick` is three hours at one a second: losses and
 * drops are judged, memory is shown and not judged, because the limits are not reached.
 */
import { setImmediate, setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { follow, startOtlpReceiver } from '../../analyzer/dist/live/index.js';
import { judged, machine, printFigures } from './figures.mjs';
import { flatness, floors, slopeWithInterval } from './soak/flatness.mjs';
import { FUNCTIONS, Load, nameOf } from './soak/load.mjs';
import { LIMITS, Sender } from './soak/sender.mjs';
import { spread } from './statistics.mjs';

/** Functions from this number on send over HTTP. */
const FIRST_SENT = FUNCTIONS - 2;
const MINUTES_A_PICTURE = 10;
const A_MOMENT_MS = 2;
/** The last hours of a day: all limits but those of days are reached before. */
const JUDGED_HOURS = 12;
/**
 * Twelve hours tell a slope to 0.6 MB an hour either way: a lower limit than this one could not be told to hold. Not 0: hours, names of streams and kinds of
 * failure are kept for days, up to the limits that docs/watch.md lists.
 */
const MOST_GROWTH_MB_AN_HOUR = 1;
/** What has passed is not judged anew. But kinds of failure grow by half in a day of this load, and each is judged in every picture. */
const MOST_TIMES_AS_MUCH = 2;

/** @returns the exit code. @param args  hours, requests a second, --quick */
export async function bench(args) {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { quick: { type: 'boolean', default: false } } });
  const [hours = values.quick ? 3 : 24, requestsASecond = values.quick ? 1 : 3] = positionals.map(Number);
  console.log(machine(`${hours} h at ${requestsASecond} requests a second, ${FUNCTIONS} functions`));
  const soak = await Soak.begin(requestsASecond);
  console.log('  hour  heap MB  beside MB   rss MB  picture ms  processor s');
  for (let minute = 1; minute <= hours * 60; minute++) {
    await soak.minute();
    if (minute % MINUTES_A_PICTURE === 0) {
      await soak.picture(minute % 20 === 0);
      await soak.sample();
    }
    if (minute % 60 === 0) soak.tell();
  }
  const figures = await soak.end(hours);
  printFigures(figures, `npm run bench -- watch-soak ${hours} ${requestsASecond}`);
  return figures.some(({ verdict = '' }) => verdict === 'MISSED' || verdict === 'GROWS' || verdict.startsWith('cannot tell')) ? 1 : 0;
}

class Soak {
  #live;
  #given;
  #received;
  #receiver;
  #sender;
  #load = new Load();
  #requestsASecond;
  #nowMs = Date.UTC(2026, 10, 21);
  #minuteCount = 0;
  #mustSendFaults = false;
  #givenCount = 0;
  #givenFailedCount = 0;
  #told = new Map();
  #samples = [];
  #pictureMs = [];

  static async begin(requestsASecond) {
    const soak = new Soak();
    soak.#requestsASecond = requestsASecond;
    setFlagsFromString('--expose-gc');
    soak.collect = runInNewContext('gc');
    const given = {
      kind: 'feed',
      name: 'given',
      async start(feed) {
        soak.#given = feed;
        return async () => {};
      },
    };
    const received = {
      kind: 'feed',
      name: 'received',
      async start(feed) {
        soak.#received = feed;
        soak.#receiver = await startOtlpReceiver({ port: 0, limits: LIMITS, ready: () => feed.ready() }, feed.sink);
        return () => soak.#receiver.close();
      },
    };
    soak.#live = follow([given, received], { now: () => soak.#nowMs, lookEveryMs: 5 });
    while (soak.#receiver === undefined) await setImmediate();
    soak.#sender = new Sender(soak.#receiver);
    return soak;
  }

  async minute() {
    const batch = [];
    for (let second = 0; second < 60; second++) {
      this.#nowMs += 1_000;
      for (let i = 0; i < this.#requestsASecond; i++) {
        const request = this.#load.request(this.#nowMs);
        if (request.number >= FIRST_SENT) batch.push(request);
        else this.#give(request);
      }
    }
    this.#given.arrived();
    if (this.#minuteCount++ % 60 === 0) this.#mustSendFaults = true;
    if (this.#mustSendFaults && batch.length > 1) {
      this.#mustSendFaults = false;
      await this.#sender.sendFaults(batch.splice(0, 1));
      await this.#sender.sendIntoFullRoom(batch);
    } else await this.#sender.send(batch);
    this.#tellDrops();
  }

  /** @param inSteps  as a dashboard asks for it, while a sender waits for its answer */
  async picture(inSteps) {
    const from = process.cpuUsage().user;
    if (inSteps) await Promise.all([this.#live.pictureInSteps(), this.#sender.send(this.#requestsToSend(3))]);
    else this.#live.picture();
    this.#pictureMs.push((process.cpuUsage().user - from) / 1_000);
  }

  /** Buffers are given back behind a collection, by another thread, and are counted as given back by the next one. */
  async sample() {
    for (let i = 0; i < 3; i++) {
      this.collect();
      await setTimeout(A_MOMENT_MS);
    }
    const { heapUsed, external, rss } = process.memoryUsage();
    this.#samples.push({ hour: this.#minuteCount / 60, heapMb: heapUsed / 1e6, besideMb: external / 1e6, rssMb: rss / 1e6 });
  }

  tell() {
    const { hour, heapMb, besideMb, rssMb } = this.#samples.at(-1);
    const columns = [
      String(hour).padStart(6),
      heapMb.toFixed(1).padStart(8),
      besideMb.toFixed(1).padStart(10),
      rssMb.toFixed(0).padStart(8),
      this.#pictureMs.at(-1).toFixed(0).padStart(11),
      (process.cpuUsage().user / 1e6).toFixed(0).padStart(12),
    ];
    console.log(columns.join(' '));
  }

  async end(hours) {
    await this.#live.finish();
    this.#tellDrops();
    const { report, dropped } = this.#live.picture();
    this.#sender.close();
    const isSent = ({ functionName }) => functionName === nameOf(FIRST_SENT) || functionName === nameOf(FIRST_SENT + 1);
    const counted = (functions) => functions.reduce((sum, { invocationCount }) => sum + invocationCount, 0);
    const failed = (functions) => functions.reduce((sum, { statusCounts }) => sum + statusCounts.error, 0);
    const sent = report.functions.filter(isSent);
    const given = report.functions.filter((each) => !isSent(each));
    const { acknowledgedCount, acknowledgedFailedCount, refused } = this.#sender;
    const droppedCounts = new Map(dropped.map(({ reason, count }) => [reason, count]));
    return [
      equal('acknowledged and counted', acknowledgedCount, counted(sent)),
      equal('of these failed', acknowledgedFailedCount, failed(sent)),
      equal('given and counted', this.#givenCount, counted(given)),
      equal('of these failed', this.#givenFailedCount, failed(given)),
      ...[...refused].map(([reason, count]) => equal(`dropped, ${reason}`, count, droppedCounts.get(reason) ?? 0)),
      equal('dropped for any other reason', 0, [...droppedCounts].filter(([reason]) => !refused.has(reason)).length),
      ...this.#slopes('heap and buffers', hours, ({ heapMb, besideMb }) => heapMb + besideMb, MOST_GROWTH_MB_AN_HOUR),
      ...this.#slopes('heap alone', hours, ({ heapMb }) => heapMb),
      ...this.#slopes('resident', hours, ({ rssMb }) => rssMb),
      ...this.#pictures(hours),
      { figure: 'all of it', unit: 's of processor', median: process.cpuUsage().user / 1e6 },
    ];
  }

  /** What a picture takes when its code is warm and little is known, and at the end. */
  #pictures(hours) {
    const anHour = 60 / MINUTES_A_PICTURE;
    const first = spread(this.#pictureMs.slice(anHour, 4 * anHour));
    const last = spread(this.#pictureMs.slice(-3 * anHour));
    const ratio = last.median / first.median;
    const figures = [
      { figure: 'a picture, hours 2 to 4', unit: 'ms of processor', ...first },
      { figure: `a picture, hours ${hours - 2} to ${hours}`, unit: 'ms of processor', ...last },
    ];
    if (hours < 2 * JUDGED_HOURS) return figures;
    const goals = { must: MOST_TIMES_AS_MUCH };
    return [
      ...figures,
      { figure: 'of that', unit: 'times the first', median: ratio, must: `${goals.must} at most`, verdict: judged(ratio, goals, 'atMost') },
    ];
  }

  #requestsToSend(count) {
    const requests = [];
    while (requests.length < count) {
      const request = this.#load.request(this.#nowMs);
      if (request.number >= FIRST_SENT) requests.push(request);
      else this.#give(request);
    }
    return requests;
  }

  #give({ functionName, logStream, isFailed, lines }) {
    const { sink } = this.#given;
    const stream = sink.stream({ logGroup: `/aws/lambda/${functionName}`, logStream });
    for (const { atMs, text } of lines) {
      const bytes = Buffer.from(text);
      sink.event(stream, atMs, bytes, 0, bytes.length, 0);
    }
    this.#givenCount++;
    if (isFailed) this.#givenFailedCount++;
  }

  /** As the dashboard tells its sources what the receiver refused. */
  #tellDrops() {
    for (const [reason, count] of this.#receiver.counts().refused) {
      const before = this.#told.get(reason) ?? 0;
      if (count > before) this.#received.dropped(`refused: ${reason}`, count - before);
      this.#told.set(reason, count);
    }
    this.#received.arrived();
  }

  /** Of every twelve hours after the first; only the last are judged. */
  #slopes(figure, hours, megabytesOf, limit) {
    const points = floors(this.#samples.map((sample) => ({ at: Math.ceil(sample.hour), value: megabytesOf(sample) })));
    const starts = hours < 2 * JUDGED_HOURS ? [0] : [];
    for (let from = JUDGED_HOURS; from + JUDGED_HOURS <= hours; from += JUDGED_HOURS) starts.push(from);
    return starts.map((from) => {
      const to = Math.min(hours, from + JUDGED_HOURS);
      const slope = slopeOfPoints(
        `${figure}, hours ${from} to ${to}`,
        points.filter(({ at }) => at > from && at <= to),
      );
      if (limit === undefined || from !== starts.at(-1)) return slope;
      const verdict = from === 0 ? `not judged below ${2 * JUDGED_HOURS} h` : flatness(slope, limit);
      return { ...slope, must: `${limit} at most`, verdict };
    });
  }
}

function slopeOfPoints(figure, points) {
  const { slope, low, high } = slopeWithInterval(points);
  const note = `${points[0].value.toFixed(1)} MB at first, ${points.at(-1).value.toFixed(1)} at the end`;
  return { figure, unit: 'MB an hour', median: slope, low, high, runs: points.length, note };
}

function equal(figure, wanted, found) {
  return { figure, unit: '', median: wanted, must: wanted, verdict: wanted === found ? 'met' : 'MISSED', note: `${found} counted` };
}
