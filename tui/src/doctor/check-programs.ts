/** What is run or handed on by commands: Node itself, the user's own aws, the agent and its layer. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LayerFile, readLayer } from '../layer/shipped-layer.ts';
import type { World } from '../world.ts';
import { bad, type Check, ok, unsure } from './check.ts';

/** As package.json has it. */
const [LEAST_MAJOR, LEAST_MINOR] = [20, 19];
const PATIENCE_MS = 10_000;

export function checkNode(version = process.versions.node): Check {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > LEAST_MAJOR || (major === LEAST_MAJOR && minor >= LEAST_MINOR)
    ? ok('Node', version)
    : bad('Node', `${version}, too old`, `install Node ${LEAST_MAJOR}.${LEAST_MINOR} or newer`);
}

export async function checkAws(environment: World['environment']): Promise<Check> {
  const answer = await run('aws', ['--version'], environment);
  if (answer.kind === 'absent') return unsure('aws', 'not found; only nightlight pull needs it', 'https://docs.aws.amazon.com/cli/');
  const version = /aws-cli\/[\d.]+/.exec(answer.text)?.[0];
  return version === undefined
    ? unsure('aws', 'found, and it does not tell its version; only nightlight pull needs it', 'aws --version')
    : ok('aws', `${version}; whether it may read your logs is known when you pull`);
}

/** @param folder  the layer's files, laid out as under /opt */
export function checkLayer(folder: string): Check {
  let files: readonly LayerFile[];
  try {
    files = readLayer(folder);
  } catch {
    return bad('layer', `its files are not in ${folder}`, 'install nightlight again; in a checkout: npm run build');
  }
  const byteCount = files.reduce((sum, { content }) => sum + content.byteLength, 0);
  return ok('layer', `${files.length} files, ${Math.round(byteCount / 1024)} KB; nightlight layer build makes the zip`);
}

/**
 * An empty program is run under it: what the agent cannot do here, it says in a note.
 *
 * @param preload  of the agent for long-running programs
 */
export async function checkAgent(preload: string, environment: World['environment']): Promise<Check> {
  const state = mkdtempSync(join(tmpdir(), 'nightlight-doctor-'));
  const { kind, text } = await run(process.execPath, ['--require', preload, '-e', 'setTimeout(() => {}, 50)'], {
    ...withoutAgentSettings(environment),
    NIGHTLIGHT_SINK: 'stdout',
    NIGHTLIGHT_STATE_DIR: state,
  });
  rmSync(state, { recursive: true, force: true });
  if (kind !== 'ran' || !text.includes('{"nl":1,"k":"init"') || !text.includes('{"nl":1,"k":"win"'))
    return bad(
      'agent',
      `an empty program under it ${kind === 'ran' ? 'wrote no lines' : 'failed'}`,
      'nightlight agent check app.js says more',
    );
  const note = /\{"nl":1,"k":"note".*?"no":"([^"]*)/.exec(text)?.[1];
  return note === undefined
    ? ok('agent', 'measures an empty program of this Node')
    : bad('agent', `it says: ${note}`, 'nightlight agent check app.js says more');
}

function withoutAgentSettings(environment: World['environment']): World['environment'] {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !/^(?:NIGHTLIGHT|OTEL_|NODE_OPTIONS)/.test(name)));
}

type Answer = { readonly kind: 'ran' | 'failed' | 'absent'; readonly text: string };

function run(program: string, words: readonly string[], environment: World['environment']): Promise<Answer> {
  return new Promise((settle) => {
    execFile(program, words, { env: { ...environment }, timeout: PATIENCE_MS }, (error, stdout, stderr) => {
      if (error === null) settle({ kind: 'ran', text: `${stdout}${stderr}` });
      else settle({ kind: (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'absent' : 'failed', text: '' });
    });
  });
}
