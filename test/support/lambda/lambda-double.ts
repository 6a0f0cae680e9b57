/**
 * The product's own Lambda as the tests use it: any line of Node, each with the published runtime client that its managed runtime has.
 */
import { type LambdaDouble, type LambdaSettings, startLambda as startOn } from '../../../tui/src/lambda/start-lambda.ts';
import { ensureRuntimeClient } from './ensure-runtime-client.ts';
import { nodeBinary } from './node-lines.mjs';

export type { InvokeResult, LambdaDouble } from '../../../tui/src/lambda/start-lambda.ts';

export type NodeLine = 20 | 22 | 24 | 26;

export interface LambdaOptions extends Omit<LambdaSettings, 'nodeBinary' | 'nodeLine' | 'runtime'> {
  /** Default 20, or what the variable LAMBDA_NODE_LINE says; the others come from `.cache/node` (see `node-lines.mjs`). */
  readonly nodeLine?: NodeLine;
}

/** Resolves when the init is over, well or not: a failed one is tried again inside the first invocation. */
export async function startLambda({ nodeLine = USUAL_LINE, ...options }: LambdaOptions): Promise<LambdaDouble> {
  const client = await ensureRuntimeClient(nodeLine);
  return startOn({ ...options, nodeLine, nodeBinary: nodeBinary(nodeLine), runtime: [client.entry] });
}

/** The same tests on another line: the matrix sets it. */
const USUAL_LINE = Number(process.env.LAMBDA_NODE_LINE ?? 20) as NodeLine;
