/**
 * Whose memory grows. Max Memory Used counts every process of the sandbox; the agent's figures are of the function's own.
 * Where the first climbs and the second does not, the function is innocent: an extension or a child process fills it, as an
 * observability extension once did until every request hung (axiomhq/axiom-lambda-extension, issue 48).
 */
import type { MemoryLife } from '../store/memory-life.ts';
import type { SandboxSummary } from '../store/summary.ts';
import { climbOf } from './memory-climb.ts';
import type { ChannelGrowth, GrowthVerdict, MemoryOwner } from './sections.ts';

/**
 * @param growth  what the platform's lines say by themselves
 * @returns undefined where nothing grows, or nothing tells
 */
export function ownerOf(
  growth: GrowthVerdict,
  channels: readonly ChannelGrowth[],
  lives: readonly MemoryLife[],
  sandboxes: readonly SandboxSummary[],
): MemoryOwner | undefined {
  const [largest] = leakingMemory(channels);
  if (largest !== undefined) return largest.channel as MemoryOwner;
  if (growth.kind !== 'leaking' && growth.kind !== 'growing') return undefined;
  const { sandboxMb, ownMb } = gains(lives, sandboxes);
  return sandboxMb >= LEAST_GAIN_MB && ownMb <= OWN_SHARE * sandboxMb ? 'another-process' : undefined;
}

/** Kinds of memory that leak, the one that takes most first; handles take none of their own. */
export function leakingMemory(channels: readonly ChannelGrowth[]): ChannelGrowth[] {
  return channels
    .filter(({ channel, verdict }) => verdict === 'leaking' && channel !== 'handles')
    .sort((one, other) => other.slope!.perInvocation - one.slope!.perInvocation);
}

/** The gain from which several sandboxes are said to climb at all. */
const LEAST_GAIN_MB = 8;
/** Rounding and what the heap takes while it warms up leave some of the gain with the function. */
const OWN_SHARE = 0.3;
const MEBIBYTE = 1024 * 1024;

/** Over the last three quarters of each life of which both are known. */
function gains(lives: readonly MemoryLife[], sandboxes: readonly SandboxSummary[]): { sandboxMb: number; ownMb: number } {
  const byName = new Map(sandboxes.map((sandbox) => [`${sandbox.logStream}\u0000${sandbox.epoch}`, sandbox]));
  let [sandboxMb, ownMb, count] = [0, 0, 0];
  for (const { logStream, epoch, residentGainBytes } of lives) {
    const sandbox = byName.get(`${logStream}\u0000${epoch}`);
    const climb = sandbox?.isolated === true ? climbOf(sandbox) : undefined;
    if (climb === undefined || residentGainBytes === undefined) continue;
    sandboxMb += climb.gainMb;
    ownMb += residentGainBytes / MEBIBYTE;
    count++;
  }
  return { sandboxMb: sandboxMb / Math.max(1, count), ownMb: ownMb / Math.max(1, count) };
}
