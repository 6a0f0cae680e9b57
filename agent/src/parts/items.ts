/** Loaded with the first event that brings items: messages, records, objects. */
import { known } from '../emit/invocation-line.ts';
import { describeItems, returnedItems } from '../measure/event-items.ts';
import type { EventOrigin } from '../measure/event-source.ts';
import { createItemKeys } from '../measure/item-keys.ts';

/** Told of the answer, or of what was thrown; gives members of the invocation's line. */
export type EndItems = (answer: unknown, threw: boolean) => ItemFields;

export interface ItemFields {
  readonly en: number | undefined;
  readonly er: number | undefined;
  readonly rf: number | undefined;
  readonly du: number | undefined;
  readonly ek: string[] | undefined;
}

/** Ids cost bytes that are billed; the batches that most queues deliver have no more items. */
const KEYS_IN_LINE = 10;

/** @returns to be told of each event with items, before the handler is; gives undefined for one that cannot be read */
export function countItems(): (origin: EventOrigin) => EndItems | undefined {
  const handled = createItemKeys();
  return (origin) => {
    const shape = describeItems(origin);
    if (!shape) return;
    const duplicates = handled.duplicates(shape.keys);
    return (answer, threw) => {
      const returned = threw ? shape.items : returnedItems(shape, answer);
      if (!threw) handled.remember(shape.keys);
      return {
        en: shape.items || undefined,
        er: shape.receives || undefined,
        rf: returned || undefined,
        du: duplicates || undefined,
        ek: known(shape.keys.slice(0, KEYS_IN_LINE)),
      };
    };
  };
}
