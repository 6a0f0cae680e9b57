/**
 * Bundles what runs inside the user's process: the preload and the handler's redirect (what Lambda loads by default), and
 * each optional part as a file of its own beside them. All files are written next to their places and moved there at
 * once, so that a process that starts meanwhile never reads half of one.
 */
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { minify } from 'terser';
import { COLD_START_BUDGET_BYTES } from '../agent/layer/lay-out.mjs';

/**
 * Members that only these files know of, which are always shipped together, and what the parts are asked for: their names are
 * shortened, alike in all. What the API (which a function may bundle in another version) asks of the agent keeps its name.
 */
const OUR_OWN_MEMBERS =
  /^(beganMs|callListeners|countItems|createInvocations|duplicates|environment|epochNow|floorBytes|handlerNotFound|heapBefore|holdOutput|isConcurrent|isUnseen|loadedMs|moduleFields|modulesEvery|openCalls|openCount|openHost|openSpanFlush|outboundCalls|ownPeers|peerNames|predecessor|readSettings|receives|recorder|remember|sampleEvery|settings|startExtension|startPart|startProbing|startProcess|startTimer|startedAt|startedMs|stateDirectory|statistics|takeGc|takeLostLines|taken|thenOf|threadNumber|toJson|tookMs|upMs|watchCalls|watchModules|woken|wrapsHandler)$/;
const nameCache = {};
/** What the preload carries as text, and what is called as soon as it is compiled: see `bundle`. */
const CARRIED = ['src/parts/host.ts', 'src/parts/invocations.ts'];

const root = fileURLToPath(new URL('../agent/', import.meta.url));

const parts = readdirSync(`${root}src/parts`).map((file) => file.replace(/\.ts$/, ''));
const files = [
  ['preload.cjs', 'src/preload.ts'],
  ['handler.mjs', 'src/host/lambda/handler.mts'],
  // For functions and programs in CommonJS; whatever it is told stands with the agent, not in the module.
  ['index.cjs', 'src/index.ts'],
  // Loaded by hand only, beside the preload: no part, so that nothing of the agent can ask for it.
  ['drill.cjs', 'src/drill/entry.ts'],
  ...parts.map((part) => [`${part}.cjs`, `src/parts/${part}.ts`]),
];
const written = [];
// One after the other: they share what their members are called.
for (const [name, entry] of files) written.push([name, await bundle(entry, name.endsWith('.mjs') ? 'esm' : 'cjs')]);
written[0][1] = carryParts(written[0][1]);

const defaultBytes = written.slice(0, 2).reduce((sum, [, text]) => sum + Buffer.byteLength(text), 0);
if (defaultBytes > COLD_START_BUDGET_BYTES) {
  console.error(
    `agent/dist: preload and handler have ${defaultBytes} bytes; at most ${COLD_START_BUDGET_BYTES} may be loaded in every cold start`,
  );
  process.exit(1);
}
mkdirSync(`${root}dist`, { recursive: true });
for (const [name, text] of written) {
  const path = `${root}dist/${name}`;
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
}

// It is imported for what it does.
writeFileSync(`${root}dist/preload.d.cts`, 'export {};\n');
writeFileSync(`${root}dist/drill.d.cts`, 'export {};\n');

// For `require`: the same types, which come out of ES modules.
const types = readFileSync(`${root}dist/index.d.ts`, 'utf8');
const ofModule = (_line, names, path) =>
  `import type {${names.replaceAll('type ', '')}} from '${path}' with { 'resolution-mode': 'import' };`;
writeFileSync(`${root}dist/index.d.cts`, types.replace(/^import (?:type )?\{(.*)\} from ['"](.*)['"];$/gm, ofModule));

/** @returns the file's text; shared code is repeated in each, because one small file loads faster than two */
async function bundle(entry, format) {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    write: false,
    format,
    platform: 'node',
    target: 'node20.19',
    // The application's own copies, where it has them; never ours.
    external: ['@opentelemetry/*', 'hdr-histogram-js'],
    legalComments: 'none',
    logLevel: 'warning',
  });
  // Members only: a file that has a variable named setTimeout would have the files after it call that in place of the global.
  delete nameCache.vars;
  const { code } = await minify(requireOnce(outputFiles[0].text), {
    ecma: 2020,
    module: format === 'esm',
    toplevel: true,
    // What a server does for each request stays in small functions, apart from what it does seldom: V8 puts only those together.
    compress: { passes: 4, ...(entry === 'src/parts/process.ts' ? { reduce_funcs: false, inline: false } : {}) },
    mangle: { properties: { regex: OUR_OWN_MEMBERS } },
    nameCache,
    // In brackets V8 compiles a function that is called at once with what is around it, instead of reading it first and again then.
    format: { comments: false, wrap_iife: true, wrap_func_args: CARRIED.includes(entry) },
  });
  return CARRIED.includes(entry) ? code.replace(/Reflect\.set\(module,"exports",\{(\w+):(function.*)\}\);$/s, 'exports.$1=($2);') : code;
}

/** esbuild requires a built-in once for each file that imports it, and calls its functions as `(0, fs.openSync)()`. */
function requireOnce(text) {
  const first = new Map();
  return text
    .replace(/^var (\w+) = require\("(node:[\w/]+)"\);\n/gm, (line, name, module) => {
      if (!first.has(module)) {
        first.set(module, name);
        return line;
      }
      return `var ${name} = ${first.get(module)};\n`;
    })
    .replace(/\(0, (\w+\.\w+)\)\(/g, '$1(');
}

/** Puts the text of a part in the place of each `TEXT_OF_<PART>()`; agent/src/inlined-parts.ts says why. */
function carryParts(preload) {
  return preload.replace(/\bTEXT_OF_(\w+)\(\)/g, (_call, part) => {
    const [, text] = written.find(([name]) => name === `${part.toLowerCase()}.cjs`);
    if (/\*\/|\/\*/.test(text)) throw new Error(`${part}: has "/*" or "*/" in it, so it cannot stand in a comment`);
    return `{/*${text}*/}`;
  });
}
