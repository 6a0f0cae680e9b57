/**
 * What AWS charges, as dated data that a user can replace.
 *
 * Prices change and differ by region, so none of them stands in a formula: the table names its date, region and
 * source, the report repeats them, and `--prices FILE` puts another table (or only the members that differ) in its
 * place. Rates for provisioned concurrency serve advice only: no log line tells how much of it is configured.
 */
export type Architecture = 'x86_64' | 'arm64';

/** One step of a graduated price: the rate for what lies below `upToGbSeconds` and above the step before. */
export interface PriceTier {
  /** GB-seconds of one month, over all functions of the account; absent in the last step. */
  readonly upToGbSeconds?: number;
  readonly usdPerGbSecond: number;
}

/** An always-on container, to compare with. */
export interface ContainerPrice {
  readonly usdPerVcpuHour: number;
  readonly usdPerGbHour: number;
}

/** Sandboxes that are kept warm: for being ready, and for working. */
export interface ProvisionedPrice {
  readonly usdPerGbSecondReady: number;
  readonly usdPerGbSecondBusy: number;
}

export interface PriceTable {
  /** Day on which the table was true, `2026-11-21`. */
  readonly asOf: string;
  readonly region: string;
  readonly source: string;
  readonly compute: Readonly<Record<Architecture, readonly PriceTier[]>>;
  readonly usdPerMillionRequests: number;
  /** Log data written to CloudWatch Logs, standard class, at the first (dearest) step. */
  readonly usdPerLogGb: number;
  readonly container: Readonly<Record<Architecture, ContainerPrice>>;
  readonly provisioned: Readonly<Record<Architecture, ProvisionedPrice>>;
}

/**
 * List prices, without free tier, savings plans or taxes.
 *
 * Compute and requests: AWS pricing page "AWS Lambda Pricing"; the steps: AWS Compute Blog, "Introducing tiered
 * pricing for AWS Lambda" (10 % and 20 % off). Logs: AWS pricing page "Amazon CloudWatch Pricing", logs that Lambda
 * writes, first 10 TB of a month. Container: AWS pricing page "AWS Fargate Pricing", Linux, on demand. Provisioned
 * concurrency: AWS pricing page "AWS Lambda Pricing".
 * All were read through pages that quote them between 2024 and March 2026, not from the price list API.
 */
export const BUILT_IN_PRICES: PriceTable = {
  asOf: '2026-03-01',
  region: 'us-east-1',
  source: 'AWS list prices (Lambda, CloudWatch Logs, Fargate), as quoted by secondary pages of 2024 to 2026',
  compute: {
    x86_64: [
      { upToGbSeconds: 6e9, usdPerGbSecond: 0.0000166667 },
      { upToGbSeconds: 15e9, usdPerGbSecond: 0.000015 },
      { usdPerGbSecond: 0.0000133334 },
    ],
    arm64: [
      { upToGbSeconds: 7.5e9, usdPerGbSecond: 0.0000133334 },
      { upToGbSeconds: 18.75e9, usdPerGbSecond: 0.0000120001 },
      { usdPerGbSecond: 0.0000106667 },
    ],
  },
  usdPerMillionRequests: 0.2,
  usdPerLogGb: 0.5,
  container: {
    x86_64: { usdPerVcpuHour: 0.04048, usdPerGbHour: 0.004445 },
    arm64: { usdPerVcpuHour: 0.03238, usdPerGbHour: 0.00356 },
  },
  provisioned: {
    x86_64: { usdPerGbSecondReady: 0.0000041667, usdPerGbSecondBusy: 0.0000097222 },
    arm64: { usdPerGbSecondReady: 0.0000033334, usdPerGbSecondBusy: 0.0000077778 },
  },
};

/** What the given GB-seconds cost when they are the whole month of an account. */
export function computeUsd(tiers: readonly PriceTier[], gbSeconds: number): number {
  let usd = 0;
  let from = 0;
  for (const tier of tiers) {
    const to = Math.min(gbSeconds, tier.upToGbSeconds ?? Number.POSITIVE_INFINITY);
    if (to > from) usd += (to - from) * tier.usdPerGbSecond;
    from = Math.max(from, to);
  }
  return usd;
}

/** Lambda's GB is 1024 MB, although Logs Insights shows decimal bytes. */
export function gbSecondsOf(billedMs: number, memorySizeMb: number): number {
  return (billedMs / 1000) * (memorySizeMb / 1024);
}

/** Log data is priced by the binary gigabyte. */
export function logIngestUsd(prices: PriceTable, bytes: number): number {
  return (bytes / 2 ** 30) * prices.usdPerLogGb;
}

export type PriceErrorCode = 'PRICES_NOT_READABLE' | 'PRICES_NOT_JSON' | 'PRICES_WRONG_MEMBER';

export class PriceError extends Error {
  override readonly name = 'PriceError';
  readonly code: PriceErrorCode;
  readonly path: string;

  constructor(code: PriceErrorCode, path: string, message: string, options?: ErrorOptions) {
    super(`${path}: ${message}`, options);
    this.code = code;
    this.path = path;
  }
}

/**
 * @param text  JSON in the form of PriceTable; `asOf` and `region` must be there, any other member that is missing
 *              keeps its built-in value
 * @param path  for messages
 */
