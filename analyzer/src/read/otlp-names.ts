/**
 * The attributes that we read of a span and of a resource, each with the place of its value in a list: whatever else a sender
 * attaches costs one look at its name.
 *
 * Where a convention was renamed, both names are read. Source: OpenTelemetry semantic conventions 1.37 for FaaS, HTTP, RPC,
 * messaging and databases, and "HTTP semantic convention stability migration".
 */
export const SPAN_NAMES = [
  'faas.invocation_id',
  'faas.execution',
  'http.request.method',
  'http.method',
  'http.route',
  'http.response.status_code',
  'http.status_code',
  'error.type',
  'peer.service',
  'server.address',
  'net.peer.name',
  'http.host',
  'rpc.system',
  'rpc.service',
  'rpc.method',
  'messaging.system',
  'messaging.destination.name',
  'messaging.destination',
  'messaging.operation.type',
  'messaging.operation',
  'db.system.name',
  'db.system',
  'nightlight.heap.used_bytes',
  'nightlight.heap.external_bytes',
] as const;

export const RESOURCE_NAMES = [
  'aws.log.group.names',
  'aws.log.stream.names',
  'faas.instance',
  'cloud.account.id',
  'faas.name',
  'faas.version',
  'faas.max_memory',
  'cloud.platform',
  'service.name',
  'service.version',
  'service.instance.id',
  'k8s.pod.name',
  'container.id',
  'host.name',
  'process.pid',
] as const;

export type SpanName = (typeof SPAN_NAMES)[number];
export type ResourceName = (typeof RESOURCE_NAMES)[number];

/** Values by the place of their name; undefined where the sender told none. A list is told by its first element. */
export type NamedValues = (string | undefined)[];

/** Which place a name has, from a string or from bytes; -1 for all others. */
export class NamePlaces {
  readonly count: number;
  readonly #places = new Map<string, number>();
  /** By length and two bytes: the places of the names that may be meant. */
  readonly #candidates: (readonly { readonly place: number; readonly name: Buffer }[] | undefined)[] = new Array(BUCKETS).fill(undefined);

  readonly #isTaken = new Uint8Array(BUCKETS);

  /** @param only  those that are looked for; all where absent */
  constructor(names: readonly string[], only?: readonly string[]) {
    this.count = names.length;
    for (const [place, name] of names.entries()) {
      if (only !== undefined && !only.includes(name)) continue;
      this.#places.set(name, place);
      const bytes = Buffer.from(name);
      const bucket = bucketOf(bytes, 0, bytes.length);
      this.#candidates[bucket] = [...(this.#candidates[bucket] ?? []), { place, name: bytes }];
      this.#isTaken[bucket] = 1;
    }
  }

  of(name: string): number {
    return this.#places.get(name) ?? -1;
  }

  /** False for nearly all names without a place, after a look at two bytes. */
  mayHold(source: Buffer, from: number, to: number): boolean {
    return this.#isTaken[bucketOf(source, from, to)] === 1;
  }

  ofBytes(source: Buffer, from: number, to: number): number {
    const candidates = this.#candidates[bucketOf(source, from, to)];
    if (candidates === undefined) return -1;
    for (let i = 0; i < candidates.length; i++) {
      const { place, name } = candidates[i]!;
      if (name.length !== to - from) continue;
      let at = 0;
      while (at < name.length && name[at] === source[from + at]) at++;
      if (at === name.length) return place;
    }
    return -1;
  }
}

const BUCKETS = 512;

function bucketOf(source: Buffer, from: number, to: number): number {
  if (to - from < 3) return 0;
  return ((to - from) * 37 + source[to - 1]! * 5 + source[to - 3]!) & (BUCKETS - 1);
}
