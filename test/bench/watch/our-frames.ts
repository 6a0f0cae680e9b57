/** The workload on our dashboard: through the shell as `nightlight watch` runs it, or frames alone with a collector at hand. */
import { writeFileSync } from 'node:fs';
import type { PictureSource } from '../../../analyzer/src/live/picture.ts';
import { drawChart, pointsFrom } from '../../../tui/src/frame/chart.ts';
import { type Line, line, run } from '../../../tui/src/frame/line.ts';
import { sparkline } from '../../../tui/src/frame/sparkline.ts';
import { type Column, table } from '../../../tui/src/frame/table.ts';
import { paintsOf } from '../../../tui/src/frame/theme.ts';
import type { Screen } from '../../../tui/src/model/screen.ts';
import { runShell } from '../../../tui/src/shell/run-shell.ts';
import { createFrameWriter } from '../../../tui/src/terminal/frame-writer.ts';
import { reportPicture } from '../../support/report-picture.ts';
import { CHART_HEIGHT, CHART_WIDTH, COLUMNS, course, ROWS, TABLE_ROWS, tableRow } from './workload.mjs';

interface Row {
  readonly name: string;
  readonly hurts: number;
  readonly perMinute: number;
  readonly share: number;
  readonly p99: number;
  readonly verdict: string;
  readonly course: readonly number[] | undefined;
}

const TABLE: readonly Column<Row>[] = [
  { head: 'hurts', width: 6, align: 'right', cell: ({ hurts }) => String(hurts) },
  { head: 'function', width: 16, grows: true, cell: ({ name }) => name },
  { head: 'inv/min', width: 8, align: 'right', cell: ({ perMinute }) => String(perMinute) },
  { head: 'err', width: 7, align: 'right', cell: ({ share }) => `${share.toFixed(1)} %` },
  { head: 'p99', width: 9, align: 'right', cell: ({ p99 }) => `${p99} ms` },
  {
    head: 'verdict',
    width: 12,
    cell: ({ verdict }) => run(verdict, verdict.startsWith('!') ? 'bad' : verdict.startsWith('~') ? 'warn' : 'plain'),
  },
  { head: 'last hour', width: 24, cell: (row) => (row.course ? sparkline(row.course, { width: 24, glyphs: 'braille' }) : '') },
];

let frame = 0;

function bodyOf(width: number): readonly Line[] {
  const rows: Row[] = Array.from({ length: TABLE_ROWS - 4 }, (_, row) => tableRow(row, frame));
  const points = pointsFrom(0, course(1, frame, CHART_WIDTH));
  return [
    ...table(TABLE, rows, { width, selected: 0 }),
    ...drawChart(
      {
        x: { from: 0, to: CHART_WIDTH - 1 },
        y: { to: 100, label: (value) => String(Math.round(value)) },
        series: [{ points, kind: 'area', style: 'series1' }],
      },
      { width, height: CHART_HEIGHT, glyphs: 'braille' },
    ),
  ];
}

const look = { paints: paintsOf('safe', '256'), asciiOnly: false };
const [mode, fps, seconds, resultFile] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4]), process.argv[5]!];
if (mode === 'heap') heap();
else await live();

async function live(): Promise<void> {
  const report = { input: { eventCount: 0, fromMs: 0, toMs: 0 }, dataQuality: { gaps: [], droppedRecords: 0 } };
  let picture = reportPicture(report as never, ['bench'], 0);
  let changed = () => {};
  const source: PictureSource = {
    picture: () => picture,
    lines: async () => [],
    onChange(listener) {
      changed = listener;
      return () => {};
    },
  };
  const screen: Screen = {
    id: 'overview',
    tab: 'Over',
    title: 'Overview',
    start: undefined,
    rows: () => ['service-00'],
    draw: ({ width }) => bodyOf(width),
    why: () => 'a bench',
    next: () => 'q',
  };
  const counted = countedOutput();
  const ending = runShell(
    { stdin: process.stdin, stdout: counted.stdout },
    { look, glyphs: 'braille', framesPerSecond: 10, start: 'overview', nowMs: Date.now, opening: 'bench' },
    async () => ({ source, screens: [screen], headline: () => line('! INC-7 a bench') }),
  );
  await pause(1500);
  const from = { cpu: process.cpuUsage(), at: performance.now(), ...counted.counts() };
  const feed =
    fps === 0
      ? undefined
      : setInterval(() => {
          frame++;
          picture = { ...picture, version: frame };
          changed();
        }, 1000 / fps);
  await pause(seconds * 1000);
  clearInterval(feed);
  const cpu = process.cpuUsage(from.cpu);
  const to = counted.counts();
  const frames = Math.max(1, to.writes - from.writes);
  writeFileSync(
    resultFile,
    JSON.stringify({
      cpuShare: (cpu.user + cpu.system) / 1000 / (performance.now() - from.at),
      bytesPerFrame: (to.bytes - from.bytes) / frames,
      frames,
      clears: to.clears - from.clears,
      rssBytes: process.memoryUsage().rss,
    }),
  );
  process.stdin.emit('data', Buffer.from('q'));
  await ending;
  process.exit(0);
}

function heap(): void {
  const gc = (globalThis as { gc?: () => void }).gc!;
  const writer = createFrameWriter({ columns: COLUMNS, rows: ROWS, write: () => true }, look);
  const draw = (count: number) => {
    for (let n = 0; n < count; n++) {
      frame++;
      writer.show(bodyOf(COLUMNS));
    }
  };
  draw(1000);
  gc();
  const before = process.memoryUsage().heapUsed;
  const cpu = process.cpuUsage();
  draw(5000);
  const spent = process.cpuUsage(cpu);
  gc();
  writeFileSync(
    resultFile,
    JSON.stringify({ growthBytes: process.memoryUsage().heapUsed - before, cpuMsPerFrame: (spent.user + spent.system) / 1000 / 5000 }),
  );
}

function countedOutput() {
  let bytes = 0;
  let writes = 0;
  let clears = 0;
  const stdout = new Proxy(process.stdout, {
    get(target, name) {
      if (name !== 'write') {
        const value = Reflect.get(target, name);
        return typeof value === 'function' ? value.bind(target) : value;
      }
      return (chunk: string) => {
        bytes += Buffer.byteLength(chunk);
        writes++;
        clears += chunk.split('\u001b[2J').length - 1;
        return target.write(chunk);
      };
    },
  });
  return { stdout, counts: () => ({ bytes, writes, clears }) };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
