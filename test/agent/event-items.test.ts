import { describe, expect, test } from 'vitest';
import { describeEvent, returnedItems } from '../../agent/src/measure/event-items.ts';

// Reduced from the samples in the AWS Lambda Developer Guide, one page for each service.
const sqs = (n: number, more: (i: number) => object = () => ({})) => ({
  Records: Array.from({ length: n }, (_, i) => ({
    messageId: `m-${i}`,
    receiptHandle: 'AQEB',
    body: 'secret body',
    attributes: { ApproximateReceiveCount: String(i + 1), SentTimestamp: '1' },
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:us-east-1:123456789012:orders',
    ...more(i),
  })),
});
const kinesis = (n: number) => ({
  Records: Array.from({ length: n }, (_, i) => ({
    kinesis: { partitionKey: '1', sequenceNumber: `4959${i}`, data: 'c2VjcmV0' },
    eventSource: 'aws:kinesis',
    eventID: `shardId-000000000006:4959${i}`,
  })),
});
const dynamodb = (n: number) => ({
  Records: Array.from({ length: n }, (_, i) => ({
    eventID: `e${i}`,
    eventName: 'INSERT',
    dynamodb: { Keys: {}, SequenceNumber: `${100 + i}` },
    eventSource: 'aws:dynamodb',
  })),
});
const sns = { Records: [{ EventSource: 'aws:sns', EventVersion: '1.0', Sns: { MessageId: '95df01b4', Message: 'secret' } }] };
const s3 = {
  Records: [
    { eventSource: 'aws:s3', s3: { configurationId: 'c', bucket: { name: 'b' }, object: { key: 'private/name.pdf', sequencer: '0A1B' } } },
  ],
};
const eventBridge = { version: '0', id: '17793124', 'detail-type': 'EC2 State-change', source: 'aws.ec2', detail: {} };

describe('the word for who woke the function', () => {
  const restApi = { resource: '/', httpMethod: 'GET', requestContext: { apiId: 'a1', stage: 'prod' } };
  const httpApi = { version: '2.0', requestContext: { apiId: 'a1', domainName: 'a1.execute-api.eu-west-1.amazonaws.com', http: {} } };
  test.each([
    ['sqs', sqs(1)],
    ['sns', sns],
    ['s3', s3],
    ['kinesis', kinesis(1)],
    ['dynamodb', dynamodb(1)],
    ['kafka', { eventSource: 'aws:kafka', records: { 'orders-0': [{ topic: 'orders' }] } }],
    ['mq', { eventSource: 'aws:mq', messages: [{ messageID: 'ID:b-1' }] }],
    ['rmq', { eventSource: 'aws:rmq', rmqMessagesByQueue: { 'orders::/': [{}] } }],
    ['eventbridge', eventBridge],
    ['schedule', { ...eventBridge, 'detail-type': 'Scheduled Event', source: 'aws.events' }],
    ['apigateway', restApi],
    ['httpapi', httpApi],
    ['function-url', { version: '2.0', requestContext: { domainName: 'abc.lambda-url.us-west-2.on.aws', http: { method: 'GET' } } }],
    ['alb', { httpMethod: 'GET', requestContext: { elb: { targetGroupArn: 'arn' } } }],
    ['step-functions', { Execution: { Id: 'arn' }, State: {}, StateMachine: { Id: 'arn' } }],
  ])('is %s', (word, event) => {
    expect(describeEvent(event)?.source).toBe(word);
  });

  test.each([
    ['a payload of somebody’s own', { name: 'x', Records: 3 }],
    ['records of somebody’s own', { Records: [{ eventSource: 'my:shop' }] }],
    ['a long text behind aws:', { Records: [{ eventSource: 'aws:this_is_no_service_of_theirs' }] }],
    ['a request context of another service', { requestContext: { serviceArn: 'arn' } }],
    ['no event', null],
    ['a text', 'hello'],
    ['a number', 5],
    ['an empty list', []],
  ])('is absent for %s', (_what, event) => {
    expect(describeEvent(event)).toBeUndefined();
  });
});

