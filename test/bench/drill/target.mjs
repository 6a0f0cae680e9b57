/** What the bench of drills hurts: asks its peers as told, and notes the moment at which a function of before is back in its place. */
import { Agent, ClientRequest, createServer, get } from 'node:http';

await fetch('data:,');
const dispatcher = globalThis[Symbol.for('undici.globalDispatcher.2')] ?? globalThis[Symbol.for('undici.globalDispatcher.1')];
const look = () => [ClientRequest.prototype.onSocket, dispatcher.dispatch];
const before = look();
const isHurt = () => look().some((place, i) => place !== before[i]);
const tell = (what) => process.send(what);

let wasHurt = false;
setInterval(() => {
  if (isHurt() === wasHurt) return;
  wasHurt = !wasHurt;
  tell({ isHurt: wasHurt, atEpochMs: Date.now() });
}, 5);

const agent = new Agent({ keepAlive: true });
const byHttp = (url) =>
  new Promise((resolve) => {
    get(url, { agent }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode === 200));
    }).on('error', () => resolve(false));
  });
const byFetch = (url) =>
  fetch(url).then(
    async (response) => (await response.arrayBuffer()) && response.status === 200,
    () => false,
  );

/** How many of the calls were not well. */
async function ask({ url, calls }) {
  let failed = 0;
  for (let call = 0; call < calls; call += 10) {
    const answers = await Promise.all(Array.from({ length: 10 }, (_, i) => (i % 2 ? byHttp : byFetch)(url)));
    failed += answers.filter((isWell) => !isWell).length;
  }
  tell({ asked: calls, failed, isHurt: isHurt() });
}

/** Processor time of requests that this process serves, each with a call of its own. */
async function serve({ url, requests }) {
  const server = createServer(async (_request, response) => {
    await byHttp(url);
    response.end('fine');
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const own = `http://127.0.0.1:${server.address().port}`;
  const round = async (count) => {
    for (let request = 0; request < count; request += 20) await Promise.all(Array.from({ length: 20 }, () => byHttp(own)));
  };
  await round(Math.ceil(requests / 4));
  const begun = process.cpuUsage();
  await round(requests);
  const { user, system } = process.cpuUsage(begun);
  tell({ usEach: (user + system) / requests });
}

process.on('message', (order) => void (order.serve ? serve(order.serve) : ask(order.ask)));
tell({ isReady: true });
