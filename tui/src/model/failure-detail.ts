/**
 * What stands behind the verdict on one failure, as labelled sentences: the counts and their bounds first, then what would
 * decide, what it did to whoever waited, and where to look. What is not known is said with what would tell.
 */
import { countWords, percentWords, plural, shareRangeText, versionWords } from '@nightlight/analyzer/report';
import type { Failure, FailureGroup } from './failure-groups.ts';

export interface DetailRow {
  readonly label: string;
  readonly text: string;
}

/** The most telling first: where there is little room, the last ones are left out. */
export function failureDetail(group: FailureGroup): readonly DetailRow[] {
  const { failure, outcome } = group;
  return [
    ...countRows(failure),
    ...decisionRows(failure),
    { label: 'outcome', text: outcome.kind === 'told' ? outcome.text : `cannot tell: ${outcome.because}` },
    ...knownRows(failure),
    ...suspectRows(group),
    ...preconditionRows(failure),
    ...difficultyRows(group),
    ...seenRows(failure),
    ...patternRows(group),
    ...refuteRows(failure),
  ];
}

/** One sentence with numbers. */
export function failureWhy({ failure, verdict, outcome }: FailureGroup): string {
  const { rarity, functionName, rate, loggedOnlyCount, type } = failure;
  const where = `${type}${functionName === '' ? '' : ` in ${functionName}`}`;
  if (rate.count === 0) return `${where}: ${plural(loggedOnlyCount, 'line')} of it, and no attempt ended with it`;
  const said = `${where} is ${verdict.text.slice(2)}`;
  // As the report says it, so that both speak of the same attempts; what the verdict rests on comes after, with its own.
  const counted = `${said}: ${allSeenWords(failure)}`;
  if (rarity === undefined) return `${counted}, ${shareRangeText(rate.low, rate.high)}`;
  // The first clause carries the verdict; the others stand among the evidence.
  const [because] = rarity.why.split('; ');
  const needs = rarity.kind === 'undetermined' && rarity.missing !== undefined ? `; ${needWords(rarity.missing)}` : '';
  const rescued = outcome.kind === 'told' ? `; retries recover ${outcome.share === 1 ? 'all' : percentWords(outcome.share)}` : '';
  return `${counted}; ${because}${needs}${rescued}`;
}

/** By what it is told from other failures. */
export function fingerprintRows({ failure }: FailureGroup): readonly DetailRow[] {
  const { fingerprint, identity } = failure;
  if (fingerprint === undefined || identity === undefined)
    return [{ label: 'known as', text: 'nothing: it is counted by how the attempt ended, and no line tells what it was' }];
  const { functions, template, basis, aliases, looksLike, kindCount, builds } = identity;
  const others = aliases.filter((alias) => alias !== fingerprint);
  return [
    { label: 'known as', text: `${fingerprint}, its fingerprint, the same in every build` },
    { label: 'told by', text: `its type, ${failure.type}; its words, with what varies left out; and ${BASIS_WORDS[basis]}` },
    { label: 'words', text: template },
    ...(functions.length === 0 ? [] : [{ label: 'thrown in', text: functions.join(', called by ') }]),
    { label: 'joined', text: kindCount === 1 ? 'one kind of line' : `${plural(kindCount, 'kind')} of line that are one failure` },
    ...(builds.length === 0 ? [] : [{ label: 'builds', text: `compared in version ${listed(builds)}` }]),
    ...(others.length === 0 ? [] : [{ label: 'also', text: listed(others) }]),
    ...(looksLike.length === 0 ? [] : [{ label: 'looks like', text: `${listed(looksLike)}: the same words from another place` }]),
    {
      label: 'say whose',
      text: `nightlight.config.json: {"known": [{"fingerprint": "${fingerprint}", "owner": "…", "runbook": "…"}]}`,
    },
  ];
}

/** `12 of 607 attempts of version 42 (2 %)` */
function allSeenWords({ rate, versions }: Failure): string {
  return `${countWords(rate.count)} of ${plural(rate.of, 'attempt')}${versionWords(versions.map(({ version }) => version))} (${percentWords(rate.share)})`;
}

