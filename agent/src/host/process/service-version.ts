/**
 * Which version of its program a process runs, so that what began with a deployment can be told from what was there before.
 *
 * What was set wins, then what OpenTelemetry's variable says, then the program's own package.json.
 */
import { pairsOf } from '../../emit/otlp-settings.ts';
import type { NearestPackage } from './nearest-package.ts';

export function serviceVersion(
  configured: string | undefined,
  resourceAttributes: string | undefined,
  of: NearestPackage,
): string | undefined {
  const version = configured || pairsOf(resourceAttributes)['service.version'] || of.version;
  // Many packages are never published and keep what npm init gave them: that tells no two deployments apart.
  return version === '0.0.0' ? undefined : version?.slice(0, MOST_CHARACTERS);
}

/** A commit hash with a name before it; it stands in each start's line. */
const MOST_CHARACTERS = 64;
