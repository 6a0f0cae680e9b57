/**
 * How much of the REPORT line's history does a parser read? Nineteen variants written since 2018, every fact of which
 * is known, against the rules that published tools match them with.
 *
 * Each rival is reduced to its matching rule and to the fields it names; a field counts only where its value is right.
 * None of them was written for all of these lines (one wants cold starts only, one only the billed duration), so the
 * figures compare what can be read with each, not how good the tools are.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parsePlatformLine } from '../../analyzer/dist/parse/platform-line.js';
import { table } from './score.mjs';

export const experiment = {
  name: 'report-lines',
  question: 'how many facts of nineteen REPORT variants are read?',
  seeds: undefined,
  tunedOn: [],
  run,
};

const VARIANTS = JSON.parse(readFileSync(join(import.meta.dirname, '../../fixtures/edge-cases/report-variants.json'), 'utf8'));
/** Facts of a line; which dialect it is written in is our own remark, no fact. */
const factsOf = ({ dialect, ...facts }) => Object.entries(facts);

const PARSERS = {
  nightlight: (line) => parsePlatformLine(line),
  // DataDog/datadog-serverless-functions, aws/logs_monitoring/enhanced_lambda_metrics.py, REPORT_LOG_REGEX; read only
  // where the message starts with REPORT.
  'Datadog forwarder': (line) =>
    line.startsWith('REPORT')
      ? matched(
          line,
          /REPORT\s+RequestId:\s+([\w-]+)\s+Duration:\s+([\d.]+)\s+ms\s+Billed\s+Duration:\s+([\d.]+)\s+ms\s+Memory\s+Size:\s+(\d+)\s+MB\s+Max\s+Memory\s+Used:\s+(\d+)\s+MB/,
          ['requestId', 'durationMs', 'billedMs', 'memorySizeMb', 'maxMemoryMb'],
        )
      : undefined,
  // newrelic/newrelic-lambda-extension, apm/metric_api.go: basicRe, then initRe; where basicRe fails, faultLogRe.
  'New Relic extension': (line) => {
    const basic = matched(
      line,
      /RequestId: (\S+)\s+Duration: ([\d.]+) ms\s+Billed Duration: (\d+) ms\s+Memory Size: (\d+) MB\s+Max Memory Used: (\d+) MB/,
      ['requestId', 'durationMs', 'billedMs', 'memorySizeMb', 'maxMemoryMb'],
    );
    if (basic !== undefined) return { ...basic, ...matched(line, /Init Duration: ([\d.]+) ms/, ['initMs']) };
    return matched(line, /RequestId: (\S+)\s+Status: (\S+)(?:\s+ErrorType: (\S+))?/, ['requestId', 'status', 'errorType']);
  },
  // maxday/lambda-perf, common_lib/src/report_log.rs, ReportLogData::new: refuses a line without init and restore.
  'lambda-perf': (line) => {
    const found = matched(
      line,
      /REPORT RequestId: (.*)\tDuration: (.*) ms\tBilled Duration: (.*) ms\tMemory Size: (.*) MB\tMax Memory Used: (.*) MB(?:\tRestore Duration: (.*) ms\tBilled Restore Duration: (.*) ms)?(?:\tInit Duration: (.*) ms)?\t/,
      ['requestId', 'durationMs', 'billedMs', 'memorySizeMb', 'maxMemoryMb', 'restoreMs', 'billedRestoreMs', 'initMs'],
    );
    return found?.restoreMs === undefined && found?.initMs === undefined ? undefined : found;
  },
  // alexcasalboni/aws-lambda-power-tuning, lambda/utils.js, extractDurationFromText: one figure, and for cold starts another.
  'power-tuning': (line) => {
    const billed = matched(line, /\tBilled Duration: (\d+) ms/m, ['billedMs']);
    const init = matched(line, /\tInit Duration: (\d+\.\d+) ms/m, ['initMs']);
    return billed === undefined && init === undefined ? undefined : { ...billed, ...init };
  },
};

function run() {
  const factCount = VARIANTS.reduce((sum, { expected }) => sum + factsOf(expected).length, 0);
  const rows = Object.entries(PARSERS).map(([name, parse]) => {
    let accepted = 0;
    let right = 0;
    let wrong = 0;
    for (const { line, expected } of VARIANTS) {
      const read = parse(line);
      if (read === undefined) continue;
      accepted++;
      for (const [field, value] of factsOf(expected)) {
        if (read[field] === undefined) continue;
        if (same(read[field], value)) right++;
        else wrong++;
      }
    }
    return [name, `${accepted} of ${VARIANTS.length}`, `${right} of ${factCount}`, wrong, linesPerSecond(parse)];
  });
  table(['rule', 'lines accepted', 'facts read', 'read wrong', 'lines/s here'], rows);
  console.log('Speed is that of the same JavaScript engine on these lines, not of the tools, which are written in Go, Python and Rust.');
}

function matched(line, rule, fields) {
  const match = rule.exec(line);
  if (match === null) return undefined;
  return Object.fromEntries(fields.map((field, index) => [field, match[index + 1]]).filter(([, value]) => value !== undefined));
}

/** Rivals give text: the number in it is what counts, so that 47 and "47.00" are the same. */
function same(read, value) {
  return typeof value === 'number' ? Number(read) === value : String(read) === String(value);
}

/** Best of five, over about 0.1 s each: the rest of the machine only ever makes it slower. */
function linesPerSecond(parse) {
  let best = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const began = performance.now();
    for (let pass = 0; pass < PASSES; pass++) for (const { line } of VARIANTS) parse(line);
    best = Math.max(best, (PASSES * VARIANTS.length * 1000) / (performance.now() - began));
  }
  return Math.round(best).toLocaleString('en-US');
}

const ROUNDS = 5;
const PASSES = 2000;
