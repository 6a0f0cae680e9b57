/** Memory per sandbox: how high it went, whether it grows, and how long until the limit. */
import { allocationWords } from '../../diagnose/agent-leaks.ts';
import { hasOutgrownItsLimit } from '../../diagnose/memory-findings.ts';
import type { GrowthVerdict, MemorySection } from '../../diagnose/sections.ts';
import { countWords, plural } from '../../diagnose/wording.ts';
import type { Report } from '../report.ts';
import { memoryText, numberText } from '../wording/numbers.ts';
import { labelAmong } from './configuration-label.ts';
import { mostImportant, type SectionView, type ViewSettings } from './section-view.ts';

export function memoryView(report: Report, settings: ViewSettings): SectionView {
  const { rows, note } = mostImportant(report.memory, settings);
  return {
    title: 'Memory',
    sentences: [],
    table: {
      columns: [
        { head: 'function', align: 'left', narrows: true },
        { head: 'size', align: 'right' },
        { head: 'highest', align: 'right' },
        { head: 'median', align: 'right', optional: true },
        { head: 'sandboxes', align: 'right' },
        { head: 'OOM', align: 'right' },
        { head: 'verdict', align: 'left' },
        { head: 'invocations to limit', align: 'right', optional: true },
      ],
      rows: rows.map((section) => [
        labelAmong(section, report.memory),
        section.memorySizeMb === undefined ? '?' : memoryText(section.memorySizeMb),
        section.highestMb === undefined ? '?' : memoryText(section.highestMb),
        section.medianOfMaximaMb === undefined ? '?' : memoryText(section.medianOfMaximaMb),
        report.dataQuality.sandboxesMixed ? '?' : countWords(section.sandboxCount),
        countWords(section.oomCount),
        growthWord(section),
        limitText(section),
      ]),
    },
    notes: [
      ...note,
      ...undecidedSentences(report.memory, settings),
      ...report.memory.flatMap((section) => memorySentences(section, labelAmong(section, report.memory), settings)),
    ],
  };
}

/** The word of the finding about it, so that table and finding never differ. */
function growthWord(section: MemorySection): string {
  return hasOutgrownItsLimit(section) ? 'LEAKING' : GROWTH_WORDS[section.growth.kind];
}

const GROWTH_WORDS = {
  leaking: 'GROWING, no bound',
  growing: 'GROWING',
  'growing-but-bounded': 'grows, bounded',
  stable: 'stable',
  'insufficient-data': 'cannot tell',
} satisfies Record<GrowthVerdict['kind'], string>;

/** One reason in full and the names of the others: ten functions with a few invocations each need no ten sentences. */
function undecidedSentences(sections: readonly MemorySection[], settings: ViewSettings): string[] {
  if (settings.all === true) return [];
  const open = sections.flatMap((section) =>
    section.growth.kind === 'insufficient-data' ? [{ label: labelAmong(section, sections), missing: section.growth.missing }] : [],
  );
  const [first, ...others] = open;
  if (first === undefined) return [];
  const named = others.slice(0, 3).map(({ label }) => label);
  const more = others.length > 3 ? ` and ${countWords(others.length - 3)} more` : '';
  const rest = others.length === 0 ? '' : ` Likewise ${named.join(', ')}${more}: --explain says why.`;
  return [`${first.label}: cannot tell whether it grows, because ${first.missing}.${rest}`];
}

/** The verdict as one sentence with its numbers. */
export function growthSentence(section: Pick<MemorySection, 'growth' | 'oomCount'>): string {
  const { growth } = section;
  switch (growth.kind) {
    case 'leaking':
      return hasOutgrownItsLimit(section)
        ? `leaks ${slopeText(growth)}: ${growth.proof}`
        : `grows ${slopeText(growth)}, no bound seen so far: ${growth.proof.replaceAll(/[,;] no bound seen so far/g, '')}`;
    case 'growing':
      return `grows ${slopeText(growth)}, no bound seen so far; not called a leak, because ${growth.undecidedBecause}`;
    case 'growing-but-bounded':
      return `grew, but is bounded: ${growth.because}`;
    case 'stable':
      return growth.because === undefined ? 'stable' : `is stable: ${growth.because}`;
    case 'insufficient-data':
      return `cannot tell, because ${growth.missing}`;
    default:
      return growth satisfies never;
  }
}

