/**
 * Lines of a busy system, as `aws logs tail --format detailed` prints them: START, a line, END and REPORT of requests of many
 * functions in five sandboxes each. Of fifty requests one fails; how many kinds of failure there are is told.
 */
const SANDBOXES = 5;
const FAILED_SHARE = 0.02;

/** @returns a source of text: the next lines, four a request, dated `atMs` */
export function busySystem({ functions, kinds = 7 }) {
  let seed = 7;
  const chance = () => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return seed / 2 ** 32;
  };
  let request = 0;
  return function next(lineCount, atMs = Date.now()) {
    const time = new Date(atMs).toISOString();
    const told = time.replace('Z', '000+00:00');
    const lines = [];
    for (let n = 0; n < lineCount; n += 4) {
      request++;
      const number = Math.floor(chance() * functions);
      const sandbox = number * SANDBOXES + Math.floor(chance() * SANDBOXES);
      const id = `00000000-0000-4000-8000-${request.toString(16).padStart(12, '0')}`;
      const head = `${told} 2026/11/21/service-${number}[42]${sandbox.toString(16).padStart(32, '0')}`;
      const durationMs = 5 + 200 * chance() ** 4;
      lines.push(
        `${head} START RequestId: ${id} Version: 42`,
        chance() < FAILED_SHARE
          ? `${head} ${time}\t${id}\tERROR\tInvoke Error \t${errorOf(Math.floor(chance() * kinds))}`
          : `${head} ${time}\t${id}\tINFO\torder ${request} was taken`,
        `${head} END RequestId: ${id}`,
        `${head} REPORT RequestId: ${id}\tDuration: ${durationMs.toFixed(2)} ms\tBilled Duration: ${Math.ceil(durationMs)} ms\tMemory Size: 512 MB\tMax Memory Used: ${80 + Math.floor(chance() * 20)} MB\t`,
      );
    }
    return `${lines.join('\n')}\n`;
  };
}

/** Kinds differ by a word and by the place in the code, as those of a real program do. */
function errorOf(kind) {
  const word = kind.toString(26).replace(/\d/g, (digit) => 'qrstuvwxyz'[Number(digit)]);
  const message = `cannot ${word} the order`;
  return JSON.stringify({
    errorType: 'Refused',
    errorMessage: message,
    stack: [`Refused: ${message}`, `    at ${word} (/var/task/${word}.js:1:2)`],
  });
}
