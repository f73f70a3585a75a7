import { Inject, Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import passport from 'passport';
import { Strategy as CustomStrategy } from 'passport-custom';
import { Clock } from '../common/clock.js';
import { unauthorized } from '../common/errors.js';
import { equalsInConstantTime, sha256 } from '../common/hashing.js';
import type { Secrets } from '../config/secrets.js';
import { SECRETS } from '../config/tokens.js';
import type { SecretCaller, UserCaller } from './caller.js';
import { readCookie } from './cookies.js';
import { IdentitiesRepository, type Identity } from './identities.repository.js';
import { OriginPolicy } from './origin-policy.js';
import { headerValues } from '../common/request-headers.js';
import { bearerToken, type TokenClaim } from './token-claim.js';
import { TokenUse } from './token-use.js';

/**
 * Asks one strategy of this application. Not by its name: Passport keeps names per process, and two applications in one
 * process would answer with each other's. The copy is needed because Passport hangs the answer's callbacks on it.
 * @returns what the strategy's `validate` found, or `null`
 */
export function ask<T>(strategy: passport.Strategy, request: FastifyRequest, options: object = {}): Promise<T | null> {
  return new Promise((resolve, reject) => {
    const own = Object.create(strategy) as passport.Strategy;
    const answer = (error: unknown, found: T | false | null | undefined) =>
      error ? reject(error) : resolve(found || null);
    const handle = passport.authenticate(own, { session: false, ...options }, answer) as (
      request: FastifyRequest,
      response: object,
      next: (error?: unknown) => void,
    ) => void;
    handle(request, {}, (error) => reject(error instanceof Error ? error : new Error('Passport gave no answer')));
  });
}

const callerOf = (identity: Identity, kind: 'cookie' | 'token'): UserCaller => ({
  kind: 'user',
  userId: identity.userId,
  username: identity.username,
  role: identity.role,
  timeZone: identity.timeZone,
  credential: `${kind}:${identity.credentialId}`,
});

/** The browser's cookie. */
@Injectable()
export class SessionCookieStrategy extends PassportStrategy(CustomStrategy, 'session-cookie') {
  constructor(
    private readonly identities: IdentitiesRepository,
    private readonly origins: OriginPolicy,
    private readonly clock: Clock,
  ) {
    super();
  }

  async validate(request: FastifyRequest): Promise<UserCaller | null> {
    const cookie = readCookie(request, 'timesheet_session', this.origins.isSecure(request));
    if (cookie === null || cookie === 'ambiguous') return null;
    const identity = await this.identities.findByCookie(sha256(cookie.value), this.clock.now());
    return identity && callerOf(identity, 'cookie');
  }
}

/** A user's token, read from the request beforehand because each kind of route reads it from other places. */
@Injectable()
export class AuthTokenStrategy extends PassportStrategy(CustomStrategy, 'auth-token') {
  constructor(
    private readonly identities: IdentitiesRepository,
    private readonly tokenUse: TokenUse,
  ) {
    super({ passOptionsToCallback: true });
  }

  async validate(_request: FastifyRequest, { claim }: { claim: TokenClaim }): Promise<UserCaller | null> {
    const identity = await this.identities.findByToken(sha256(claim.token));
    if (identity === null) return null;
    if (claim.username !== undefined && claim.username.toLowerCase() !== identity.username.toLowerCase()) return null;
    this.tokenUse.note(identity);
    return callerOf(identity, 'token');
  }
}

/** `SECRET_TOKEN`, in `Authorization` (raw or as a bearer) or in `X-Webhook-Token`. */
@Injectable()
export class AdminSecretStrategy extends PassportStrategy(CustomStrategy, 'admin-secret') {
  constructor(@Inject(SECRETS) private readonly secrets: Secrets) {
    super();
  }

  /**
   * @returns null when what was brought may still be a user's token or cookie
   * @throws DomainError 401 when it can only have been meant as the secret, and is wrong
   */
  validate(request: FastifyRequest): SecretCaller | null {
    const authorizations = headerValues(request, 'authorization');
    const webhookTokens = headerValues(request, 'x-webhook-token');
    if (authorizations.length > 1 || webhookTokens.length > 1) throw unauthorized();
    const bearer = authorizations[0] === undefined ? undefined : bearerToken(authorizations[0]);
    const given = webhookTokens[0] ?? bearer ?? authorizations[0];
    if (given === undefined) return null;
    if (equalsInConstantTime(given, this.secrets.secretToken.reveal())) return { kind: 'secret', credential: 'secret' };
    if (given === bearer) return null;
    throw unauthorized();
  }
}