describe('items', () => {
  test('are counted, with the highest receive count among them', () => {
    const shape = describeEvent(sqs(3))!;
    expect(shape.items).toBe(3);
    expect(shape.receives).toBe(3);
    expect(describeEvent(sns)!.receives).toBe(0);
  });

  test('of a batch of ten thousand are all counted, and the keys of a hundred kept', () => {
    const shape = describeEvent(sqs(10_000))!;
    expect(shape.items).toBe(10_000);
    expect(shape.keys).toHaveLength(100);
  });

  test('have keys that tell them apart and are equal for a second delivery', () => {
    for (const event of [sqs(5), kinesis(5), dynamodb(5), sns, s3, eventBridge]) {
      const keys = describeEvent(event)!.keys;
      expect(new Set(keys).size).toBe(keys.length);
      expect(keys.every((key) => /^[\w-]{8}$/.test(key))).toBe(true);
      expect(describeEvent(structuredClone(event))!.keys).toEqual(keys);
    }
  });

  test('of a FIFO queue are one when the producer said that they are one', () => {
    const sentTwice = sqs(2, () => ({ attributes: { MessageDeduplicationId: 'order-7', MessageGroupId: 'g' } }));
    expect(new Set(describeEvent(sentTwice)!.keys).size).toBe(1);
  });

  test('of S3 differ by the version of an object, not only by its name', () => {
    const later = structuredClone(s3);
    later.Records[0]!.s3.object.sequencer = '0A1C';
    expect(describeEvent(later)!.keys).not.toEqual(describeEvent(s3)!.keys);
  });

  test('leave nothing of bodies and names in source and keys', () => {
    for (const event of [sqs(3), kinesis(3), sns, s3]) {
      const { source, keys } = describeEvent(event)!;
      expect(JSON.stringify([source, keys])).not.toMatch(/secret|private|name|123456789012/);
    }
  });
});

describe('items that went back', () => {
  const answer = (...names: unknown[]) => ({ batchItemFailures: names.map((itemIdentifier) => ({ itemIdentifier })) });

  test('are none when the handler answered, whatever it answered', () => {
    for (const response of [undefined, null, '', {}, answer(), { batchItemFailures: null }, { statusCode: 200 }]) {
      const shape = describeEvent(sqs(3))!;
      const keys = [...shape.keys];
      expect(returnedItems(shape, response)).toBe(0);
      expect(shape.keys).toEqual(keys);
    }
  });

  test('are none for a request that waits for its answer', () => {
    expect(returnedItems(describeEvent({ requestContext: { apiId: 'a' } })!, undefined)).toBe(0);
  });

  test('are exactly the named ones of a queue, each once', () => {
    const shape = describeEvent(sqs(5))!;
    const keys = [...shape.keys];
    expect(returnedItems(shape, answer('m-1', 'm-3', 'm-3'))).toBe(2);
    expect(shape.keys).toEqual([keys[0], keys[2], keys[4]]);
  });

  test('are all from the first failed one of a stream', () => {
    for (const [event, first, later] of [
      [kinesis(5), '49592', '49594'],
      [dynamodb(5), '102', '104'],
    ] as const) {
      const shape = describeEvent(event)!;
      const keys = [...shape.keys];
      expect(returnedItems(shape, answer(later, first))).toBe(3);
      expect(shape.keys).toEqual(keys.slice(0, 2));
    }
  });

  test.each([
    ['an empty name', ''],
    ['a null name', null],
    ['another key', undefined],
  ])('are all when the answer has %s', (_what, name) => {
    expect(returnedItems(describeEvent(sqs(3))!, answer('m-0', name))).toBe(3);
  });

  test('are none when the answer names nothing of the event', () => {
    expect(returnedItems(describeEvent(sqs(3))!, answer('somebody else'))).toBe(0);
  });

  test('cannot be told when the answer cannot be read', () => {
    expect(returnedItems(describeEvent(sqs(3))!, { batchItemFailures: 3 })).toBeUndefined();
  });

  test('are told also of a handler that emptied the list while it worked', () => {
    const event = sqs(3);
    const shape = describeEvent(event)!;
    event.Records.length = 0;
    expect(returnedItems(shape, answer('m-2'))).toBe(1);
  });
});

describe('a hostile event', () => {
  const throws = () => {
    throw new Error('not yours');
  };
  const everyTrap = Object.fromEntries(Object.getOwnPropertyNames(Reflect).map((trap) => [trap, throws]));
  test.each([
    ['a proxy that throws at every touch', new Proxy({}, everyTrap)],
    ['records that throw at every touch', { Records: new Proxy([], everyTrap) }],
    ['a getter that throws', Object.defineProperty({}, 'Records', { get: throws })],
    ['a record that throws', { Records: [Object.defineProperty({}, 'eventSource', { get: throws })] }],
    ['symbols for ids', { Records: [{ eventSource: 'aws:sqs', messageId: Symbol('x') }] }],
    ['records of null', { Records: [null] }],
    ['a source that is an object', { Records: [{ eventSource: { toString: throws } }] }],
    ['a million of nothing', { Records: new Array(1_000_000) }],
  ])('is passed over: %s', (_what, event) => {
    expect(() => describeEvent(event)).not.toThrow();
  });

  test('without a prototype is read like any other', () => {
    expect(describeEvent(Object.assign(Object.create(null), sns))?.source).toBe('sns');
  });

  test('with a receive count of its own making gives a number or nothing', () => {
    for (const ApproximateReceiveCount of ['many', '-1e999', {}, [], '1e400']) {
      expect(describeEvent(sqs(1, () => ({ attributes: { ApproximateReceiveCount } })))!.receives).toBeGreaterThanOrEqual(0);
    }
  });

  test('with an answer that throws at every touch cannot be told', () => {
    expect(returnedItems(describeEvent(sqs(2))!, new Proxy({}, everyTrap))).toBeUndefined();
  });
});
