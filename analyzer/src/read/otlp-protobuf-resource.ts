/** Resources of OTLP in protobuf: a process sends the same one with every request, so it is read once and known again by its bytes. */
import type { ValueReader } from './otlp-protobuf-values.ts';
import { OtlpResource, RESOURCE_PLACES } from './otlp-resource.ts';
import { field, type ProtobufBytes, WIRE } from './protobuf-bytes.ts';

export class ResourceReader {
  readonly #cursor: ProtobufBytes;
  readonly #values: ValueReader;
  /** By the text of their bytes. */
  readonly #known = new Map<string, OtlpResource>();
  #lastBytes = NOTHING;
  #lastResource: OtlpResource | undefined;

  constructor(values: ValueReader) {
    this.#cursor = values.cursor;
    this.#values = values;
  }

  /** @returns the resource of the records that stand between these two places */
  between(from: number, end: number): OtlpResource {
    const cursor = this.#cursor;
    const { bytes } = cursor;
    let resourceFrom = 0;
    let resourceTo = 0;
    let isSplit = false;
    cursor.at = from;
    while (cursor.at < end) {
      const tag = cursor.tag(end);
      if (tag !== RESOURCE) {
        // What stands behind the first scope is looked at only where no resource stood in front of it.
        if (resourceTo > 0) break;
        cursor.skip(tag & 7, end);
        continue;
      }
      isSplit ||= resourceTo > 0;
      const to = cursor.endOfBytes(end);
      resourceFrom = cursor.at;
      resourceTo = to;
      cursor.at = to;
    }
    const last = this.#lastBytes;
    const length = resourceTo - resourceFrom;
    if (
      this.#lastResource !== undefined &&
      !isSplit &&
      last.length === length &&
      (length === 0 || bytes.compare(last, 0, length, resourceFrom, resourceTo) === 0)
    ) {
      return this.#lastResource;
    }
    const key = bytes.toString('latin1', resourceFrom, resourceTo);
    let resource = this.#known.get(key);
    if (resource === undefined) {
      cursor.at = resourceFrom;
      resource = this.#read(resourceTo);
      if (this.#known.size >= MOST_RESOURCES) this.#known.delete(this.#known.keys().next().value!);
      if (length <= LONGEST_KEPT_RESOURCE) this.#known.set(key, resource);
    }
    this.#lastBytes = Buffer.from(bytes.subarray(resourceFrom, resourceTo));
    this.#lastResource = resource;
    return resource;
  }

  #read(end: number): OtlpResource {
    const cursor = this.#cursor;
    const values = new Array<string | undefined>(RESOURCE_PLACES.count).fill(undefined);
    while (cursor.at < end) {
      const tag = cursor.tag(end);
      if (tag !== RESOURCE_ATTRIBUTE) {
        cursor.skip(tag & 7, end);
        continue;
      }
      const to = cursor.endOfBytes(end);
      this.#values.named(to, RESOURCE_PLACES, values);
      cursor.at = to;
    }
    return new OtlpResource(values);
  }
}

const RESOURCE = field(1, WIRE.bytes);
const RESOURCE_ATTRIBUTE = field(1, WIRE.bytes);
/** Processes that send to one receiver; one beyond costs reading its resource again. */
const MOST_RESOURCES = 1000;
/** Above any that is not made up; what is longer is read anew each time. */
const LONGEST_KEPT_RESOURCE = 16_384;
const NOTHING = Buffer.alloc(0);