export function parsePriceTable(text: string, path: string): PriceTable {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw new PriceError(
      'PRICES_NOT_JSON',
      path,
      `expected a price table as JSON, found text that is none (${(cause as Error).message}). ${EXAMPLE}`,
      {
        cause,
      },
    );
  }
  const table = membersOf(parsed, '', path, [
    'asOf',
    'region',
    'source',
    'compute',
    'usdPerMillionRequests',
    'usdPerLogGb',
    'container',
    'provisioned',
  ]);
  const compute = membersOf(table.compute ?? {}, 'compute', path, ARCHITECTURES);
  const container = membersOf(table.container ?? {}, 'container', path, ARCHITECTURES);
  const provisioned = membersOf(table.provisioned ?? {}, 'provisioned', path, ARCHITECTURES);
  return {
    asOf: dayOf(table.asOf, path),
    region: wordOf(table.region, 'region', path),
    source: table.source === undefined ? path : wordOf(table.source, 'source', path),
    compute: {
      x86_64: tiersOf(compute.x86_64, 'x86_64', path),
      arm64: tiersOf(compute.arm64, 'arm64', path),
    },
    usdPerMillionRequests: priceOf(table.usdPerMillionRequests, 'usdPerMillionRequests', path, BUILT_IN_PRICES.usdPerMillionRequests),
    usdPerLogGb: priceOf(table.usdPerLogGb, 'usdPerLogGb', path, BUILT_IN_PRICES.usdPerLogGb),
    container: {
      x86_64: containerOf(container.x86_64, 'x86_64', path),
      arm64: containerOf(container.arm64, 'arm64', path),
    },
    provisioned: {
      x86_64: provisionedOf(provisioned.x86_64, 'x86_64', path),
      arm64: provisionedOf(provisioned.arm64, 'arm64', path),
    },
  };
}

const ARCHITECTURES = ['x86_64', 'arm64'] as const;
const EXAMPLE = 'Try: {"asOf": "2026-11-21", "region": "eu-west-1", "usdPerLogGb": 0.57}; docs/cost.md lists every member.';

function tiersOf(value: unknown, architecture: Architecture, path: string): readonly PriceTier[] {
  if (value === undefined) return BUILT_IN_PRICES.compute[architecture];
  const where = `compute.${architecture}`;
  if (!Array.isArray(value) || value.length === 0) throw wrongMember(path, where, 'an array of steps', value);
  let from = 0;
  return value.map((entry: unknown, index) => {
    const here = `${where}[${index}]`;
    const step = membersOf(entry, here, path, ['upToGbSeconds', 'usdPerGbSecond']);
    const usdPerGbSecond = priceOf(step.usdPerGbSecond, `${here}.usdPerGbSecond`, path);
    if (index === value.length - 1) {
      if (step.upToGbSeconds !== undefined) {
        throw wrongMember(path, `${here}.upToGbSeconds`, 'no end in the last step, which holds for all that is above', step.upToGbSeconds);
      }
      return { usdPerGbSecond };
    }
    const upToGbSeconds = step.upToGbSeconds;
    if (typeof upToGbSeconds !== 'number' || !(upToGbSeconds > from)) {
      throw wrongMember(path, `${here}.upToGbSeconds`, `a number above ${from}, where the step before ends`, upToGbSeconds);
    }
    from = upToGbSeconds;
    return { upToGbSeconds, usdPerGbSecond };
  });
}

function containerOf(value: unknown, architecture: Architecture, path: string): ContainerPrice {
  if (value === undefined) return BUILT_IN_PRICES.container[architecture];
  const where = `container.${architecture}`;
  const members = membersOf(value, where, path, ['usdPerVcpuHour', 'usdPerGbHour']);
  return {
    usdPerVcpuHour: priceOf(members.usdPerVcpuHour, `${where}.usdPerVcpuHour`, path),
    usdPerGbHour: priceOf(members.usdPerGbHour, `${where}.usdPerGbHour`, path),
  };
}

function provisionedOf(value: unknown, architecture: Architecture, path: string): ProvisionedPrice {
  if (value === undefined) return BUILT_IN_PRICES.provisioned[architecture];
  const where = `provisioned.${architecture}`;
  const members = membersOf(value, where, path, ['usdPerGbSecondReady', 'usdPerGbSecondBusy']);
  return {
    usdPerGbSecondReady: priceOf(members.usdPerGbSecondReady, `${where}.usdPerGbSecondReady`, path),
    usdPerGbSecondBusy: priceOf(members.usdPerGbSecondBusy, `${where}.usdPerGbSecondBusy`, path),
  };
}

function membersOf(value: unknown, where: string, path: string, known: readonly string[]): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw wrongMember(path, where === '' ? 'the file' : where, 'an object', value);
  }
  // A misspelt price would otherwise be taken from the built-in table without a word.
  const stranger = Object.keys(value).find((name) => !known.includes(name));
  if (stranger !== undefined) {
    throw wrongMember(path, where === '' ? stranger : `${where}.${stranger}`, `one of ${known.join(', ')}`, stranger);
  }
  return value as Record<string, unknown>;
}

function priceOf(value: unknown, where: string, path: string, fallback?: number): number {
  if (value === undefined && fallback !== undefined) return fallback;
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0) {
    throw wrongMember(path, where, 'a price in USD, 0 or more', value);
  }
  return value;
}

function dayOf(value: unknown, path: string): string {
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(value) || Number.isNaN(Date.parse(value))) {
    throw wrongMember(path, 'asOf', 'the day of the prices, for example "2026-11-21"', value);
  }
  return value;
}

function wordOf(value: unknown, where: string, path: string): string {
  if (typeof value !== 'string' || value.trim() === '') throw wrongMember(path, where, 'a word', value);
  return value;
}

function wrongMember(path: string, where: string, expected: string, found: unknown): PriceError {
  const seen = found === undefined ? 'nothing' : JSON.stringify(found).slice(0, 80);
  return new PriceError('PRICES_WRONG_MEMBER', path, `${where}: expected ${expected}, found ${seen}. ${EXAMPLE}`);
}
