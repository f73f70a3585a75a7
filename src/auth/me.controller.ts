import { Body, Controller, Get, Put, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { UsersService } from '../users/users.service.js';
import { AccountsService } from './accounts.service.js';
import { ApiErrors, ApiResult } from '../common/api-docs.js';
import { BrowserCookies } from './browser-cookies.service.js';
import type { UserCaller } from './caller.js';
import { CurrentUser, RequireUser } from './decorators.js';
import { ChangeMeRequest, MeResponse } from './me.dto.js';

@ApiTags('me')
@ApiErrors('AUTH.REQUIRED', 'RATE.LIMITED')
@RequireUser()
@Controller('v1/resources/me')
export class MeController {
  constructor(
    private readonly users: UsersService,
    private readonly accounts: AccountsService,
    private readonly cookies: BrowserCookies,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Your own account', operationId: 'getMe' })
  @ApiResult(200, 'You', MeResponse)
  async get(@CurrentUser() caller: UserCaller) {
    return { result: MeResponse.from(await this.users.get(caller.userId)) };
  }

  @Put()
  @ApiOperation({
    summary: 'Change your own account',
    description:
      'What is left out stays. A new password needs the current one and ends every older cookie; a browser gets a ' +
      'fresh one with the answer. Tokens stay: revoke them one by one.',
    operationId: 'changeMe',
  })
  @ApiResult(200, 'You, as you are now', MeResponse)
  @ApiErrors(
    'VALIDATION.FAILED',
    'AUTH.ORIGIN',
    'ME.WRONG_PASSWORD',
    'VALIDATION.IMPOSSIBLE',
    'AUTH.TOO_MANY_FAILURES',
    'RATE.LIMITED',
  )
  async change(
    @CurrentUser() caller: UserCaller,
    @Body() { time_zone, password, current_password, ...rest }: ChangeMeRequest,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const passwords = password === undefined ? undefined : { current: current_password!, next: password };
    const changes = { ...rest, timeZone: time_zone };
    const user = await this.accounts.changeOwn(request, caller.userId, changes, passwords);
    if (passwords && caller.credential.startsWith('cookie:')) await this.cookies.open(user, request, reply);
    return { result: MeResponse.from(user) };
  }
}
