/**
 * What went wrong when `aws` failed, and what to do about it. `aws` tells it in a sentence on standard error only.
 */
import { CommandError } from '../command-error.ts';
import { AWS_READS, type AwsRead } from './aws-reads.ts';

export type AwsFailureKind =
  | 'aws-not-found'
  | 'no-credentials'
  | 'no-profile'
  | 'no-region'
  | 'expired'
  | 'denied'
  | 'bad-credentials'
  | 'throttled'
  | 'unreachable'
  | 'token-refused'
  | 'group-gone'
  | 'too-much-output'
  | 'other';

export class AwsFailure extends CommandError {
  readonly kind: AwsFailureKind;

  constructor(kind: AwsFailureKind, message: string, next: string) {
    super(CODES[kind], message, next, 1);
    this.kind = kind;
  }
}

/** @param told  standard error of `aws`, secrets already hidden */
export function awsFailure(read: AwsRead, told: string): AwsFailure {
  const kind = KINDS.find(([, sign]) => sign.test(told))?.[0] ?? 'other';
  return new AwsFailure(kind, messageOf(kind, read, told), nextOf(kind, read));
}

export function awsNotFound(): AwsFailure {
  return new AwsFailure(
    'aws-not-found',
    'expected the AWS command line on PATH, found no program called aws',
    'install it (https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html), or export the logs in the console and run nightlight analyze on the file',
  );
}

export function tooMuchOutput(read: AwsRead, mostBytes: number): AwsFailure {
  return new AwsFailure(
    'too-much-output',
    `aws ${read}: expected one page of at most ${Math.round(mostBytes / 1e6)} MB, found more`,
    'narrow the range with --since and --until',
  );
}

/** Whether the same call may well succeed a little later. */
export function isPassing(failure: AwsFailure): boolean {
  return failure.kind === 'throttled';
}

const CODES = {
  'aws-not-found': 'PULL_AWS_NOT_FOUND',
  'no-credentials': 'PULL_NO_CREDENTIALS',
  'no-profile': 'PULL_NO_PROFILE',
  'no-region': 'PULL_NO_REGION',
  expired: 'PULL_CREDENTIALS_EXPIRED',
  denied: 'PULL_ACCESS_DENIED',
  'bad-credentials': 'PULL_CREDENTIALS_REFUSED',
  throttled: 'PULL_THROTTLED',
  unreachable: 'PULL_UNREACHABLE',
  'token-refused': 'PULL_PAGE_REFUSED',
  'group-gone': 'PULL_NO_LOG_GROUP',
  'too-much-output': 'PULL_PAGE_TOO_LARGE',
  other: 'PULL_AWS_FAILED',
} satisfies Record<AwsFailureKind, string>;

/**
 * In this order: an expired token also says that access is refused.
 * Sources: "Common Errors" of the CloudWatch and CloudWatch Logs API References; aws/aws-cli and boto/botocore
 * (exceptions.py) for what never reaches the service.
 */
const KINDS: readonly (readonly [AwsFailureKind, RegExp])[] = [
  [
    'expired',
    /ExpiredToken|RequestExpired|[Tt]oken has expired|session (?:associated with this profile )?has expired|Error loading SSO Token/,
  ],
  ['no-profile', /config profile \(.*\) could not be found/],
  ['no-credentials', /Unable to locate credentials|Partial credentials found|NoCredentials|MissingAuthenticationToken/],
  ['no-region', /must specify a region|NoRegion/],
  ['denied', /AccessDenied|UnauthorizedOperation|not authorized to perform/],
  ['bad-credentials', /UnrecognizedClient|InvalidClientTokenId|InvalidSignature|SignatureDoesNotMatch|AuthFailure|IncompleteSignature/],
  [
    'throttled',
    /Throttl|TooManyRequests|RequestLimitExceeded|LimitExceeded|Rate exceeded|ServiceUnavailable|InternalFailure|InternalServerError|InternalServiceError|\(50[0234]\)/,
  ],
  ['unreachable', /Could not connect to the endpoint URL|Connect timeout|Read timeout|Connection was closed|Invalid endpoint/],
  ['group-gone', /ResourceNotFound/],
  ['token-refused', /InvalidParameter\w*\).*token|InvalidNextToken/i],
];

function messageOf(kind: AwsFailureKind, read: AwsRead, told: string): string {
  const found = firstSentence(told);
  switch (kind) {
    case 'denied':
      return `aws ${read}: expected the right ${AWS_READS[read].action}, found that it is missing: ${found}`;
    case 'throttled':
      return `aws ${read}: CloudWatch turned the call away again and again, with longer and longer waits between: ${found}`;
    default:
      return `aws ${read}: ${found}`;
  }
}

function nextOf(kind: AwsFailureKind, read: AwsRead): string {
  switch (kind) {
    case 'no-credentials':
      return 'aws configure, aws sso login, or --profile <name>';
    case 'no-profile':
      return 'aws configure list-profiles';
    case 'no-region':
      return '--region eu-west-1, or set it in your aws configuration';
    case 'expired':
      return 'log in again (aws sso login, or new session credentials), then run the same command: it continues';
    case 'denied':
      return read === 'cloudwatch get-metric-data'
        ? `ask for ${AWS_READS[read].action}, or leave metrics out with --no-metrics`
        : `ask for ${AWS_READS[read].action} on arn:aws:logs:*:*:log-group:/aws/lambda/*, or name with --fn only functions that you may read`;
    case 'bad-credentials':
      return 'aws sts get-caller-identity shows whose keys these are; also check the clock of this machine';
    case 'throttled':
      return 'run the same command a little later: it continues';
    case 'unreachable':
      return 'check network, --region and --endpoint-url, then run the same command: it continues';
    default:
      return 'run the same command again: it continues where it stopped';
  }
}

/** `aws` prints a blank line first and may add pages of help after an option that it does not know. */
function firstSentence(told: string): string {
  const line = told
    .split('\n')
    .map((candidate) => candidate.trim())
    .find((candidate) => candidate !== '' && !candidate.startsWith('usage:'));
  return line === undefined ? 'it failed without a word' : line.slice(0, LONGEST_MESSAGE);
}

const LONGEST_MESSAGE = 400;