function countRows(failure: Failure): DetailRow[] {
  const { rarity, rate, loggedOnlyCount } = failure;
  if (rate.count === 0) return [{ label: 'counted', text: `${plural(loggedOnlyCount, 'line')}; no attempt ended with it` }];
  const inAll = allSeenWords(failure);
  if (rarity === undefined) return [{ label: 'all seen', text: `${inAll}; ${shareRangeText(rate.low, rate.high)} at 95 %` }];
  const { failures, exposed, low, high, windowCount, filledWindowCount, episodeCount, pattern } = rarity;
  const held = windowCount === 0 ? 'too few for windows' : `in ${filledWindowCount} of ${plural(windowCount, 'window')}`;
  return [
    { label: 'all seen', text: inAll },
    {
      label: 'judged by',
      text:
        exposed === 0
          ? rarity.why
          : `${countWords(failures)} of ${plural(exposed, 'attempt')} after the first one: ${shareRangeText(low, high)} (95 %)`,
    },
    ...(episodeCount === 0 ? [] : [{ label: 'spread', text: `${held}; ${plural(episodeCount, 'episode')}; ${pattern}` }]),
  ];
}

function seenRows({ rate, sandboxCount, coldCount, versions }: Failure): DetailRow[] {
  if (rate.count === 0) return [];
  const of = versions
    .filter(({ version }) => version !== '?')
    .slice(0, MOST_NAMES)
    .map(({ version, count }) => `version ${version}: ${countWords(count)}`);
  const text = [`in ${plural(sandboxCount, 'sandbox', 'sandboxes')}`, `${countWords(coldCount)} on a cold start`, ...of].join('; ');
  return [{ label: 'where', text }];
}

function decisionRows({ rarity }: Failure): DetailRow[] {
  if (rarity === undefined) return [];
  if (rarity.missing !== undefined) return [{ label: 'to decide', text: decisionWords(rarity.missing) }];
  return [
    {
      label: 'decided',
      text: `${rarity.kind}${rarity.by === undefined ? '' : ` by ${DECIDED_BY[rarity.by]}`}${rarity.watch ? '; nobody is told when it happens, so it wants watching' : ''}`,
    },
  ];
}

type Missing = NonNullable<NonNullable<Failure['rarity']>['missing']>;

/** In requests and in attempts of a drill. */
function decisionWords({ text, attemptsToRare, attemptsToSystemic, minutesToSystemic, drill }: Missing): string {
  if (attemptsToRare === undefined && attemptsToSystemic === undefined) return text;
  const over = minutesToSystemic === undefined ? '' : ` over ${plural(minutesToSystemic, 'minute')}`;
  // Attempts there may be enough of, and only the time that they go on for too short.
  const more =
    attemptsToSystemic === 0 ? `${plural(minutesToSystemic ?? 0, 'more minute')}` : `${countWords(attemptsToSystemic ?? 0)} more attempts`;
  const isOpen = attemptsToSystemic !== undefined && (attemptsToSystemic > 0 || minutesToSystemic !== undefined);
  return [
    ...(isOpen ? [`systemic after ${more} like these${attemptsToSystemic === 0 ? '' : over}`] : []),
    ...(attemptsToRare === undefined ? [] : [`rare after ${countWords(attemptsToRare)} without it`]),
    `or ${drillWords(drill)}${drill.under === undefined ? '' : ` under ${drill.under}`}`,
  ].join(', ');
}

/** As short as a sentence needs it. */
function needWords({ attemptsToRare, attemptsToSystemic, drill }: Missing): string {
  const fewest = Math.min(attemptsToRare ?? Number.POSITIVE_INFINITY, attemptsToSystemic ?? Number.POSITIVE_INFINITY);
  return `needs ${Number.isFinite(fewest) && fewest > 0 ? `${countWords(fewest)} more attempts or ` : ''}${drillWords(drill)}`;
}

function drillWords({ attempts, requestsPerAttempt }: Missing['drill']): string {
  return `${plural(attempts, 'drill attempt')} of ${plural(requestsPerAttempt, 'request')}`;
}

function refuteRows({ rarity }: Failure): DetailRow[] {
  if (rarity === undefined) return [];
  return [
    ...(rarity.freeVersions.length === 0 ? [] : [{ label: 'free of it', text: `version ${listed(rarity.freeVersions)}` }]),
    ...(rarity.falsifiers.length === 0 ? [] : [{ label: 'refuted by', text: rarity.falsifiers.join('; ') }]),
  ];
}

