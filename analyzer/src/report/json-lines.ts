/** One line per finding, worst first, then one line that sums up: for `grep`, `jq` and log pipelines. */
import { type JsonObject, type JsonValue, reportToJson, writeJson } from './json.ts';
import type { Report } from './report.ts';

export function renderJsonLines(report: Report): string {
  const json = reportToJson(report);
  const findings = json.findings as readonly JsonObject[];
  const { files: _, ...input } = json.input as JsonObject;
  const lines: JsonValue[] = [
    ...findings.map((finding) => ({ schema: 'report-1', line: 'finding', ...finding })),
    {
      schema: 'report-1',
      line: 'summary',
      tool: json.tool!,
      input,
      findingCount: findings.length,
      functionCount: report.functions.length,
      invocationCount: report.functions.reduce((sum, section) => sum + section.invocationCount, 0),
      gate: json.gate!,
      exit: json.exit!,
    },
  ];
  return `${lines.map((line) => writeJson(line)).join('\n')}\n`;
}
