/**
 * Which print statement did a line come from? Lines of services whose statements are known, through five loggers, one
 * configuration for all, against Drain as it is published; then the speed, on one thread, masks included.
 */
import { prepared } from '../../analyzer/dist/failures/error-template.js';
import { namesTakenOut } from '../../analyzer/dist/failures/logged-names.js';
import { TemplateMiner } from '../../analyzer/dist/failures/templates.js';
import { parseApplicationLine } from '../../analyzer/dist/parse/application-line.js';
import { maskMessage } from '../../analyzer/dist/parse/mask.js';
import { FURTHER, FURTHER_HELD } from './further-services.mjs';
import { FURTHER_TYPICAL, printFurtherTypicalLines } from './further-typical-programs.mjs';
import { groupingScore } from './grouping-score.mjs';
import { MORE_STATES } from './more-state-programs.mjs';
import { OPENED } from './opened-services.mjs';
import { FORMERLY_SEALED, MORE, printLines, TRAINING } from './printed-services.mjs';
import { meanFigure, scoreboard, table } from './score.mjs';
import { SEALED } from './sealed-services.mjs';
import { STATES } from './state-programs.mjs';
import { Drain, drain3Mask } from './templates-peers.mjs';
import { printTypicalLines, TYPICAL } from './typical-programs.mjs';
import { WILD_OPENED, WILD_TUNED } from './wild-services.mjs';

export const experiment = {
  name: 'templates',
  question: 'which print statement did a line come from?',
  tunedOn: [{ from: 1, to: 19, what: 'masks and mining rules, on the services that are not called sealed' }],
  seeds: { from: 101, to: 110 },
  quickSeeds: { from: 101, to: 102 },
  run,
};

const LINES_OF_A_SERVICE = 2000;
const ACCURACY = { must: 0.93, aim: 0.95, least: true };
const MINERS = {
  Nightlight: (messages) => {
    const miner = new TemplateMiner();
    for (const message of messages) miner.add(message);
    const mined = miner.mine();
    return messages.map((message) => mined.templateOf(message)?.id ?? 'none');
  },
  // What the list of failures makes of the same lines, were they logged as errors: names go, states and reasons stay.
  'Nightlight, lists of failures': (messages) => {
    const said = messages.map(prepared);
    const lines = [...new Set(said)].sort();
    const templates = namesTakenOut(lines);
    const byLine = new Map(lines.map((line, at) => [line, templates[at]]));
    return said.map((line) => byLine.get(line));
  },
  'our masks of error messages alone': (messages) => messages.map(maskMessage),
  'Drain (depth 4, similarity 0.4)': (messages) => drained(new Drain(), messages),
  "Drain behind Drain3's masks": (messages) => drained(new Drain({ mask: drain3Mask }), messages),
};

async function run(seeds) {
  const services = scoreServices('sealed services, written after the rules', SEALED, seeds);
  const typical = scoreServices(
    'eight sealed programs, shapes as measured in 37 public repositories',
    FURTHER_TYPICAL,
    seeds,
    printFurtherTypicalLines,
  );
  scoreServices('eight programs shaped as public ones, on which rules were chosen', TYPICAL, seeds, printTypicalLines);
  scoreServices('programs of other trades, held back while rules were chosen', FURTHER_HELD, seeds);
  scoreServices('programs full of states, once sealed, that the rules were chosen on', MORE_STATES, seeds);
  scoreServices('programs full of states that the rules were chosen on', STATES, seeds);
  scoreServices('programs of other trades that the rules were chosen on', FURTHER, seeds);
  scoreServices('programs worded as libraries and teams do, once sealed, that the rules were chosen on', WILD_OPENED, seeds);
  scoreServices('programs of the same making that the rules were chosen on', WILD_TUNED, seeds);
  scoreServices('services the rules were chosen on', { ...TRAINING, ...MORE, ...FORMERLY_SEALED, ...OPENED }, seeds);
  const perSecond = speed(seeds.from);
  // As the benchmarks of the field do: each program counts the same, however much it prints.
  const sealed = [...services, ...typical];
  const figures = [
    { what: `grouping accuracy, mean of the ${sealed.length} sealed programs`, ...meanFigure(sealed), ...ACCURACY },
    { what: '… of the services among them', ...meanFigure(services), ...ACCURACY },
    { what: '… of those shaped as public programs', ...meanFigure(typical), ...ACCURACY },
    { what: 'lines a second, one thread', value: perSecond, must: 80_000, aim: 150_000, least: true },
  ];
  console.log('');
  scoreboard(figures);
  return figures;
}

