/**
 * Whether a token speaks of this very process, and whether it may in a place that looks like production.
 *
 * Forms of a target: `process:orders`, `process:orders-*`, `process:orders@staging` (the environment is NODE_ENV),
 * `function:checkout`, `function:checkout:live` (a version, or the alias that it is called by) and the ARN of a function. In
 * production only a form that names the place as well is enough: `process:orders@production`, `function:checkout:prod`, or the
 * ARN with its qualifier. A token that somebody made for the staging service of the same name then does nothing here.
 */
export interface Host {
  readonly kind: 'process' | 'function';
  readonly name: string;
  /** NODE_ENV, or '' */
  readonly environment: string;
  /** Other words by which a place is known: its stage. */
  readonly placeWords: readonly string[];
  readonly version?: string | undefined;
  /** What a function was called by; known with its first invocation. */
  readonly invokedArn?: string | undefined;
}

export type TargetVerdict =
  | { readonly kind: 'meant' }
  /** A function knows its alias only once it is called. */
  | { readonly kind: 'ask-with-arn' }
  | { readonly kind: 'refused'; readonly because: string };

export function judgeTarget(target: string, host: Host): TargetVerdict {
  const { kind, name, environment, version, invokedArn } = host;
  const qualifier = invokedArn?.split(':')[7];
  const exact = [
    kind === 'process' ? `process:${name}@${environment}` : '',
    kind === 'function' && version ? `function:${name}:${version}` : '',
    kind === 'function' && qualifier ? `function:${name}:${qualifier}` : '',
    qualifier ? invokedArn! : '',
  ];
  if (target !== '' && exact.includes(target)) return { kind: 'meant' };
  const mayBeAlias = kind === 'function' && !invokedArn && (target.startsWith(`function:${name}:`) || target.startsWith('arn:'));
  if (mayBeAlias) return { kind: 'ask-with-arn' };
  const plain = `${kind}:${name}`;
  const isNamed = target === plain || (target.endsWith('*') && plain.startsWith(target.slice(0, -1)));
  const bareArn = invokedArn?.split(':').slice(0, 7).join(':');
  if (!isNamed && target !== bareArn) return { kind: 'refused', because: `it is for ${target}, and this is ${plain}` };
  const place = [environment, qualifier ?? '', ...host.placeWords].find(looksLikeProduction);
  if (place !== undefined)
    return { kind: 'refused', because: `this looks like production (${place}), where a token must name the exact target, place included` };
  if (looksLikeProduction(name) && target !== plain)
    return { kind: 'refused', because: `this looks like production (${name}), where a token must name the exact target` };
  return { kind: 'meant' };
}

/** `production`, `prod`, `live`, also as a part: `eu-prod-2`. Preproduction is not. */
export const looksLikeProduction = (word: string): boolean => /(^|[^a-z0-9])(prod|prd|production|live)(\d*)($|[^a-z0-9])/i.test(word);
