/**
 * Which calls and works a drill may hurt, and which of those it does.
 *
 * What does not match is not even counted. Our own traffic and that of exporters never matches, whatever the token says: a
 * drill that blinds its observer proves nothing.
 */
import type { Agent } from '../agent.ts';
import type { ServedWork } from '../host/process/served-work.ts';
import { type NameOf, peerNamer } from '../measure/peer-name.ts';
import type { Work } from '../measure/work.ts';
import type { CallCandidate } from './armed-drill.ts';
import type { FaultPlan } from './plan-fault.ts';
import { seededRandom } from './seeded-random.ts';
import { DRILL_HEADER } from './token.ts';

export interface Candidates {
  hitsCall(call: CallCandidate, work: Work | undefined): boolean;
  hitsWork(route: string | undefined, item: string | undefined, work: Work | undefined): boolean;
  counts(): { readonly fitting: number; readonly hurt: number };
}

/** @param own  peers that are ours or an exporter's, besides those that the agent knows */
export function createCandidates(agent: Agent, { match, pick, seed, drillId, hold }: FaultPlan, own: ReadonlySet<string>): Candidates {
  const nameOf: NameOf = peerNamer(agent.settings.peerNames ?? '');
  const random = seededRandom(seed);
  const protocol = hold === 'name' ? 'dns' : match.protocol;
  let fitting = 0;
  let hurt = 0;

  const isOurs = (peers: readonly string[]) => peers.some((peer) => own.has(peer) || agent.ownPeers.has(peer));
  const isMeant = (peers: readonly string[]) =>
    match.peer === '*' ||
    peers.some(
      (peer) => peer === match.peer || (match.peer![0] === '.' && hostOf(peer).endsWith(match.peer!)) || nameOf(peer) === match.peer,
    );

  /** The request in whose course it happens, where the token asks for one. */
  function isInCourse(work: Work | undefined): boolean {
    const { response, job } = (work ?? {}) as Partial<ServedWork>;
    const request = response?.req;
    if (match.ownTrafficOnly && request?.headers?.[DRILL_HEADER] !== drillId) return false;
    return match.route === undefined || hold === 'work' || (request?.url ?? job ?? '').startsWith(match.route);
  }

  function isPicked(item?: string): boolean {
    fitting++;
    const share = 'share' in pick ? pick.share : undefined;
    const picked =
      share !== undefined
        ? (item === undefined ? random() : seededRandom(seed ^ hashOf(item))()) < share
        : fitting % (pick as { everyNth: number }).everyNth === 0;
    if (picked) hurt++;
    return picked;
  }

  return {
    hitsCall(call, work) {
      if (call.protocol !== protocol || isOurs(call.peers) || !isMeant(call.peers)) return false;
      if (match.path !== undefined && !call.path?.startsWith(match.path)) return false;
      return isInCourse(work) && isPicked();
    },
    hitsWork(route, item, work) {
      if (match.route !== undefined && !route?.startsWith(match.route)) return false;
      return isInCourse(work) && isPicked(item);
    },
    counts: () => ({ fitting, hurt }),
  };
}

const hostOf = (peer: string): string => peer.replace(/:\d+$/, '');

function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}
