/**
 * The peer that an error message names: host, table, service. It shortens the way from the alert to the component.
 */
export function dependencyNamed(message: string): string | undefined {
  for (const pattern of PATTERNS) {
    const name = pattern.exec(message)?.[1];
    if (name !== undefined) return name.toLowerCase();
  }
  return undefined;
}

const PATTERNS: readonly RegExp[] = [
  /(?:ENOTFOUND|EAI_AGAIN|NXDOMAIN)\s+([\w.-]+)/,
  // Node: `connect ECONNREFUSED 10.0.3.7:5432`, `connect ETIMEDOUT orders.internal:443`.
  /(?:ECONNREFUSED|ECONNRESET|ETIMEDOUT|EHOSTUNREACH)\s+((?:[\w-]+\.)*[\w-]+(?::\d+)?)/,
  /https?:\/\/([\w.-]+)/,
  // "calling payments failed", "request to payments timed out", "payments is unavailable".
  /(?:call(?:ing)?|request(?:ing)?|connect(?:ing|ion)?|upstream)(?: to| of)? ["'`]?([a-z][\w-]*(?:\.[\w-]+)*)["'`]?(?= (?:failed|timed|refused|was|is|returned|answered|took|closed|lost)\b|:| - )/i,
  /^["'`]?([a-z][\w-]{2,}(?:\.[\w-]+)*)["'`]?(?= (?:is |was |are )?(?:unavailable|unreachable|not reachable|timed out|refused)\b)/i,
];
