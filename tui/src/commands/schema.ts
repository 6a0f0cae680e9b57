/** `nightlight schema`: the JSON schemas of what Nightlight writes for programs. */
import type { Views } from '../analyzer-door.ts';
import { CommandError } from '../command-error.ts';
import type { World } from '../world.ts';

export async function runSchema(name: string | undefined, world: World): Promise<number> {
  if (name === undefined) {
    world.stdout.write(
      `${Object.entries(SCHEMAS)
        .map(([schema, { what }]) => `${schema.padEnd(10)}${what}`)
        .join('\n')}\n`,
    );
    return 0;
  }
  const schema = Object.hasOwn(SCHEMAS, name) ? SCHEMAS[name] : undefined;
  if (schema === undefined)
    throw new CommandError('USAGE', `expected one of ${Object.keys(SCHEMAS).join(', ')}, found ${name}`, 'nightlight schema');
  const views = await world.loadViews();
  world.stdout.write(`${JSON.stringify(await schema.of(views), undefined, 2)}\n`);
  return 0;
}

const SCHEMAS: Readonly<Record<string, { readonly what: string; readonly of: (views: Views) => object | Promise<object> }>> = {
  report: { what: 'report-1: what analyze --format json writes', of: (views) => views.reportSchema() },
  finding: {
    what: 'one finding: a line of analyze --format jsonl, and an entry of the report',
    of: (views) => views.findingSchema(),
  },
  mark: { what: 'one mark of an incident: a line of the log of marks', of: async () => (await recovery()).markSchema() },
  run: { what: 'one run of a scenario: a line of the runs file', of: async () => (await recovery()).runSchema() },
  board: { what: 'board-1: what recovery board --format json writes', of: async () => (await recovery()).boardSchema() },
  check: {
    what: 'check-1: what check --format json writes',
    of: async (views) => (await import('../model/check-schema.ts')).checkSchema(views.reportSchema()),
  },
};

export const SCHEMA_NAMES: readonly string[] = Object.keys(SCHEMAS);

function recovery() {
  return import('@nightlight/analyzer/recovery');
}
