/** The reader of each shape. */
import { openAgentLines } from './agent-lines.ts';
import { openConsoleCsv } from './console-csv.ts';
import type { OpenReader } from './event-sink.ts';
import { openInsightsCsv } from './insights-csv.ts';
import { openInsightsJson } from './insights-json.ts';
import { openJsonLines } from './json-lines.ts';
import { openLogEventsJson } from './log-events-json.ts';
import { openLogsTail } from './logs-tail.ts';
import { openMetricsJson } from './metrics-json.ts';
import { openOtlpJson } from './otlp-json.ts';
import { openPlainText } from './plain-text.ts';
import { openS3Export } from './s3-export.ts';
import { openSamLogs } from './sam-logs.ts';
import { openServerlessLogs } from './serverless-logs.ts';
import type { Shape } from './shape.ts';
import { openSubscription } from './subscription.ts';
import { openTelemetry } from './telemetry.ts';

export const READERS: Readonly<Record<Shape, OpenReader>> = {
  'console-csv': openConsoleCsv,
  'logs-tail': openLogsTail,
  'sam-logs': openSamLogs,
  'serverless-logs': openServerlessLogs,
  'plain-text': openPlainText,
  'log-events-json': openLogEventsJson,
  'insights-json': openInsightsJson,
  'insights-csv': openInsightsCsv,
  's3-export': openS3Export,
  subscription: openSubscription,
  'agent-lines': openAgentLines,
  telemetry: openTelemetry,
  'json-lines': openJsonLines,
  'otlp-json': openOtlpJson,
  'metrics-json': openMetricsJson,
};
