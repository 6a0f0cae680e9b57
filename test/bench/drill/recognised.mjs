/**
 * Does the analyzer name what was provoked, from telemetry alone? Every scenario on every architecture that knows it: the mode
 * that is named first is compared with the one that the scenario provokes. The analyzer is told nothing of the drill.
 *
 * `--seconds 20` shortens the faults (those of `LONGER` last as long as they need), `--only leak,dns-denied` and `--architecture
 * one-service` choose, `--keep FOLDER` keeps the telemetry, `--at-once 2` runs so many side by side.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const at = (path) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
const ARCHITECTURES = ['one-service', 'queue-workers'];
const WANTED = 13;
/**
 * A heap that grows is judged after 120 requests at the earliest, and a leak drill sends five a second; the second deployment of a
 * storm of starts comes after 25 s, and the whole run takes eight minutes: the storm is told from the minutes before it.
 */
const LONGER = { leak: 45, 'cold-start-storm': 45 };

export async function bench(words) {
  const { values } = parseArgs({
    args: words,
    options: {
      seconds: { type: 'string', default: '20' },
      only: { type: 'string' },
      architecture: { type: 'string' },
      keep: { type: 'string' },
      'at-once': { type: 'string', default: '1' },
    },
  });
  const folder = values.keep ?? mkdtempSync(join(tmpdir(), 'nightlight-recognised-'));
  const only = values.only?.split(',');
  const cells = ARCHITECTURES.filter((name) => values.architecture === undefined || name === values.architecture).flatMap((architecture) =>
    Object.keys(JSON.parse(readFileSync(at(`fixtures/architectures/${architecture}/architecture.json`), 'utf8')).scenarios)
      .filter((scenario) => only === undefined || only.includes(scenario))
      .map((scenario) => ({ architecture, scenario })),
  );
  const results = [];
  const beganMs = performance.now();
  // What takes longest begins first, and the others run beside it.
  const waiting = [...cells].sort((a, b) => (LONGER[b.scenario] ?? 0) - (LONGER[a.scenario] ?? 0));
  const worker = async () => {
    for (let cell = waiting.shift(); cell !== undefined; cell = waiting.shift()) {
      const result = { ...cell, ...(await drill(cell, Math.max(Number(values.seconds), LONGER[cell.scenario] ?? 0), folder)) };
      results.push(result);
      console.log(rowOf(result));
    }
  };
  await Promise.all(Array.from({ length: Number(values['at-once']) }, worker));
  const scenarios = [...new Set(cells.map(({ scenario }) => scenario))];
  const named = scenarios.filter((scenario) => results.some((result) => result.scenario === scenario && isNamed(result)));
  const everywhere = results.filter(isNamed).length;
  const alerted = results.filter(({ record }) => typeof record?.alertRule === 'string').length;
  console.log(
    `\nnamed first: ${named.length} of ${scenarios.length} scenarios on one architecture at least, ${everywhere} of ${cells.length} cells; alert by rule in ${alerted}` +
      ` (bar: ${WANTED} of 15); faults of ${values.seconds} s, ${values['at-once']} at once, ${((performance.now() - beganMs) / 60_000).toFixed(1)} min in all, Node ${process.versions.node}, ${cpus().length} x ${cpus()[0]?.model ?? '?'}`,
  );
  return only === undefined && named.length < WANTED ? 3 : 0;
}

const isNamed = ({ record }) => record?.namedFirst === record?.modeId && record !== undefined;

function rowOf({ architecture, scenario, record, because }) {
  if (record === undefined) return `?  ${scenario} on ${architecture}: ${because}`;
  const { namedFirst, namedAmong, modeId, suspectedFirst, component, alertRule, illBefore, outcome } = record;
  return (
    `${isNamed({ record }) ? 'ok' : '- '} ${scenario} on ${architecture}: ${modeId}, named ${namedFirst ?? 'nothing'} first` +
    ` (of ${namedAmong.join(', ') || 'none'}); suspected ${suspectedFirst ?? 'nothing'}, was ${component}; alert ${alertRule ?? 'none'}${illBefore === undefined ? '' : `, not well before (${illBefore})`}; ${outcome}`
  );
}

async function drill({ architecture, scenario }, seconds, folder) {
  // A log for each: one drill runs at a time for each log.
  const own = join(folder, `${architecture}-${scenario}`);
  mkdirSync(own, { recursive: true });
  const words = ['drill', 'run', scenario, '--architecture', architecture, '--headless-confirm', '--format', 'json'];
  const spans = ['--duration', `${seconds}s`, '--out', join(own, 'telemetry'), '--log', join(own, 'incidents.ndjson')];
  const child = spawn(process.execPath, [at('tui/dist/main.js'), ...words, ...spans], { cwd: at('.'), stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  await new Promise((done) => child.once('close', done));
  try {
    return { record: JSON.parse(stdout) };
  } catch {
    return { because: stderr.trim().split('\n').slice(-2).join(' ') };
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = await bench(process.argv.slice(2));
