/** The running analysis: sources in, a picture out, at any moment. */
export type { LiveFeed } from './feed-source.ts';
export { type FollowedSource, type FollowSettings, follow, type LiveAnalysis, type Replay } from './follow.ts';
export { LIVE_LIMITS, type LiveLimits } from './limits.ts';
export { type OtlpCounts, type OtlpReceiver, type OtlpReceiverSettings, startOtlpReceiver } from './otlp-receiver.ts';
export { OtlpReceiverError, type OtlpReceiverErrorCode } from './otlp-receiver-error.ts';
