/**
 * The second key of a drill: who holds the secret has signed what is hurt, by what, and until when.
 *
 * A flag in the environment alone is forgotten there, a file alone is written by anybody. The token names one target, one
 * scenario by its hash and one drill, and is of no use an hour later. It is a text that may stand in a file or a variable:
 * `nld1.` + the claims as JSON in base64url + `.` + HMAC-SHA256 of what stands before, in base64url.
 *
 * Source: RFC 2104, "HMAC: Keyed-Hashing for Message Authentication".
 */
import { createHmac, timingSafeEqual } from 'node:crypto';

export interface DrillClaims {
  /** Who may be hurt; see `target.ts` for the forms. */
  readonly target: string;
  readonly scenario: string;
  /** Of the scenario, by `scenarioHash`. */
  readonly hash: string;
  readonly seed: number;
  readonly drillId: string;
  readonly expiresAtEpochMs: number;
  /** Whose calls: `host`, `host:port`, `.suffix`, the name that the agent calls it by, or `*`. */
  readonly peer?: string;
  /** Calls on plain connections (databases) instead of HTTP. */
  readonly protocol?: 'http' | 'tcp';
  /** Beginning of the path of a call. */
  readonly path?: string;
  /** Beginning of the path that this process is asked for, or of a job's name. */
  readonly route?: string;
  /** Only requests that carry the drill's id in the header DRILL_HEADER, and what they cause. */
  readonly ownTrafficOnly?: boolean;
  /** The caller's time limit, for scenarios that come close to it. */
  readonly limitMs?: number;
  /** Shorter than the scenario's, never longer. */
  readonly durationMs?: number;
}

export type TokenRefusal = 'malformed' | 'weak-secret' | 'forged' | 'expired' | 'too-long';

export type ReadToken =
  | { readonly kind: 'valid'; readonly claims: DrillClaims }
  | { readonly kind: 'refused'; readonly code: TokenRefusal; readonly because: string };

export const DRILL_HEADER = 'x-nightlight-drill';
export const LONGEST_TOKEN_MS = 60 * 60_000;
export const SHORTEST_SECRET = 16;

/** @throws when a token of this kind would be refused by every reader */
export function signToken(claims: DrillClaims, secret: string, nowEpochMs: number = Date.now()): string {
  const problem = claimsProblem(claims) ?? secretProblem(secret) ?? lifeProblem(claims, nowEpochMs)?.because;
  if (problem !== undefined) throw new Error(`drill token: ${problem}`);
  const signed = `${PREFIX}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}`;
  return `${signed}.${hmac(signed, secret).toString('base64url')}`;
}

/** @param nowEpochMs  by a clock that no drill has touched */
export function readToken(token: string, secret: string, nowEpochMs: number): ReadToken {
  const weak = secretProblem(secret);
  if (weak !== undefined) return refused('weak-secret', weak);
  const [prefix, body, signature, ...more] = token.trim().split('.');
  if (prefix !== PREFIX || !body || !signature || more.length > 0)
    return refused('malformed', `expected a token that begins with ${PREFIX}, found something else`);
  const ours = hmac(`${prefix}.${body}`, secret);
  const theirs = Buffer.from(signature, 'base64url');
  if (theirs.length !== ours.length || !timingSafeEqual(ours, theirs))
    return refused('forged', 'its signature does not fit: it was signed with another secret, or changed since');
  let claims: unknown;
  try {
    claims = JSON.parse(Buffer.from(body, 'base64url').toString());
  } catch {
    return refused('malformed', 'its claims are no JSON');
  }
  const problem = claimsProblem(claims);
  if (problem !== undefined) return refused('malformed', problem);
  return lifeProblem(claims as DrillClaims, nowEpochMs) ?? { kind: 'valid', claims: claims as DrillClaims };
}

const PREFIX = 'nld1';

const refused = (code: TokenRefusal, because: string) => ({ kind: 'refused', code, because }) as const;

const hmac = (text: string, secret: string): Buffer => createHmac('sha256', secret).update(text).digest();

function secretProblem(secret: string): string | undefined {
  return secret.length < SHORTEST_SECRET
    ? `expected a secret of at least ${SHORTEST_SECRET} characters, found ${secret.length}`
    : undefined;
}

function lifeProblem({ expiresAtEpochMs }: DrillClaims, nowEpochMs: number) {
  const leftMs = expiresAtEpochMs - nowEpochMs;
  if (!(leftMs > 0)) return refused('expired', `it expired ${Math.ceil(-leftMs / 1000)} s ago; sign a new one`);
  return leftMs > LONGEST_TOKEN_MS ? refused('too-long', 'it is good for more than 60 minutes; sign one that is not') : undefined;
}

function claimsProblem(claims: unknown): string | undefined {
  if (typeof claims !== 'object' || claims === null || Array.isArray(claims)) return 'its claims are no object';
  for (const [name, type, isRequired] of CLAIMS) {
    const value = (claims as Record<string, unknown>)[name];
    if (value === undefined ? isRequired : typeof value !== type || value === '' || (type === 'number' && !Number.isFinite(value)))
      return `${name}: expected a ${type}`;
  }
  const { protocol } = claims as DrillClaims;
  return protocol === undefined || protocol === 'http' || protocol === 'tcp' ? undefined : 'protocol: expected http or tcp';
}

const CLAIMS: readonly (readonly [name: keyof DrillClaims, type: string, isRequired: boolean])[] = [
  ['target', 'string', true],
  ['scenario', 'string', true],
  ['hash', 'string', true],
  ['seed', 'number', true],
  ['drillId', 'string', true],
  ['expiresAtEpochMs', 'number', true],
  ['peer', 'string', false],
  ['protocol', 'string', false],
  ['path', 'string', false],
  ['route', 'string', false],
  ['ownTrafficOnly', 'boolean', false],
  ['limitMs', 'number', false],
  ['durationMs', 'number', false],
];
