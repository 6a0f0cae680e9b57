/** A job or an invocation fails before its own code: what the program would throw at a bad item, or on a schema that has moved on. */
import type { HurtItem } from '../hooks/handled-items.ts';

export function workError(fault: {
  readonly name: string;
  readonly code?: string;
  readonly message: string;
}): Required<Pick<HurtItem, 'begin'>> {
  return {
    begin() {
      const { name, code, message } = fault;
      throw Object.assign(new Error(message), { name }, code === undefined ? {} : { code });
    },
  };
}
