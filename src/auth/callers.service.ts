import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { badRequest, unauthorized } from '../common/errors.js';
import type { Caller, UserCaller } from './caller.js';
import type { CallerRule } from './decorators.js';
import { OriginPolicy } from './origin-policy.js';
import { AdminSecretStrategy, ask, AuthTokenStrategy, SessionCookieStrategy } from './strategies.js';
import { readFlicClaim, readTokenClaim, type TokenClaim } from './token-claim.js';

/** Finds out who calls, by the kinds of proof a route accepts. */
@Injectable()
export class Callers {
  constructor(
    private readonly cookies: SessionCookieStrategy,
    private readonly tokens: AuthTokenStrategy,
    private readonly secret: AdminSecretStrategy,
    private readonly origins: OriginPolicy,
  ) {}

  /**
   * @throws DomainError 401 without usable credentials, 400 `AUTH.MIXED_IDENTITIES` when they name two people, 403
   * `AUTH.ORIGIN` when a foreign page uses the cookie
   */
  async identify(kind: CallerRule['kind'], request: FastifyRequest): Promise<Caller> {
    if (kind === 'flic') return this.byToken(request, readFlicClaim(request) ?? 'unusable');
    if (kind === 'admin-api') return (await ask<Caller>(this.secret, request)) ?? (await this.user(request));
    return this.user(request);
  }

  private async user(request: FastifyRequest): Promise<UserCaller> {
    const claim = readTokenClaim(request);
    if (claim === null) return this.byCookie(request);
    const caller = await this.byToken(request, claim);
    const browser = await ask<UserCaller>(this.cookies, request);
    if (browser !== null && browser.userId !== caller.userId) {
      throw badRequest('AUTH.MIXED_IDENTITIES', 'The cookie and the headers name two different users.');
    }
    return caller;
  }

  private async byCookie(request: FastifyRequest): Promise<UserCaller> {
    const caller = await ask<UserCaller>(this.cookies, request);
    if (caller === null) throw unauthorized();
    this.origins.demandOwnOrigin(request);
    return caller;
  }

  private async byToken(request: FastifyRequest, claim: TokenClaim | 'unusable'): Promise<UserCaller> {
    if (claim === 'unusable') throw unauthorized();
    if (claim.rivals.length > 0) return this.refuseRivals(request, claim);
    const caller = await ask<UserCaller>(this.tokens, request, { claim });
    if (caller === null) throw unauthorized();
    return caller;
  }

  /** Whoever learns that the tokens are two people's has shown that both are good. */
  private async refuseRivals(request: FastifyRequest, { token, rivals }: TokenClaim): Promise<never> {
    const claims = [token, ...rivals].map((one): TokenClaim => ({ token: one, rivals: [] }));
    const callers = await Promise.all(claims.map((claim) => ask<UserCaller>(this.tokens, request, { claim })));
    const people = new Set(callers.map((caller) => caller?.userId));
    if (people.has(undefined) || people.size === 1) throw unauthorized();
    throw badRequest('AUTH.MIXED_IDENTITIES', 'The tokens name two different users.');
  }
}
