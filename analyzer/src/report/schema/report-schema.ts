/**
 * The published JSON schema of the report, as `nightlight schema report` prints it.
 *
 * Within `report-1` members are only added; a reader must let unknown ones pass.
 */
import { FINDING_KINDS, type Finding } from '../../diagnose/finding.ts';
import { SHAPES } from '../../read/shape.ts';
import { GATES, type InputFile, REPORT_SCHEMA, type Report } from '../report.ts';
import { amount, count, flag, listOf, moment, objectOf, oneOf, orNull, type Schema, said, share, text } from './json-schema.ts';
import { AGENT_SECTIONS, evidence, LATER_SECTIONS, sectionSchemas } from './sections-schema.ts';

export function reportSchema(): Schema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: `urn:nightlight:${REPORT_SCHEMA}`,
    title: `Nightlight ${REPORT_SCHEMA}`,
    description:
      'What an analysis found. Names end in their unit (Ms, Mb = 1,048,576 bytes, Usd, Bytes, Count); moments are ISO 8601 in UTC; shares run from 0 to 1; null means that nobody knows, never 0. Members may be added within this version.',
    ...objectOf<Report>(
      {
        schema: { const: REPORT_SCHEMA },
        tool: said('Version of Nightlight.', text),
        input: objectOf<Report['input']>(
          {
            files: listOf(inputFile),
            fileCount: count,
            eventCount: count,
            inflatedBytes: count,
            from: orNull(moment),
            to: orNull(moment),
            failedFileCount: count,
            filteredCount: said('Events that --from, --to or --fn left out.', orNull(count)),
            askedFrom: said('What --from came to.', orNull(moment)),
            askedTo: said('What --to came to, not included.', orNull(moment)),
          },
          ['filteredCount', 'askedFrom', 'askedTo'],
        ),
        ...sectionSchemas,
        findings: said('Ranked: what hurts users most stands first.', listOf(findingSchema())),
        gate: objectOf<Report['gate']>({
          failOn: listOf(gateName),
          tripped: listOf(objectOf<Report['gate']['tripped'][number]>({ gate: gateName, findingId: text })),
          undecided: listOf(objectOf<Report['gate']['undecided'][number]>({ gate: gateName, missing: text })),
        }),
        exit: said('Exit code: 0 done, 1 an input was not read, 3 a gate tripped, 4 not enough data to judge.', { enum: [0, 1, 3, 4] }),
      },
      [...AGENT_SECTIONS, ...LATER_SECTIONS],
    ),
  };
}

export function findingSchema(): Schema {
  return objectOf<Finding>(
    {
      id: { type: 'string', pattern: '^F-[1-9][0-9]*$' },
      kind: oneOf(FINDING_KINDS),
      headline: text,
      functionName: text,
      version: orNull(text),
      memorySizeMb: orNull(amount),
      why: text,
      harm: oneOf(['users', 'soon', 'money', 'data']),
      certainty: oneOf(['proven', 'shown', 'suspected', 'cannot-tell']),
      certaintyBecause: text,
      affectedCount: orNull(amount),
      exposedCount: orNull(amount),
      shareLow: orNull(share),
      shareHigh: orNull(share),
      since: orNull(moment),
      last: orNull(moment),
      weight: { type: 'number' },
      changedBeside: listOf(text),
      next: said('A command; printed, never run.', text),
      evidence: listOf(evidence),
      facts: listOf(objectOf<Finding['facts'][number]>({ name: text, value: text })),
      toDecide: said('What would decide it, or make it surer.', orNull(text)),
      falsifiers: said('What, if it were seen, would show it to be wrong.', orNull(listOf(text))),
      recovery: said('How hard its cause will be to find, predicted; absent where it is of no failure group.', orNull(text)),
      gates: listOf(oneOf(GATES)),
      rarity: said('Of a failure: how it is spread over attempts.', orNull(oneOf(['rare', 'systemic', 'dense-now', 'undetermined']))),
      fingerprint: orNull(text),
      sameDeathsAs: said('Id of the finding that speaks of the same deaths.', orNull(text)),
      mutedUntil: said('Ranked last until then, because the configuration asks for it.', orNull(moment)),
    },
    ['toDecide', 'falsifiers', 'recovery', 'rarity', 'fingerprint', 'sameDeathsAs', 'mutedUntil'],
  );
}

const gateName = oneOf(GATES);

const inputFile = objectOf<InputFile>({
  path: text,
  shape: orNull(oneOf(SHAPES)),
  storedBytes: orNull(count),
  inflatedBytes: count,
  eventCount: count,
  error: orNull(objectOf<NonNullable<InputFile['error']>>({ code: text, message: text, next: text })),
  partial: flag,
});
