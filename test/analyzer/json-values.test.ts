import { describe, expect, test } from 'vitest';
import { JsonMembers } from '../../analyzer/src/read/json-members.ts';
import { UnescapedText } from '../../analyzer/src/read/json-strings.ts';
import { JsonValues } from '../../analyzer/src/read/json-values.ts';

interface Split {
  readonly values: string[];
  readonly within: string[];
  readonly places: number[];
  readonly around: string[];
  readonly skips: [string, number, string | undefined][];
}

function split(text: string, wrappers: readonly string[] = [], chunkBytes = 1 << 20, capBytes?: number): Split {
  const told: Split = { values: [], within: [], places: [], around: [], skips: [] };
  const values = new JsonValues(
    {
      value(bytes, from, to, place, within) {
        told.values.push(bytes.toString('utf8', from, to));
        told.places.push(place);
        told.within.push(within);
      },
      around(bytes, from, to) {
        told.around.push(bytes.toString('utf8', from, to));
        return 0;
      },
      skipped(reason, byteCount, _place, found) {
        if (reason !== 'envelope') told.skips.push([reason, byteCount, found]);
      },
    },
    wrappers,
    capBytes,
  );
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += chunkBytes) values.push(Buffer.from(bytes.subarray(at, at + chunkBytes)));
  values.end();
  return told;
}

describe('splitting JSON into values', () => {
  test.each([
    ['one behind the other', '{"a":1}{"b":[2]}'],
    ['a line each', '{"a":1}\r\n{"b":[2]}\n'],
    ['in one array', ' [ {"a":1} , {"b":[2]} ] '],
    ['in several arrays', '[{"a":1}]\n[{"b":[2]}]'],
    ['behind a byte order mark', '\ufeff{"a":1}{"b":[2]}'],
    ['with record separators', '\u001e{"a":1}\n\u001e{"b":[2]}\n'],
  ])('values %s come out as the same values', (_how, text) => {
    expect(split(text).values).toEqual(['{"a":1}', '{"b":[2]}']);
    expect(split(text, [], 1).values).toEqual(['{"a":1}', '{"b":[2]}']);
  });

  test('the values of a named member are told with its name, and what stands around them as a whole', () => {
    const told = split('{"next":"x","events" : [{"a":1},{"events":[1]}],"more":{"n":1}}', ['events'], 3);
    expect(told.values).toEqual(['{"a":1}', '{"events":[1]}']);
    expect(told.within).toEqual(['events', 'events']);
    expect(told.around).toEqual(['{"next":"x","events" : [', '],"more":{"n":1}}']);
    expect(told.skips).toEqual([]);
  });

  test('several pages, also in one array, give the values of all of them', () => {
    expect(split('[{"events":[1,2]},{"events":[]},{"events":[3],"n":0}]\n{"events":[4]}', ['events']).values).toEqual(['1', '2', '3', '4']);
  });

  test('a member that is not asked for stays in its value', () => {
    expect(split('{"event":[1],"revents":[2]}', ['events']).values).toEqual(['{"event":[1],"revents":[2]}']);
  });

  test('braces, brackets and quotes in strings end nothing', () => {
    const text = String.raw`{"a":"}]\"{[","b":"\\"}{"c":"\\\""}`;
    for (const chunkBytes of [1, 2, 3, 5, 100])
      expect(split(text, [], chunkBytes).values).toEqual([String.raw`{"a":"}]\"{[","b":"\\"}`, String.raw`{"c":"\\\""}`]);
  });

  test('the place is the byte offset, not the character offset', () => {
    expect(split('{"ü":"€"}{"b":1}').places).toEqual([0, Buffer.byteLength('{"ü":"€"}')]);
  });

  test('a value that the end of the input cuts off is broken, and the values before it are given', () => {
    const told = split('{"a":1}{"b":"x');
    expect(told.values).toEqual(['{"a":1}']);
    expect(told.skips).toEqual([['broken', 7, 'JSON that ends in the middle']]);
  });

  test('an array that is not closed gives its values and is told of', () => {
    const told = split('{"events":[{"a":1},{"b":2}', ['events']);
    expect(told.values).toEqual(['{"a":1}', '{"b":2}']);
    expect(told.skips).toEqual([['broken', 1, 'array that does not close']]);
  });

  test.each([
    ['in a string', '{"a":"x\n{"b":2}\n'],
    ['behind a number', '{"a":{"c":1\n{"b":2}\n'],
  ])('a line that was cut off %s does not swallow the next one', (_where, text) => {
    for (const chunkBytes of [1, 4, 100]) expect(split(text, [], chunkBytes).values).toEqual(['{"b":2}']);
  });

  test('a value over the cap is counted, and reading goes on behind it', () => {
    for (const chunkBytes of [1, 7, 1000]) {
      const told = split(`{"a":"${'x'.repeat(90)}"}{"b":1}`, [], chunkBytes, 50);
      expect(told.values).toEqual(['{"b":1}']);
      expect(told.skips).toEqual([['too-long', 98, 'JSON value of more than 50 bytes']]);
    }
  });
});

describe('walking over members', () => {
  test('members come with their bytes, however they are laid out', () => {
    const text = '{ "Name" : "a\\"b",\n "list":[{"x":"}"},2] , "n":-1.5e3,"t":true}';
    const members = new JsonMembers();
    const seen: string[] = [];
    members.open(Buffer.from(text), 0, Buffer.byteLength(text));
    while (members.next())
      seen.push(`${members.isKey(Buffer.from('name')) ? 'name' : '?'} ${text.slice(members.valueFrom, members.valueTo)}`);
    expect(seen).toEqual(['name "a\\"b"', '? [{"x":"}"},2]', '? -1.5e3', '? true']);
    expect(members.isBroken).toBe(false);
  });

  test.each(['{"a":1', '{"a" 1}', '{"a":}', '{1:2}', '{"a":1 "b":2}', '"a"', ''])('%s is broken', (text) => {
    const members = new JsonMembers();
    members.open(Buffer.from(text), 0, Buffer.byteLength(text));
    while (members.next());
    expect(members.isBroken).toBe(true);
  });
});

describe('taking escapes out', () => {
  test('every escape of JSON becomes what it stands for', () => {
    const text = 'tab\t nl\n cr\r quote" back\\ slash/ bell\b feed\f ü \u0001 € 😀 \u07ff \uffff';
    const escaped = `${JSON.stringify(text).slice(1, -1)}\\/\\u00fc\\u20ac\\ud83d\\ude00`;
    const unescaped = new UnescapedText();
    const bytes = Buffer.from(escaped);
    unescaped.take(bytes, 0, bytes.length);
    expect(unescaped.bytes.toString('utf8', 0, unescaped.length)).toBe(`${text}/ü€😀`);
  });

  test('half a pair becomes the replacement character, and what is no escape stays as it stands', () => {
    const unescaped = new UnescapedText();
    const bytes = Buffer.from('\\ud83d \\ude00 \\ud83d\\u0041 \\x \\u12');
    unescaped.take(bytes, 0, bytes.length);
    expect(unescaped.bytes.toString('utf8', 0, unescaped.length)).toBe('\ufffd \ufffd \ufffdA \\x \\u12');
  });
});
