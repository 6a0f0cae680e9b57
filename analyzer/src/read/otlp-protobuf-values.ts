/**
 * Attributes and values of OTLP in protobuf. Values that are needed as a whole take the form that JSON gives them, so that what is
 * made of them is written once.
 *
 * Source: opentelemetry-proto `common.proto`.
 */
import { InternedText } from './interned-text.ts';
import { asText, type OtlpAttribute, type OtlpValue, plainValue } from './otlp-attributes.ts';
import type { NamedValues, NamePlaces } from './otlp-names.ts';
import { field, type ProtobufBytes, ProtobufFault, WIRE } from './protobuf-bytes.ts';

export class ValueReader {
  readonly cursor: ProtobufBytes;
  readonly #interned = new InternedText();

  constructor(cursor: ProtobufBytes) {
    this.cursor = cursor;
  }

  text(from: number, to: number): string {
    return this.#interned.of(this.cursor.bytes, from, to);
  }

  /** Reads one KeyValue up to `end`, and keeps its value if its name has a place. */
  named(end: number, places: NamePlaces, values: NamedValues): void {
    const { cursor } = this;
    const { bytes, at } = cursor;
    // As every encoder writes it: a short name, a short value, and nothing else. Most have a name that nobody asks for.
    const keyFrom = at + 2;
    const keyTo = keyFrom + bytes[at + 1]!;
    const valueAt = keyTo + 2;
    if (
      valueAt <= end &&
      bytes[at] === KEY &&
      bytes[at + 1]! < 0x80 &&
      bytes[keyTo] === VALUE &&
      bytes[keyTo + 1]! < 0x80 &&
      valueAt + bytes[keyTo + 1]! === end
    ) {
      const place = places.ofBytes(bytes, keyFrom, keyTo);
      if (place < 0) {
        cursor.at = end;
        return;
      }
      if (end - valueAt > 2 && bytes[valueAt] === STRING && bytes[valueAt + 1]! < 0x80 && valueAt + 2 + bytes[valueAt + 1]! === end) {
        values[place] = this.#interned.of(bytes, valueAt + 2, end);
        cursor.at = end;
        return;
      }
      const number = bytes[valueAt] === INT ? smallNumber(bytes, valueAt + 1, end) : -1;
      if (number >= 0) {
        NUMBERS[number] ??= String(number);
        values[place] = NUMBERS[number];
        cursor.at = end;
        return;
      }
    }
    this.#namedAnyhow(end, places, values);
  }

  #namedAnyhow(end: number, places: NamePlaces, values: NamedValues): void {
    const { cursor } = this;
    let place = -1;
    let valueFrom = -1;
    let valueTo = -1;
    while (cursor.at < end) {
      const tag = cursor.tag(end);
      if (tag === KEY) {
        const to = cursor.endOfBytes(end);
        place = places.ofBytes(cursor.bytes, cursor.at, to);
        cursor.at = to;
      } else if (tag === VALUE) {
        valueTo = cursor.endOfBytes(end);
        valueFrom = cursor.at;
        cursor.at = valueTo;
      } else cursor.skip(tag & 7, end);
    }
    if (place < 0) return;
    if (valueFrom < 0) {
      values[place] = undefined;
      return;
    }
    cursor.at = valueFrom;
    const textFrom = this.soleText(valueTo);
    if (textFrom >= 0) values[place] = textFrom === valueTo ? undefined : this.text(textFrom, valueTo);
    else {
      cursor.at = valueFrom;
      values[place] = asText(plainValue(this.value(valueTo)));
    }
  }

  /** Where the text begins, if the AnyValue up to `end` is nothing but a text that reaches to `end`; else -1. */
  soleText(end: number): number {
    const { cursor } = this;
    if (cursor.at >= end || cursor.tag(end) !== STRING) return -1;
    return cursor.endOfBytes(end) === end ? cursor.at : -1;
  }

  /** An AnyValue up to `end`; of several values in it the last one holds. */
  value(end: number, depth = 0): OtlpValue {
    const { cursor } = this;
    if (depth > DEEPEST) throw new ProtobufFault('values nested too deeply', cursor.at);
    let value: OtlpValue = {};
    while (cursor.at < end) {
      const tag = cursor.tag(end);
      switch (tag) {
        case STRING: {
          const to = cursor.endOfBytes(end);
          value = { stringValue: this.text(cursor.at, to) };
          cursor.at = to;
          break;
        }
        case BOOL:
          value = { boolValue: cursor.int64(end) !== 0 };
          break;
        case INT:
          value = { intValue: cursor.int64(end) };
          break;
        case DOUBLE:
          value = { doubleValue: cursor.double(end) };
          break;
        case ARRAY: {
          const to = cursor.endOfBytes(end);
          const values: OtlpValue[] = [];
          while (cursor.at < to) {
            const inner = cursor.tag(to);
            if (inner === ARRAY_VALUE) values.push(this.value(cursor.endOfBytes(to), depth + 1));
            else cursor.skip(inner & 7, to);
          }
          value = { arrayValue: { values } };
          break;
        }
        case LIST: {
          const to = cursor.endOfBytes(end);
          const values: OtlpAttribute[] = [];
          while (cursor.at < to) {
            const inner = cursor.tag(to);
            if (inner === ARRAY_VALUE) values.push(this.attribute(cursor.endOfBytes(to), depth + 1));
            else cursor.skip(inner & 7, to);
          }
          value = { kvlistValue: { values } };
          break;
        }
        case BYTES: {
          const to = cursor.endOfBytes(end);
          value = { bytesValue: cursor.bytes.toString('base64', cursor.at, to) };
          cursor.at = to;
          break;
        }
        default:
          cursor.skip(tag & 7, end);
      }
    }
    return value;
  }

  /** A KeyValue up to `end`. */
  attribute(end: number, depth = 0): OtlpAttribute {
    const { cursor } = this;
    let key: string | undefined;
    let value: OtlpValue | undefined;
    while (cursor.at < end) {
      const tag = cursor.tag(end);
      if (tag === KEY) {
        const to = cursor.endOfBytes(end);
        key = this.text(cursor.at, to);
        cursor.at = to;
      } else if (tag === VALUE) value = this.value(cursor.endOfBytes(end), depth);
      else cursor.skip(tag & 7, end);
    }
    return { ...(key !== undefined && { key }), ...(value !== undefined && { value }) };
  }
}

/** The number that fills these one or two bytes, as the codes of an answer do; -1 where it does not. */
function smallNumber(bytes: Buffer, from: number, to: number): number {
  const low = bytes[from]!;
  if (to - from === 1) return low < 0x80 ? low : -1;
  const high = bytes[from + 1]!;
  return to - from === 2 && low >= 0x80 && high < 0x80 ? (low & 0x7f) | (high << 7) : -1;
}

const KEY = field(1, WIRE.bytes);
const VALUE = field(2, WIRE.bytes);
const STRING = field(1, WIRE.bytes);
const BOOL = field(2, WIRE.varint);
const INT = field(3, WIRE.varint);
const DOUBLE = field(4, WIRE.fixed64);
const ARRAY = field(5, WIRE.bytes);
const LIST = field(6, WIRE.bytes);
const BYTES = field(7, WIRE.bytes);
const ARRAY_VALUE = field(1, WIRE.bytes);

/** Texts of small numbers, made once. */
const NUMBERS = new Array<string | undefined>(1 << 14).fill(undefined);
/** As protobufjs and others bound the depth of messages. */
const DEEPEST = 64;
