/** The JSON schemas of marks, runs and the board. Members may be added within a version; a reader must let unknown ones pass. */

import { BOARD_SCHEMA } from '../../recovery/board.ts';
import { LEAST_RUNS } from '../../recovery/board-ranking.ts';
import { MARK_KINDS, PROOF_KINDS } from '../../recovery/mark.ts';
import { CLASSES } from '../../recovery/run-record.ts';
import { amount, count, flag, listOf, oneOf, orNull, type Schema, said, signed, text } from './json-schema.ts';

const epochMs = said('Epoch milliseconds.', signed);
const people = listOf(
  members({ name: text, familiarity: said('0 never seen, 4 built it.', { type: 'number', minimum: 0, maximum: 4 }) }, ['name']),
);
const scenario = said(
  'What makes two drills the same drill: all of it.',
  members({ id: text, hash: text, seed: signed, load: text, magnitude: text, durationMs: amount }, [
    ...['id', 'hash', 'seed', 'load', 'magnitude', 'durationMs'],
  ]),
);
const predicted = members({ class: oneOf(CLASSES), viewCount: said('Expected views to open.', amount) }, ['class', 'viewCount']);

export function markSchema(): Schema {
  return {
    ...headOf('mark', 'One moment of an incident, as one line of the log of marks.'),
    ...members(
      {
        v: { const: 1 },
        id: said('Of this line: the same line in two files counts once.', text),
        incident: text,
        mark: oneOf(MARK_KINDS),
        atMs: said('When it happened, epoch milliseconds.', signed),
        by: said('A person, or nightlight.', text),
        writtenMs: said("When it was written, by the writer's clock.", signed),
        host: text,
        title: text,
        source: text,
        component: text,
        fingerprint: text,
        proof: text,
        proofKind: oneOf(PROOF_KINDS),
        actedOn: said('A component that was changed, restarted or rolled back.', text),
        view: text,
        sink: text,
        note: text,
        architecture: text,
        scenario,
        people,
        predicted,
      },
      ['v', 'id', 'incident', 'mark', 'atMs', 'by'],
    ),
  };
}

export function runSchema(): Schema {
  return {
    ...headOf('run', 'One run of a scenario on one architecture, as one line of the runs file.'),
    ...members(
      {
        v: { const: 1 },
        id: text,
        architecture: text,
        scenario,
        isConfirmed: said('False: it took longer than searchedMs.', flag),
        searchedMs: said('From the alert to the confirmed cause, or to the end of the search.', amount),
        isMasked: said('A wrong component was acted on, confirmed, or suspected for 10 minutes.', flag),
        people,
        atMs: epochMs,
        viewCount: said('Distinct views opened; absent when nobody noted any.', count),
        sinkCount: count,
        wrongHypothesisCount: count,
        personMinutes: amount,
        detectionMs: said('From injection to alert.', signed),
        isBlind: flag,
        predicted,
        incident: text,
        isExample: said('Invented.', flag),
      },
      ['v', 'id', 'architecture', 'scenario', 'isConfirmed', 'searchedMs', 'isMasked', 'people'],
    ),
  };
}

export function boardSchema(): Schema {
  const range = members({ low: orNull(amount), high: said('null: nobody knows how far it reaches.', orNull(amount)) }, ['low', 'high']);
  const median = members({ kind: oneOf(['reached', 'beyond', 'none']), value: said('ms; of beyond: larger than this.', amount) }, ['kind']);
  const cell = {
    oneOf: [
      members({ kind: { const: 'not-run' } }, ['kind']),
      members(
        {
          kind: { const: 'runs' },
          searches: listOf(members({ searchedMs: amount, isConfirmed: flag, runId: text }, ['searchedMs', 'isConfirmed', 'runId'])),
          confirmedCount: count,
          maskedCount: count,
          median,
          class: members({ kind: oneOf(['told', 'open']), class: oneOf(CLASSES), low: oneOf(CLASSES), high: oneOf(CLASSES) }, ['kind']),
          predicted,
        },
        ['kind', 'searches', 'confirmedCount', 'maskedCount', 'median', 'class'],
      ),
    ],
  };
  const verdict = members({ kind: oneOf(['easier', 'not-separable']), architecture: text, because: text }, ['kind', 'because']);
  const comparison = members(
    {
      first: text,
      second: text,
      pairCount: count,
      onlyFirstNightmare: count,
      onlySecondNightmare: count,
      ratio: said('Time in the first over time in the second.', members({ median: range, interval: range }, ['median', 'interval'])),
      verdict,
    },
    ['first', 'second', 'pairCount', 'onlyFirstNightmare', 'onlySecondNightmare', 'verdict'],
  );
  const ranking = {
    oneOf: [
      members({ kind: { const: 'refused' }, missing: listOf(text) }, ['kind', 'missing']),
      members(
        {
          kind: { const: 'ranked' },
          places: said('Equal places are not separable.', listOf(members({ place: count, architecture: text }, ['place', 'architecture']))),
          comparisons: listOf(comparison),
        },
        ['kind', 'places', 'comparisons'],
      ),
    ],
  };
  const total = members(
    {
      architecture: text,
      runCount: count,
      maskedCount: count,
      nightmares: members({ low: count, high: count }, ['low', 'high']),
      predictedRight: members({ count, of: count }, ['count', 'of']),
    },
    ['architecture', 'runCount', 'maskedCount', 'nightmares', 'predictedRight'],
  );
  return {
    ...headOf(BOARD_SCHEMA, `Architecture by scenario. A ranking needs ${LEAST_RUNS} runs in every cell.`),
    ...members(
      {
        schema: { const: BOARD_SCHEMA },
        architectures: listOf(text),
        scenarios: listOf({ ...scenario, description: 'With a label.' }),
        cells: said('By scenario, then by architecture.', listOf(listOf(cell))),
        totals: listOf(total),
        ranking,
        warnings: listOf(text),
        familiarity: { type: 'object' },
        runCount: count,
        isExample: said('Some of the runs are invented.', flag),
      },
      ['schema', 'architectures', 'scenarios', 'cells', 'totals', 'ranking', 'warnings', 'familiarity', 'runCount', 'isExample'],
    ),
  };
}

function headOf(name: string, description: string): Schema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: `urn:nightlight:${name}`,
    title: `Nightlight ${name}`,
    description,
  };
}

function members(properties: { readonly [name: string]: Schema }, required: readonly string[]): Schema {
  return { type: 'object', properties, required, additionalProperties: true };
}
