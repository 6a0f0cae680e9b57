/**
 * The report: everything an analysis found, as plain data. Terminal text, Markdown and JSON are only views of it.
 *
 * Additive changes only within `report-1`; the published JSON schema is `nightlight schema report`.
 */
import type { Finding } from '../diagnose/finding.ts';
import type {
  AnswerSection,
  BreakerSection,
  BudgetSection,
  ChangeSection,
  ColdStartSection,
  CostSection,
  DataQualitySection,
  ExtensionSection,
  FailureSection,
  FunctionSection,
  LatencySection,
  LimitSection,
  MemorySection,
  MessageSection,
  MetricSection,
  OutboundCallSection,
  ProcessSection,
  RouteSection,
  SilenceSection,
  TrafficSection,
} from '../diagnose/sections.ts';
import type {
  CoverageSection,
  DifficultySection,
  ModeSection,
  OpenCallsAtTimeout,
  PatternSection,
  SuspectSection,
} from '../recovery/index.ts';

export const REPORT_SCHEMA = 'report-1';
export const GATES = ['leak', 'cold', 'p99', 'gap', 'systemic', 'any'] as const;
export type Gate = (typeof GATES)[number];

export interface InputFile {
  readonly path: string;
  readonly shape: string | undefined;
  readonly storedBytes: number | undefined;
  readonly inflatedBytes: number;
  readonly eventCount: number;
  readonly error: { readonly code: string; readonly message: string; readonly next: string } | undefined;
  readonly partial: boolean;
}

export interface Report {
  readonly schema: typeof REPORT_SCHEMA;
  /** Version of Nightlight that wrote it. */
  readonly tool: string;
  readonly input: {
    readonly files: readonly InputFile[];
    readonly fileCount: number;
    readonly eventCount: number;
    readonly inflatedBytes: number;
    readonly fromMs: number | undefined;
    readonly toMs: number | undefined;
    readonly failedFileCount: number;
    /** Events that `--from`, `--to` or `--fn` left out. */
    readonly filteredCount?: number | undefined;
    /** What `--from` and `--to` came to; absent when they were not given. */
    readonly askedFromMs?: number | undefined;
    readonly askedToMs?: number | undefined;
  };
  readonly dataQuality: DataQualitySection;
  readonly functions: readonly FunctionSection[];
  readonly coldStarts: readonly ColdStartSection[];
  readonly latency: readonly LatencySection[];
  readonly memory: readonly MemorySection[];
  readonly failures: readonly FailureSection[];
  readonly cost: CostSection;
  readonly limits: readonly LimitSection[];
  readonly traffic: readonly TrafficSection[];
  readonly silence: readonly SilenceSection[];
  readonly extensions: readonly ExtensionSection[];
  readonly changes: readonly ChangeSection[];
  readonly metrics: readonly MetricSection[];
  /** From here on only where our agent's lines are among the inputs. */
  readonly outboundCalls?: readonly OutboundCallSection[] | undefined;
  readonly breakers?: readonly BreakerSection[] | undefined;
  readonly answers?: AnswerSection | undefined;
  readonly messages?: readonly MessageSection[] | undefined;
  readonly processes?: readonly ProcessSection[] | undefined;
  readonly routes?: readonly RouteSection[] | undefined;
  /** Calls that had not come back when attempts timed out; absent where no line of our agent tells. */
  readonly openCallsAtTimeout?: readonly OpenCallsAtTimeout[] | undefined;
  /** From here to the findings: absent in reports of older versions. */
  readonly modes?: ModeSection | undefined;
  readonly difficulty?: readonly DifficultySection[] | undefined;
  readonly suspects?: readonly SuspectSection[] | undefined;
  readonly patterns?: PatternSection | undefined;
  readonly coverage?: readonly CoverageSection[] | undefined;
  /** One for each function that a budget speaks of; absent where none was given. */
  readonly budgets?: readonly BudgetSection[] | undefined;
  /** Ranked: what hurts users most stands first. */
  readonly findings: readonly Finding[];
  readonly gate: {
    readonly failOn: readonly Gate[];
    readonly tripped: readonly { readonly gate: Gate; readonly findingId: string }[];
    /** Gates that could not be judged, with what is missing: exit 4. */
    readonly undecided: readonly { readonly gate: Gate; readonly missing: string }[];
  };
  /** 0, 1, 3 or 4 as in `nightlight help exit-codes`. */
  readonly exit: number;
}
