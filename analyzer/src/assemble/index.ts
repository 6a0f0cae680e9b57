/** The public face of the assembler. */
export { ERROR_ANSWER } from './agent-lines.ts';
export { Assembler } from './assembler.ts';
export { type InitLines, Invocation, type Sandbox } from './invocation.ts';
export type { InvocationSink } from './invocation-sink.ts';
export type { DeadAttempt } from './stream-state.ts';
