/**
 * The table of a record kind: which member stands under which short key, in which order.
 *
 * Writing and reading walk the same table, so they cannot drift apart. A key that the table does not know is kept in
 * `extra` and written back, so that a line of a newer minor version survives an older reader.
 */
import type { Codec } from './codec.ts';

/** What every kind of record has. */
export interface RecordBase {
  readonly kind: string;
  /** Keys that this version does not know, as they stood in the line. */
  readonly extra?: Readonly<Record<string, unknown>> | undefined;
}

interface Field<T> extends Codec<T> {
  readonly key: string;
  readonly required: boolean;
}

export type OptionalField<T> = Field<T> & { readonly required: false };
export type RequiredField<T> = Field<T> & { readonly required: true };

/** Stands under `key` when it is known. */
export const optional = <T>(key: string, codec: Codec<T>): OptionalField<T> => ({ ...codec, key, required: false });
/** A line without it is broken. */
export const required = <T>(key: string, codec: Codec<T>): RequiredField<T> => ({ ...codec, key, required: true });

/** A field for each member of the record; the compiler sees to it that none is forgotten. */
export type Fields<R extends RecordBase> = {
  readonly [K in Exclude<keyof R, keyof RecordBase>]-?: undefined extends R[K]
    ? OptionalField<NonNullable<R[K]>>
    : RequiredField<NonNullable<R[K]>>;
};

type Reading<R> = { readonly record: R } | { readonly because: string };

export interface Layout<R extends RecordBase> {
  /** The word under "k". */
  readonly word: string;
  readonly keys: readonly string[];
  readonly encode: (record: R) => string;
  readonly decode: (line: Readonly<Record<string, unknown>>) => Reading<R>;
}

/**
 * @param opening  the prefix of all record lines
 * @param word     what stands under "k"
 */
export function layoutOf<R extends RecordBase>(opening: string, kind: R['kind'], word: string, table: Fields<R>): Layout<R> {
  const names = Object.keys(table);
  const fields = Object.values(table) as Field<unknown>[];
  const openings = fields.map((field) => `,"${field.key}":`);
  const head = `${opening}"k":"${word}"`;
  const known = new Map(fields.map((field, i) => [field.key, i]));

  function encode(record: R): string {
    let line = head;
    const members = record as Readonly<Record<string, unknown>>;
    for (let i = 0; i < names.length; i++) {
      const value = members[names[i]!];
      if (value === undefined) continue;
      const written = fields[i]!.write(value);
      if (written !== '') line += openings[i]! + written;
    }
    if (record.extra !== undefined) line += writeExtra(record.extra);
    return `${line}}`;
  }

  function writeExtra(extra: Readonly<Record<string, unknown>>): string {
    let written = '';
    for (const [key, value] of Object.entries(extra)) {
      // A key must not stand twice in a line: JSON readers differ in which one they believe.
      if (key === 'nl' || key === 'k' || known.has(key)) continue;
      const one = JSON.stringify(value);
      if (one !== undefined) written += `,${JSON.stringify(key)}:${one}`;
    }
    return written;
  }

  function decode(line: Readonly<Record<string, unknown>>): Reading<R> {
    const members: Record<string, unknown> = { kind };
    const unknown: [string, unknown][] = [];
    for (const [key, raw] of Object.entries(line)) {
      if (key === 'nl' || key === 'k') continue;
      const at = known.get(key);
      if (at === undefined) {
        unknown.push([key, raw]);
        continue;
      }
      const value = fields[at]!.read(raw);
      if (value === undefined) return { because: `"${key}" (${names[at]}): expected ${fields[at]!.expected}, found ${formOf(raw)}` };
      members[names[at]!] = value;
    }
    for (let i = 0; i < names.length; i++) {
      if (fields[i]!.required && members[names[i]!] === undefined) return { because: `"${fields[i]!.key}" (${names[i]}) is missing` };
    }
    if (unknown.length > 0) members.extra = Object.fromEntries(unknown);
    return { record: members as unknown as R };
  }

  return { word, keys: fields.map((field) => field.key), encode, decode };
}

/** Names the form of a value, never its content: the line may hold what nobody should read. */
function formOf(raw: unknown): string {
  if (raw === null) return 'null';
  if (Array.isArray(raw)) return `a list of ${raw.length}`;
  if (typeof raw === 'string') return `a text of ${raw.length} characters`;
  return typeof raw === 'number' ? 'a number out of range' : `a value of type ${typeof raw}`;
}
