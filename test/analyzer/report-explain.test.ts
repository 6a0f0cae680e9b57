import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { readEvidenceLine } from '../../analyzer/src/report/evidence-line.ts';
import { knownTerms, renderExplanation } from '../../analyzer/src/report/explain.ts';
import { leakingReport, thinReport } from '../support/sample-report.ts';

const folder = mkdtempSync(join(tmpdir(), 'nightlight-evidence-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('explaining a finding', () => {
  test('tells why, how it is decided, what would change it, and every place it rests on', () => {
    const text = renderExplanation('f-2', leakingReport())!;
    expect(text).toContain('F-2 ! OUT OF MEMORY  pricing v88, 512 MB');
    for (const part of ['WHY', 'DECIDED', 'TO CHANGE', 'logs/pricing.csv at byte 1020455', 'leaks 2.1 MB per invocation']) {
      expect(text).toContain(part);
    }
  });

  test('says what would refute it, and does not claim that it goes on', () => {
    const text = renderExplanation('f-2', leakingReport())!;
    expect(text).toContain('REFUTED BY');
    expect(text).toMatch(/HARM +hurts users\n/);
  });

  test('does not say of failures that are only counted that the lines carry no time', () => {
    const report = leakingReport();
    const counted = { ...report.findings[0]!, id: 'F-1', kind: 'failure' as const, evidence: [], sinceMs: undefined, lastMs: undefined };
    const text = renderExplanation('F-1', { ...report, findings: [counted] })!;
    expect(text).toMatch(/SINCE +cannot tell, because these are counted/);
    expect(text).not.toContain('carry no time');
  });

  test('says what is missing when it cannot tell', () => {
    expect(renderExplanation('F-1', thinReport())).toContain('cannot tell: one event says nothing about a rate');
  });

  test('shows the lines at its evidence where they were read, and the reason where not', () => {
    const text = renderExplanation('F-1', leakingReport(), {}, [
      { kind: 'line', text: 'Task timed out', isCut: false },
      { kind: 'unreadable', because: 'it has changed since' },
    ]);
    expect(text).toContain('    | Task timed out\n');
    expect(text).toContain('(not shown: it has changed since)');
  });

  test('leads on to the lines themselves, and not in a circle', () => {
    expect(renderExplanation('F-2', leakingReport())).toContain('nightlight explain F-2 logs --raw');
    expect(renderExplanation('F-2', leakingReport(), { raw: true })).not.toContain('nightlight explain');
    expect(renderExplanation('F-3', leakingReport())).toContain('aws lambda update-function-configuration');
  });

  test('knows no finding that the report does not hold', () => {
    expect(renderExplanation('F-99', leakingReport())).toBeUndefined();
    expect(renderExplanation('F-1', undefined)).toBeUndefined();
  });
});

describe('explaining a word', () => {
  test.each(knownTerms())('%s has a meaning, in any case and form', (term) => {
    expect(renderExplanation(term, undefined)).toBeTypeOf('string');
    expect(renderExplanation(term.toUpperCase(), undefined)).toBeTypeOf('string');
  });

  test('is silent on a word nobody defined, also on those every object has', () => {
    for (const word of ['blorp', 'constructor', '__proto__', 'toString']) expect(renderExplanation(word, undefined)).toBeUndefined();
  });
});

describe('the line behind a number', () => {
  const lines = ['START RequestId: 1', `token=${'A'.repeat(10)} ghp_${'a1B2'.repeat(9)} café`, 'END RequestId: 1'];
  const text = `${lines.join('\n')}\n`;
  const at = (path: string, byteOffset: number) => readEvidenceLine({ path, byteOffset, at: undefined });

  test('is read at its byte offset from a plain file and from gzip of several members alike', async () => {
    const plain = join(folder, 'plain.log');
    const packed = join(folder, 'packed.log.gz');
    writeFileSync(plain, text);
    writeFileSync(packed, Buffer.concat([gzipSync(text.slice(0, 30)), gzipSync(text.slice(30))]));
    const last = Buffer.byteLength(text) - Buffer.byteLength(`${lines[2]}\n`);
    for (const path of [plain, packed]) {
      expect(await at(path, 0)).toEqual({ kind: 'line', text: lines[0], isCut: false });
      expect(await at(path, last)).toEqual({ kind: 'line', text: lines[2], isCut: false });
    }
  });

  test('is redacted before it is shown', async () => {
    const path = join(folder, 'secret.log');
    writeFileSync(path, text);
    const line = await at(path, Buffer.byteLength(`${lines[0]}\n`));
    expect(line).toMatchObject({ kind: 'line' });
    expect(JSON.stringify(line)).not.toContain('ghp_a1B2');
    expect(JSON.stringify(line)).toContain('café');
  });

  test('is cut when the whole file is one line', async () => {
    const path = join(folder, 'one-line.json');
    writeFileSync(path, 'word '.repeat(50_000));
    expect(await at(path, 10)).toMatchObject({ kind: 'line', isCut: true });
  });

  test('says why it cannot be shown: gone, shorter than before, or from standard input', async () => {
    const path = join(folder, 'short.log');
    writeFileSync(path, 'x\n');
    expect(await at(path, 500)).toMatchObject({ kind: 'unreadable', because: expect.stringContaining('has changed since') });
    expect(await at(join(folder, 'gone.log'), 0)).toMatchObject({ kind: 'unreadable' });
    expect(await at('-', 0)).toMatchObject({ kind: 'unreadable', because: expect.stringContaining('standard input') });
  });
});

test.each(['p50', 'p99', 'p99.9'])('%s is explained as the percentile that it is', (word) => {
  expect(renderExplanation(word, undefined)).toContain('99 of 100 requests');
});

describe('a way of failing', () => {
  test('is explained by its id, its name or its number, without any input', () => {
    for (const query of ['disk-full', 'Disk full', '25']) {
      const page = renderExplanation(query, undefined)!;
      expect(page).toMatch(/^.*\(mode 25 of the catalogue/);
      expect(page).not.toContain('In this input');
    }
  });

  test('that is also a kind of finding is explained as both', () => {
    const page = renderExplanation('retry-storm', undefined)!;
    expect(page.startsWith('retry-storm')).toBe(true);
    expect(page).toContain('(mode 2 of the catalogue');
  });
});
