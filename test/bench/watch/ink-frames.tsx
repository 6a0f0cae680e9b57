/** The same workload on ordinary Ink: nested boxes, one row short of the full height, as Ink wants it. */
import { writeFileSync } from 'node:fs';
import { Box, render, Text } from 'ink';
import { useEffect, useState } from 'react';
import { CHART_HEIGHT, CHART_WIDTH, COLUMNS, course, ROWS, TABLE_ROWS, tableRow } from './workload.mjs';

const EIGHTHS = ' ▁▂▃▄▅▆▇█';
const [mode, fps, seconds, resultFile] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4]), process.argv[5]!];

function App({ frame }: { readonly frame: number }) {
  const values: number[] = course(1, frame, CHART_WIDTH);
  return (
    <Box flexDirection="column" width={COLUMNS} height={ROWS - 1}>
      <Text bold>{` nightlight  LIVE  frame ${frame}`}</Text>
      {Array.from({ length: TABLE_ROWS }, (_, index) => tableRow(index, frame)).map((row) => (
        <Box key={row.name} columnGap={1}>
          <Box width={6} justifyContent="flex-end">
            <Text>{row.hurts}</Text>
          </Box>
          <Box flexGrow={1}>
            <Text wrap="truncate-middle">{row.name}</Text>
          </Box>
          <Box width={8} justifyContent="flex-end">
            <Text>{row.perMinute}</Text>
          </Box>
          <Box width={7} justifyContent="flex-end">
            <Text>{`${row.share.toFixed(1)} %`}</Text>
          </Box>
          <Box width={9} justifyContent="flex-end">
            <Text>{`${row.p99} ms`}</Text>
          </Box>
          <Box width={12}>
            <Text color={row.verdict.startsWith('!') ? 'red' : 'yellow'}>{row.verdict}</Text>
          </Box>
          <Box width={24}>
            <Text color="blue">
              {(row.course ?? []).map((value: number) => EIGHTHS[Math.max(0, Math.min(8, Math.round(value / 12.5)))]).join('')}
            </Text>
          </Box>
        </Box>
      ))}
      {Array.from({ length: CHART_HEIGHT }, (_, row) => row).map((row) => (
        <Text key={row} color="blue">
          {values.map((value) => (value / 100 > 1 - (row + 1) / CHART_HEIGHT ? '⣿' : ' ')).join('')}
        </Text>
      ))}
    </Box>
  );
}

function Ticking() {
  const [frame, setFrame] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setFrame((before) => before + 1), 1000 / fps);
    return () => clearInterval(timer);
  }, []);
  return <App frame={frame} />;
}

if (mode === 'heap') {
  const gc = (globalThis as { gc?: () => void }).gc!;
  const stdout = { columns: COLUMNS, rows: ROWS, isTTY: true, write: () => true, on() {}, off() {} } as never;
  const { rerender, unmount } = render(<App frame={0} />, { stdout, debug: true, patchConsole: false, exitOnCtrlC: false });
  const draw = (from: number, to: number) => {
    for (let frame = from; frame < to; frame++) rerender(<App frame={frame} />);
  };
  draw(1, 200);
  gc();
  const before = process.memoryUsage().heapUsed;
  const cpu = process.cpuUsage();
  draw(200, 1200);
  const spent = process.cpuUsage(cpu);
  gc();
  // A fifth of our frames: it is slow, and the growth is told for as many.
  writeFileSync(
    resultFile,
    JSON.stringify({
      growthBytes: (process.memoryUsage().heapUsed - before) * 5,
      cpuMsPerFrame: (spent.user + spent.system) / 1000 / 1000,
    }),
  );
  unmount();
  process.exit(0);
} else {
  let bytes = 0;
  let writes = 0;
  let clears = 0;
  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = ((chunk: string) => {
    bytes += Buffer.byteLength(chunk);
    // A frame is one write with text; Ink hides and shows the cursor in others.
    if (chunk.length > 100) writes++;
    clears += chunk.split('\u001b[2J').length - 1;
    return write(chunk);
  }) as typeof process.stdout.write;
  render(<Ticking />, { patchConsole: false, exitOnCtrlC: false });
  await pause(1500);
  const from = { cpu: process.cpuUsage(), at: performance.now(), bytes, writes, clears };
  await pause(seconds * 1000);
  const cpu = process.cpuUsage(from.cpu);
  const frames = Math.max(1, writes - from.writes);
  writeFileSync(
    resultFile,
    JSON.stringify({
      cpuShare: (cpu.user + cpu.system) / 1000 / (performance.now() - from.at),
      bytesPerFrame: (bytes - from.bytes) / frames,
      frames,
      clears: clears - from.clears,
      rssBytes: process.memoryUsage().rss,
    }),
  );
  process.exit(0);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