function slopeText(growth: { readonly mbPerInvocation: number; readonly low: number; readonly high: number }): string {
  // 0.0047 MB is what a table of figures says; a person keeps 4.8 KB.
  const isSmall = Math.max(growth.mbPerInvocation, growth.high) < 1;
  const [factor, unit] = isSmall ? [1024, 'KB'] : [1, 'MB'];
  return `${numberText(growth.mbPerInvocation * factor)} ${unit} per invocation [${numberText(growth.low * factor)}, ${numberText(growth.high * factor)}]`;
}

function limitText(section: MemorySection): string {
  if (section.invocationsToLimit === undefined) return '-';
  const { low, high } = section.invocationsToLimit;
  return high === undefined ? `${countWords(low)} or more` : `${countWords(low)} to ${countWords(high)}`;
}

/** What the agent saw of each kind of memory, the loud ones in full; the others only where all is asked for. */
function channelSentences({ channels, growth }: MemorySection, label: string, settings: ViewSettings): string[] {
  if (channels === undefined) return [];
  const isTold = growth.kind === 'leaking';
  return channels.flatMap(({ verdict, why, toDecide }) => {
    const isLoud = verdict === 'leaking' || (verdict === 'growing-but-bounded' && growth.kind !== 'stable');
    if (settings.all !== true && (!isLoud || isTold)) return [];
    return [`${label}: ${why}.${verdict === 'insufficient-data' && settings.all === true ? ` To decide: ${toDecide}.` : ''}`];
  });
}

function memorySentences(section: MemorySection, label: string, settings: ViewSettings): string[] {
  const said: string[] = [];
  const isTelling = section.growth.kind !== 'stable' || section.growth.because !== undefined;
  if (isTelling && (section.growth.kind !== 'insufficient-data' || settings.all === true)) {
    said.push(`${label} ${growthSentence(section)}.`);
  }
  // The growth verdict already tells of these deaths where it rests on them.
  if (section.fastLeak !== undefined && section.growth.kind !== 'leaking') {
    const { deathCount, medianInvocations, lowInvocations, highInvocations, mbPerInvocation } = section.fastLeak;
    const slope = mbPerInvocation === undefined ? '' : `, climbing ${numberText(mbPerInvocation)} MB per invocation`;
    said.push(
      `${label}: ${plural(deathCount, 'process', 'processes')} died after ${countWords(medianInvocations)} invocations (${countWords(lowInvocations)} to ${countWords(highInvocations)})${slope}.`,
    );
  }
  if (section.pinnedSandboxCount > 0) {
    said.push(
      `${label}: ${plural(section.pinnedSandboxCount, 'sandbox', 'sandboxes')} reached the memory size without an out-of-memory line.`,
    );
  }
  if ((section.maskedDeathCount ?? 0) > 0) {
    said.push(
      `${label}: ${plural(section.maskedDeathCount!, 'timeout')} at full memory ${section.maskedDeathCount === 1 ? 'looks' : 'look'} like want of memory.`,
    );
  }
  said.push(...channelSentences(section, label, settings));
  // A leak names its place already.
  if (section.agentVerdicts !== undefined && section.growth.kind !== 'leaking') {
    const tested = section.agentVerdicts.filter(({ probeCount }) => probeCount > 0);
    const place = allocationWords(section.agentVerdicts);
    if (tested.length > 0)
      said.push(
        `${label}: the agent forced collections in ${plural(tested.length, 'sandbox', 'sandboxes')}: ${[...new Set(tested.map(({ channel, verdict }) => `${channel} ${PROBED_WORDS[verdict]}`))].join(', ')}.`,
      );
    if (place !== undefined) said.push(`${label}: what is under suspicion was allocated in ${place}.`);
  }
  if (section.suggestedMb !== undefined)
    said.push(`${label}: ${memoryText(section.suggestedMb)} would do; less memory also means less CPU, so measure it.`);
  return said;
}

/** What the agent looked for in vain, or saw too little of: only growth that went up to a limit is called a leak. */
const PROBED_WORDS = {
  suspected: 'may grow, too little was seen to show it',
  leaking: 'grows, no bound seen so far',
  'growing-but-bounded': 'grew up to a bound',
  stable: 'stable',
  'insufficient-data': 'cannot tell yet',
} as const;
