/**
 * Sends the lines of requests to a receiver of OTLP, over HTTP, and keeps account of what it was answered: a request counts as
 * acknowledged when the batch that holds it was answered with success, and only then.
 *
 * Once in a while it sends what must not be taken: a batch that is too large, one that is none, a record that has no body, and one for
 * which there is no room and which is sent again, as the specification asks.
 */
import { Agent, request } from 'node:http';

/** Of the receiver: small, so that a single slow sender takes all of its room. */
export const LIMITS = { requestBytes: 128 * 1024, inFlightBytes: 128 * 1024 };

export class Sender {
  acknowledgedCount = 0;
  acknowledgedFailedCount = 0;
  /** What the receiver has to tell of as dropped, by the name under which it does. */
  refused = new Map();
  #receiver;
  #agent = new Agent({ keepAlive: true });

  constructor(receiver) {
    this.#receiver = receiver;
  }

  /** @param requests  as `Load` makes them @param extra  records beside theirs */
  async send(requests, extra = []) {
    if (requests.length === 0) return;
    const { status, answer } = await this.#post(bodyOf(requests, extra));
    if (status !== 200) throw new Error(`a batch of ${requests.length} requests was answered ${status}: ${answer}`);
    this.#acknowledge(requests);
    return answer;
  }

  /** What must not be taken. @param requests  that are taken in the end */
  async sendFaults(requests) {
    await this.#expect(413, Buffer.alloc(LIMITS.requestBytes + 1, 0x20), 'refused: too large');
    await this.#expect(400, Buffer.from('{"resourceLogs":['), 'refused: malformed');
    const answer = await this.send(requests, [{ timeUnixNano: '1' }]);
    if (!/"rejectedLogRecords":"1"/.test(answer)) throw new Error(`expected one rejected record, found ${answer}`);
    // As the skipped records of any source are counted.
    this.#count('not of the shape of its file');
  }

  /** One that fills the receiver's room while others come, then these again. */
  async sendIntoFullRoom(requests) {
    const length = LIMITS.inFlightBytes - 64;
    const slow = this.#open(length);
    slow.sent.write(' ');
    // The room is taken when the head of the slow one has come.
    while (this.#receiver.counts().inFlightBytes < length) await new Promise((resolve) => setTimeout(resolve, 1));
    await this.#expect(429, bodyOf(requests, []), 'refused: no room');
    slow.sent.end('{}'.padEnd(length - 1));
    const { status } = await slow.answered;
    if (status !== 200) throw new Error(`a slow sender was answered ${status}`);
    await this.send(requests);
  }

  close() {
    this.#agent.destroy();
  }

  async #expect(wanted, body, reason) {
    const { status, retryAfter } = await this.#post(body);
    if (status !== wanted) throw new Error(`expected ${wanted}, found ${status}`);
    if (status === 429 && retryAfter === undefined) throw new Error('a refusal for want of room names no time to come again');
    this.#count(reason);
  }

  #count(reason) {
    this.refused.set(reason, (this.refused.get(reason) ?? 0) + 1);
  }

  #acknowledge(requests) {
    this.acknowledgedCount += requests.length;
    this.acknowledgedFailedCount += requests.filter(({ isFailed }) => isFailed).length;
  }

  #post(body) {
    const { sent, answered } = this.#open(body.length);
    sent.end(body);
    return answered;
  }

  #open(length) {
    const { hostname, port } = new URL(this.#receiver.url);
    const headers = { 'content-type': 'application/json', 'content-length': length };
    const sent = request({ hostname, port, agent: this.#agent, path: '/v1/logs', method: 'POST', headers });
    const answered = new Promise((resolve, reject) => {
      sent.on('error', reject);
      sent.on('response', (response) => {
        let answer = '';
        response.on('data', (chunk) => {
          answer += chunk;
        });
        response.on('end', () => resolve({ status: response.statusCode, answer, retryAfter: response.headers['retry-after'] }));
      });
    });
    return { sent, answered };
  }
}

function bodyOf(requests, extra) {
  const resourceLogs = requests.map(({ functionName, logStream, lines }) => ({
    resource: {
      attributes: [
        { key: 'faas.name', value: { stringValue: functionName } },
        { key: 'aws.log.group.names', value: listOf(`/aws/lambda/${functionName}`) },
        { key: 'aws.log.stream.names', value: listOf(logStream) },
      ],
    },
    scopeLogs: [
      { logRecords: lines.map(({ atMs, text }) => ({ timeUnixNano: `${Math.round(atMs * 1e3)}000`, body: { stringValue: text } })) },
    ],
  }));
  resourceLogs[0].scopeLogs[0].logRecords.push(...extra);
  return Buffer.from(JSON.stringify({ resourceLogs }));
}

function listOf(value) {
  return { arrayValue: { values: [{ stringValue: value }] } };
}
