/**
 * What a subscription filter sends on: envelopes with one stream and some of its events each.
 *
 * They reach a file in many dresses: one behind the other (Firehose to S3, unpacked), a line each, or gzipped and in
 * base64 inside the record of a Lambda, Kinesis or Firehose event, and Firehose keeps what it failed to deliver in an
 * error record. All of them end in the same envelope.
 * Source: AWS documentation, "Log group-level subscription filters", "Using Lambda with Kinesis", and Amazon Data
 * Firehose, "Handle data delivery failures" (`rawData`, `errorCode`).
 */
import { BlankFreeJson } from './blank-free-json.ts';
import type { EventSink, FileContext, OpenReader, ShapeReader, SkipReason } from './event-sink.ts';
import { EventTime } from './event-time.ts';
import { JsonMembers } from './json-members.ts';
import { UnescapedText } from './json-strings.ts';
import { type JsonValueListener, JsonValues } from './json-values.ts';
import { OriginHandles } from './origin-handles.ts';
import { unpackPayload } from './packed-payload.ts';

export const openSubscription: OpenReader = (sink, file) => new Subscription(sink, file);

class Subscription implements JsonValueListener, ShapeReader {
  readonly #sink: EventSink;
  readonly #origins: OriginHandles;
  readonly #values = new JsonValues(this, ['Records', 'records']);
  readonly #members = new JsonMembers();
  readonly #nested = new JsonMembers();
  readonly #elements = new JsonMembers();
  readonly #event = new JsonMembers();
  readonly #time = new EventTime();
  readonly #text = new UnescapedText();
  readonly #json = new BlankFreeJson();
  /** Set while the envelopes of a payload are read: their bytes are not bytes of the file. */
  #payload: PayloadAccount | undefined;

  constructor(sink: EventSink, file: FileContext) {
    this.#sink = sink;
    this.#origins = new OriginHandles(sink, file);
  }

  push(chunk: Buffer): void {
    this.#values.push(chunk);
  }

  end(): void {
    this.#values.end();
  }

  value(bytes: Buffer, from: number, to: number, place: number): void {
    const first = bytes[from];
    if (first === 0x7b) {
      this.#object(bytes, from, to, place, true);
    } else if (first === QUOTE) {
      this.#text.take(bytes, from + 1, to - 1);
      this.#packed(this.#text.bytes.toString('latin1', 0, this.#text.length), to - from, place, 'string');
    } else if (to - from >= SHORTEST_PAYLOAD) {
      this.#packed(bytes.toString('latin1', from, to), to - from, place, 'word');
    } else {
      this.skipped('not-of-this-shape', to - from, place, 'value that is no envelope');
    }
  }

  cut(bytes: Buffer, from: number, to: number, place: number): void {
    // The events before the break are whole.
    if (bytes[from] === 0x7b) this.#object(bytes, from, to, place, false);
    else this.skipped('broken', to - from, place, 'payload that ends in the middle');
  }

  skipped(reason: SkipReason, byteCount: number, place: number, found?: string): void {
    const payload = this.#payload;
    if (payload === undefined) this.#sink.skipped(reason, byteCount, place, found);
    // Dress inside a payload goes with the payload.
    else if (reason !== 'envelope') payload.skipped(reason, found);
  }

  /** An envelope, or a record that holds a payload. */
  #object(bytes: Buffer, from: number, to: number, place: number, isWhole: boolean): void {
    const members = this.#members;
    let logGroup: string | undefined;
    let logStream: string | undefined;
    let accountId: string | undefined;
    let errorCode: string | undefined;
    let eventsFrom = -1;
    let eventsTo = -1;
    let dataFrom = -1;
    let dataTo = -1;
    let isControl = false;
    let isPlainText = false;
    members.open(bytes, from, to);
    while (members.next()) {
      if (members.isKey(MESSAGE_TYPE)) isControl = members.text() === 'CONTROL_MESSAGE';
      else if (members.isKey(OWNER)) accountId = members.text();
      else if (members.isKey(LOG_GROUP)) logGroup = members.text();
      else if (members.isKey(LOG_STREAM)) logStream = members.text();
      else if (members.isKey(ERROR_CODE) && members.isText()) errorCode = members.text();
      else if (members.isKey(LOG_EVENTS)) {
        eventsFrom = members.valueFrom;
        eventsTo = members.valueTo;
      } else if ((members.isKey(DATA) || members.isKey(RAW_DATA)) && members.isText()) {
        dataFrom = members.valueFrom + 1;
        dataTo = members.valueTo - 1;
      } else if (members.isKey(AWSLOGS) || members.isKey(KINESIS)) {
        this.#nested.open(bytes, members.valueFrom, members.valueTo);
        while (this.#nested.next()) {
          if (!this.#nested.isKey(DATA) || !this.#nested.isText()) continue;
          dataFrom = this.#nested.valueFrom + 1;
          dataTo = this.#nested.valueTo - 1;
        }
      } else if (members.isKey(MESSAGE)) isPlainText = true;
    }
    if (members.isBroken && !isWhole && eventsFrom < 0 && members.isKey(LOG_EVENTS) && members.valueTo === to)
      eventsFrom = members.valueFrom;
    const byteCount = to - from;
    if (isWhole && members.isBroken) {
      this.skipped('broken', byteCount, place, 'JSON with a fault in it');
    } else if (isControl) {
      this.skipped('marker', byteCount, place, 'control message');
    } else if (eventsFrom >= 0) {
      const handle = this.#origins.of({ logGroup, logStream, accountId });
      const given = this.#events(handle, bytes, eventsFrom, isWhole ? eventsTo : to, place - from);
      if (given === byteCount) return;
      if (isWhole) this.skipped('envelope', byteCount - given, place);
      else this.skipped('broken', byteCount - given, place, 'envelope that ends in the middle');
    } else if (dataFrom >= 0 && isWhole) {
      const found = errorCode !== undefined && /^[\w.:-]{1,64}$/.test(errorCode) ? `failed delivery: ${errorCode}` : 'record';
      this.#packed(bytes.toString('latin1', dataFrom, dataTo).replaceAll('\\/', '/'), byteCount, place, found);
    } else if (!isWhole) {
      this.skipped('broken', byteCount, place, 'JSON that ends in the middle');
    } else {
      this.skipped('not-of-this-shape', byteCount, place, isPlainText ? 'event without its envelope' : 'object that is no envelope');
    }
  }

