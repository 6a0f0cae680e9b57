import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type BudgetVerdict, budgetFindings, budgetWords, judgeBudgets } from '../../analyzer/src/diagnose/budgets.ts';
import { countAbove } from '../../analyzer/src/diagnose/count-above.ts';
import { matchesFunction } from '../../analyzer/src/diagnose/function-pattern.ts';
import { BudgetError, parseBudget } from '../../analyzer/src/diagnose/parse-budget.ts';
import type { Budget } from '../../analyzer/src/settings.ts';
import { DurationHistogram } from '../../analyzer/src/stats/duration-histogram.ts';
import { addConfiguration, addInit, emptySummary, NOON_MS } from '../support/summary-builder.ts';

const P99_2S: Budget = { functionPattern: 'checkout', figure: 'p99', limit: 2000 };

test('a budget line becomes one budget for each of its figures', () => {
  expect(parseBudget('checkout:p99=800ms,error-rate=1%, init-p99=1.5s')).toEqual([
    { functionPattern: 'checkout', figure: 'p99', limit: 800 },
    { functionPattern: 'checkout', figure: 'error-rate', limit: 0.01 },
    { functionPattern: 'checkout', figure: 'init-p99', limit: 1500 },
  ]);
});

test('a pattern, minutes and p99.9 are understood', () => {
  expect(parseBudget('prod-*:p99.9=2m,cold-share=0.5%')).toEqual([
    { functionPattern: 'prod-*', figure: 'p999', limit: 120_000 },
    { functionPattern: 'prod-*', figure: 'cold-share', limit: 0.005 },
  ]);
});

test('a JSON file may say the same as an object or as lines', () => {
  const asObject = parseBudget('{"checkout": {"p99": "2s", "error-rate": "1%"}, "mail-*": {"p50": "20ms"}}', 'budgets.json');
  const asLines = parseBudget('\uFEFF["checkout:p99=2s,error-rate=1%", "mail-*:p50=20ms"]', 'budgets.json');
  expect(asObject).toEqual(asLines);
  expect(asObject).toHaveLength(3);
});

test.each([
  ['p99=2s', 'BUDGET_FORM', 'expected FUNCTION:FIGURE=LIMIT, found "p99=2s"'],
  ['checkout', 'BUDGET_FORM', 'Try: checkout:p99=2s'],
  ['checkout:p99=2s,', 'BUDGET_FORM', 'expected FIGURE=LIMIT, found ""'],
  ['checkout:p95=2s', 'BUDGET_FIGURE', 'expected a figure out of p50, p90'],
  ['checkout:constructor=2s', 'BUDGET_FIGURE', 'found "constructor"'],
  ['checkout:p99=2', 'BUDGET_LIMIT', 'expected a duration above 0 with its unit'],
  ['checkout:p99=0s', 'BUDGET_LIMIT', 'found "0s"'],
  ['checkout:error-rate=2s', 'BUDGET_LIMIT', 'expected a share from 0% to 100%'],
  ['checkout:error-rate=101%', 'BUDGET_LIMIT', 'found "101%"'],
  ['{"checkout": "p99=2s"}', 'BUDGET_FORM', '"checkout": expected an object of figures'],
  ['{"checkout": {"p99": 2}}', 'BUDGET_LIMIT', 'expected a limit with its unit in quotes'],
  ['[2]', 'BUDGET_FORM', 'budgets.json[0]: expected a line'],
  ['{', 'BUDGET_NOT_JSON', 'expected budgets as JSON'],
])('the budget %s is refused with %s and a message that helps', (text, code, words) => {
  let error: unknown;
  try {
    parseBudget(text, 'budgets.json');
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(BudgetError);
  expect((error as BudgetError).code).toBe(code);
  expect((error as BudgetError).message).toContain('budgets.json');
  expect((error as BudgetError).message).toContain(words);
});

test('whatever is typed as a budget, it is either read or refused with our own error', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      try {
        return parseBudget(text).every((budget) => Number.isFinite(budget.limit));
      } catch (error) {
        return error instanceof BudgetError;
      }
    }),
  );
});

test('a pattern with stars and question marks matches whole names only', () => {
  expect(matchesFunction('prod-*', 'prod-checkout')).toBe(true);
  expect(matchesFunction('prod-*', 'a-prod-checkout')).toBe(false);
  expect(matchesFunction('*check?ut*', 'prod-checkout-v2')).toBe(true);
  expect(matchesFunction('checkout', 'checkout-v2')).toBe(false);
  expect(matchesFunction('*', '')).toBe(true);
  expect(matchesFunction('a.c', 'abc')).toBe(false);
});

