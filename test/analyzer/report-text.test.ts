import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { renderBrief } from '../../analyzer/src/report/brief.ts';
import { renderExplanation } from '../../analyzer/src/report/explain.ts';
import { renderMarkdown } from '../../analyzer/src/report/markdown.ts';
import type { Report } from '../../analyzer/src/report/report.ts';
import { renderText } from '../../analyzer/src/report/text.ts';
import { displayWidth } from '../../analyzer/src/report/wording/display-width.ts';
import { emptyReport, finding, healthyReport, leakingReport, thinReport, unreadReport } from '../support/sample-report.ts';

const SAMPLES = { leaking: leakingReport, healthy: healthyReport, thin: thinReport, unread: unreadReport, empty: emptyReport };
const HOSTILE = 'evil\u001b[2J\u001b]0;owned\u0007\u009b31m\u202etxt\u0000\r\n';
const CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\u200b-\u200f]/;

describe('the first ten lines', () => {
  const firstTen = (report: Report, width = 80) => renderText(report, { width }).split('\n').slice(0, 10);

  test('say what hurts, why, since when, what changed, how many, how sure and what to do next', () => {
    expect(firstTen(leakingReport())).toMatchInlineSnapshot(`
      [
        "! TIMEOUTS  checkout v31, 1,024 MB",
        "WHY      2,320 of 28,650 invocations (8.1 %) ran into the timeout of 2 s, in 59",
        "         of 59 minutes since 01:14 UTC; 69 % of their retries failed too.",
        "SINCE    2026-11-21 01:14:36 UTC, last seen 59 min later",
        "CHANGED  pricing version 87 -> 88, 3 min before",
        "HURTS    2,320 of 28,650 invocations, 1 in 12 (8.1 %, 95 % CI 7.8 to 8.4 %)",
        "SURE     proven: the platform printed "Task timed out" for each of them",
        "NEXT     nightlight explain F-1 logs",
        "ALSO     F-2 OUT OF MEMORY pricing; F-3 MORE MEMORY THAN USED checkout; F-4 GAP…",
        "READ     1,204,331 events, 2026-11-21 01:01 to 02:14 UTC; 1 gap, 2 pieces unread",
      ]
    `);
  });

  test('end the answer: the eleventh line is empty, however long the sentence is', () => {
    const report = leakingReport();
    const long = { ...report, findings: report.findings.map((one) => ({ ...one, why: `${one.why} `.repeat(9).trim() })) };
    const lines = renderText(long).split('\n');
    expect(lines[10]).toBe('');
    expect(lines[2]).toMatch(/…$/);
  });

  test('say of a healthy fleet how high the share of failures could still be', () => {
    const text = firstTen(healthyReport()).join('\n');
    expect(text).toContain('NOTHING FOUND THAT HURTS');
    expect(text).toContain('0 of 62,250 invocations failed; with 95 % certainty fewer than 0.0059 %');
  });

  test('do not call anything healthy when there was nothing to read or to judge', () => {
    for (const report of [unreadReport(), emptyReport(), { ...emptyReport(), input: { ...emptyReport().input, eventCount: 40 } }]) {
      expect(firstTen(report)[0]).toMatch(/^\? NOTHING (COULD BE READ|TO JUDGE)/);
    }
  });

  test('name the log of something else by what its reader said', () => {
    const input = { ...thinReport().input, files: [...unreadReport().input.files] };
    const message = 'build.log: expected Lambda platform lines, found none in 61 events. It looks like CodeBuild.';
    const files = input.files.map((file) => ({ ...file, error: { code: 'READ_NOT_LAMBDA', message, next: 'nightlight help formats' } }));
    const text = firstTen({ ...emptyReport(), input: { ...input, files } }).join(' ');
    expect(text).toContain('? NOTHING TO JUDGE');
    expect(text).toContain('looks like CodeBuild');
    expect(text).not.toContain('NOT READ');
  });

  test('say so when the times asked for left nothing to look at', () => {
    expect(firstTen({ ...emptyReport(), input: { ...emptyReport().input, fileCount: 1, filteredCount: 61 } }).join('\n')).toContain(
      'All 61 events lie outside of what --from, --to or --fn asked for.',
    );
  });

  test('tell what metrics alone prove, and of healthy ones that no log was read', () => {
    const { metrics } = leakingReport();
    const throttled = finding({ id: 'F-1', kind: 'throttle', headline: 'THROTTLED', harm: 'users' });
    expect(firstTen({ ...emptyReport(), metrics, findings: [throttled] })[0]).toContain('! THROTTLED');
    expect(
      firstTen({ ...emptyReport(), metrics })
        .slice(0, 2)
        .join(' '),
    ).toMatch(/^\? ONLY METRICS.*no throttled/);
  });

  test('do not say that nothing changed where the input names no function', () => {
    const findings = [finding({ id: 'F-1', functionName: '(unnamed)', changedBeside: [] })];
    expect(firstTen({ ...leakingReport(), findings }).join('\n')).toContain('CHANGED  cannot tell, because the input names no function');
  });

  test('name all that changed together, also where nothing hurts', () => {
    const atMs = Date.UTC(2026, 10, 21, 0, 45);
    const of = (what: string) => ({ functionName: 'resize', atMs, kind: 'version', what }) as const;
    const text = firstTen({ ...healthyReport(), changes: [of('version 2 first seen'), of('traffic 33 -> 100 a minute')] }).join(' ');
    expect(text.replace(/\s+/g, ' ')).toContain('resize 2026-11-21 00:45 UTC: version 2 first seen; traffic 33 -> 100 a minute');
  });

  test('name the hours asked for, since a window without --to ends now and not where the export does', () => {
    const asked = { askedFromMs: Date.UTC(2026, 10, 21, 8, 9), askedToMs: Date.UTC(2026, 10, 21, 8, 39) };
    const input = { ...emptyReport().input, fileCount: 1, filteredCount: 61, ...asked };
    expect(firstTen({ ...emptyReport(), input }).join(' ')).toContain('2026-11-21 08:09 to 08:39 UTC');
  });

  test('leave no number at the end of a line without its unit', () => {
    const why = 'killed for want of memory: 10 of 588 attempts of version 42 xxx 95 % of them';
    const report = { ...leakingReport(), findings: [finding({ id: 'F-1', why })] };
    expect(firstTen(report).filter((line) => /\b95$/.test(line))).toEqual([]);
    expect(firstTen(report).join(' ')).toContain('95 %');
  });

  test('say how many more findings there are before a narrow terminal cuts their names', () => {
    const findings = ['F-1', 'F-2', 'F-3', 'F-4', 'F-5'].map((id) => finding({ id, functionName: `a-function-with-a-long-name-${id}` }));
    expect(firstTen({ ...leakingReport(), findings }).find((line) => line.startsWith('ALSO'))).toContain('4 more: F-2');
  });

  test('put what could not be read in front of what was', () => {
    const { input } = leakingReport();
    const files = [...input.files, ...unreadReport().input.files];
    const read = firstTen({ ...leakingReport(), input: { ...input, files } }).find((line) => line.startsWith('READ'));
    expect(read).toMatch(/^READ {5}1 of \d+ inputs NOT READ; 1 gap, 2 pieces unread/);
  });

  test('say `cannot tell` before the reason when the finding is not decided', () => {
    expect(firstTen(thinReport()).join('\n')).toContain('SURE     cannot tell: one event says nothing about a rate');
  });
});

