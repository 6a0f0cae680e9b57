/** What stands for a character where only ASCII can be shown; one column for one column, so that nothing moves. */
export function asciiTwin(code: number): number {
  if (code < 0x7f) return code;
  return TWINS.get(code) ?? (code >= 0x2801 && code <= 0x28ff ? STAR : QUESTION);
}

const STAR = 0x2a;
const QUESTION = 0x3f;

const TWINS = new Map(
  [
    ['─━╌┄', '-'],
    ['│┃┤├‖▏', '|'],
    ['┌┐└┘┼┬┴', '+'],
    ['…·', '.'],
    ['●◐', '*'],
    ['○', 'o'],
    ['✓', 'v'],
    ['✗×', 'x'],
    ['↑▲', '^'],
    ['↓▼', 'v'],
    ['→▶▸', '>'],
    ['←◀◂', '<'],
    ['↵', '<'],
    ['↕', '^'],
    ['•', '*'],
    ['␣', '_'],
    ['–—', '-'],
    ['‘’', "'"],
    ['“”', '"'],
    ['▁', '_'],
    ['▂', '.'],
    ['▃', '-'],
    ['▄▅', '='],
    ['▆', '*'],
    ['▇█', '#'],
    ['░', ':'],
    ['▒', '+'],
    ['▓', '#'],
    ['≤', '<'],
    ['≥', '>'],
    ['±', '~'],
    ['µ', 'u'],
    ['\u2800\u00a0', ' '],
  ].flatMap(([from, to]) => [...from!].map((character) => [character.codePointAt(0)!, to!.codePointAt(0)!] as const)),
);
