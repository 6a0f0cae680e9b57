/** Decodes the same requests with ours and with protobufjs, turn about in one process; answers with spans per CPU-second of each. */
import { createRequire } from 'node:module';
import { OtlpRequests } from '../../../analyzer/dist/read/otlp-request.js';
import { traceRequest } from './messages.mjs';
import { bodiesOf, MIXES, SPANS_PER_REQUEST } from './workload.mjs';

const load = createRequire(import.meta.url);
const { opentelemetry } = load(`${load.resolve('otlp-protobuf/package.json').replace(/package\.json$/, '')}build/src/generated/root.js`);
const generated = opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;

const nothing = () => {};
const requests = new OtlpRequests(
  { stream: () => 0, event: nothing, report: nothing, record: nothing, metric: nothing, skipped: nothing, took: nothing },
  { path: 'bench' },
);
const DECODERS = {
  nightlight: (bytes) => requests.read('traces', 'protobuf', bytes, 0),
  'protobufjs 8, reflection': (bytes) => traceRequest.decode(bytes),
  'protobufjs 7, generated code': (bytes) => generated.decode(bytes),
};
const bodies = bodiesOf(MIXES.service, { count: 50 }).map(({ bytes }) => bytes);

function measured(decode, seconds) {
  const from = process.cpuUsage();
  const until = performance.now() + seconds * 1000;
  let spans = 0;
  while (performance.now() < until) {
    for (const body of bodies) decode(body);
    spans += bodies.length * SPANS_PER_REQUEST;
  }
  const { user, system } = process.cpuUsage(from);
  return spans / ((user + system) / 1e6);
}

process.on('message', ({ seconds }) => {
  for (const decode of Object.values(DECODERS)) measured(decode, seconds / 3);
  process.send(Object.fromEntries(Object.entries(DECODERS).map(([name, decode]) => [name, measured(decode, seconds)])));
});
process.on('disconnect', () => process.exit());
