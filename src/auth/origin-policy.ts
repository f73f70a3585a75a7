import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { forbidden } from '../common/errors.js';
import type { Config } from '../config/env.js';
import { CONFIG } from '../config/tokens.js';
import { headerValues } from '../common/request-headers.js';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Where a request comes from: our own pages, pages we allow, or anybody else's. */
@Injectable()
export class OriginPolicy {
  private readonly publicOrigin: string | undefined;
  private readonly allowed: ReadonlySet<string>;

  constructor(@Inject(CONFIG) config: Config) {
    this.publicOrigin = config.publicUrl === undefined ? undefined : new URL(config.publicUrl).origin;
    this.allowed = new Set(config.corsOrigins);
  }

  /** Whether cookies travel over TLS here: the client's own connection, or the proxy's in front of us. */
  isSecure(request: FastifyRequest): boolean {
    return request.protocol === 'https' || (this.publicOrigin?.startsWith('https:') ?? false);
  }

  /**
   * A browser sends our cookie along with a form of a foreign page; it also says whose page that was.
   * @throws DomainError 403 `AUTH.ORIGIN` for an unsafe method from a page that is neither ours nor allowed
   */
  demandOwnOrigin(request: FastifyRequest): void {
    if (SAFE_METHODS.has(request.method)) return;
    const origins = headerValues(request, 'origin');
    const isForeign =
      origins.length > 0
        ? origins.some((origin) => !this.isAllowed(origin, request))
        : headerValues(request, 'sec-fetch-site').some((site) => site === 'cross-site' || site === 'same-site');
    // Neither header: no browser, so no cookie that was sent without its owner's knowledge.
    if (isForeign) throw forbidden('AUTH.ORIGIN', 'This page may not act for the signed-in user.');
  }

  private isAllowed(origin: string, request: FastifyRequest): boolean {
    if (this.allowed.has(origin)) return true;
    return origin === (this.publicOrigin ?? `${request.protocol}://${request.host}`);
  }
}