function drained(drain, messages) {
  const numbers = new Map();
  return messages.map((message) => {
    const group = drain.add(message);
    if (!numbers.has(group)) numbers.set(group, numbers.size);
    return numbers.get(group);
  });
}

function printEvenly(services, seed) {
  return printLines(services, LINES_OF_A_SERVICE, seed);
}

/** @returns our grouping accuracy of each service */
function scoreServices(name, services, seeds, print = printEvenly) {
  const sums = new Map();
  const byService = new Map();
  let lineCount = 0;
  for (let seed = seeds.from; seed <= seeds.to; seed++) {
    const printed = print(services, seed);
    const messages = printed.map(({ line }) => parseApplicationLine(line).message);
    const truth = printed.map((one) => one.truth);
    lineCount += printed.length;
    for (const [miner, mine] of Object.entries(MINERS)) {
      // Each service by itself, as a log group is, and all together, as a follower of many sees them.
      const apart = truth.map(() => '');
      for (const service of Object.keys(services)) {
        const at = truth
          .map((one, i) => [one, i])
          .filter(([one]) => one.startsWith(`${service} `))
          .map(([, i]) => i);
        mine(at.map((i) => messages[i])).forEach((said, i) => {
          apart[at[i]] = `${service} ${said}`;
        });
        if (miner === 'Nightlight') {
          const score = groupingScore(
            at.map((i) => truth[i]),
            at.map((i) => apart[i]),
          );
          const list = byService.get(service) ?? [];
          list.push(score);
          byService.set(service, list);
        }
      }
      const list = sums.get(miner) ?? [];
      list.push({ ...groupingScore(truth, apart), together: groupingScore(truth, mine(messages)).accuracy });
      sums.set(miner, list);
    }
  }
  console.log(`\n### ${name}: ${lineCount} lines\n`);
  const mean = (list, figure) => list.reduce((sum, score) => sum + score[figure], 0) / list.length;
  table(
    ['miner, one configuration', 'GA', 'FGA', 'worst GA', 'GA, all services at once', 'pair precision', 'pair recall'],
    [...sums].map(([miner, list]) => [
      miner,
      mean(list, 'accuracy'),
      mean(list, 'groupF1'),
      Math.min(...list.map(({ accuracy }) => accuracy)),
      mean(list, 'together'),
      mean(list, 'pairPrecision'),
      mean(list, 'pairRecall'),
    ]),
  );
  const ofServices = [...byService].map(([service, list]) => [service, mean(list, 'accuracy')]);
  console.log(`\nby service: ${ofServices.map(([service, accuracy]) => `${service} ${accuracy.toFixed(3)}`).join(', ')}`);
  return ofServices.map(([, accuracy]) => accuracy);
}

/** By the processor's time, all of the process's threads together, best of three: the machine is shared. */
function speed(seed) {
  const messages = printLines(SEALED, 25_000, seed).map(({ message }) => Buffer.from(message).toString());
  const bytes = messages.reduce((sum, message) => sum + Buffer.byteLength(message), 0);
  const rows = [];
  const timed = {
    'Nightlight, masks and mining': () => {
      const miner = new TemplateMiner();
      for (const message of messages) miner.add(message);
      miner.mine();
    },
    'our masks of error messages alone': () => {
      for (const message of messages) maskMessage(message);
    },
    'Drain (depth 4, similarity 0.4)': () => drained(new Drain(), messages),
    "Drain behind Drain3's masks": () => drained(new Drain({ mask: drain3Mask }), messages),
  };
  let ours = 0;
  for (const [name, work] of Object.entries(timed)) {
    let best = Number.POSITIVE_INFINITY;
    for (let n = 0; n < 3; n++) {
      const before = process.cpuUsage();
      work();
      const { user, system } = process.cpuUsage(before);
      best = Math.min(best, (user + system) / 1000);
    }
    const perSecond = (messages.length / best) * 1000;
    if (ours === 0) ours = perSecond;
    rows.push([name, Math.round(perSecond), (bytes / best / 1000).toFixed(1)]);
  }
  console.log(
    `\n### speed on one thread: ${messages.length} messages, ${(bytes / messages.length).toFixed(0)} bytes each, processor time, best of 3\n`,
  );
  table(['miner', 'lines/s', 'MB/s'], rows);
  return Math.round(ours);
}
