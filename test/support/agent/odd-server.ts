/** An HTTP server that answers as its path says, so that a test can ask for any way in which a peer may behave. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export interface OddServer {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  readonly port: number;
  readonly server: Server;
  close(): Promise<void>;
}

export async function startOddServer(): Promise<OddServer> {
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    const [, what, value] = request.url!.split('?')[0]!.split('/');
    request.resume();
    if (what === 'status') response.writeHead(Number(value)).end('x');
    else if (what === 'slow') setTimeout(() => response.end('late'), Number(value));
    else if (what === 'slow-body') {
      response.write('begun');
      setTimeout(() => response.end('done'), Number(value));
    } else if (what === 'reset') {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('some', () => setTimeout(() => request.socket.resetAndDestroy(), 10));
    } else if (what === 'hang-up') request.socket.destroy();
    else if (what === 'silence') return;
    else if (what === 'redirect') response.writeHead(302, { location: '/status/200' }).end();
    else if (what === 'large') response.end(Buffer.alloc(Number(value)));
    else if (what === 'nonsense') request.socket.end('this is not HTTP\r\n\r\n');
    else response.end('fine');
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('upgrade', (_request, socket) => {
    socket.end('HTTP/1.1 101 Switching Protocols\r\nUpgrade: test\r\nConnection: Upgrade\r\n\r\n');
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    server,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
