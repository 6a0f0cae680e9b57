/** What the receiver takes at most, so that no sender costs this machine more than it has. */
export interface OtlpLimits {
  /** Of one request as it is sent, bytes. */
  readonly requestBytes: number;
  /** Of one request after inflating, bytes. */
  readonly inflatedBytes: number;
  /** Of all requests that are on their way in at one time, bytes as sent. */
  readonly inFlightBytes: number;
  /** For a request to come in whole, from its first byte; a sender that needs longer is cut off. */
  readonly slowestMs: number;
  readonly connectionCount: number;
  /** What a refused sender is asked to wait. */
  readonly retryAfterSeconds: number;
}

/**
 * Our own choices. A batch of 512 spans, as SDKs send, is 200 kB without compression, and a collector's of 8,192 is 3 MB: the
 * limit of a request is above both. gzip packs at most about 1,000 to 1, so the cap on inflating is met by nothing but a bomb.
 */
export const OTLP_LIMITS: OtlpLimits = {
  requestBytes: 8 * 1024 ** 2,
  inflatedBytes: 64 * 1024 ** 2,
  inFlightBytes: 64 * 1024 ** 2,
  slowestMs: 30_000,
  connectionCount: 1024,
  retryAfterSeconds: 1,
};
