/**
 * Rows of a screen, through the painter and an emulated terminal, into docs/screens: as an SVG and as its text twin. A test
 * that calls this fails when a picture is stale; `npx vitest run <file> -u` writes them anew.
 */
import { expect } from 'vitest';
import type { Line } from '../../tui/src/frame/line.ts';
import { createPainter } from '../../tui/src/frame/painter.ts';
import { paintsOf, type ThemeName } from '../../tui/src/frame/theme.ts';
import { screenSvg } from './screen-svg.ts';
import { terminalScreen } from './terminal-screen.ts';

/** @param name  of the file, without its ending: `overview-80x24` */
export async function expectPicture(
  name: string,
  title: string,
  lines: readonly Line[],
  columns: number,
  theme: ThemeName = 'dark',
): Promise<void> {
  const screen = terminalScreen(columns, lines.length);
  await screen.write(
    `\u001b[?7l${createPainter({ columns, rows: lines.length }, { paints: paintsOf(theme, 'full'), asciiOnly: false }).paint(lines)}`,
  );
  const [svg, text] = [screenSvg(screen.cells(), title), `${screen.lines().join('\n')}\n`];
  screen.dispose();
  await expect(svg).toMatchFileSnapshot(`../../docs/screens/${name}.svg`);
  await expect(text).toMatchFileSnapshot(`../../docs/screens/${name}.txt`);
}
