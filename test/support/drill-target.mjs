/**
 * A small system to be drilled, as `nightlight drill run` starts one: a service that asks a price list at each request, its load,
 * and a word when it is ready. It ends when its standard input does.
 */
import { spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';

if (process.argv[2] === 'service') serve();
else await launch(process.argv[2]);

function serve() {
  const server = createServer(async (_, response) => {
    try {
      response.end(await (await fetch(process.env.PRICES)).text());
    } catch {
      response.statusCode = 500;
      response.end();
    }
  });
  server.listen(0, '127.0.0.1', () => console.log(`listening ${server.address().port}`));
}

async function launch(dist) {
  const prices = createServer((_, response) => response.end('42'));
  await new Promise((done) => prices.listen(0, '127.0.0.1', done));
  const address = `127.0.0.1:${prices.address().port}`;
  const loaded = ['preload', 'drill'].flatMap((name) => ['--require', join(dist, `${name}.cjs`)]);
  const child = spawn(process.execPath, [...loaded, import.meta.filename, 'service'], {
    env: {
      ...process.env,
      PRICES: `http://${address}/`,
      NIGHTLIGHT_PEERS: `${address}=prices`,
      NIGHTLIGHT_SERVICE: 'asker',
      NIGHTLIGHT_SINK: `file:${join(process.env.NIGHTLIGHT_OUT, 'asker.ndjson')}`,
      NIGHTLIGHT_WINDOW: '1s',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const port = await new Promise((settle) => child.stdout.on('data', (chunk) => settle(/listening (\d+)/.exec(chunk)?.[1])));
  const counts = { accepted: 0, failed: 0 };
  const load = setInterval(async () => {
    const { status } = await fetch(`http://127.0.0.1:${port}/`).catch(() => ({ status: 0 }));
    counts[status === 200 ? 'accepted' : 'failed']++;
  }, 20);
  console.log(JSON.stringify({ say: 'ready', servicePid: child.pid }));
  const end = () => {
    clearInterval(load);
    child.kill('SIGKILL');
    console.log(JSON.stringify({ say: 'ended', ...counts, chargedTwice: 0, wrongSum: 0, lost: 0 }));
    process.exit();
  };
  process.stdout.on('error', () => {});
  process.stdin.on('error', end);
  const steps = join(process.env.NIGHTLIGHT_OUT, 'steps.txt');
  process.stdin.on('data', (words) => {
    const [step] = `${words}`.split('\n');
    if (step === 'stop') return end();
    appendFileSync(steps, `${step} ${process.env.SHOP_SIZE}\n`);
    console.log(JSON.stringify({ say: 'step', step, done: 'noted' }));
  });
  process.stdin.on('close', end);
}
