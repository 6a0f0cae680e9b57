/**
 * The part of a list that fits, with the chosen row in it.
 *
 * @param chosen  its index; below 0 when nothing is chosen
 * @param room  rows on the screen, at least 1
 */
export function visibleRows(count: number, chosen: number, room: number): { readonly from: number; readonly to: number } {
  const from = Math.max(0, Math.min(chosen - Math.floor(room / 2), count - room));
  return { from, to: Math.min(count, from + room) };
}
