/** Which log groups are meant: `/aws/lambda/` and a prefix, or the names of functions. */
import type { BoundedReader } from './patient-reader.ts';

export interface LogGroup {
  readonly logGroup: string;
  readonly functionName: string;
  readonly storedBytes: number | undefined;
  readonly createdAtMs: number | undefined;
  readonly retentionDays: number | undefined;
}

export interface GroupList {
  readonly groups: readonly LogGroup[];
  /** Functions that were named and have no log group: they never ran here, or log elsewhere. */
  readonly missing: readonly string[];
}

export async function listLogGroups(
  read: BoundedReader,
  asked: { readonly prefix: string | undefined; readonly functionNames: readonly string[] },
): Promise<GroupList> {
  const found = new Map<string, LogGroup>();
  if (asked.prefix !== undefined) {
    for (const group of await withPrefix(read, asked.prefix)) found.set(group.functionName, group);
  }
  const missing: string[] = [];
  for (const name of new Set(asked.functionNames)) {
    if (found.has(name)) continue;
    // The service knows prefixes only: `pricing` also brings `pricing-v2`.
    const group = (await withPrefix(read, name)).find((candidate) => candidate.functionName === name);
    if (group === undefined) missing.push(name);
    else found.set(name, group);
  }
  return { groups: [...found.values()].sort((a, b) => (a.functionName < b.functionName ? -1 : 1)), missing };
}

const LAMBDA_GROUPS = '/aws/lambda/';
/** "LogGroup", CloudWatch Logs API Reference: these characters and no others; also what may become a folder's name. */
const LOG_GROUP_NAME = /^[.\-_/#A-Za-z0-9]{1,512}$/;

async function withPrefix(read: BoundedReader, functionPrefix: string): Promise<LogGroup[]> {
  const groups: LogGroup[] = [];
  let nextToken: string | undefined;
  do {
    const { json } = await read('logs describe-log-groups', {
      'log-group-name-prefix': `${LAMBDA_GROUPS}${functionPrefix}`,
      ...(nextToken === undefined ? {} : { 'next-token': nextToken }),
    });
    const page = json as DescribeLogGroupsPage;
    for (const group of page.logGroups ?? []) {
      const logGroup = group.logGroupName ?? '';
      if (!logGroup.startsWith(LAMBDA_GROUPS) || !LOG_GROUP_NAME.test(logGroup)) continue;
      groups.push({
        logGroup,
        functionName: logGroup.slice(LAMBDA_GROUPS.length),
        storedBytes: group.storedBytes,
        createdAtMs: group.creationTime,
        retentionDays: group.retentionInDays,
      });
    }
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return groups;
}

interface DescribeLogGroupsPage {
  readonly logGroups?: readonly {
    readonly logGroupName?: string;
    readonly storedBytes?: number;
    readonly creationTime?: number;
    readonly retentionInDays?: number;
  }[];
  readonly nextToken?: string;
}
