/**
 * One attempt to tell it: a process that is started, or a request that is sent. Whatever goes wrong comes back as a value.
 *
 * A command is a line for the user's own shell, as it was typed. What comes out of logs reaches it by its standard input
 * and its environment only, and never stands in that line, so there is nothing in it that a shell could take as a command.
 */
import { spawn } from 'node:child_process';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { printable } from '@nightlight/analyzer/report';
import type { Notification } from './notification.ts';
import type { NotifyTarget } from './notify-target.ts';

export type Delivery =
  | { readonly kind: 'told' }
  /** @param retryAfterMs  what the receiver asked for; undefined: our own pace. */
  | { readonly kind: 'failed'; readonly because: string; readonly mayRetry: boolean; readonly retryAfterMs: number | undefined };

export interface DeliverySettings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

export function deliver(target: NotifyTarget, notification: Notification, settings: DeliverySettings): Promise<Delivery> {
  return target.kind === 'url' ? post(target.url, notification, settings) : runCommand(target.command, notification, settings);
}

function post(url: URL, { json }: Notification, { timeoutMs, signal }: DeliverySettings): Promise<Delivery> {
  return new Promise((settle) => {
    const body = Buffer.from(json);
    const failed = (because: string, mayRetry = true, retryAfterMs?: number) =>
      settle({ kind: 'failed', because: printable(because), mayRetry, retryAfterMs });
    const request = (url.protocol === 'https:' ? requestHttps : requestHttp)(
      url,
      {
        method: 'POST',
        signal,
        headers: { 'content-type': 'application/json', 'content-length': body.length, 'user-agent': 'nightlight' },
      },
      (response) => {
        const status = response.statusCode ?? 0;
        // What it answers is not read: nobody needs it, and it may be of any length.
        response.destroy();
        clearTimeout(limit);
        if (status >= 200 && status < 300) return settle({ kind: 'told' });
        if (status >= 300 && status < 400) return failed(`answered ${status}: it has moved, and a redirect is not followed`, false);
        return failed(`answered ${status}`, status >= 500 || RETRIED.has(status), retryAfterMs(response.headers['retry-after']));
      },
    );
    const limit = setTimeout(() => request.destroy(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
    request.once('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(limit);
      failed(signal.aborted ? 'no time left' : (error.code ?? error.message));
    });
    request.end(body);
  });
}

/** RFC 9110, 15.5.9, RFC 8470 and RFC 6585: "again, later". Every other 4xx says that the request itself is wrong. */
const RETRIED = new Set([408, 425, 429]);

function retryAfterMs(header: string | undefined): number | undefined {
  return header !== undefined && /^\d{1,5}$/.test(header) ? Number(header) * 1_000 : undefined;
}

function runCommand(
  command: string,
  { json, environment: told }: Notification,
  { environment, timeoutMs, signal }: DeliverySettings,
): Promise<Delivery> {
  return new Promise((settle) => {
    const child = spawn(command, {
      shell: true,
      // A group of its own: Ctrl-C is meant for the dashboard, and what it started ends with it when time is up.
      detached: process.platform !== 'win32',
      env: { ...environment, ...told },
      // The terminal is the dashboard's.
      stdio: ['pipe', 'ignore', 'pipe'],
      windowsHide: true,
    });
    let complaint = '';
    let ended: string | undefined;
    const end = (because: string) => {
      ended ??= because;
      killGroup(child.pid);
    };
    const limit = setTimeout(() => end(`did not end within ${timeoutMs} ms`), timeoutMs);
    const onAbort = () => end('no time left');
    signal.addEventListener('abort', onAbort, { once: true });
    const done = (delivery: Delivery) => {
      clearTimeout(limit);
      signal.removeEventListener('abort', onAbort);
      // A grandchild may keep it open for as long as it likes.
      child.stderr.destroy();
      settle(delivery);
    };
    child.stderr.on('data', (chunk: Buffer) => {
      if (complaint.length < MOST_COMPLAINT) complaint += chunk.toString('utf8');
    });
    // A command need not read what it is given.
    child.stdin.once('error', () => {});
    child.once('error', (error: NodeJS.ErrnoException) => done(failedCommand(error.code ?? error.message, '')));
    child.once('exit', (code, killedBy) => {
      if (code === 0 && ended === undefined) return done({ kind: 'told' });
      done(failedCommand(ended ?? (killedBy === null ? `ended with ${code}` : `was ended by ${killedBy}`), complaint));
    });
    child.stdin.end(json);
  });
}

function failedCommand(because: string, complaint: string): Delivery {
  const firstLine = complaint.trim().split('\n')[0]!.slice(0, MOST_COMPLAINT);
  return {
    kind: 'failed',
    because: printable(firstLine === '' ? because : `${because}: ${firstLine}`),
    mayRetry: true,
    retryAfterMs: undefined,
  };
}

const MOST_COMPLAINT = 160;

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
