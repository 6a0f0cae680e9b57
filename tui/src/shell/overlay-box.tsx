/**
 * The overlays, laid out by Ink: boxes, wrapping and cutting are what it is good at. It is asked once for each key that
 * changes an overlay and never for a frame, it writes to no terminal, and it is loaded only when the first frame stands.
 */
import { Box, renderToString, Text } from 'ink';
import { fitLine, selectedLine } from '../frame/fit.ts';
import { EMPTY_LINE, type Line, line, run } from '../frame/line.ts';
import type { OverlayView } from '../model/overlay-view.ts';

/** @returns at most `height` lines of `width` columns */
export function overlayLines(view: OverlayView, width: number, height: number): readonly Line[] {
  const text = renderToString(<OverlayBox view={view} width={width} height={height} />, { columns: width });
  return text
    .split('\n')
    .slice(0, height)
    .map((row) => styled(row.replace(COLOUR, ''), width));
}

function OverlayBox({ view, width, height }: { readonly view: OverlayView; readonly width: number; readonly height: number }) {
  const left = Math.max(...view.rows.map((row) => row.left.length), 4) + 2;
  return (
    <Box flexDirection="column" width={width} height={height} borderStyle="single" paddingX={1} overflow="hidden">
      <Text wrap="truncate-end">{`${view.title}   (${view.hint})`}</Text>
      {view.input === undefined ? undefined : <Text wrap="truncate-start">{`: ${view.input.before}▏${view.input.behind}`}</Text>}
      {view.rows.map((row) => (
        <Box key={`${row.kind} ${row.left} ${row.text}`} height={1} flexShrink={0}>
          <Box width={left + 2} flexShrink={0}>
            <Text wrap="truncate-end">{`${row.kind === 'chosen' ? '> ' : '  '}${row.left}`}</Text>
          </Box>
          <Text wrap="truncate-end">{row.text}</Text>
        </Box>
      ))}
    </Box>
  );
}

const COLOUR = /\u001b\[[0-9;:]*m/g;

/** Ink gives words; what they mean is read off them, as a person without colour would. */
function styled(row: string, width: number): Line {
  if (row.trim() === '') return EMPTY_LINE;
  if (/^[┌└]/.test(row)) return [run(row, 'frame')];
  const inner = row.slice(1, -1);
  const drawn = /^ > /.test(inner) ? selectedLine(line(inner), width - 2) : fitLine(line(inner), width - 2);
  return [run('│', 'frame'), ...drawn, run('│', 'frame')];
}
