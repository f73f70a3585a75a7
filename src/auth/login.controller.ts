import { Body, Controller, Delete, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { unauthorized } from '../common/errors.js';
import type { User } from '../users/user.entity.js';
import { ApiErrors, ApiSuccess } from '../common/api-docs.js';
import { BrowserCookies } from './browser-cookies.service.js';
import type { UserCaller } from './caller.js';
import { CurrentUser, Public, RequireUser } from './decorators.js';
import { LocalStrategy } from './local.strategy.js';
import { LoginRequest } from './login.dto.js';
import { OriginPolicy } from './origin-policy.js';
import { ask } from './strategies.js';

@ApiTags('login')
@Controller('v1/rpc/login')
export class LoginController {
  constructor(
    private readonly strategy: LocalStrategy,
    private readonly cookies: BrowserCookies,
    private readonly origins: OriginPolicy,
  ) {}

  @Public()
  @Post()
  @HttpCode(200)
  @ApiOperation({
    summary: 'Exchange username and password for a cookie',
    description:
      'The cookie lasts 30 days and is new at each sign-in. Only failures are limited: 10 per account and 1,000 per ' +
      'address within 15 minutes. A browser that signed in to the account before has a count of its own.',
    operationId: 'login',
  })
  @ApiHeader({ name: 'Origin', required: false, description: 'Sent by browsers; must be our own or an allowed one' })
  @ApiSuccess('Signed in; see `Set-Cookie`')
  @ApiErrors('VALIDATION.FAILED', 'AUTH.REQUIRED', 'AUTH.ORIGIN', 'AUTH.TOO_MANY_FAILURES')
  async login(
    @Body() _credentials: LoginRequest,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    // A foreign page must not sign its visitor in to the attacker's account either.
    this.origins.demandOwnOrigin(request);
    const user = await ask<User>(this.strategy, request);
    if (user === null) throw unauthorized();
    await this.cookies.open(user, request, reply);
    return 'Success';
  }

  @RequireUser()
  @Delete()
  @ApiOperation({ summary: 'Sign out: the cookie opens nothing any more', operationId: 'logout' })
  @ApiSuccess('Signed out')
  @ApiErrors('AUTH.REQUIRED', 'AUTH.ORIGIN')
  async logout(
    @CurrentUser() caller: UserCaller,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    await this.cookies.close(caller, request, reply);
    return 'Success';
  }
}
