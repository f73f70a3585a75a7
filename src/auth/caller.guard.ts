import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { DomainError, forbidden } from '../common/errors.js';
import { Callers } from './callers.service.js';
import { CALLER_RULE, type CallerRule } from './decorators.js';
import { RateLimits } from './rate-limits.js';

/** Stands before every route: who calls, may they, and not too often. A route that declares no caller answers nobody. */
@Injectable()
export class CallerGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly callers: Callers,
    private readonly rateLimits: RateLimits,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const rule = this.reflector.getAllAndOverride<CallerRule | undefined>(CALLER_RULE, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (rule === undefined) throw forbidden('AUTH.ROUTE_CLOSED', 'This route is not open to anybody.');
    // A webhook proves itself over its raw body, which only its own module reads.
    if (rule.kind === 'public' || rule.kind === 'webhook') return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const caller = await this.identify(rule, request);
    this.rateLimits.take(caller.credential);
    request.caller = caller;
    if (caller.kind === 'user' && rule.roles.length > 0 && !rule.roles.includes(caller.role)) {
      throw forbidden('AUTH.ROLE', `This needs the role ${rule.roles.join(' or ')}.`);
    }
    return true;
  }

  private async identify(rule: CallerRule, request: FastifyRequest) {
    try {
      return await this.callers.identify(rule.kind, request);
    } catch (error) {
      // Guessing has a limit of its own, per peer; whoever has a good credential is not counted here.
      if (error instanceof DomainError && error.status === 401) this.rateLimits.take(`peer:${request.ip}`);
      throw error;
    }
  }
}
