/** The `aws` of this machine, with credentials that are nobody's. */
import { execFileSync } from 'node:child_process';
import { dirname } from 'node:path';

/** @returns undefined where no working `aws` is installed */
export function findAws(): { readonly folder: string; readonly version: string } | undefined {
  for (const program of ['/usr/bin/aws', '/usr/local/bin/aws', ...fromPath()]) {
    try {
      const version = execFileSync(program, ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
      return { folder: dirname(program), version: version.trim() };
    } catch {
      // The next one may work.
    }
  }
  return undefined;
}

/** Nothing of the developer's own configuration, and no look for an instance's role. */
export function awsEnvironment(folder: string): Record<string, string> {
  return {
    PATH: `${folder}:/usr/bin:/bin`,
    AWS_ACCESS_KEY_ID: 'AKIAINVENTEDINVENTED',
    AWS_SECRET_ACCESS_KEY: 'inventedSecretThatMustNeverBePrinted0000',
    AWS_REGION: 'eu-west-1',
    AWS_DEFAULT_REGION: 'eu-west-1',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  };
}

function fromPath(): string[] {
  try {
    return execFileSync('sh', ['-c', 'command -v aws'], { encoding: 'utf8' }).trim().split('\n').filter(Boolean);
  } catch {
    return [];
  }
}
