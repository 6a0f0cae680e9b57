/**
 * The peer that an error message names: host, table, service. It shortens the way from the alert to the component.
 */
export function dependencyNamed(message: string): string | undefined {
  for (const pattern of PATTERNS) {
    const name = pattern.exec(message)?.[1];
    if (name !== undefined && !NAMES_NOBODY.test(name)) return name.toLowerCase();
  }
  return undefined;
}

/** Words that stand where a name could: `Task timed out`, `Request failed: 500`, `connection was closed`. */
const NAMES_NOBODY =
  /^(task|request|response|connection|function|invocation|handler|operation|query|command|transaction|socket|stream|promise|job|message|call|server|client|service|host|upstream|downstream|database|db|api|lambda|process|worker|event|lock|resource|it|this|that|which|the|has|have|had|was|is|are|were|not|failed|timed|refused|closed|lost|error|timeout|unknown)$/i;

const PATTERNS: readonly RegExp[] = [
  /(?:ENOTFOUND|EAI_AGAIN|NXDOMAIN)\s+([\w.-]+)/,
  // Node: `connect ECONNREFUSED 10.0.3.7:5432`, `connect ETIMEDOUT orders.internal:443`.
  /(?:ECONNREFUSED|ECONNRESET|ETIMEDOUT|EHOSTUNREACH)\s+((?:[\w-]+\.)*[\w-]+(?::\d+)?)/,
  /https?:\/\/([\w.-]+)/,
  // "calling payments failed", "request to payments timed out", "payments is unavailable".
  /(?:call(?:ing)?|request(?:ing)?|connect(?:ing|ion)?|upstream)(?: to| of)? ["'`]?([a-z][\w-]*(?:\.[\w-]+)*)["'`]?(?= (?:failed|timed|refused|was|is|returned|answered|took|closed|lost)\b|:| - )/i,
  /^["'`]?([a-z][\w-]{2,}(?:\.[\w-]+)*)["'`]?(?= (?:is |was |are )?(?:unavailable|unreachable|not reachable|timed out|refused)\b)/i,
];
