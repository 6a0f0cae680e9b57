/**
 * Small words to write a JSON schema with, that the compiler holds against the type it describes: a member that the
 * report has and the schema forgot, or the other way round, does not compile.
 */
import type { MOMENT_KEYS } from '../json.ts';

/** A schema in JSON Schema 2020-12, as plain data. */
export type Schema = { readonly [keyword: string]: unknown };

/** The name that a member of the report has in JSON. */
type JsonName<K> = K extends keyof typeof MOMENT_KEYS ? (typeof MOMENT_KEYS)[K] : K;

type RequiredKeys<T> = { [K in keyof T]-?: object extends Pick<T, K> ? never : K }[keyof T];
type Members<T> = { readonly [K in RequiredKeys<T> as JsonName<K>]: Schema } & {
  readonly [K in Exclude<keyof T, RequiredKeys<T>> as JsonName<K>]?: Schema;
};

export const text: Schema = { type: 'string' };
export const flag: Schema = { type: 'boolean' };
export const count: Schema = { type: 'integer', minimum: 0 };
export const amount: Schema = { type: 'number', minimum: 0 };
export const signed: Schema = { type: 'number' };
export const share: Schema = { type: 'number', minimum: 0, maximum: 1 };
export const moment: Schema = { type: 'string', format: 'date-time', description: 'ISO 8601, UTC' };

export function oneOf(values: readonly string[]): Schema {
  return { enum: [...values] };
}

export function listOf(item: Schema): Schema {
  return { type: 'array', items: item };
}

export function mapOf(value: Schema): Schema {
  return { type: 'object', additionalProperties: value };
}

/** Known, or `null`: nobody knows. */
export function orNull(schema: Schema): Schema {
  return { anyOf: [schema, { type: 'null' }] };
}

export function said(description: string, schema: Schema): Schema {
  return { ...schema, description };
}

/** All members are required, but those that are optional in `T`; more may come within `report-1`. */
export function objectOf<T>(members: Members<T>, optional: readonly string[] = []): Schema {
  return {
    type: 'object',
    properties: members,
    required: Object.keys(members).filter((name) => !optional.includes(name)),
    additionalProperties: true,
  };
}
