/** The public face of the assembler. */
export { Assembler, ERROR_ANSWER, type InvocationSink } from './assembler.ts';
export { type InitLines, Invocation, type Sandbox } from './invocation.ts';
export type { DeadAttempt } from './stream-state.ts';
