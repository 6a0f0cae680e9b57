/** Messages received, and what became of each: counted exactly, or said why not. */
import { expect, test } from 'vitest';
import { invLine } from '../support/agent-lines.ts';
import { requestId } from '../support/assemble-lines.ts';
import { findingsOf, NIGHT_MS, type NightAttempt, nightOf, reportOfLines } from '../support/lambda-night.ts';

const batch = (ordinal: number, told: Parameters<typeof invLine>[0]): NightAttempt => ({
  agent: invLine({ requestId: requestId(ordinal), eventSource: 'sqs', eventItemCount: 10, ...told }),
});
const keys = (...names: string[]): string[] => names;

test('received is succeeded, returned and dropped', () => {
  const report = reportOfLines(nightOf([[batch(1, {}), batch(2, { returnedCount: 3 }), batch(3, { failed: true, returnedCount: 10 })]]));
  expect(report.messages).toMatchObject([
    { functionName: 'checkout', sources: ['sqs'], receivedCount: 30, succeededCount: 17, returnedCount: 13, droppedCount: 0 },
  ]);
  expect(report.messages![0]!.incompleteBecause).toBeUndefined();
  expect(findingsOf(report, 'messages-dropped')).toEqual([]);
});

test('dropped messages are a finding, and the counts still add up', () => {
  const report = reportOfLines(nightOf([[batch(1, { droppedCount: 2 }), batch(2, { droppedCount: 1, returnedCount: 1 })]]));
  expect(report.messages).toMatchObject([{ receivedCount: 20, succeededCount: 16, returnedCount: 1, droppedCount: 3 }]);
  expect(findingsOf(report, 'messages-dropped')[0]).toMatchObject({
    certainty: 'proven',
    why: expect.stringMatching(/^3 of 20 messages received/),
    affectedCount: 3,
    exposedCount: 20,
    sinceMs: NIGHT_MS + 29,
    lastMs: NIGHT_MS + 1049,
    evidence: [{ at: new Date(NIGHT_MS + 29).toISOString() }, { at: new Date(NIGHT_MS + 1049).toISOString() }],
  });
});

test('of an attempt that left no line it is said that its messages cannot be counted', () => {
  const report = reportOfLines(nightOf([[batch(1, {}), { timedOutMs: 3000 }]]));
  expect(report.messages![0]!.incompleteBecause).toContain('1 attempt of 2 left no line of the agent');
});

test('a key that two sandboxes handled with success is handled twice; a retry after a failure is not', () => {
  const report = reportOfLines(
    nightOf([
      [
        batch(1, { eventItemCount: 2, itemKeys: keys('a', 'b') }),
        batch(2, { eventItemCount: 1, failed: true, returnedCount: 1, itemKeys: keys('c') }),
      ],
      [batch(3, { eventItemCount: 1, itemKeys: keys('b') }), batch(4, { eventItemCount: 1, itemKeys: keys('c') })],
    ]),
  );
  expect(report.messages![0]!).toMatchObject({ duplicateCount: 1, duplicatesAtLeastBecause: undefined });
  expect(findingsOf(report, 'duplicate-delivery')[0]!.why).toMatch(/^1 of 5 messages/);
});

test('items that never succeed in three deliveries are told apart from those that do at last', () => {
  const failing = (ordinal: number, ...names: string[]) =>
    batch(ordinal, { eventItemCount: names.length, failed: true, returnedCount: names.length, itemKeys: names });
  const report = reportOfLines(
    nightOf([
      [failing(1, 'bad', 'a', 'b'), failing(2, 'bad', 'b'), failing(3, 'bad', 'b')],
      [batch(4, { eventItemCount: 2, itemKeys: keys('a', 'b') })],
    ]),
  );
  expect(report.messages![0]!).toMatchObject({ failedItemCount: 3, recurringItemCount: 1 });
});

test('ten thousand keys, each once, are no duplicates', () => {
  const attempts = Array.from({ length: 100 }, (_, i) =>
    batch(i + 1, { eventItemCount: 100, itemKeys: Array.from({ length: 100 }, (_, k) => (i * 100 + k).toString(36).padStart(8, '0')) }),
  );
  expect(reportOfLines(nightOf([attempts])).messages![0]!).toMatchObject({ receivedCount: 10_000, duplicateCount: 0 });
});

test('of a batch that gave back an item, the keys are those of the others', () => {
  const partly = batch(1, { eventItemCount: 3, returnedCount: 1, itemKeys: keys('a', 'b') });
  const again = batch(2, { eventItemCount: 2, itemKeys: keys('b', 'c') });
  expect(reportOfLines(nightOf([[partly], [again]])).messages![0]!).toMatchObject({
    duplicateCount: 1,
    duplicatesAtLeastBecause: undefined,
  });
});

test('of a batch with more items than its line names, duplicates are a lower bound', () => {
  const report = reportOfLines(nightOf([[batch(1, { eventItemCount: 12, itemKeys: keys('a', 'b') })]]));
  expect(report.messages![0]!.duplicatesAtLeastBecause).toContain('1 batch does not name each item that was handled');
});

test('a function without messages has no row', () => {
  expect(reportOfLines(nightOf([[{ agent: invLine({ requestId: requestId(1) }) }]])).messages).toEqual([]);
});
