/**
 * What both renderers draw: 120 columns, 30 rows of a table, 10 sparklines of 24 cells, a chart of 110 x 6. A third of the
 * rows, the sparklines and the chart change with every frame.
 */
export const COLUMNS = 120;
export const ROWS = 40;
export const TABLE_ROWS = 30;
const COURSE_CELLS = 24;
export const CHART_WIDTH = 110;
export const CHART_HEIGHT = 6;

export function tableRow(row, frame) {
  // Ten rows move, twenty stand still.
  const n = row < 10 ? frame : 0;
  const value = (factor, most) => (row * 97 + n * factor) % most;
  return {
    name: `service-${String(row).padStart(2, '0')}`,
    hurts: value(13, 900),
    perMinute: value(37, 9000),
    share: value(7, 100) / 10,
    p99: value(113, 8000),
    verdict: row % 7 === 0 ? '! SYSTEMIC' : row % 5 === 0 ? '~ RARE' : 'none',
    course: row < 10 ? course(row, frame, COURSE_CELLS) : undefined,
  };
}

export function course(seed, frame, cells) {
  return Array.from({ length: cells }, (_, cell) =>
    Math.round(50 + 40 * Math.sin((cell + frame + seed * 3) / 4) + 8 * Math.sin((cell + frame) * 1.7)),
  );
}
