/** An application can print what looks like the runtime's last words, so these are redacted like any other line. */
import { expect, test } from 'vitest';
import { EventParser, type ParseLedger } from '../../analyzer/src/parse/event-parser.ts';

const nothing = (): void => {};
const ledger: ParseLedger = { skipped: nothing, took: nothing, metric: nothing, anomaly: nothing, unknownPlatform: nothing };

function failureOf(line: string): { message: string; maskedMessage: string } {
  const parser = new EventParser(ledger, {}, nothing);
  parser.beginFile(0, 'input');
  const bytes = Buffer.from(line);
  parser.event(parser.stream({ logStream: 's' }), 0, bytes, 0, bytes.length, 0);
  return parser.failureKinds.kinds[0]!;
}

test('what the runtime itself says stays as it is', () => {
  const said = 'RequestId: 5e0f2c1a-77aa-4b0e-9d6e-000000000001 Error: Runtime exited with error: signal: killed\nRuntime.ExitError\n';
  expect(failureOf(said).message).toBe('Runtime exited with error: signal: killed');
});

test('a secret in a line of that form is hidden', () => {
  const failure = failureOf('RequestId: 5e0f2c1a-77aa-4b0e-9d6e-000000000001 Error: no mailbox for jane.invented@example.org\n');
  expect(failure.message).toBe('no mailbox for [email]');
  expect(failure.maskedMessage).not.toContain('jane');
});
