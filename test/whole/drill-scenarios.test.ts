/** The shipped scenarios: valid, distinct, and each of them provokes a mode that the catalogue knows. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { planFault, SCENARIOS, type Scenario, scenarioHash, scenarioProblem, scenarioSchema } from '../../agent/src/drill/index.ts';
import { FAILURE_MODES } from '../../analyzer/src/failures/catalogue.ts';
import { isScenario } from '../../analyzer/src/recovery/mark.ts';

const fitsSchema = new Ajv2020({ strict: false }).compile(scenarioSchema());

test('there are fifteen, with ids, names and hashes of their own', () => {
  for (const of of [(one: Scenario) => one.id, (one: Scenario) => one.name, scenarioHash]) {
    expect(new Set(SCENARIOS.map(of)).size).toBe(15);
  }
});

test.each(SCENARIOS.map((scenario) => [scenario.id, scenario] as const))(
  '%s is valid, and provokes a mode of the catalogue',
  (_id, scenario) => {
    expect(fitsSchema(scenario), JSON.stringify(fitsSchema.errors)).toBe(true);
    expect(scenarioProblem(scenario)).toBeUndefined();
    expect(FAILURE_MODES.map(({ id }) => id)).toContain(scenario.provokes);
    const { id, seed, magnitude, durationMs } = scenario;
    expect(isScenario({ id, hash: scenarioHash(scenario), seed, load: '20 rps', magnitude, durationMs })).toBe(true);
  },
);

test('each can be planned with a token that names a peer, or is done from outside', () => {
  for (const scenario of SCENARIOS) {
    const planned = planFault({
      target: 'process:shop',
      scenario: scenario.id,
      hash: scenarioHash(scenario),
      seed: scenario.seed,
      drillId: 'd',
      expiresAtEpochMs: 0,
      peer: 'payments',
    });
    expect(planned.kind, scenario.id).toBe(scenario.fault ? 'planned' : 'outside');
  }
});

const [some] = SCENARIOS as [Scenario];
const broken: readonly (readonly [string, unknown])[] = [
  ['nothing', undefined],
  ['a list', []],
  ['a member too many', { ...some, more: 1 }],
  ['a member too few', { ...some, seed: undefined }],
  ['longer than 15 minutes', { ...some, durationMs: 900_001 }],
  ['a fault that nobody knows', { ...some, fault: { kind: 'meteor' } }],
  ['a fault with a member of another one', { ...some, fault: { kind: 'reset', delayMs: 3 } }],
  ['a share above one', { ...some, pick: { share: 1.5 } }],
  ['a standstill of a minute', { ...some, fault: { kind: 'blocked-loop', blockedMs: 60_000 } }],
  ['neither a fault nor a step outside', { ...some, fault: undefined, outside: undefined }],
];
test.each(broken)('refused: %s', (_what, value) => {
  expect(scenarioProblem(value)).toMatch(/^scenario/);
});

test('the hash follows what a scenario does, not the order in which it is written', () => {
  const { id, ...rest } = some;
  expect(scenarioHash({ ...rest, id })).toBe(scenarioHash(some));
  expect(scenarioHash({ ...some, durationMs: some.durationMs + 1 })).not.toBe(scenarioHash(some));
});

test('0.95 of the time limit is that of the limit which the token tells', () => {
  const scenario = SCENARIOS.find(({ id }) => id === 'slow-not-down')!;
  const claims = {
    target: 't',
    scenario: scenario.id,
    hash: scenarioHash(scenario),
    seed: 1,
    drillId: 'd',
    expiresAtEpochMs: 0,
    peer: '*',
  };
  const delay = (limitMs?: number) => {
    const planned = planFault(limitMs === undefined ? claims : { ...claims, limitMs });
    return planned.kind === 'planned' ? planned.plan.fault : planned;
  };
  expect(delay()).toMatchObject({ delayMs: 2_850 });
  expect(delay(800)).toMatchObject({ delayMs: 760 });
});
