/**
 * Who woke the function, and with which items. Nothing of an event reaches a line but the word for its source, counts, and hashes
 * of ids; those are the business of `event-items.ts`, which functions that answer requests never need.
 *
 * Shapes: AWS Lambda Developer Guide, "Invoking Lambda with events from other AWS services" and the page of each
 * service. It is terse because every start of a function pays for its bytes.
 */
export interface EventOrigin {
  /** One of the words in docs/record-format.md under "Event sources". */
  readonly source: string;
  /** The items themselves, which hold what must not reach a line; empty for a source that delivers none but waits for an answer. */
  readonly list: readonly unknown[];
}

// biome-ignore lint/suspicious/noExplicitAny: events and answers are whatever somebody sent; all reading of them is guarded
type Anything = any;

/** @returns undefined for an event of no known shape: somebody's own, or one that could not be read */
export function eventOrigin(event: Anything): EventOrigin | undefined {
  try {
    const { requestContext: request, 'detail-type': type } = event;
    // A copy, because a handler may empty the list while it works. No event source mapping hands over more.
    const list = (event.Records ?? (type ? [event] : [])).slice(0, 10_000);
    const first = list[0] ?? event;
    const source = type
      ? type === 'Scheduled Event'
        ? 'schedule'
        : 'eventbridge'
      : request
        ? request.elb
          ? 'alb'
          : request.http
            ? /lambda-url/.test(request.domainName)
              ? 'function-url'
              : 'httpapi'
            : request.apiId && 'apigateway'
        : event.StateMachine
          ? 'step-functions'
          : // One short word of AWS's own: nothing else of an event may come into a line.
            /^aws:(\w{2,9})$/.exec(first.eventSource ?? first.EventSource)?.[1];
    return source && { source, list };
  } catch {}
}