function preconditionRows({ rarity }: Failure): DetailRow[] {
  if (rarity === undefined || rarity.exposed === 0) return [];
  const { precondition } = rarity;
  if (precondition === undefined) {
    return [
      {
        label: 'under',
        text:
          rarity.failures < LEAST_FOR_PRECONDITION
            ? `cannot tell: a precondition needs ${LEAST_FOR_PRECONDITION} failures after the first`
            : 'no precondition found',
      },
    ];
  }
  const { attribute, value, failures, exposed, low, high, standing, cannotBeSeparatedFrom } = precondition;
  const doubts = [
    ...(standing === 'unproven' ? ['that it is the reason is not shown'] : []),
    ...(standing === 'exceptional' ? ['fewer than 1 in 1,000 attempts meet it'] : []),
    ...(cannotBeSeparatedFrom.length === 0 ? [] : [`cannot be separated from ${listed(cannotBeSeparatedFrom)}`]),
  ];
  return [
    {
      label: 'under',
      text: [
        `${attribute} = ${value}: ${countWords(failures)} of ${countWords(exposed)} fail, ${shareRangeText(low, high)}`,
        ...doubts,
      ].join('; '),
    },
  ];
}

/** As the verdict counts: fewer cannot be told from chance. */
const LEAST_FOR_PRECONDITION = 6;

function suspectRows({ suspects: section }: FailureGroup): DetailRow[] {
  if (section === undefined) return [];
  if (section.suspects.length === 0)
    return [{ label: 'starts in', text: `cannot tell${section.missing.length === 0 ? '' : `; missing: ${section.missing.join('; ')}`}` }];
  return section.suspects.slice(0, 3).map(({ component, path, explains, evidence, doubts }, index) => ({
    label: index === 0 ? 'starts in' : '  or in',
    text: [
      `${component}${path === undefined || path.length < 2 ? '' : ` (${path.join(' > ')})`}${explains === undefined ? '' : `, explains ${percentWords(explains)} of the change`}`,
      ...evidence.slice(0, 2),
      ...doubts.map((doubt) => `but ${doubt}`),
    ].join('; '),
  }));
}

function difficultyRows({ difficulty }: FailureGroup): DetailRow[] {
  if (difficulty === undefined) return [];
  const { class: predicted, classAtBest, viewCount, costliest, minutesPrior } = difficulty;
  const best = classAtBest === predicted ? '' : ` (${classAtBest} at best)`;
  const costs = costliest === undefined ? '' : `; costs most: ${costliest.what} (${Number(costliest.views.toFixed(1))})`;
  return [
    {
      label: 'to find',
      text: `[${predicted[0]!.toUpperCase()}] ${predicted}${best} predicted: about ${Number(viewCount.toFixed(1))} views to open${costs}; by rule of thumb ${countWords(minutesPrior)} min`,
    },
  ];
}

function patternRows({ pattern }: FailureGroup): DetailRow[] {
  if (pattern === undefined) return [];
  const said = { explained: `by ${pattern.by}`, 'not-explained': 'no pattern', 'insufficient-data': 'cannot tell' }[pattern.kind];
  return [{ label: 'when', text: `${said}: ${pattern.because}` }];
}

function knownRows({ known }: Failure): DetailRow[] {
  if (known === undefined) return [];
  const muted =
    known.mutedUntilMs === undefined
      ? ''
      : `; muted until ${new Date(known.mutedUntilMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  return [
    { label: 'owner', text: `${known.owner ?? 'not named'}${known.runbook === undefined ? '' : `, runbook ${known.runbook}`}${muted}` },
  ];
}

function listed(names: readonly string[]): string {
  return names.length > MOST_NAMES ? `${names.slice(0, MOST_NAMES).join(', ')} and ${names.length - MOST_NAMES} more` : names.join(', ');
}

const MOST_NAMES = 4;
const DECIDED_BY = { density: 'how densely it comes', episodes: 'how seldom it begins', precondition: 'what it needs to happen' } as const;

const BASIS_WORDS: Readonly<Record<NonNullable<Failure['identity']>['basis'], string>> = {
  function: 'the function that threw it',
  'no stack': 'no place, because no stack was printed',
  'no own frame': "no place, because no frame of its stack is the program's own",
  anonymous: 'no place, because the function that threw it has no name',
  minified: 'no place, because its frames are minified and there is no source map',
};
