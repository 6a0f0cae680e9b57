/** Loaded when the handler is missing: the error that the runtime client would have thrown, down to its names. */
export function handlerNotFound(configured: string, handler: unknown): Error {
  const is20 = process.version < 'v22';
  const Thrown = class extends Error {};
  // The JSON log format prints the constructor's name.
  Object.defineProperty(Thrown, 'name', { value: is20 ? 'HandlerNotFound' : 'HandlerNotFoundError' });
  const error = new Thrown(`${configured} is ${handler ? 'not a function' : 'undefined or not exported'}`);
  // Line 4 of the client makes it a member of the error itself, which is printed; line 3 did not.
  return Object.defineProperty(error, 'name', { value: 'Runtime.HandlerNotFound', enumerable: !is20 });
}
