/**
 * The only commands that Nightlight gives to the user's `aws`: three reads. Whoever runs a tool with the rights of the
 * person on call wants to see in one place that it cannot change anything.
 */
export const AWS_READS = {
  'logs describe-log-groups': {
    action: 'logs:DescribeLogGroups',
    options: ['log-group-name-prefix', 'next-token'],
  },
  'logs filter-log-events': {
    action: 'logs:FilterLogEvents',
    options: ['log-group-name', 'start-time', 'end-time', 'next-token'],
  },
  'cloudwatch get-metric-data': {
    action: 'cloudwatch:GetMetricData',
    options: ['metric-data-queries', 'start-time', 'end-time', 'next-token'],
  },
} as const satisfies Readonly<Record<string, { readonly action: string; readonly options: readonly string[] }>>;

export type AwsRead = keyof typeof AWS_READS;
export type AwsOptions = Readonly<Record<string, string>>;

/** Whose eyes `aws` reads with. */
export interface AwsAccess {
  readonly profile: string | undefined;
  readonly region: string | undefined;
  readonly endpointUrl: string | undefined;
}

/**
 * Arguments of one call of one page.
 *
 * @throws RangeError for anything that is not on the list, whatever a caller's types said
 */
export function awsArguments(read: AwsRead, options: AwsOptions, access: AwsAccess): string[] {
  if (!Object.hasOwn(AWS_READS, read)) throw new RangeError(`"aws ${read}" is not among the commands that Nightlight may run`);
  const allowed: readonly string[] = AWS_READS[read].options;
  const stranger = Object.keys(options).find((name) => !allowed.includes(name));
  if (stranger !== undefined) throw new RangeError(`"aws ${read} --${stranger}" is not among the options that Nightlight may use`);
  return [
    ...read.split(' '),
    // One call a process: the pages are counted, bounded and remembered here and not inside `aws`.
    '--no-paginate',
    // A token may begin with a dash, so each value is tied to its name.
    ...Object.entries({ ...options, ...accessOptions(access), ...STEADY }).map(([name, value]) => `--${name}=${value}`),
  ];
}

/** Output as we read it whatever the user's configuration says, and no call that hangs for ever. */
const STEADY = { output: 'json', color: 'off', 'cli-connect-timeout': '10', 'cli-read-timeout': '60' };

function accessOptions(access: AwsAccess): AwsOptions {
  return {
    ...(access.profile === undefined ? {} : { profile: access.profile }),
    ...(access.region === undefined ? {} : { region: access.region }),
    ...(access.endpointUrl === undefined ? {} : { 'endpoint-url': access.endpointUrl }),
  };
}