  /** @returns bytes that the events took up */
  #events(handle: number, bytes: Buffer, from: number, to: number, shift: number): number {
    const elements = this.#elements;
    const event = this.#event;
    let given = 0;
    elements.open(bytes, from, to);
    while (elements.next()) {
      const { valueFrom, valueTo } = elements;
      const place = this.#payload === undefined ? valueFrom + shift : this.#payload.place;
      let atMs = Number.NaN;
      let messageFrom = -1;
      let messageTo = -1;
      event.open(bytes, valueFrom, valueTo);
      while (event.next()) {
        if (event.isKey(MESSAGE)) {
          messageFrom = event.valueFrom;
          messageTo = event.valueTo;
        } else if (event.isKey(TIMESTAMP)) {
          atMs = this.#time.read(bytes, event.valueFrom, event.valueTo);
        }
      }
      given += valueTo - valueFrom;
      if (messageFrom < 0 || event.isBroken) {
        this.skipped('not-of-this-shape', valueTo - valueFrom, place, 'log event without a message');
        continue;
      }
      if (bytes[messageFrom] === QUOTE) {
        this.#text.take(bytes, messageFrom + 1, messageTo - 1);
        this.#sink.event(handle, atMs, this.#text.bytes, 0, this.#text.length, place);
      } else {
        this.#json.take(bytes, messageFrom, messageTo);
        this.#sink.event(handle, atMs, this.#json.bytes, this.#json.from, this.#json.to, place);
      }
      if (this.#payload === undefined) this.#sink.took(valueTo - valueFrom);
      else this.#payload.took();
    }
    return given;
  }

  /** Reads the envelopes in a payload that takes up `byteCount` bytes of the file at `place`. */
  #packed(base64: string, byteCount: number, place: number, found: string): void {
    if (this.#payload !== undefined) {
      // A payload inside a payload is nothing that AWS sends; following it would let a small file unfold without end.
      this.#payload.skipped('not-of-this-shape', 'payload inside a payload');
      return;
    }
    const unpacked = unpackPayload(base64);
    if (unpacked.kind !== 'json') {
      this.skipped(unpacked.reason, byteCount, place, `${found} with ${unpacked.found}`);
      return;
    }
    const payload = new PayloadAccount(this.#sink, place, byteCount);
    this.#payload = payload;
    try {
      // Nothing of the outer input is held by walkers at this point.
      const inner = new JsonValues(this);
      inner.push(unpacked.bytes);
      inner.end();
    } finally {
      this.#payload = undefined;
    }
    payload.close();
  }
}

/**
 * Shares the file's bytes of a packed payload out among what was in it: a byte each, and the rest to the last, so
 * that the sum is the file's and not the larger one of what was unpacked.
 */
class PayloadAccount {
  readonly place: number;
  readonly #sink: EventSink;
  #left: number;
  /** What was in the payload last, until it is known whether more follows. */
  #last: Item | undefined;

  constructor(sink: EventSink, place: number, byteCount: number) {
    this.#sink = sink;
    this.place = place;
    this.#left = byteCount;
  }

  took(): void {
    this.#follow(EVENT);
  }

  skipped(reason: SkipReason, found: string | undefined): void {
    this.#follow({ reason, found });
  }

  close(): void {
    this.#tell(this.#last ?? { reason: 'envelope', found: undefined }, this.#left);
  }

  #follow(next: Item): void {
    if (this.#last !== undefined) {
      const share = this.#left > 1 ? 1 : 0;
      this.#left -= share;
      this.#tell(this.#last, share);
    }
    this.#last = next;
  }

  #tell(item: Item, byteCount: number): void {
    if (item.reason === undefined) this.#sink.took(byteCount);
    else this.#sink.skipped(item.reason, byteCount, this.place, item.found);
  }
}

/** An event has no reason to be skipped. */
interface Item {
  readonly reason: SkipReason | undefined;
  readonly found: string | undefined;
}

const EVENT: Item = { reason: undefined, found: undefined };

const QUOTE = 0x22;
/** A gzip member alone has eighteen bytes. */
const SHORTEST_PAYLOAD = 24;
const MESSAGE_TYPE = Buffer.from('messageType');
const OWNER = Buffer.from('owner');
const LOG_GROUP = Buffer.from('logGroup');
const LOG_STREAM = Buffer.from('logStream');
const LOG_EVENTS = Buffer.from('logEvents');
const TIMESTAMP = Buffer.from('timestamp');
const MESSAGE = Buffer.from('message');
const AWSLOGS = Buffer.from('awslogs');
const KINESIS = Buffer.from('kinesis');
const DATA = Buffer.from('data');
const RAW_DATA = Buffer.from('rawData');
const ERROR_CODE = Buffer.from('errorCode');