test('a pattern agrees with the regular expression that says the same', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('a', 'b', '*', '?') }),
      fc.string({ unit: fc.constantFrom('a', 'b', '?') }),
      (pattern, name) => {
        const expression = new RegExp(`^${pattern.replace(/\?/g, '.').replace(/\*+/g, '.*')}$`);
        return matchesFunction(pattern, name) === expression.test(name);
      },
    ),
  );
});

test('1,000 requests of which 50 took 3 s break a p99 of 2 s', () => {
  const summary = checkout({ fast: 950, slow: 50 });
  const [verdict] = judgeBudgets(summary, [P99_2S]);
  expect(verdict).toMatchObject({ kind: 'broken', functionName: 'checkout', over: { count: 50, of: 1000, allowedShare: 0.01 } });
  const [finding] = budgetFindings(summary, { changes: [] }, [verdict!]);
  expect(finding).toMatchObject({
    kind: 'budget-broken',
    harm: 'users',
    certainty: 'shown',
    affectedCount: 50,
    exposedCount: 1000,
    gates: ['p99', 'any'],
  });
  expect(finding!.why).toContain('checkout p99 <= 2 s is broken: 50 of 1,000 invocations took longer than 2 s, 1 % may');
  expect(finding!.next).toContain('nightlight explain F-?');
});

test('1,000 requests without a slow one keep it, and nothing is found', () => {
  const summary = checkout({ fast: 1000, slow: 0 });
  const verdicts = judgeBudgets(summary, [P99_2S]);
  expect(verdicts.map(({ kind }) => kind)).toEqual(['within']);
  expect(budgetFindings(summary, { changes: [] }, verdicts)).toEqual([]);
});

test('368 requests without a slow one settle a p99, 367 leave the gate undecided and say that 368 are needed', () => {
  expect(judgeBudgets(checkout({ fast: 368, slow: 0 }), [P99_2S])[0]!.kind).toBe('within');
  const verdicts = judgeBudgets(checkout({ fast: 367, slow: 0 }), [P99_2S]);
  expect(verdicts[0]).toMatchObject({ kind: 'undetermined', neededCount: 368 });
  const [finding] = budgetFindings(checkout({ fast: 367, slow: 0 }), { changes: [] }, verdicts);
  expect(finding).toMatchObject({
    kind: 'budget-broken',
    headline: 'BUDGET NOT JUDGED',
    harm: 'data',
    certainty: 'cannot-tell',
    gates: ['p99', 'any'],
  });
  expect(finding!.why).toContain(
    'checkout p99 <= 2 s can be called neither kept nor broken: 0 of 367 invocations that tell are beyond the limit',
  );
  expect(finding!.certaintyBecause).toContain('about 368 needed to tell');
});

test('ten requests that are all slow are enough to break a p99', () => {
  expect(judgeBudgets(checkout({ fast: 0, slow: 10 }), [P99_2S])[0]!.kind).toBe('broken');
});

test('a share that sits on the limit is undetermined however many requests are seen', () => {
  const [verdict] = judgeBudgets(checkout({ fast: 9900, slow: 100 }), [P99_2S]);
  expect(verdict).toMatchObject({ kind: 'undetermined', neededCount: undefined });
  expect((verdict as BudgetVerdict & { kind: 'undetermined' }).missing).toContain('too close to tell');
});

test('a pattern without a function is undetermined and names the pattern', () => {
  const verdicts = judgeBudgets(checkout({ fast: 1000, slow: 0 }), [{ ...P99_2S, functionPattern: 'chekout' }]);
  expect(verdicts[0]).toMatchObject({ kind: 'undetermined', missing: 'no function in the input matches "chekout"' });
});

test('cold starts count as what the caller waited', () => {
  const summary = emptySummary();
  addConfiguration(summary, { warmMs: Array.from({ length: 900 }, () => 20), coldMs: Array.from({ length: 100 }, () => 3000) });
  expect(judgeBudgets(summary, [P99_2S])[0]!.kind).toBe('broken');
});

test('versions count together and functions apart', () => {
  const summary = emptySummary();
  addConfiguration(summary, { version: '7', warmMs: Array.from({ length: 200 }, () => 20) });
  addConfiguration(summary, { version: '8', warmMs: Array.from({ length: 200 }, () => 20) });
  addConfiguration(summary, { functionName: 'checkout-mail', warmMs: Array.from({ length: 200 }, () => 3000) });
  expect(
    judgeBudgets(summary, [{ ...P99_2S, functionPattern: 'checkout*' }]).map(({ functionName, kind }) => [functionName, kind]),
  ).toEqual([
    ['checkout', 'within'],
    ['checkout-mail', 'broken'],
  ]);
});

