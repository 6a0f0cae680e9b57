/** Where a trail of calls leads, told by the name that was seen failing. */
import { expect, test } from 'vitest';
import { failureTrail, type TrailReport } from '../../analyzer/src/recovery/failure-trail.ts';

type Call = NonNullable<TrailReport['outboundCalls']>[number];

const call = (peer: string, callCount: number, errors: number): Call =>
  ({ functionName: 'shop', peer, callCount, errors: { count: errors, of: callCount }, nearLimitCount: 0 }) as Partial<Call> as Call;
const failure = {
  functionName: 'shop',
  type: 'Error',
  status: 'error',
  maskedMessage: '',
  sampleMessage: '',
  causes: [],
  rate: { count: 600, of: 1_500 },
} as unknown as Partial<TrailReport['failures'][number]> as TrailReport['failures'][number];
const trailOf = (...outboundCalls: readonly Call[]) => failureTrail({ functions: [], failures: [failure], outboundCalls }, failure);

test('two ports of one host are two peers: the one whose calls fail is the suspect, with its own counts', () => {
  const { path, because } = trailOf(call('localhost:4001', 1_500, 0), call('localhost:4002', 1_500, 600));
  expect(path).toEqual(['shop', 'localhost:4002']);
  expect(because).toEqual(['600 of 1,500 calls from shop to localhost:4002 failed, 0 ended near their limit']);
});

test('a peer that answers well leads nowhere', () => {
  expect(trailOf(call('localhost:4001', 1_500, 0)).path).toEqual(['shop']);
});
