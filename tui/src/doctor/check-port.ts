/** Whether the receiver could be opened: it is, for a moment. */
import { createServer } from 'node:net';
import { bad, type Check, ok } from './check.ts';

const OTLP_PORT = 4318;

export function checkPort(port = OTLP_PORT): Promise<Check> {
  const what = `port ${port}`;
  return new Promise((settle) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE')
        settle(
          bad(
            what,
            'in use: another nightlight watch, or a collector',
            `lsof -i :${port} names it; nightlight watch --listen 127.0.0.1:${port + 1} takes another`,
          ),
        );
      else settle(bad(what, `cannot be opened (${error.code})`, 'nightlight watch --listen 127.0.0.1:14318'));
    });
    server.listen(port, '127.0.0.1', () => server.close(() => settle(ok(what, 'free, for OTLP over HTTP on 127.0.0.1'))));
  });
}
