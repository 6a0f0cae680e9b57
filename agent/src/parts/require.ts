/**
 * What `_HANDLER` points at on Node 20: the user's handler, loaded as line 3 of the runtime client loads it, and wrapped.
 *
 * That client waits for whatever a required module gives, so the module is a promise: a file that is imported would cost two
 * milliseconds more. A runtime of another make that imports it gets that promise as the default export.
 */
import { AGENT } from '../agent.ts';
import { requireExports } from '../host/lambda/require-exports.ts';

type Loading = Record<typeof AGENT, { load(byRequire: typeof requireExports): Promise<[unknown]> }>;

Reflect.set(
  module,
  'exports',
  (globalThis as unknown as Loading)[AGENT].load(requireExports).then(([handler]) => ({ handler })),
);
