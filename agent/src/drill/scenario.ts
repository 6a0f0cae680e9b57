/**
 * What a drill does, as data: which fault, how strong, on which calls, for how long, under which load.
 *
 * Two teams can only compare how long they searched if both met the same thing. So a scenario is fixed, has a version and a
 * hash, and what differs from place to place (which peer, which route, the caller's time limit) is in the signed token.
 */

/** Calls are those of `fetch` and undici, `http` and `https`, or the writes on a plain connection (databases). */
export type Fault =
  /** The request leaves late. With `ofLimit`, so much of the caller's time limit, which the token tells. */
  | { readonly kind: 'latency'; readonly delayMs: number; readonly ofLimit?: number }
  /** The call fails before anything is sent: with an error of the network, or with a status. */
  | { readonly kind: 'error'; readonly code?: string; readonly status?: number }
  /** The connection breaks after the request was sent. */
  | { readonly kind: 'reset' }
  /** The name of the peer has no address. Connections that are open go on. */
  | { readonly kind: 'dns-failure'; readonly code?: 'ENOTFOUND' | 'EAI_AGAIN' }
  /** The peer takes the connection and never answers. */
  | { readonly kind: 'black-hole' }
  /** Status 200 with another body; the peer is not asked. */
  | { readonly kind: 'wrong-body'; readonly body: string; readonly contentType: string }
  /** The answer ends after so many bytes of its body. */
  | { readonly kind: 'truncated-body'; readonly keptBytes: number }
  /** One call to the peer at a time; the others wait. */
  | { readonly kind: 'small-pool' }
  /** Each request leaves so much behind in the heap. */
  | { readonly kind: 'leak'; readonly bytesPerRequest: number }
  /** The event loop stands still at the begin of a request. */
  | { readonly kind: 'blocked-loop'; readonly blockedMs: number }
  /** `Date.now()` is wrong by so much; nothing else is. */
  | { readonly kind: 'clock-skew'; readonly skewMs: number }
  /** A message is handled a second time, or its success is not told to the queue. */
  | { readonly kind: 'acknowledgement'; readonly how: 'duplicate' | 'withheld' }
  /** A job or an invocation throws this instead of doing its work; the same item always does. */
  | { readonly kind: 'work-error'; readonly name: string; readonly code?: string; readonly message: string }
  /** The process takes so much longer to start. */
  | { readonly kind: 'slow-start'; readonly delayMs: number };

export type FaultKind = Fault['kind'];

/** Which of the calls (or works) that fit are hit: each Nth, or a share of them by the seed. */
export type Pick = { readonly everyNth: number } | { readonly share: number };

/** What has to be done from outside of the process, by whoever runs the drill. */
export interface OutsideStep {
  readonly kind: 'restart' | 'kill-one' | 'send-poison' | 'run-old-version';
  readonly what: string;
  /** In all, when it is more than once; each so long after the one before, while the fault lasts. */
  readonly times?: number;
  readonly everyMs?: number;
}

/** A drill ends when more than this was seen in the process, whatever the token says. */
export interface StopLines {
  /** Share of failed works, 0 to 1. */
  readonly errorShare: number;
  readonly p99Ms: number;
}

export interface Scenario {
  readonly id: string;
  /** Grows with each change of what it does. */
  readonly version: number;
  readonly name: string;
  /** Id of the failure mode in the catalogue that it provokes. */
  readonly provokes: string;
  /** One sentence for whoever decides to run it. */
  readonly what: string;
  readonly seed: number;
  readonly load: { readonly requestsPerSecond: number; readonly concurrency: number };
  /** In words: `+300 ms on each 3rd call`. */
  readonly magnitude: string;
  readonly durationMs: number;
  /** Of health before it, where the mode can only be told from a longer stretch of it. */
  readonly warmUpMs?: number;
  /** Absent where everything is done from outside. */
  readonly fault?: Fault;
  readonly pick?: Pick;
  readonly outside?: OutsideStep;
  readonly stop: StopLines;
}

export const DEFAULT_DURATION_MS = 30_000;
export const LONGEST_DURATION_MS = 15 * 60_000;
