/**
 * The requests of a day: 40 functions, five sandboxes of each that live for two hours, 2 % failures of which the words go on
 * changing. Seeded: two runs give the same lines.
 */
export const FUNCTIONS = 40;
const SANDBOXES = 5;
const SANDBOX_LIFE_MS = 2 * 3_600_000;

export class Load {
  #seed = 7;
  #count = 0;

  /** @returns where a request of this moment was served, whether it failed, and its lines */
  request(nowMs) {
    const number = Math.floor(this.#chance() * FUNCTIONS);
    const sandbox = Math.floor(this.#chance() * SANDBOXES);
    const life = Math.floor((nowMs + sandbox * 900_000) / SANDBOX_LIFE_MS);
    const id = idOf(this.#count++);
    const durationMs = 5 + 200 * this.#chance() ** 4;
    const isFailed = this.#chance() < 0.02;
    const time = new Date(nowMs).toISOString();
    const lines = [
      { atMs: nowMs, text: `START RequestId: ${id} Version: 1\n` },
      { atMs: nowMs + 1, text: `${time}\t${id}\tINFO\torder taken\n` },
    ];
    if (isFailed) lines.push({ atMs: nowMs + 2, text: `${time}\t${id}\tERROR\tInvoke Error \t${this.#error()}\n` });
    const memoryMb = 80 + Math.floor(this.#chance() * 20);
    const report = `Duration: ${durationMs.toFixed(2)} ms\tBilled Duration: ${Math.ceil(durationMs)} ms\tMemory Size: 512 MB\tMax Memory Used: ${memoryMb} MB`;
    lines.push({ atMs: nowMs + durationMs, text: `END RequestId: ${id}\n` });
    lines.push({ atMs: nowMs + durationMs, text: `REPORT RequestId: ${id}\t${report}\t\n` });
    const logStream = `2026/11/21/[1]${((number * SANDBOXES + sandbox) * 1e6 + life).toString(16).padStart(32, '0')}`;
    return { number, functionName: nameOf(number), logStream, isFailed, lines };
  }

  /** In words without digits, which would be taken for an id. */
  #error() {
    const word = Math.floor(this.#chance() * 6 + this.#count / 100_000)
      .toString(26)
      .replace(/\d/g, (digit) => 'qrstuvwxyz'[digit]);
    const message = `cannot ${word} the order`;
    return JSON.stringify({
      errorType: 'Refused',
      errorMessage: message,
      stack: [`Refused: ${message}`, '    at save (/var/task/save.js:1:2)'],
    });
  }

  #chance() {
    this.#seed = (Math.imul(this.#seed, 1_664_525) + 1_013_904_223) >>> 0;
    return this.#seed / 2 ** 32;
  }
}

/** No two alike, and every part of it as mixed as those of a UUID are: joins look at some parts first. */
function idOf(number) {
  const part = (factor) => (Math.imul(number + 1, factor) >>> 0).toString(16).padStart(8, '0');
  const [first, second, third, fourth] = [0x9e3779b1, 0x85ebca6b, 0xc2b2ae35, 0x27d4eb2f].map(part);
  return `${first}-${second.slice(0, 4)}-4${second.slice(5)}-8${third.slice(1, 4)}-${third.slice(4)}${fourth}`;
}

export function nameOf(number) {
  return `service-${number}`;
}
