/**
 * The items of an event: how many came, how many of them went back, and which were handled before.
 *
 * Drops and duplicates can only be counted where received, handled and returned items are. The event tells the first,
 * the answer the last.
 *
 * Answers: AWS Lambda Developer Guide, "Implementing partial batch responses" (SQS) and "Configuring partial batch response with
 * Kinesis Data Streams and Lambda" (the same for DynamoDB).
 */
import { type EventOrigin, eventOrigin } from './event-source.ts';
import { shortHash } from './item-keys.ts';

export interface EventShape extends EventOrigin {
  /** The highest approximate receive count among the first items; 0 where the source tells none. */
  readonly receives: number;
  /** Items in the event; 0 for a source that delivers none but waits for an answer. */
  readonly items: number;
  /**
   * Hashes of the first items' ids, empty for an item without one. Once `returnedItems` was asked: of the handled ones, or of all
   * where the handler failed.
   */
  keys: readonly string[];
}

// biome-ignore lint/suspicious/noExplicitAny: events and answers are whatever somebody sent; all reading of them is guarded
type Anything = any;

/** @returns undefined for an event of no known shape: somebody's own, or one that could not be read */
export function describeEvent(event: Anything): EventShape | undefined {
  const origin = eventOrigin(event);
  return origin && describeItems(origin);
}

/** @returns undefined when an item could not be read */
export function describeItems({ source, list }: EventOrigin): EventShape | undefined {
  try {
    let receives = 0;
    const keys = list.slice(0, 100).map((item: Anything) => {
      const attributes = item.attributes;
      receives = Math.max(receives, attributes?.ApproximateReceiveCount >>> 0);
      const id =
        attributes?.MessageDeduplicationId ??
        item.messageId ??
        item.eventID ??
        item.Sns?.MessageId ??
        item.id ??
        // Configuration, bucket, key and sequencer of an S3 object, as they stand.
        JSON.stringify(item.s3);
      return id && shortHash(id);
    });
    return { source, receives, items: list.length, list, keys };
  } catch {}
  return;
}

/**
 * To be asked once, when the handler is done and did not throw; leaves in `shape.keys` what was handled with success. (Where it threw,
 * everything goes back: to the queue, to the stream, or to the queue that Lambda itself keeps of asynchronous events. Then all keys
 * stay, because an item that never succeeds must be told by its name.)
 *
 * @returns undefined when the answer cannot be read
 */
export function returnedItems(shape: EventShape, response: Anything): number | undefined {
  try {
    const named = new Set(response?.batchItemFailures?.map((failure: Anything) => failure.itemIdentifier || ''));
    let returned = 0;
    shape.keys = shape.list
      .map((item: Anything, i) =>
        // An item without a name makes the answer invalid, and that gives the whole batch back.
        named.has('') ||
        // A stream is read again from the first item that failed.
        (returned && shape.source !== 'sqs') ||
        (named.size && Object.values(item.kinesis ?? item.dynamodb ?? item).some((id) => named.has(id)))
          ? !++returned
          : shape.keys[i],
      )
      .filter(Boolean) as string[];
    return returned;
  } catch {}
}
