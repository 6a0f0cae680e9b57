/**
 * The overview: what was read, what hurts most, the functions in that order, and the findings of the chosen one.
 *
 * The frame stays one row below the height of the terminal: Ink 6.8 clears the whole terminal for every frame that is
 * as high as it is (vadimdemedes/ink, `onRender`), which flickers.
 */
import { Box, Text } from 'ink';
import type { FindingView, FunctionRow, OverviewView, Tone } from '../model/overview-view.ts';
import { visibleRows } from '../model/overview-view.ts';
import { KEYS } from '../text/keys.ts';

export interface OverviewProps {
  readonly view: OverviewView;
  readonly chosen: number;
  /** Size of the terminal. */
  readonly columns: number;
  readonly rows: number;
  readonly color: boolean;
  readonly isReading: boolean;
  readonly showsHelp: boolean;
}

export function Overview({ view, chosen, columns, rows, color, isReading, showsHelp }: OverviewProps) {
  if (columns < NARROWEST || rows < LOWEST) return <TooSmall columns={columns} rows={rows} view={view} />;
  const height = rows - 1;
  const room = height - HEAD_ROWS - FOOT_ROWS;
  // The table takes what it needs, but leaves the findings enough to be read.
  const tableRoom = Math.max(1, Math.min(view.rows.length, room - DETAIL_ROWS - 1));
  const { from, to } = visibleRows(view.rows.length, chosen, tableRoom);
  const row = view.rows[chosen];
  return (
    <Box flexDirection="column" width={columns} height={height} overflow="hidden">
      <Line>{` nightlight  ${view.source}`}</Line>
      <Line>{` ${view.range}`}</Line>
      <Line>{` ${isReading ? 'READING AGAIN …  ' : ''}${view.amount}`}</Line>
      <Line tone={view.tone} color={color} bold>{` ${view.headline}`}</Line>
      <Line>{'─'.repeat(columns)}</Line>
      <TableRow cells={HEAD_CELLS} chosen={false} color={color} tone="plain" isHead />
      {view.rows.slice(from, to).map((candidate, index) => (
        <TableRow
          key={candidate.name}
          cells={candidate}
          chosen={from + index === chosen}
          color={color}
          tone={candidate.tone}
          isHead={false}
        />
      ))}
      <Line>{to < view.rows.length || from > 0 ? `   rows ${from + 1} to ${to} of ${view.rows.length}` : ''}</Line>
      <Box flexDirection="column" flexGrow={1} overflow="hidden">
        {showsHelp ? <Help /> : <Findings findings={row?.findings ?? []} name={row?.name} color={color} />}
      </Box>
      <Line dim={color}>{` ${KEYS.map(({ keys, short }) => `${keys} ${short}`).join('   ')}`}</Line>
    </Box>
  );
}

/** Below this, columns would be cut until they mislead. */
const NARROWEST = 80;
const LOWEST = 20;
const HEAD_ROWS = 6;
const FOOT_ROWS = 1;
/** Title, why in up to four lines, whom, since, next in two. */
const DETAIL_ROWS = 9;
const HEAD_CELLS = { hurts: 'hurt req', share: 'share', name: 'function', p99: 'p99', cold: 'cold', verdict: 'verdict' };

function TableRow(props: {
  readonly cells: Pick<FunctionRow, 'hurts' | 'share' | 'name' | 'p99' | 'cold' | 'verdict'>;
  readonly chosen: boolean;
  readonly tone: Tone;
  readonly color: boolean;
  readonly isHead: boolean;
}) {
  const { cells, chosen, tone, color, isHead } = props;
  return (
    <Box height={1} columnGap={1} flexShrink={0}>
      <Box width={11} flexShrink={0} columnGap={1}>
        <Text>{chosen ? ' >' : '  '}</Text>
        <Cell width={8} text={cells.hurts} />
      </Box>
      <Cell width={8} text={cells.share} />
      <Box flexGrow={1} flexBasis={0} marginLeft={1}>
        <Text wrap="truncate-middle" bold={chosen && color}>
          {cells.name}
        </Text>
      </Box>
      <Cell width={10} text={cells.p99} />
      <Cell width={7} text={cells.cold} />
      <Box width={20} flexShrink={0} marginLeft={1}>
        <Text wrap="truncate-end" {...colorOf(isHead ? 'plain' : tone, color)}>
          {cells.verdict}
        </Text>
      </Box>
    </Box>
  );
}

function Cell({ width, text }: { readonly width: number; readonly text: string }) {
  return (
    <Box width={width} flexShrink={0} justifyContent="flex-end">
      <Text wrap="truncate-end">{text}</Text>
    </Box>
  );
}

function Findings(props: { readonly findings: readonly FindingView[]; readonly name: string | undefined; readonly color: boolean }) {
  const { findings, name, color } = props;
  if (findings.length === 0) return <Line>{name === undefined ? ' no function to look at' : ` ${name}: nothing was found`}</Line>;
  return findings.map((finding) => (
    <Box key={finding.title + finding.why} flexDirection="column" flexShrink={0}>
      <Line tone={finding.tone} color={color} bold>{` ${finding.title}`}</Line>
      <Labelled label="why" text={finding.why} />
      <Labelled label="hurts" text={finding.hurts} />
      <Labelled label="since" text={finding.since} />
      <Labelled label="next" text={finding.next} />
    </Box>
  ));
}

function Labelled({ label, text }: { readonly label: string; readonly text: string }) {
  return (
    <Box flexShrink={0}>
      <Box width={10} flexShrink={0}>
        <Text>{`    ${label}`}</Text>
      </Box>
      <Text wrap="wrap">{text}</Text>
    </Box>
  );
}

function Help() {
  return KEYS.map(({ keys, meaning }) => <Line key={keys}>{`   ${keys.padEnd(5)} ${meaning}`}</Line>);
}

function TooSmall({ columns, rows, view }: { readonly columns: number; readonly rows: number; readonly view: OverviewView }) {
  return (
    <Box flexDirection="column" width={columns} height={Math.max(1, rows - 1)} overflow="hidden">
      <Text wrap="wrap">{view.headline}</Text>
      <Text wrap="wrap">{`This terminal has ${columns}x${rows}; the table needs ${NARROWEST}x${LOWEST}. q quits.`}</Text>
    </Box>
  );
}

function Line(props: {
  readonly children: string;
  readonly tone?: Tone;
  readonly color?: boolean;
  readonly bold?: boolean;
  readonly dim?: boolean;
}) {
  const { children, tone = 'plain', color = false, bold = false, dim = false } = props;
  return (
    <Box height={1} flexShrink={0}>
      <Text wrap="truncate-end" bold={bold && color} dimColor={dim} {...colorOf(tone, color)}>
        {children}
      </Text>
    </Box>
  );
}

function colorOf(tone: Tone, color: boolean): { color?: string } {
  return color && tone !== 'plain' ? { color: tone } : {};
}
