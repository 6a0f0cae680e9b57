/**
 * Runs the user's own `aws`, so that profiles, single sign-on and assumed roles work as they do by hand and Nightlight
 * never holds a key.
 */
import { spawn } from 'node:child_process';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { awsFailure, awsNotFound, tooMuchOutput } from './aws-failure.ts';
import { type AwsAccess, type AwsOptions, type AwsRead, awsArguments } from './aws-reads.ts';
import { hideSecrets } from './hide-secrets.ts';

export interface AwsPage {
  readonly json: unknown;
  /** As printed by `aws`: a little more than what went over the wire. */
  readonly byteCount: number;
}

/** @throws AwsFailure when `aws` fails, the signal's reason when it is aborted */
export type AwsReader = (read: AwsRead, options: AwsOptions, signal: AbortSignal) => Promise<AwsPage>;

export function awsReader(access: AwsAccess, environment: Readonly<Record<string, string | undefined>>): AwsReader {
  const childEnvironment = { ...environment, ...QUIET };
  return async (read, options, signal) => {
    const args = awsArguments(read, options, access);
    signal.throwIfAborted();
    const { exitCode, stdout, stderr } = await run(read, args, childEnvironment, signal);
    // Ctrl-C reaches `aws` too, and its end may be told before our own signal is.
    if (exitCode !== 0) await nextTurn();
    signal.throwIfAborted();
    if (exitCode !== 0) throw awsFailure(read, hideSecrets(stderr, environment));
    const text = stdout.toString('utf8');
    // An empty answer is printed as nothing at all.
    const json = text.trim() === '' ? {} : parsed(read, text);
    return { json, byteCount: stdout.length };
  };
}

// One attempt a call: retries are counted and bounded by us. No pager, no prompt: nobody could answer.
const QUIET = { AWS_PAGER: '', AWS_CLI_AUTO_PROMPT: 'off', AWS_MAX_ATTEMPTS: '1', AWS_RETRY_MODE: 'standard' };
/** FilterLogEvents gives at most 1 MB of messages a page (API Reference); escaped as JSON that may become six times as much. */
const MOST_OUTPUT_BYTES = 64e6;
const MOST_ERROR_BYTES = 64e3;

interface Ended {
  readonly exitCode: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

function run(read: AwsRead, args: readonly string[], env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn('aws', args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const stop = () => child.kill();
    signal.addEventListener('abort', stop, { once: true });
    const out: Buffer[] = [];
    let outBytes = 0;
    let told = '';
    child.stdout.on('data', (chunk: Buffer) => {
      outBytes += chunk.length;
      if (outBytes <= MOST_OUTPUT_BYTES) out.push(chunk);
      else child.kill();
    });
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      if (told.length < MOST_ERROR_BYTES) told += chunk;
    });
    child.on('error', (error: NodeJS.ErrnoException) => {
      signal.removeEventListener('abort', stop);
      reject(error.code === 'ENOENT' || error.code === 'EACCES' ? awsNotFound() : error);
    });
    child.on('close', (exitCode) => {
      signal.removeEventListener('abort', stop);
      if (outBytes > MOST_OUTPUT_BYTES) reject(tooMuchOutput(read, MOST_OUTPUT_BYTES));
      else resolve({ exitCode, stdout: Buffer.concat(out), stderr: told });
    });
  });
}

function parsed(read: AwsRead, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw awsFailure(read, `expected JSON from aws, found ${JSON.stringify(text.slice(0, 80))}`);
  }
}
