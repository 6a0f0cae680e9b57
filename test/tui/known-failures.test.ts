/** The configuration: found upward, checked to the letter, and followed by the report. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { knownFailures } from '../../tui/src/commands/config-file.ts';
import { readKnownSection } from '../../tui/src/model/known-section.ts';

const NOW_MS = Date.parse('2026-11-21T03:00:00Z');
const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'nightlight-known-'));
const inner = join(folder, 'services', 'checkout');
mkdirSync(inner, { recursive: true });
const entry = { fingerprint: 'v1:0123456789', owner: 'payments' };
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const read = (config: unknown) => readKnownSection(config, 'nightlight.config.json', NOW_MS);

test('an entry is read with its owner and runbook, and a mute only while it lies ahead', () => {
  expect(read({ known: [{ ...entry, runbook: 'https://wiki/42', mute: { until: '2026-11-22' } }] })).toEqual({
    kind: 'read',
    known: [{ ...entry, runbook: 'https://wiki/42', mutedUntilMs: Date.parse('2026-11-22T00:00:00Z') }],
  });
  expect(read({ known: [{ ...entry, mute: { until: '2026-11-20T12:00Z' } }] })).toEqual({ kind: 'read', known: [entry] });
  expect(read({})).toEqual({ kind: 'read', known: [] });
});

test.each([
  [{ known: {} }, 'expected "known" to be a list, found {}'],
  [{ known: ['v1:0123456789'] }, 'known[0]: expected an object, found "v1:0123456789"'],
  [{ known: [{ fingerprint: '0123' }] }, 'known[0]: expected "fingerprint" as v1: and ten digits, found "0123"'],
  [{ known: [entry, { ...entry, ownr: 'x' }] }, 'known[1]: expected fingerprint, owner, runbook, mute, found "ownr"'],
  [{ known: [entry, entry] }, 'known[1]: expected each fingerprint once, found v1:0123456789 again'],
  [{ known: [{ ...entry, mute: { until: 'tomorrow' } }] }, 'expected "mute" as {"until": "2026-12-01"}'],
  [{ known: [{ ...entry, mute: { until: '2026-12-01T09:00' } }] }, 'with a time in UTC'],
  [{ known: [{ ...entry, owner: 7 }] }, 'expected "owner" as text, found 7'],
])('%j is an error that says where', (config, message) => {
  expect(read(config)).toMatchObject({ kind: 'wrong', message: expect.stringContaining(message) });
});

test('the file is found above the working directory; broken JSON in it stops the command', () => {
  expect(knownFailures(inner, NOW_MS)).toBeUndefined();
  writeFileSync(join(folder, 'nightlight.config.json'), JSON.stringify({ known: [entry] }));
  expect(knownFailures(inner, NOW_MS)).toEqual([entry]);
  writeFileSync(join(inner, 'nightlight.config.json'), '{"known": [');
  expect(() => knownFailures(inner, NOW_MS)).toThrow(/expected JSON, found text that is none/);
  rmSync(join(inner, 'nightlight.config.json'));
});

test('a known failure shows owner and runbook, a muted one stands last, and neither is hidden', () => {
  const report = () => {
    const run = spawnSync(
      process.execPath,
      [join(root, 'tui/dist/main.js'), 'analyze', join(root, 'fixtures/example'), '--format', 'json'],
      {
        cwd: inner,
        encoding: 'utf8',
      },
    );
    return JSON.parse(run.stdout) as { findings: { id: string; fingerprint: string | null; why: string; mutedUntil: string | null }[] };
  };
  writeFileSync(join(folder, 'nightlight.config.json'), '{}');
  const plain = report().findings;
  const [muted, owned] = plain.filter(({ fingerprint }) => fingerprint !== null);
  const known = [
    { fingerprint: muted!.fingerprint, mute: { until: '9999-01-01' } },
    { fingerprint: owned!.fingerprint, owner: 'payments', runbook: 'https://wiki/42' },
  ];
  writeFileSync(join(folder, 'nightlight.config.json'), JSON.stringify({ known }));
  const { findings } = report();
  expect(findings).toHaveLength(plain.length);
  expect(findings.at(-1)).toMatchObject({ fingerprint: muted!.fingerprint, mutedUntil: '9999-01-01T00:00:00.000Z' });
  expect(findings.at(-1)!.why).toContain('; muted until 9999-01-01 00:00 UTC, known: no owner named');
  const told = findings.find(({ fingerprint }) => fingerprint === owned!.fingerprint)!;
  expect(told.why).toContain('; known: owner payments, runbook https://wiki/42');
});
