/** Failure modes in which a peer cannot be reached: it is away, or its name leads nowhere. */
import { anyOf, cannotTell, errorSays, errorsThatSay, notSeen, seen, shown } from '../clauses.ts';
import { failingPeer } from '../failing-peer.ts';
import type { FailureMode } from '../failure-mode.ts';

const dependencyError =
  /ECONN(REFUSED|RESET)|ETIMEDOUT|EHOSTUNREACH|socket hang up|fetch failed|\b50[234]\b|unavailable|Bad Gateway|timed? ?out/i;
const nameError = /ENOTFOUND|EAI_AGAIN|getaddrinfo|NXDOMAIN/;

export const OUT_OF_REACH_MODES: readonly FailureMode[] = [
  {
    id: 'dependency-outage',
    number: 20,
    name: 'Short outage of a dependency',
    archetypes: ['request-response', 'queue-worker', 'event-driven', 'long-running', 'edge'],
    what: 'One peer is away for a while; nearly all that needs it fails, without a gap, and then everything is well again.',
    signature: {
      requires: [
        {
          asks: 'one peer, one unbroken stretch of failures, over before the end of the input',
          look: (observed) => {
            if (observed.errors === undefined) return cannotTell('application lines with errors');
            const candidates = (observed.errors ?? []).filter(
              ({ text, isWordless, isOnlyLogged }) => isOnlyLogged !== true && (isWordless === true || dependencyError.test(text)),
            );
            return anyOf(candidates, 'error of a dependency', 'application lines', (error) => {
              // A refused connection names an address; the calls that failed name the peer.
              const peer = failingPeer(observed, error.count) ?? (error.isWordless ? undefined : error.dependency);
              if (peer === undefined) return cannotTell(`which dependency "${(error.quote ?? error.text).slice(0, 60)}" speaks of`);
              if (error.episodeCount === undefined || error.isOverBeforeEnd === undefined) return cannotTell('failures by the minute');
              const told = `${shown(error.count)} failures for ${peer} in ${shown(error.episodeCount)} stretches`;
              if (error.episodeCount !== 1 || !error.isOverBeforeEnd) return notSeen(told);
              if (!((error.longestEpisodeMs ?? 0) <= LONGEST_OUTAGE_MS))
                return notSeen(`${told}, longer than an outage that ends by itself`);
              if (error.shareInEpisode !== undefined && error.shareInEpisode < OUTAGE_SHARE) {
                return notSeen(`${told}, of which only ${shown(error.shareInEpisode * 100)} % of the requests failed`);
              }
              return seen(told);
            });
          },
        },
      ],
      // Without the words of an error it may as well be its name, or the network in between.
      supports: [errorSays(dependencyError, 'a dependency that is away')],
      excludes: [errorSays(nameError, 'a host name that does not resolve')],
    },
    defaultClass: 'rare',
    classBecause: 'it comes in episodes, however dense it is inside one',
    isSilent: false,
    defaultDifficulty: 'instant',
    difficultyBecause: 'the error names the dependency',
    drill: {
      fault: 'block the peer for 30 s',
      precondition: 'the peer cannot be reached',
      payload: 'ordinary',
      concurrency: 20,
      warmUp: undefined,
      from: 'inside',
      expectedShare: 1,
    },
    runbook: [
      'look at the status page or the own alarms of the dependency for the same minutes',
      'see what the failed requests left behind: half-done work, messages given up',
      'rehearse it: a breaker, a queue or a fallback turns it into a delay',
    ],
    notToBeTakenFor: 'a dependency that fails now and again for hours: several stretches, and not all requests inside them',
  },
  {
    id: 'dns-failure',
    number: 22,
    name: 'Host name does not resolve',
    archetypes: ['request-response', 'queue-worker', 'event-driven', 'long-running', 'edge'],
    what: 'The name of one peer has no address: a private zone, a deleted record, a resolver that is over its limit. No connection is even tried.',
    signature: {
      requires: [
        errorSays(nameError, 'a host name that does not resolve'),
        {
          asks: 'it is one name',
          look: (observed) => {
            const names = new Set(errorsThatSay(observed, nameError).map(({ text, dependency }) => dependency ?? nameIn(text)));
            if (names.has(undefined)) return cannotTell('the name that does not resolve');
            return names.size === 1
              ? seen(`only ${[...names][0]}`)
              : notSeen(`${shown(names.size)} names do not resolve: the resolver, or the network of the function`);
          },
        },
      ],
      supports: [],
      excludes: [],
      isProof: true,
    },
    defaultClass: 'rare',
    classBecause: 'names resolve or they do not; it begins with a change and ends with one',
    isSilent: false,
    defaultDifficulty: 'instant',
    difficultyBecause: 'the error says the name',
    drill: {
      fault: 'deny the name of the peer',
      precondition: 'the resolver has no answer for one name',
      payload: 'ordinary',
      concurrency: 1,
      warmUp: undefined,
      from: 'inside',
      expectedShare: 1,
    },
    runbook: [
      'resolve the name from inside the same network',
      'compare with the last change of zones, of endpoints and of the network of the function',
      'EAI_AGAIN under load is the resolver over its limit of packets: keep connections alive, cache lookups',
    ],
    notToBeTakenFor: 'ECONNREFUSED or a timeout: the name resolved and nobody listened',
  },
];

/** A peer that is away for longer than an hour is not a blip that ends by itself. Our own choice. */
const LONGEST_OUTAGE_MS = 60 * 60_000;
/** Of the requests in the stretch; a peer that fails some of its calls is not away. Our own choice. */
const OUTAGE_SHARE = 0.5;

function nameIn(text: string): string | undefined {
  return /(?:ENOTFOUND|EAI_AGAIN|NXDOMAIN)\s+([\w.-]+)/.exec(text)?.[1];
}
