/** The options of `pull`, checked, as the question that its folder remembers. */
import { CommandError } from '../command-error.ts';
import type { PullQuestion } from './pull-state.ts';

export interface QuestionOptions {
  readonly since: string;
  readonly until: string;
  readonly prefix?: string;
  readonly fn?: readonly string[];
  readonly profile?: string;
  readonly region?: string;
  readonly endpointUrl?: string;
  readonly metrics: boolean;
}

/** @throws CommandError for what no log group can be found by */
export function pullQuestion(options: QuestionOptions, environment: Readonly<Record<string, string | undefined>>): PullQuestion {
  const functionNames = [...new Set(options.fn ?? [])].sort();
  if (options.prefix === undefined && functionNames.length === 0) {
    throw new CommandError(
      'USAGE',
      'pull: expected --prefix or --fn, found neither',
      "--prefix prod-, --fn checkout, or --prefix '' for every function",
    );
  }
  for (const [option, name] of [...functionNames.map((name) => ['--fn', name] as const), ['--prefix', options.prefix ?? ''] as const]) {
    if (!NAME.test(name))
      throw new CommandError(
        'USAGE',
        `${option}: expected the name of a function, found ${name}`,
        'letters, digits, - and _; no ARN and no /aws/lambda/',
      );
  }
  return {
    since: options.since,
    until: options.until,
    prefix: options.prefix,
    functionNames,
    profile: options.profile ?? environment.AWS_PROFILE,
    region: options.region ?? environment.AWS_REGION ?? environment.AWS_DEFAULT_REGION,
    endpointUrl: options.endpointUrl === undefined ? undefined : withoutPassword(options.endpointUrl),
    metrics: options.metrics,
  };
}

/** The characters of a function's name (CreateFunction, Lambda API Reference), and the dot of Lambda@Edge's log groups. */
const NAME = /^[A-Za-z0-9_.-]{0,128}$/;

function withoutPassword(text: string): string {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new CommandError('USAGE', `--endpoint-url: expected a URL, found ${text}`, '--endpoint-url http://127.0.0.1:4566');
  }
  url.username = '';
  url.password = '';
  return url.href;
}
