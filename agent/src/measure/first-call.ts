/**
 * Waits for the first call that the program makes to anybody, and only then loads what measures calls.
 *
 * A function that calls nobody pays four subscriptions for it and nothing else. The event that woke us is handed on, so the first call is
 * measured like every other one.
 */
import type { ChannelListener } from 'node:diagnostics_channel';
import type { Agent } from '../agent.ts';
import { builtIn } from './built-in.ts';

const CHANNELS = ['http.client.request.created', 'http.client.request.start', 'undici:request:create', 'net.client.socket'] as const;

/** What the part `calls` gives: the listener of each channel, for events that came before it was loaded. */
export type CallListeners = Readonly<Record<string, ChannelListener>>;

export function awaitFirstCall(agent: Agent): void {
  // Node 20 compiles it when first asked, so not before the runtime client has.
  const { subscribe, unsubscribe } = builtIn('node:diagnostics_channel');
  const wake: ChannelListener = (message, channel) =>
    agent.isUnseen ||
    agent.quietly('calls', () => {
      for (const name of CHANNELS) unsubscribe(name, wake);
      (agent.part('calls').watchCalls as (agent: Agent) => CallListeners)(agent)[channel as string]?.(message, channel);
    });
  for (const name of CHANNELS) subscribe(name, wake);
  agent.wakeCalls = wake;
}
