/** Loaded with the first call that the program makes to anybody. */
import type { Agent } from '../agent.ts';
import { callRows } from '../emit/call-rows.ts';
import type { CallListeners } from '../measure/first-call.ts';
import { watchSockets } from '../measure/live-sockets.ts';
import { watchOutboundCalls } from '../measure/outbound-calls.ts';
import { peerNamer } from '../measure/peer-name.ts';

export function watchCalls(agent: Agent): CallListeners {
  const nameOf = peerNamer(agent.settings.peerNames ?? '');
  const { liveSockets, listeners } = watchSockets(agent, nameOf);
  agent.liveSockets = liveSockets;
  agent.callRows = callRows;
  return { ...watchOutboundCalls(agent, nameOf), ...listeners };
}
