/** A mistake that the person at the keyboard can mend: what was expected, what was found, what to type instead. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly code: string;
  readonly next: string;
  /** 2 for wrong usage, 1 for an input or output that failed. */
  readonly exitCode: 1 | 2;

  constructor(code: string, message: string, next: string, exitCode: 1 | 2 = 2, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.next = next;
    this.exitCode = exitCode;
  }
}

/** `error[READ_NOT_FOUND]: orders.json: expected …, found …` and what to do about it. */
export function errorText(code: string, message: string, next: string): string {
  // Some messages end in the advice already; twice it would only be longer.
  const told = next !== '' && message.endsWith(next) ? message.slice(0, -next.length).trimEnd() : message;
  return `error[${code}]: ${told}\n${next === '' ? '' : `  next: ${next}\n`}`;
}
