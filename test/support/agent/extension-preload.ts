/**
 * Stands for the preload in tests of the extension alone: an agent, the extension, and a wrapper of handlers that a
 * function finds on `globalThis.nightlightTest`.
 */
import { startExtension } from '../../../agent/src/host/lambda/extension.ts';
import { openSpanFlush } from '../../../agent/src/host/lambda/span-flush.ts';
import { createPlainAgent, type PlainAgent } from './plain-agent.ts';

type Handler = (event: unknown, context: { awsRequestId: string }, callback: (...answer: unknown[]) => void) => unknown;

const { env } = process;
const agent: PlainAgent = createPlainAgent(
  { flush: (env.NIGHTLIGHT_FLUSH ?? 'log') as 'log', otlpEndpoint: env.NIGHTLIGHT_OTLP_ENDPOINT ?? '' },
  env,
);

function wrapAsync(handler: Handler): Handler {
  agent.wrapsHandler = true;
  // Two parameters: a third would make it a callback handler, which newer runtimes refuse.
  return async (event, context) => {
    const work = agent.begin(context.awsRequestId);
    const endCall = work.call('orders-db');
    try {
      return await handler(event, context, () => {});
    } finally {
      endCall();
      work.end();
    }
  };
}

function wrapCallback(handler: Handler): Handler {
  agent.wrapsHandler = true;
  return (event, context, callback) => {
    const work = agent.begin(context.awsRequestId);
    return handler(event, context, (...answer) => {
      work.end();
      callback(...answer);
    });
  };
}

process.on('exit', () => {
  for (const note of agent.notes) process.stdout.write(`note ${note}\n`);
});
agent.part = () => ({ openSpanFlush });
const { ready } = startExtension(agent, env.TEST_FLUSH_CAP_MS ? Number(env.TEST_FLUSH_CAP_MS) : undefined);
agent.woken?.();
(globalThis as Record<string, unknown>).nightlightTest = { agent, ready, wrapAsync, wrapCallback };
