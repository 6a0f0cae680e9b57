/**
 * A cursor over protobuf's wire format: tags, varints, fixed fields and lengths, without an object for any of them.
 *
 * What does not fit throws: a number that runs over, a length beyond the end of its message, a field numbered 0. A field that is
 * not known, or of another type than expected, is passed over, as newer senders must be readable.
 * Source: Protocol Buffers documentation, "Encoding".
 */
export const WIRE = { varint: 0, fixed64: 1, bytes: 2, startGroup: 3, endGroup: 4, fixed32: 5 } as const;

/** What stands in front of a field: its number and its wire type in one. */
export const field = (number: number, wire: number): number => (number << 3) | wire;

/** Bytes that are no protobuf. */
export class ProtobufFault extends Error {
  override readonly name = 'ProtobufFault';
  readonly place: number;

  constructor(found: string, place: number) {
    super(`${found} at byte ${place}`);
    this.place = place;
  }
}

export class ProtobufBytes {
  bytes: Buffer = NOTHING;
  at = 0;

  /** @returns field number << 3 | wire type */
  tag(end: number): number {
    const tag = this.length(end);
    if (tag < 8) throw new ProtobufFault('a field with the number 0', this.at);
    return tag;
  }

  /** A varint that fits 32 bits: tags, lengths, enums. Higher bits are read and lost, as every decoder does. */
  length(end: number): number {
    const { bytes } = this;
    let at = this.at;
    if (at >= end) throw new ProtobufFault('an end inside a number', at);
    let byte = bytes[at++]!;
    if (byte < 0x80) {
      this.at = at;
      return byte;
    }
    let value = byte & 0x7f;
    for (let shift = 7; shift < 70; shift += 7) {
      if (at >= end) throw new ProtobufFault('an end inside a number', at);
      byte = bytes[at++]!;
      if (shift < 32) value |= (byte & 0x7f) << shift;
      if (byte < 0x80) {
        this.at = at;
        return value >>> 0;
      }
    }
    throw new ProtobufFault('a number of more than ten bytes', this.at);
  }

  /** A signed 64-bit varint, as near as a number comes to it. */
  int64(end: number): number {
    const { bytes } = this;
    let low = 0;
    let middle = 0;
    let high = 0;
    for (let count = 0; count < 10; count++) {
      if (this.at >= end) throw new ProtobufFault('an end inside a number', this.at);
      const byte = bytes[this.at++]!;
      const bits = byte & 0x7f;
      if (count < 4) low |= bits << (7 * count);
      else if (count < 8) middle |= bits << (7 * (count - 4));
      else high |= bits << (7 * (count - 8));
      if (byte < 0x80) {
        const low32 = (low | (middle << 28)) >>> 0;
        const high32 = (middle >>> 4) | (high << 24);
        return high32 * FOUR_GIB + low32;
      }
    }
    throw new ProtobufFault('a number of more than ten bytes', this.at);
  }

  /** Where the bytes of a length-delimited field end; `at` is where they begin. */
  endOfBytes(end: number): number {
    const length = this.length(end);
    const to = this.at + length;
    if (to > end) throw new ProtobufFault(`a field of ${length} bytes where ${end - this.at} are left`, this.at);
    return to;
  }

  /** An unsigned 64-bit field, as near as a number comes to it. */
  fixed64(end: number): number {
    const at = this.#take(8, end);
    return unsignedAt(this.bytes, at + 4) * FOUR_GIB + unsignedAt(this.bytes, at);
  }

  sfixed64(end: number): number {
    const at = this.#take(8, end);
    return this.bytes.readInt32LE(at + 4) * FOUR_GIB + this.bytes.readUInt32LE(at);
  }

  double(end: number): number {
    return this.bytes.readDoubleLE(this.#take(8, end));
  }

  fixed32(end: number): number {
    return unsignedAt(this.bytes, this.#take(4, end));
  }

  skip(wire: number, end: number, depth = 0): void {
    switch (wire) {
      case WIRE.varint:
        this.length(end);
        return;
      case WIRE.fixed64:
        this.#take(8, end);
        return;
      case WIRE.bytes:
        this.at = this.endOfBytes(end);
        return;
      case WIRE.fixed32:
        this.#take(4, end);
        return;
      case WIRE.startGroup:
        if (depth > DEEPEST_GROUP) throw new ProtobufFault('groups nested too deeply', this.at);
        for (;;) {
          const tag = this.tag(end);
          if ((tag & 7) === WIRE.endGroup) return;
          this.skip(tag & 7, end, depth + 1);
        }
      default:
        throw new ProtobufFault(`wire type ${wire}`, this.at);
    }
  }

  #take(byteCount: number, end: number): number {
    const at = this.at;
    if (at + byteCount > end) throw new ProtobufFault('an end inside a fixed field', at);
    this.at = at + byteCount;
    return at;
  }
}

/** By hand: the methods of a buffer check once more what was checked. */
function unsignedAt(bytes: Buffer, at: number): number {
  return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
}

const NOTHING = Buffer.alloc(0);
const FOUR_GIB = 4_294_967_296;
/** Groups left the language with proto3; nobody nests them today. */
const DEEPEST_GROUP = 32;
