/** Sends bodies in turns over 16 kept connections, each waiting for its answer before the next request. */
import { Agent, request } from 'node:http';
import { renew } from './workload.mjs';

const CONNECTIONS = 16;
let turn = 1;

export async function sendAll(url, bodies, count) {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const { hostname, port } = new URL(url);
  let sent = 0;
  const sender = async () => {
    while (sent < count) {
      const body = bodies[sent++ % bodies.length];
      renew(body, bodies.encoding, turn++);
      await post(
        { hostname, port, agent, path: '/v1/traces', method: 'POST', headers: { ...bodies.headers, 'content-length': body.bytes.length } },
        body.bytes,
      );
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, sender));
  agent.destroy();
}

function post(options, bytes) {
  return new Promise((resolve, reject) => {
    const sent = request(options, (response) => {
      response.resume();
      response.on('end', () => (response.statusCode === 200 ? resolve() : reject(new Error(`answered ${response.statusCode}`))));
    });
    sent.on('error', reject);
    // A copy: another sender may renew the body while this one is on its way.
    sent.end(Buffer.from(bytes));
  });
}
