/** The running analysis: sources in, a picture out, at any moment. */
export type { LiveFeed } from './feed-source.ts';
export { type FollowedSource, type FollowSettings, follow, type LiveAnalysis, type Replay } from './follow.ts';
export { LIVE_LIMITS, type LiveLimits } from './limits.ts';
