/**
 * A whole input that could not be read, told so that the reader can act: where, what was expected, what was
 * found, what to try. Callers match on `code`. One bad input never stops the others.
 */
export type ReadErrorCode =
  | 'READ_NOT_FOUND'
  | 'READ_NOT_PERMITTED'
  | 'READ_EMPTY'
  | 'READ_GZIP_TRUNCATED'
  | 'READ_GZIP_BROKEN'
  | 'READ_OVER_CAP'
  | 'READ_BINARY'
  | 'READ_HTML'
  | 'READ_AGGREGATED_QUERY'
  | 'READ_NOT_LAMBDA'
  | 'READ_UNKNOWN_SHAPE'
  | 'READ_JSON_BROKEN'
  | 'READ_NEWER_RECORD'
  | 'READ_FAILED';

export class ReadError extends Error {
  override readonly name = 'ReadError';
  readonly code: ReadErrorCode;
  readonly path: string;
  /** Byte offset in the (inflated) file, when the trouble has a place. */
  readonly place: number | undefined;
  readonly expected: string;
  readonly found: string;
  /** A sentence or a command that helps. */
  readonly next: string;

  constructor(
    code: ReadErrorCode,
    at: { readonly path: string; readonly place?: number },
    told: { readonly expected: string; readonly found: string; readonly next: string },
    options?: ErrorOptions,
  ) {
    const where = at.place === undefined ? at.path : `${at.path} at byte ${at.place}`;
    super(`${where}: expected ${told.expected}, found ${told.found}. ${told.next}`, options);
    this.code = code;
    this.path = at.path;
    this.place = at.place;
    this.expected = told.expected;
    this.found = told.found;
    this.next = told.next;
  }
}
