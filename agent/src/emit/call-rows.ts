/**
 * What an invocation asked of others, as its line has it: a row for each service, in the order of docs/record-format.md.
 *
 * Apart from the other values of a line, because a function that calls nobody never needs it: it comes with what measures calls.
 */
import type { OutboundCalls } from '../record/outbound-calls.ts';
import { known, ms } from './invocation-line.ts';

export const callRows = (calls: readonly OutboundCalls[]): unknown[][] | undefined =>
  known(
    calls.map(
      (call) =>
        known([
          call.service,
          call.callCount,
          ms(call.totalMs),
          call.errorCount,
          call.retryCount,
          call.sequentialCount,
          call.timeout && +(call.timeout === 'set'),
          call.nearTimeoutCount,
        ])!,
    ),
  );
