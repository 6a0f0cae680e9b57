/**
 * The data that the bench reads: generated once, kept in `.cache/bench`, made again when its recipe changes.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { measured } from './measured-process.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const cache = `${root}.cache/bench`;
const generator = `${root}fixtures/dist/generate.js`;

/**
 * @param name  folder below the cache
 * @param args  what the generator is told, without `--out`
 * @returns folder of the data and the counts that the generator wrote beside it
 */
export async function benchData(name, args) {
  const recipe = createHash('sha256').update(readFileSync(generator)).update(args.join(' ')).digest('hex').slice(0, 12);
  const home = `${cache}/${name}-${recipe}`;
  const folder = args.includes('load') ? `${home}/export` : `${home}/export/data`;
  if (!existsSync(`${home}/complete`)) {
    rmSync(home, { recursive: true, force: true });
    const making = `${home}.making`;
    rmSync(making, { recursive: true, force: true });
    mkdirSync(making, { recursive: true });
    const made = await measured([process.execPath, generator, ...args, '--out', `${making}/export`], { timeoutMs: 600_000 });
    if (made.code !== 0) throw new Error(`the generator failed: ${made.output}`);
    renameSync(making, home);
    writeFileSync(`${home}/complete`, '');
    console.error(`generated ${name} in ${made.wallS.toFixed(1)} s`);
  }
  const truth = args.includes('load') ? `${home}/export.truth.json` : `${home}/export/truth.json`;
  return { folder, truth: JSON.parse(readFileSync(truth, 'utf8')) };
}
