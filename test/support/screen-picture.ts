/**
 * Rows of a screen, through the painter and an emulated terminal, into docs/screens: as an SVG and as its text twin. A test
 * that calls this fails when a picture is stale; `npx vitest run <file> -u` writes them anew.
 */
import { expect } from 'vitest';
import type { Line } from '../../tui/src/frame/line.ts';
import { createPainter } from '../../tui/src/frame/painter.ts';
import { paintsOf, type ThemeName } from '../../tui/src/frame/theme.ts';
import { animatedSvg, screenSvg } from './screen-svg.ts';
import { terminalScreen } from './terminal-screen.ts';

/** @param name  of the file, without its ending: `overview-80x24` */
export async function expectPicture(
  name: string,
  title: string,
  lines: readonly Line[],
  columns: number,
  theme: ThemeName = 'dark',
): Promise<void> {
  const { cells, text } = await onTerminal(lines, columns, theme);
  await expect(screenSvg(cells, title)).toMatchFileSnapshot(`../../docs/screens/${name}.svg`);
  await expect(text).toMatchFileSnapshot(`../../docs/screens/${name}.txt`);
}

/** Several screens of one size, shown one after the other; the text twin has them one below the other. */
export async function expectMovingPicture(
  name: string,
  title: string,
  screens: readonly (readonly Line[])[],
  columns: number,
  secondsEach: number,
): Promise<void> {
  const shown: Awaited<ReturnType<typeof onTerminal>>[] = [];
  for (const lines of screens) shown.push(await onTerminal(lines, columns, 'dark'));
  const cells = shown.map((screen) => screen.cells);
  await expect(animatedSvg(cells, title, secondsEach)).toMatchFileSnapshot(`../../docs/screens/${name}.svg`);
  await expect(shown.map(({ text }) => text).join(`${'-'.repeat(columns)}\n`)).toMatchFileSnapshot(`../../docs/screens/${name}.txt`);
}

async function onTerminal(lines: readonly Line[], columns: number, theme: ThemeName) {
  const screen = terminalScreen(columns, lines.length);
  await screen.write(
    `\u001b[?7l${createPainter({ columns, rows: lines.length }, { paints: paintsOf(theme, 'full'), asciiOnly: false }).paint(lines)}`,
  );
  const shown = { cells: screen.cells(), text: `${screen.lines().join('\n')}\n` };
  screen.dispose();
  return shown;
}
