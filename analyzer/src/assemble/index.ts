/** The public face of the assembler. */
export { Assembler, type InvocationSink } from './assembler.ts';
export { INIT_KINDS, type InitKind, type InitLines, Invocation, type Sandbox, STATUSES, type Status } from './invocation.ts';
