/** A clock that is read from across the room: figures of five rows. Only whole blocks, so that ASCII has a twin for each. */

/** @returns five rows of equal width; what has no figure is left out */
export function bigText(text: string): readonly string[] {
  const figures = [...text].flatMap((character) => (FIGURES[character] === undefined ? [] : [FIGURES[character]]));
  return Array.from({ length: BIG_ROWS }, (_, row) => figures.map((figure) => figure[row]!).join('  '));
}

export const BIG_ROWS = 5;

const FIGURES: Readonly<Record<string, readonly string[] | undefined>> = {
  '0': ['████', '█  █', '█  █', '█  █', '████'],
  '1': ['  █ ', ' ██ ', '  █ ', '  █ ', ' ███'],
  '2': ['████', '   █', '████', '█   ', '████'],
  '3': ['████', '   █', ' ███', '   █', '████'],
  '4': ['█  █', '█  █', '████', '   █', '   █'],
  '5': ['████', '█   ', '████', '   █', '████'],
  '6': ['████', '█   ', '████', '█  █', '████'],
  '7': ['████', '   █', '  █ ', '  █ ', '  █ '],
  '8': ['████', '█  █', '████', '█  █', '████'],
  '9': ['████', '█  █', '████', '   █', '████'],
  ':': ['  ', ' █', '  ', ' █', '  '],
  '?': ['████', '   █', ' ███', '    ', ' █  '],
  '>': ['█   ', ' █  ', '  █ ', ' █  ', '█   '],
};
