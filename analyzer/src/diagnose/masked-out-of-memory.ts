/**
 * Deaths for want of memory that the platform reports as timeouts.
 *
 * A process at its limit spends its last seconds reclaiming, and the clock runs out first: the REPORT says
 * `Status: timeout` with Max Memory Used at, or a hair below, Memory Size (192 of 192, 127 of 128, 252 of 256 MB were
 * reported to DataDog/datadog-lambda-extension, issue 1237). So equality would miss most of them, and a full memory alone
 * would accuse every function that lives at its limit: the memory must still have risen in the very attempt that died,
 * or the agent must have seen it full then.
 */
import type { AgentMemory, SandboxSummary, Summary } from '../store/summary.ts';
import { evidenceReference } from './evidence-reference.ts';
import type { Finding } from './finding.ts';
import { hurtPerMinute } from './hurt-rate.ts';
import { explainCommand, roomierMemoryMb, setMemoryCommand } from './next-command.ts';
import { shareInterval } from './share-interval.ts';
import { countWords, percentWords, plural } from './wording.ts';

export interface MaskedDeath {
  readonly sandbox: SandboxSummary;
  readonly megabytes: number;
  /** `shown` by the agent's own figures, `suspected` from the platform's lines alone. */
  readonly certainty: 'shown' | 'suspected';
}

/** @param sandboxes  all of one configuration */
export function maskedDeaths(sandboxes: readonly SandboxSummary[]): MaskedDeath[] {
  const livesFull = sandboxes.some((sandbox) => livedOnFull(sandbox));
  return sandboxes.flatMap((sandbox): MaskedDeath[] => {
    const { death, memorySizeMb, agentMemory, isolated } = sandbox;
    if (death?.by !== 'timeout' || !(memorySizeMb > 0) || !isolated) return [];
    const megabytes = sandbox.envelope.at(-1)?.megabytes ?? 0;
    const isFull = megabytes >= FULL_SHARE * memorySizeMb;
    const seesFull = agentMemory === undefined ? undefined : isNearLimit(agentMemory, memorySizeMb);
    // What the agent saw in the attempt that died decides, one way or the other.
    if (agentMemory?.isAtDeath === true) return isFull && seesFull === true ? [{ sandbox, megabytes, certainty: 'shown' }] : [];
    // It had lived with a full memory before, or others of its kind do: the timeout has a cause of its own.
    if (!isFull || livesFull || sandbox.envelope.at(-1)!.n < death.n) return [];
    return [{ sandbox, megabytes, certainty: seesFull === true ? 'shown' : 'suspected' }];
  });
}

export function maskedOutOfMemoryFindings(summary: Summary): Finding[] {
  return [...summary.configurations].flatMap(([key, configuration]) => {
    if (configuration.statusCounts.timeout === 0) return [];
    const masked = maskedDeaths(summary.sandboxes.filter((sandbox) => sandbox.configuration === key));
    if (masked.length === 0) return [];
    const { functionName, version, memorySizeMb, statusCounts, invocationCount } = configuration;
    const shown = masked.filter(({ certainty }) => certainty === 'shown').length;
    const timeouts = Math.max(masked.length, statusCounts.timeout);
    const share = shareInterval(masked.length, Math.max(masked.length, invocationCount))!;
    const times = masked.map(({ sandbox }) => sandbox.death!.atMs).filter((atMs) => !Number.isNaN(atMs));
    const sinceMs = times.length === 0 ? undefined : times.reduce((first, atMs) => Math.min(first, atMs));
    const lastMs = times.length === 0 ? undefined : times.reduce((last, atMs) => Math.max(last, atMs));
    const highest = masked.reduce((most, { megabytes }) => Math.max(most, megabytes), 0);
    const roomier = roomierMemoryMb(memorySizeMb);
    return [
      {
        id: '',
        kind: 'masked-out-of-memory',
        headline: 'OUT OF MEMORY, SHOWN AS A TIMEOUT',
        functionName,
        version: version === '?' ? undefined : version,
        memorySizeMb,
        why: `${countWords(masked.length)} of ${plural(timeouts, 'timeout')} ended with up to ${countWords(highest)} of ${countWords(memorySizeMb)} MB used (${percentWords(highest / memorySizeMb)}), still rising in the very ${masked.length === 1 ? 'attempt' : 'attempts'} that died: reclaiming memory ${shown > 0 ? 'took' : 'may have taken'} the time`,
        harm: 'users',
        certainty: shown > 0 ? 'shown' : 'suspected',
        certaintyBecause:
          shown > 0
            ? `the agent saw heap or process within a tenth of the limit in ${countWords(shown)} of them`
            : "the platform's lines alone do not tell what took the time; the agent's memory figures would",
        affectedCount: share.count,
        exposedCount: share.of,
        shareLow: share.low,
        shareHigh: share.high,
        sinceMs,
        lastMs,
        weight: hurtPerMinute(masked.length, sinceMs, lastMs),
        changedBeside: [],
        next: (roomier === undefined ? undefined : setMemoryCommand(functionName, roomier)) ?? explainCommand(summary),
        evidence: masked.slice(0, MOST_EVIDENCE).map(({ sandbox }) => evidenceReference(summary, sandbox.death!.evidence)),
        facts: masked.slice(0, MOST_EVIDENCE).map(({ sandbox, megabytes, certainty }) => ({
          name: sandbox.logStream,
          value: `${countWords(megabytes)} MB at invocation ${countWords(sandbox.death!.n)}, ${certainty}${agentWords(sandbox.agentMemory)}`,
        })),
        gates: shown > 0 ? ['any'] : [],
      } satisfies Finding,
    ];
  });
}

/** The highest of the documented cases lies 1.6 % below Memory Size; the rest is for the rounding of small sizes. */
const FULL_SHARE = 0.97;
/** Of Memory Size for what is resident, of V8's own limit for the heap: our own choice. The rest is others' memory. */
const NEAR_LIMIT_SHARE = 0.9;
const MOST_EVIDENCE = 8;

function livedOnFull({ envelope, memorySizeMb, invocationCount, death }: SandboxSummary): boolean {
  const last = envelope.at(-1);
  if (last === undefined || last.megabytes < FULL_SHARE * memorySizeMb) return false;
  return (death?.n ?? invocationCount) - last.n >= LIVED_ON_INVOCATIONS;
}

/** A sandbox that answered this often with a full memory can live so. */
const LIVED_ON_INVOCATIONS = 3;

function isNearLimit({ rssBytes, heapUsedBytes, heapLimitBytes }: AgentMemory, memorySizeMb: number): boolean | undefined {
  if (rssBytes === undefined && (heapUsedBytes === undefined || heapLimitBytes === undefined)) return undefined;
  if (rssBytes !== undefined && rssBytes >= NEAR_LIMIT_SHARE * memorySizeMb * MIB) return true;
  return heapUsedBytes !== undefined && heapLimitBytes !== undefined && heapUsedBytes >= NEAR_LIMIT_SHARE * heapLimitBytes;
}

const MIB = 1_048_576;

function agentWords(memory: AgentMemory | undefined): string {
  if (memory?.rssBytes === undefined) return '';
  return `; the agent saw ${countWords(memory.rssBytes / MIB)} MB resident ${memory.isAtDeath ? 'when it died' : 'in the attempt before'}`;
}
