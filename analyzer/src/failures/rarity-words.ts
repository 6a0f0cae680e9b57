/** The sentences of a verdict on rarity: the numbers that led to it, and what would make us take it back. */
import type { Decided, Grounds } from './rarity-grounds.ts';

export function whyOf(
  { failures, exposed, share, spread, episodes, precondition, history }: Grounds,
  decided: Decided | undefined,
): string {
  if (!(exposed >= 0)) return `${whole(failures + 1)} failures; nothing tells of how many attempts`;
  const counted = `${whole(failures)} of ${whole(exposed)} attempts after the first one failed: ${percent(share.low)} to ${percent(share.high)}`;
  if (decided?.kind === 'dense-now') {
    const { recent } = history;
    return `${whole(recent.failures)} of the last ${whole(recent.exposed)} attempts of the function failed, and chance at 1 in 100 is excluded; ${counted}`;
  }
  if (decided === undefined) return counted;
  if (decided.by === 'precondition' && precondition !== undefined) {
    const { attribute, value, rate, shareOfAttempts } = precondition;
    const condition = `under ${attribute} = ${value}, which ${percent(shareOfAttempts)} of attempts meet`;
    return `${counted}; ${condition}, ${percent(rate.low)} to ${percent(rate.high)} fail`;
  }
  if (decided.by === 'episodes')
    return `${counted}, in ${whole(episodes.count)} episode${episodes.count === 1 ? '' : 's'}; fewer than 1 in 10,000 attempts begins one`;
  if (decided.kind === 'systemic') return `${counted}, in ${whole(spread.filled)} of ${whole(spread.windows)} windows of the stream`;
  return counted;
}

export function falsifiersOf({ share, precondition, history }: Grounds, decided: Decided | undefined): string[] {
  const said: string[] = [];
  if (decided?.kind === 'systemic' && decided.by === 'density')
    said.push('a stretch of 1,000 attempts of the same version with at most 3 failures');
  if (decided?.kind === 'rare' && decided.by === 'density')
    said.push(`a share above ${percent(1e-4)} (now at most ${percent(share.high)})`);
  if (decided?.kind === 'rare' && decided.by === 'episodes') said.push('episodes that come back at the same hour, or after every deploy');
  if (decided?.kind === 'dense-now') said.push('1,000 attempts with at most 3 failures: then it was an episode');
  if (precondition !== undefined) {
    said.push(`failures without ${precondition.attribute} = ${precondition.value}`);
    if (precondition.cannotBeSeparatedFrom.length > 0) said.push(`it may be ${precondition.cannotBeSeparatedFrom.join(' or ')} instead`);
  }
  if (history.versions.length > 1) said.push('another rate in the next version');
  return said;
}

/** 12044 -> `12,044`. The engine's own way would load the rules of every language for it, which takes longer than the verdict. */
export function whole(count: number): string {
  return Math.round(count)
    .toString()
    .replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

/** Two digits that count, as "0.012 %". */
export function percent(share: number): string {
  return `${Number((share * 100).toPrecision(2))} %`;
}
