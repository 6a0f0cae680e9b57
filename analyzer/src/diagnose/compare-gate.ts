/**
 * Whether a build may go on after a comparison. Only what is shown trips a gate; where too little was seen to show
 * anything, the gate is undecided and says what is missing, because a green light from ten requests is the worst answer.
 */
import type { ComparedFigure, ComparedFigureName, CompareGate, Comparison } from './comparison.ts';
import { countWords, plural } from './wording.ts';

type Judged = Omit<Comparison, 'schema' | 'tool' | 'gate' | 'exit'>;

export function judgeCompareGates(failOn: readonly CompareGate[], found: Judged): Pick<Comparison, 'gate' | 'exit'> {
  const asked = [...new Set(failOn)];
  const tripped = asked.flatMap((gate) => {
    const because = trippedBy(gate, found);
    return because === undefined ? [] : [{ gate, because }];
  });
  const undecided = asked
    .filter((gate) => !tripped.some((trip) => trip.gate === gate))
    .flatMap((gate) => {
      const missing = missingFor(gate, found);
      return missing === undefined ? [] : [{ gate, missing }];
    });
  const gate = { failOn: asked, tripped, undecided };
  return { gate, exit: exitCodeOf(found, gate) };
}

/** As for a report: 1 wins over 3 (a part of the truth is missing), 3 over 4 (what was found stays found). */
function exitCodeOf(found: Judged, gate: Comparison['gate']): Comparison['exit'] {
  if (found.unread.length > 0) return 1;
  if (gate.tripped.length > 0) return 3;
  if (gate.undecided.length > 0 || nothingShared(found)) return 4;
  return 0;
}

function trippedBy(gate: CompareGate, { figures, failures }: Judged): string | undefined {
  switch (gate) {
    case 'worse': {
      const figure = figures.find(({ verdict }) => verdict.kind === 'worse');
      if (figure !== undefined) return `${figure.figure} of ${figure.functionName}`;
      const failure = failures.find(({ news }) => news.kind === 'more');
      return failure === undefined ? undefined : `${failure.type} of ${failure.functionName} is more frequent`;
    }
    case 'new': {
      const failure = failures.find(({ news }) => news.kind === 'new');
      return failure === undefined ? undefined : `${failure.type} of ${failure.functionName} did not occur before`;
    }
    default:
      return gate satisfies never;
  }
}

function missingFor(gate: CompareGate, found: Judged): string | undefined {
  if (nothingShared(found)) return 'no function with invocations on both sides';
  switch (gate) {
    case 'worse':
      return unjudged(found);
    case 'new': {
      const open = found.failures.flatMap(({ news, type, functionName }) =>
        news.kind === 'perhaps-new' ? [`${type} of ${functionName}: ${news.missing}`] : [],
      );
      if (open.length > 0) return open.length === 1 ? open[0] : `${open[0]} (and ${countWords(open.length - 1)} more)`;
      return undefined;
    }
    default:
      return gate satisfies never;
  }
}

/** A function is judged when both its failure rate and its latency, at one of its sizes, could be. */
function unjudged({ figures }: Judged): string | undefined {
  const open = [...new Set(figures.map(({ functionName }) => functionName))].flatMap((functionName) => {
    const own = figures.filter((each) => each.functionName === functionName);
    const missing = missingOf(own, 'failure-rate') ?? missingOf(own, 'latency');
    return missing === undefined ? [] : [`${functionName}: ${missing}`];
  });
  if (open.length === 0) return undefined;
  return open.length === 1 ? open[0] : `${open[0]}; and ${plural(open.length - 1, 'more function')}`;
}

function missingOf(figures: readonly ComparedFigure[], wanted: ComparedFigureName): string | undefined {
  const verdicts = figures.filter(({ figure }) => figure === wanted).map(({ verdict }) => verdict);
  const open = verdicts.filter((verdict) => verdict.kind === 'cannot-tell');
  return verdicts.length === 0 || open.length < verdicts.length ? undefined : open[0]!.missing;
}

function nothingShared({ before, after, onlyBefore, onlyAfter, figures }: Judged): boolean {
  if (before.invocationCount === 0 || after.invocationCount === 0) return true;
  return figures.length === 0 && onlyBefore.length + onlyAfter.length > 0;
}
