/**
 * How one value looks in a record line, and how it is read back.
 *
 * A writer answers with JSON text, or with '' for a value that cannot be told (NaN, Infinity): missing is absent,
 * never 0 and never null. A reader answers undefined for a value of the wrong form, so that a broken line is
 * reported and never half believed.
 */
export interface Codec<T> {
  /** What the reader accepts, for the sentence that says why a line is broken. */
  readonly expected: string;
  readonly write: (value: T) => string;
  readonly read: (raw: unknown) => T | undefined;
}

/** Any finite number, with at most six decimals. */
export function plainNumber<T extends number = number>(): Codec<T> {
  return scaled<T>('a number', 1, 1_000_000);
}

/** A whole number from 0 up. */
export const count: Codec<number> = {
  expected: 'a whole number from 0 up',
  write: (value) => (value >= 0 && value <= Number.MAX_SAFE_INTEGER ? `${Math.round(value)}` : ''),
  read: (raw) => (Number.isSafeInteger(raw) && (raw as number) >= 0 ? (raw as number) : undefined),
};

/** Milliseconds with two decimals, the precision of Lambda's own REPORT line. */
export function milliseconds<T extends number>(): Codec<T> {
  const anyNumber = scaled<T>('a number of milliseconds', 1, 100);
  return { ...anyNumber, write: (value) => writeHundredths(Math.round(value * 100)) ?? anyNumber.write(value) };
}

/** UTC epoch milliseconds, whole. */
export function epochMilliseconds<T extends number>(): Codec<T> {
  return scaled<T>('a number of epoch milliseconds', 1, 1);
}

/** Bytes, written in whole KiB: a kibibyte is far below the noise of a heap, and every digit of a line is billed. */
export function kibibytes<T extends number>(): Codec<T> {
  return scaled<T>('a number of KiB', 1024, 1);
}

/** A share from 0 to 1, written in whole thousandths. */
export const perMille = scaled<number>('a number of thousandths', 1 / 1000, 1);

export const text: Codec<string> = {
  expected: 'a text',
  write: (value) => JSON.stringify(value),
  read: (raw) => (typeof raw === 'string' ? raw : undefined),
};

/** true and false as 1 and 0: three bytes less each. */
export const flag: Codec<boolean> = {
  expected: '0 or 1',
  write: (value) => (value ? '1' : '0'),
  read: (raw) => (raw === 1 ? true : raw === 0 ? false : undefined),
};

/** One word of a closed set, written as a short code. */
export function oneOf<T extends string>(codes: Readonly<Record<T, string | number>>): Codec<T> {
  const words = Object.entries(codes) as [T, string | number][];
  const written = new Map(words.map(([word, code]) => [word, JSON.stringify(code)]));
  const read = new Map<unknown, T>(words.map(([word, code]) => [code, word]));
  return {
    expected: `one of ${[...written.values()].join(', ')}`,
    write: (value) => written.get(value) ?? '',
    read: (raw) => read.get(raw),
  };
}

/** A list of values of one form; an empty list is written, because "none" is not "unknown". */
export function listOf<T>(item: Codec<T>): Codec<readonly T[]> {
  return {
    expected: `a list, each item ${item.expected}`,
    write: (values) => {
      let written = '[';
      for (let i = 0; i < values.length; i++) {
        const one = item.write(values[i]!);
        if (one !== '') written += written === '[' ? one : `,${one}`;
      }
      return `${written}]`;
    },
    read: (raw) => {
      if (!Array.isArray(raw)) return undefined;
      const values: T[] = [];
      for (const one of raw) {
        const value = item.read(one);
        if (value === undefined) return undefined;
        values.push(value);
      }
      return values;
    },
  };
}

/** One codec for each member of T, in the order in which they stand in the line. */
export type Columns<T> = { readonly [K in keyof T]-?: Codec<NonNullable<T[K]>> };

/**
 * An object written as a list, in the order of its columns: `[30720,31744,null,2048]`. A member that is not known is
 * null inside the list and left out at its end. Lists never grow within a major version; a new fact gets a new key.
 *
 * @param always  members without which the object makes no sense
 */
export function columns<T extends object>(table: Columns<T>, always: readonly (keyof T & string)[] = []): Codec<T> {
  const names = Object.keys(table) as (keyof T & string)[];
  const codecs = names.map((name) => table[name] as Codec<unknown>);
  return {
    expected: `a list of at most ${names.length} values (${names.join(', ')})`,
    write: (value) => {
      let written = '';
      let waiting = '';
      for (let i = 0; i < names.length; i++) {
        const member = value[names[i]!];
        const one = member === undefined ? '' : codecs[i]!.write(member);
        if (one === '') {
          waiting += i === 0 ? 'null' : ',null';
        } else {
          written += i === 0 ? one : `${waiting},${one}`;
          waiting = '';
        }
      }
      return written === '' ? '' : `[${written}]`;
    },
    read: (raw) => {
      if (!Array.isArray(raw) || raw.length > names.length) return undefined;
      const value: Record<string, unknown> = {};
      for (let i = 0; i < raw.length; i++) {
        if (raw[i] === null) continue;
        const member = codecs[i]!.read(raw[i]);
        if (member === undefined) return undefined;
        value[names[i]!] = member;
      }
      return always.every((name) => value[name] !== undefined) ? (value as T) : undefined;
    },
  };
}

/**
 * @param unit   what 1 in the line is worth in the record
 * @param parts  fractions of 1 that the line keeps: 100 keeps two decimals
 */
function scaled<T extends number>(expected: string, unit: number, parts: number): Codec<T> {
  // Dividing by the inverse keeps 412 thousandths at 0.412, where multiplying by 0.001 gives 0.41200000000000003.
  const perUnit = Math.round(1 / unit);
  return {
    expected,
    write: (value) => {
      const inLine = unit < 1 ? value * perUnit : value / unit;
      const rounded = parts === 1 ? Math.round(inLine) : Math.round(inLine * parts) / parts;
      // Adding 0 turns -0 into 0.
      return Number.isFinite(rounded) ? `${rounded + 0}` : '';
    },
    read: (raw) => (typeof raw === 'number' && Number.isFinite(raw) ? ((unit < 1 ? raw / perUnit : raw * unit) as T) : undefined),
  };
}

/** The engine's way from a double to text is general and slow; a typical invocation line takes a quarter less time without it. */
function writeHundredths(hundredths: number): string | undefined {
  if (!(hundredths >= 0 && hundredths <= 0x7fffffff)) return undefined;
  const whole = (hundredths / 100) | 0;
  const rest = hundredths - whole * 100;
  if (rest === 0) return `${whole}`;
  if (rest % 10 === 0) return `${whole}.${rest / 10}`;
  return rest < 10 ? `${whole}.0${rest}` : `${whole}.${rest}`;
}
