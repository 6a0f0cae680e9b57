/**
 * Who sent a request's telemetry: the stream that its events belong to, and what the resource says of the machine.
 *
 * A process is told by its log stream, its function's instance or its service's instance; a sender that names none of them by
 * pod, container, or host and process number. Where nothing tells one process from another, they share an unnamed stream.
 */
import type { OriginHandles } from './origin-handles.ts';
import { type NamedValues, NamePlaces, RESOURCE_NAMES, type ResourceName } from './otlp-names.ts';

export const RESOURCE_PLACES = new NamePlaces(RESOURCE_NAMES);

export class OtlpResource {
  readonly memorySizeMb: number | undefined;
  /** A function that a platform starts: only spans that name an invocation count as one. */
  readonly isFunction: boolean;
  /** What tells one function or process from another; the rest describes the machine. */
  readonly dimensions: Readonly<Record<string, string>>;
  readonly #values: NamedValues;
  #stream = -1;

  /** @param values  by the places of `RESOURCE_PLACES`; taken over */
  constructor(values: NamedValues) {
    this.#values = values;
    const memoryBytes = Number(this.told('faas.max_memory'));
    this.memorySizeMb = memoryBytes > 0 ? memoryBytes / MEBIBYTE : undefined;
    this.isFunction = this.told('faas.name', 'faas.instance') !== undefined || this.told('cloud.platform') === 'aws_lambda';
    this.dimensions = Object.fromEntries(
      DIMENSIONS.map((name) => [name, values[PLACE[name]]] as const).filter(
        (pair): pair is [ResourceName, string] => pair[1] !== undefined,
      ),
    );
  }

  told(...names: readonly ResourceName[]): string | undefined {
    for (const name of names) {
      const value = this.#values[PLACE[name]];
      if (value) return value;
    }
    return undefined;
  }

  /** The stream's handle; the sink is asked when the first event needs it. */
  streamIn(origins: OriginHandles): number {
    if (this.#stream < 0) {
      this.#stream = origins.of({
        logGroup: this.told('aws.log.group.names'),
        logStream:
          this.told('aws.log.stream.names', 'faas.instance', 'service.instance.id', 'k8s.pod.name', 'container.id') ?? this.#process(),
        accountId: this.told('cloud.account.id'),
        functionName: this.told('faas.name', 'service.name'),
        version: this.told('faas.version', 'service.version'),
        isProcess: !this.isFunction && this.told('aws.log.group.names') === undefined && this.told('service.name') !== undefined,
      });
    }
    return this.#stream;
  }

  #process(): string | undefined {
    const host = this.told('host.name');
    const pid = this.told('process.pid');
    return host === undefined || pid === undefined ? undefined : `${host}/${pid}`;
  }
}

const PLACE = Object.fromEntries(RESOURCE_NAMES.map((name, place) => [name, place])) as Readonly<Record<ResourceName, number>>;
const DIMENSIONS: readonly ResourceName[] = ['faas.name', 'faas.version', 'faas.instance', 'service.name', 'service.instance.id'];
/** `faas.max_memory` is in bytes. */
const MEBIBYTE = 1_048_576;
