/** The receiver of OTLP as a source: what it refuses is counted among what was dropped, and a port in use is said where one looks. */
import { type FollowedSource, type LiveFeed, startOtlpReceiver } from '@nightlight/analyzer/live';
import type { ListenAddress } from './watch-sources.ts';

/** @param warn  others than this machine can send */
export function otlpSource({ host, port }: ListenAddress, functionName: string | undefined, warn: (text: string) => void): FollowedSource {
  return {
    kind: 'feed',
    name: `OTLP on ${host.includes(':') ? `[${host}]` : host}:${port}`,
    async start(feed) {
      const receiver = await startOtlpReceiver(
        { host, port, ready: () => feed.ready(), ...(functionName !== undefined && { functionName }) },
        feed.sink,
      );
      if (receiver.warning !== undefined) warn(receiver.warning);
      const counted = new Map<string, number>();
      let taken = 0;
      const timer = setInterval(() => {
        const counts = receiver.counts();
        if (counts.takenRequestCount > taken) feed.arrived();
        taken = counts.takenRequestCount;
        // Single records with a fault are counted where they are read.
        tellNew(counts.refused, counted, feed);
      }, LOOK_EVERY_MS);
      return async () => {
        clearInterval(timer);
        await receiver.close();
      };
    },
  };
}

const LOOK_EVERY_MS = 100;

function tellNew(refused: ReadonlyMap<string, number>, counted: Map<string, number>, feed: LiveFeed): void {
  for (const [reason, count] of refused) {
    const before = counted.get(reason) ?? 0;
    if (count > before) feed.dropped(`refused: ${reason}`, count - before);
    counted.set(reason, count);
  }
}
