/** Lines logged as errors without an error object: names go, what went wrong stays. */
import { describe, expect, test } from 'vitest';
import { groupFailures } from '../../analyzer/src/failures/failure-groups.ts';

const PEOPLE = ['Ada Lovelace', 'Grace Hopper', 'Edsger Dijkstra', 'Ken Thompson', 'John von Neumann', 'Frances Allen', 'Radia Perlman'];

describe('a line that was logged as an error', () => {
  test('is one failure whatever name of however many words it prints', () => {
    const groups = groupFailures(PEOPLE.map((name, i) => logged(`could not charge ${name} for order ${i}`)));
    expect(groups.map(({ madeOf, count }) => [madeOf.template, count])).toEqual([['could not charge <*> for order <*>', PEOPLE.length]]);
  });

  test('keeps apart what went wrong, in one word or in several', () => {
    const reasons = ['card expired', 'insufficient funds', 'timed out', 'issuer unavailable', 'refused', 'limit reached'];
    const lines = PEOPLE.flatMap((name) => reasons.map((reason) => `payment of ${name} declined: ${reason}`));
    const templates = groupFailures(lines.map(logged)).map(({ madeOf }) => madeOf.template);
    expect(templates.sort()).toEqual(reasons.map((reason) => `payment of <*> declined: ${reason}`).sort());
  });

  test('and what happened', () => {
    const lines = PEOPLE.flatMap((name) => ['expired', 'revoked', 'lost'].map((state) => `session of ${name} ${state} early`));
    expect(groupFailures(lines.map(logged))).toHaveLength(3);
  });

  test('and statuses', () => {
    const lines = [404, 429, 500, 502, 503, 504, 505].map((status) => `catalog answered with status ${status} again`);
    expect(groupFailures(lines.map(logged))).toHaveLength(lines.length);
  });

  test('and two or three nouns, which may be statements of their own', () => {
    expect(groupFailures(['door', 'gate', 'valve'].map((noun) => logged(`cannot open the ${noun} of the lock`)))).toHaveLength(3);
  });

  test('and errors that the line passes on with the name of their class', () => {
    const errors = ['TypeError: x is not iterable', 'HttpError: gateway gave up', 'NoSuchCart: emptied before', 'RangeError: far too long'];
    expect(groupFailures(errors.map((error) => logged(`saving cart failed ${error}`)))).toHaveLength(errors.length);
    expect(groupFailures(errors.map((error) => logged(`saving cart failed with ${error.slice(error.indexOf(' ') + 1)}`)))).toHaveLength(4);
  });

  test('leads to all of its lines, and answers to the fingerprints that these have by themselves', () => {
    const [group] = groupFailures(PEOPLE.map((name) => logged(`could not charge ${name}`)));
    expect(group!.members).toHaveLength(PEOPLE.length);
    expect(group!.aliases).toHaveLength(PEOPLE.length);
  });
});

test('an error that was thrown is not compared with what others say', () => {
  const thrown = PEOPLE.map((name) => ({ ...logged(''), errors: [{ type: 'Error', message: `could not charge ${name}`, stack: [] }] }));
  expect(groupFailures(thrown)).toHaveLength(PEOPLE.length);
});

test('groups do not depend on the order in which lines were seen', () => {
  const lines = PEOPLE.flatMap((name, i) => [`could not charge ${name}`, `mail to ${name} bounced ${i} times`]);
  const ids = (list: readonly string[]) => groupFailures(list.map(logged)).map(({ id }) => id);
  expect(ids([...lines].reverse())).toEqual(ids(lines));
});

function logged(message: string) {
  return { errors: [{ type: 'logged error', message, stack: [] }], build: undefined, count: 1, member: message };
}
