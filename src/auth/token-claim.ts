import type { FastifyRequest } from 'fastify';
import { headerValues } from '../common/request-headers.js';

/** A token that a request brought, not yet looked up, and whose it is said to be. */
export interface TokenClaim {
  token: string;
  username?: string;
  /** Tokens that stood beside it and are not the same: somebody else's, or nobody's. */
  rivals: string[];
}

/** Longer than any token of ours: what is longer is not worth a look-up. */
const MAX_TOKEN_LENGTH = 256;

const BEARER = /^bearer +(\S+) *$/i;

/** The token of an `Authorization: Bearer …` value. */
export const bearerToken = (authorization: string): string | undefined => BEARER.exec(authorization)?.[1];

/**
 * The token of the unified API: `username` + `auth_token` (or `auth-token`, because proxies drop underscores), or
 * `Authorization: Bearer`.
 * @returns `null` when the request brings none, `'unusable'` when it brings half of one or a header twice
 */
export function readTokenClaim(request: FastifyRequest): TokenClaim | 'unusable' | null {
  return claimOf(request, { isUsernameNeeded: true, others: [] });
}

/** The token of a Flic button: as above, also `auth_token` alone, `?token=` or the last path segment. */
export function readFlicClaim(request: FastifyRequest): TokenClaim | 'unusable' | null {
  const query = (request.query as Record<string, unknown> | undefined)?.token;
  const path = (request.params as Record<string, unknown> | undefined)?.token;
  return claimOf(request, { isUsernameNeeded: false, others: [query, path] });
}

function claimOf(
  request: FastifyRequest,
  { isUsernameNeeded, others }: { isUsernameNeeded: boolean; others: unknown[] },
): TokenClaim | 'unusable' | null {
  const usernames = headerValues(request, 'username');
  const authorizations = headerValues(request, 'authorization');
  const spellings = [headerValues(request, 'auth_token'), headerValues(request, 'auth-token')];
  if ([usernames, authorizations, ...spellings].some((values) => values.length > 1)) return 'unusable';
  const authTokens = spellings.flat();
  if (isUsernameNeeded && authTokens.length > 0 && usernames.length === 0) return 'unusable';
  const given = [...authTokens, ...authorizations.map(bearerToken), ...others].filter((token) => token !== undefined);
  if (given.length === 0) return usernames.length === 0 ? null : 'unusable';
  if (!given.every(isLikeAToken)) return 'unusable';
  const [token, ...rivals] = [...new Set(given)];
  return { token: token!, rivals, username: usernames[0] };
}

const isLikeAToken = (given: unknown): given is string =>
  typeof given === 'string' && given !== '' && given.length <= MAX_TOKEN_LENGTH;
