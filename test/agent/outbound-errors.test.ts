import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { bundleForTest } from '../support/bundle-for-test.ts';

let preload: string;
beforeAll(async () => {
  const bundle = await bundleForTest('agent/src/parts/calls.ts');
  preload = join(dirname(bundle), 'preload.cjs');
  writeFileSync(
    preload,
    `require(${JSON.stringify(bundle)}).watchCalls({
      settings: {}, ownPeers: new Set(), callListeners: [], currentWork() {}, quietly: (_what, hook) => hook(),
    });`,
  );
});

const run = (program: string, ...before: string[]) => {
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, [...before, '-e', program], { encoding: 'utf8' });
  // Where the error was thrown stands there with the program's own lines only.
  return { status, signal, stdout, stderr };
};

/** A port that was just given back: nobody listens there. */
const REFUSED = `
  const server = require('node:net').createServer().listen(0, '127.0.0.1', () => {
    const { port } = server.address();
    server.close(() => go(port));
  });`;

describe('a program ends as it would without us', () => {
  test.each([
    ['an error of http that nobody listens to', `const go = () => require('node:http').get({ host: '127.0.0.1', port: 1 });${REFUSED}`, 1],
    ['a fetch whose rejection nobody takes', `const go = () => fetch('http://127.0.0.1:1/');${REFUSED}`, 1],
    ['a socket whose error nobody listens to', `const go = () => require('node:net').connect(1, '127.0.0.1');${REFUSED}`, 1],
    [
      'an error that is listened to',
      `const go = () => require('node:http').get({ host: '127.0.0.1', port: 1 }).on('error', (error) => console.log(error.code));${REFUSED}`,
      0,
    ],
    [
      'an answer that breaks off, which Node forgives who does not listen',
      `const http = require('node:http');
       const server = http.createServer((q, r) => { r.writeHead(200, { 'content-length': 9 }); r.write('x', () => q.socket.destroy()); });
       server.listen(0, '127.0.0.1', () => http.get({ port: server.address().port, host: '127.0.0.1' }, (r) => { server.close(); r.resume(); }));`,
      0,
    ],
    [
      'an idle keep-alive socket that must not hold the process',
      `const http = require('node:http');
       const server = http.createServer((q, r) => r.end('x')).listen(0, '127.0.0.1', () => {
         const { port } = server.address();
         http.get({ port, host: '127.0.0.1', agent: new http.Agent({ keepAlive: true }) }, (r) => { r.resume().on('end', () => { server.close(); setImmediate(() => server.closeIdleConnections()); console.log('done'); }); });
       });`,
      0,
    ],
  ])('%s', (_what, program, status) => {
    const bare = run(program);
    expect(bare.status).toBe(status);
    expect(run(program, '--require', preload)).toEqual(bare);
  });
});