describe('text for a terminal', () => {
  test.each(Object.entries(SAMPLES))('fits 80 and 140 columns, but for commands and links (%s)', (_, sample) => {
    for (const width of [80, 140]) {
      for (const all of [false, true]) {
        const lines = renderText(sample(), { width, all }).split('\n');
        const tooWide = lines.filter((line) => displayWidth(line) > width && !/\bnext |^NEXT |https:/.test(line));
        expect(tooWide).toEqual([]);
      }
    }
  });

  test('says the same with and without colour', () => {
    const colored = renderText(leakingReport(), { color: true });
    expect(colored).toContain('\u001b[');
    expect(colored.replace(/\u001b\[[0-9;]*m/g, '')).toBe(renderText(leakingReport(), { color: false }));
  });

  test('keeps a long command whole, because it is copied', () => {
    const next = `aws logs filter-log-events --log-group-name /aws/lambda/checkout --filter-pattern '"${'x'.repeat(90)}"'`;
    expect(renderText({ ...leakingReport(), findings: [finding({ id: 'F-1', next })] })).toContain(next);
  });

  test('shows the first message of a failure only when raw lines are asked for', () => {
    const report = leakingReport();
    expect(renderText(report, { width: 140 })).not.toContain('Task timed out after 2.00 seconds');
    expect(renderText(report, { width: 140, raw: true })).toContain('Task timed out after 2.00 seconds');
  });

  test('gives no percentile without enough samples, and says how many it needs', () => {
    const text = renderText(thinReport());
    expect(text).toContain('n<368');
    expect(text).not.toMatch(/p99.*0 ms/);
  });

  test('counts, in the answer, inputs that could not be read', () => {
    const report = leakingReport();
    const files = [...report.input.files.slice(1), ...unreadReport().input.files];
    const text = renderText({ ...report, input: { ...report.input, files, failedFileCount: 1 } });
    expect(text.split('\n').slice(0, 10).join('\n')).toContain('1 of 2 inputs NOT READ');
  });
});

describe('what cannot be told', () => {
  test('is said with its reason where a figure would stand: memory, cost, extensions', () => {
    const report = leakingReport();
    const [memory] = report.memory;
    const [cost] = report.cost.functions;
    const [extension] = report.extensions;
    const text = renderText({
      ...report,
      memory: [{ ...memory!, growth: { kind: 'insufficient-data', missing: 'the longest sandbox served 3 invocations' } }],
      cost: { ...report.cost, functions: [{ ...cost!, unpricedCount: cost!.requestCount }] },
      extensions: [{ ...extension!, cannotSeparateBecause: 'every sandbox has it' }],
    }).replace(/\s+/g, ' ');
    expect(text).toContain('cannot tell whether it grows, because the longest sandbox served 3 invocations');
    expect(text).toContain('Cannot tell what the invocations cost, because no line names a billed duration');
    expect(text).not.toContain('$0.21');
    expect(text).toContain('cannot tell all of its cost, because every sandbox has it');
  });
});

describe('names and messages from a log', () => {
  const hostileReport = (): Report => {
    const report = leakingReport();
    return {
      ...report,
      input: { ...report.input, files: report.input.files.map((file) => ({ ...file, path: HOSTILE })) },
      functions: report.functions.map((section) => ({ ...section, functionName: HOSTILE })),
      failures: report.failures.map((failure) => ({
        ...failure,
        maskedMessage: HOSTILE,
        sampleMessage: HOSTILE,
        stack: [HOSTILE],
        causes: [HOSTILE],
      })),
      metrics: report.metrics.map((metric) => ({ ...metric, dimensions: { [HOSTILE]: HOSTILE } })),
      findings: report.findings.map((one) => ({ ...one, functionName: HOSTILE, why: HOSTILE, next: HOSTILE, headline: HOSTILE })),
    };
  };

  test('never send a control byte to the terminal, in any form of the report', () => {
    for (const text of [
      renderText(hostileReport(), { raw: true, all: true }),
      renderMarkdown(hostileReport(), { raw: true, all: true }),
      renderBrief(hostileReport()),
      renderExplanation('F-1', hostileReport(), { raw: true })!,
    ]) {
      expect(text).not.toMatch(CONTROL);
      expect(text).toContain('evil\\x1b[2J');
    }
  });

  test('whatever bytes a name is made of, the text holds none that a terminal obeys', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (name) => {
        const report = { ...leakingReport(), findings: [finding({ id: 'F-1', functionName: name, why: name, next: name })] };
        expect(renderText(report)).not.toMatch(CONTROL);
      }),
      { numRuns: 60 },
    );
  });

  test('do not format, link or call anyone in Markdown', () => {
    const why = '**bold** <img src=x> [link](http://x) | cell @channel `code`';
    const text = renderMarkdown({ ...leakingReport(), findings: [finding({ id: 'F-1', why })] });
    expect(text).toContain('\\*\\*bold\\*\\* &lt;img src=x> \\[link\\](http&#58;//x) \\| cell &#64;channel \\`code\\`');
  });

  test('call nobody in the summary for a chat', () => {
    const text = renderBrief({ ...leakingReport(), findings: [finding({ id: 'F-1', why: 'ask @here and <!channel>' })] });
    expect(text).not.toMatch(/@here|<!channel/);
  });
});