test('an error rate is judged over the attempts that tell how they ended', () => {
  const budget: Budget = { functionPattern: 'checkout', figure: 'error-rate', limit: 0.01 };
  const broken = emptySummary();
  addConfiguration(broken, { invocationCount: 1000, statusCounts: { error: 30, timeout: 10 } });
  expect(judgeBudgets(broken, [budget])[0]).toMatchObject({ kind: 'broken', over: { count: 40, of: 1000 } });
  const unfinished = emptySummary();
  addConfiguration(unfinished, { invocationCount: 1000, statusCounts: { unfinished: 40 } });
  expect(judgeBudgets(unfinished, [budget])[0]).toMatchObject({ kind: 'within', over: { count: 0, of: 960 } });
});

test('an error rate of 0 % is kept by an input without an error and broken by a single one', () => {
  const budget: Budget = { functionPattern: '*', figure: 'error-rate', limit: 0 };
  const clean = emptySummary();
  addConfiguration(clean, {});
  expect(judgeBudgets(clean, [budget])[0]!.kind).toBe('within');
  const one = emptySummary();
  addConfiguration(one, { statusCounts: { error: 1 } });
  expect(judgeBudgets(one, [budget])[0]!.kind).toBe('broken');
});

test('budgets of starts are settled by the inits and trip the gate of cold starts', () => {
  const summary = emptySummary();
  const configuration = addConfiguration(summary, { invocationCount: 1000 });
  for (let i = 0; i < 100; i++) addInit(configuration, { durationMs: i < 20 ? 2500 : 300, atMs: NOON_MS + i });
  const verdicts = judgeBudgets(summary, [
    { functionPattern: 'checkout', figure: 'init-p99', limit: 1500 },
    { functionPattern: 'checkout', figure: 'cold-share', limit: 0.2 },
    { functionPattern: 'checkout', figure: 'cold-share', limit: 0.02 },
  ]);
  expect(verdicts.map(({ kind }) => kind)).toEqual(['broken', 'within', 'broken']);
  expect(budgetFindings(summary, { changes: [] }, verdicts).map(({ gates }) => gates)).toEqual([
    ['cold', 'any'],
    ['cold', 'any'],
  ]);
});

test('no inits leave a budget of inits undetermined with the number needed', () => {
  const summary = emptySummary();
  addConfiguration(summary, {});
  const [verdict] = judgeBudgets(summary, [{ functionPattern: 'checkout', figure: 'init-p99', limit: 1500 }]);
  expect(verdict).toMatchObject({ kind: 'undetermined', neededCount: 368, missing: 'no inits with a duration in the input; 368 needed' });
});

test('a duration in the same bucket as the limit is held against neither side', () => {
  // 2,000 ms and 2,003 ms share a bucket: the histogram cannot tell them apart.
  const summary = emptySummary();
  addConfiguration(summary, { warmMs: Array.from({ length: 400 }, () => 2003) });
  expect(judgeBudgets(summary, [{ ...P99_2S, limit: 2002 }])[0]!.kind).not.toBe('within');
  expect(judgeBudgets(summary, [{ ...P99_2S, limit: 1900 }])[0]!.kind).toBe('broken');
});

test('the count above a limit holds the true count between its two ends', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0.001, max: 900_000, noNaN: true })),
      fc.double({ min: 0.001, max: 900_000, noNaN: true }),
      (durations, limit) => {
        const histogram = new DurationHistogram();
        for (const ms of durations) histogram.record(ms);
        const { atLeast, atMost } = countAbove(histogram, limit);
        // The histogram itself rounds to whole microseconds.
        const truly = durations.filter((ms) => Math.round(ms * 1000) > Math.round(limit * 1000)).length;
        return atLeast <= truly && truly <= atMost;
      },
    ),
  );
});

test('a budget reads back in words', () => {
  expect(budgetWords({ functionPattern: 'mail-*', figure: 'p999', limit: 1500 })).toBe('mail-* p99.9 <= 1.5 s');
  expect(budgetWords({ functionPattern: 'mail', figure: 'error-rate', limit: 0.005 })).toBe('mail error rate <= 0.5 %');
});

function checkout(count: { readonly fast: number; readonly slow: number }) {
  const summary = emptySummary();
  addConfiguration(summary, {
    warmMs: [...Array.from({ length: count.fast }, () => 20), ...Array.from({ length: count.slow }, () => 3000)],
    invocationCount: count.fast + count.slow,
  });
  return summary;
}
