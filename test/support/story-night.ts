/** A night of several functions, minute by minute: each attempt as a test wants it, in lines of the platform and of the agent. */
import { type InvocationRecord, milliseconds } from '@nightlight/agent/record';
import { BUILT_IN_PRICES } from '../../analyzer/src/diagnose/prices.ts';
import { buildReport } from '../../analyzer/src/report/build-report.ts';
import type { Report } from '../../analyzer/src/report/report.ts';
import type { AnalyzeSettings } from '../../analyzer/src/settings.ts';
import type { Summary } from '../../analyzer/src/store/summary.ts';
import { invLine } from './agent-lines.ts';
import { endLine, type LoggedLine, outputLine, requestId, startLine } from './assemble-lines.ts';
import { NIGHT_MS } from './lambda-night.ts';
import { summarizeLines } from './summarize-lines.ts';

export interface StoryAttempt {
  readonly durationMs?: number;
  /** What the agent's line says beside id and duration; no line where absent. */
  readonly agent?: Omit<Partial<InvocationRecord>, 'kind'> | undefined;
  readonly error?:
    | { readonly type: string; readonly message: string; readonly stack?: readonly string[]; readonly code?: string }
    | undefined;
  /** The platform ended it at its limit. */
  readonly timedOut?: boolean;
  /** As X-Ray writes it into REPORT, without `1-` and dash. */
  readonly traceId?: string;
  /** Duration of its cold start. */
  readonly initMs?: number;
  /** Which sandbox of its function and version served it; else they take turns. */
  readonly sandbox?: number;
  /** Lines of a successor in front of START. */
  readonly before?: readonly string[];
}

export interface StoryFunction {
  readonly functionName: string;
  readonly version?: string;
  readonly fromMinute?: number;
  readonly minutes: number;
  readonly perMinute?: number;
  readonly sandboxes?: number;
  /** @param minute  since the beginning of the night; `at` counts the attempts of this function */
  readonly attempt?: (minute: number, at: number) => StoryAttempt;
}

function storyLines(functions: readonly StoryFunction[]): LoggedLine[] {
  let ordinal = 0;
  const lines = functions.flatMap((story, place) => {
    const {
      functionName,
      version = '7',
      fromMinute = 0,
      minutes,
      perMinute = 12,
      sandboxes = 2,
      attempt = (): StoryAttempt => ({}),
    } = story;
    const told: LoggedLine[] = [];
    for (let i = 0; i < minutes * perMinute; i++) {
      ordinal++;
      const minute = fromMinute + Math.floor(i / perMinute);
      const startMs = NIGHT_MS + minute * 60_000 + ((i % perMinute) * 60_000) / perMinute + place;
      const { durationMs = 40, agent, error, timedOut = false, traceId, initMs, sandbox = i % sandboxes, before = [] } = attempt(minute, i);
      const stream = `2026/11/21/[${version}]${place}${sandbox.toString(16).padStart(31, '0')}`;
      const endMs = startMs + durationMs;
      const say = (atMs: number, text: string) => told.push({ functionName, stream, atMs, text });
      for (const line of before) say(startMs - 5, line);
      say(startMs, startLine(ordinal).replace(/Version: \S+/, `Version: ${version}`));
      if (error !== undefined) {
        const { type: errorType, message: errorMessage, stack = ['    at handler (/var/task/index.js:10:5)'], code } = error;
        const thrown = { errorType, errorMessage, ...(code !== undefined && { code }), stack: [`${errorType}: ${errorMessage}`, ...stack] };
        say(endMs - 1, outputLine(ordinal, 'ERROR', `Invoke Error \t${JSON.stringify(thrown)}`));
      }
      if (agent !== undefined && !timedOut) {
        say(endMs - 1, invLine({ requestId: requestId(ordinal), durationMs: milliseconds(durationMs), ...agent }));
      }
      say(endMs, endLine(ordinal));
      const status = timedOut ? '\tStatus: timeout' : '';
      const trace =
        traceId === undefined
          ? ''
          : `\nXRAY TraceId: 1-${traceId.slice(0, 8)}-${traceId.slice(8)}\tSegmentId: 2f3e9c1a5b7d4e60\tSampled: true`;
      say(
        endMs,
        `REPORT RequestId: ${requestId(ordinal)}\tDuration: ${durationMs.toFixed(2)} ms\tBilled Duration: ${durationMs} ms\tMemory Size: 512 MB\tMax Memory Used: 90 MB\t${initMs === undefined ? '' : `Init Duration: ${initMs.toFixed(2)} ms\t`}${status}${trace}`,
      );
    }
    return told;
  });
  return lines.sort((a, b) => a.atMs - b.atMs);
}

/** @param more  puts metrics and the like into the summary */
export function storyReport(
  functions: readonly StoryFunction[],
  settings: AnalyzeSettings = {},
  more?: (summary: Summary) => void,
): Report {
  const summary = summarizeLines(storyLines(functions));
  more?.(summary);
  return buildReport(summary, settings, { tool: '0.1.0', prices: BUILT_IN_PRICES, filteredCount: 0 });
}