describe('the summary for a chat', () => {
  test('is short, names the evidence, and holds no message of the application as it was', () => {
    const text = renderBrief(leakingReport());
    expect(text.split('\n').length).toBeLessThan(24);
    expect(text).toContain('logs/pricing.csv byte 1020455');
    expect(text).not.toContain('0e7c1a52-1111-4222-8333-444455556666');
  });

  test('says of a healthy fleet that nothing was found, and on how many invocations that rests', () => {
    expect(renderBrief(healthyReport())).toContain('0 of 62,250 invocations failed');
  });
});

describe('Markdown', () => {
  test('answers in its first ten lines too', () => {
    const head = renderMarkdown(leakingReport()).split('\n').slice(0, 10).join('\n');
    for (const label of ['TIMEOUTS', 'WHY', 'SINCE', 'CHANGED', 'HURTS', 'SURE', 'NEXT']) expect(head).toContain(label);
  });

  test('gives every row of a table as many cells as its heading', () => {
    const tables = renderMarkdown(leakingReport())
      .split('\n\n')
      .filter((block) => block.startsWith('|'));
    expect(tables.length).toBeGreaterThan(5);
    for (const table of tables) {
      const cells = table
        .trim()
        .split('\n')
        .map((row) => row.replaceAll('\\|', '').split('|').length);
      expect(new Set(cells).size).toBe(1);
    }
  });
});
