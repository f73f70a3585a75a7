import { Body, Controller, Get, HttpCode, Post, Query, Req } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { UserCaller } from '../auth/caller.js';
import { CurrentUser, RequireUser } from '../auth/decorators.js';
import { ApiErrors, ApiResult } from '../common/api-docs.js';
import type { IntegrationWarning } from '../integrations/integration-warning.js';
import { LogResponse } from '../logs/log-response.js';
import type { ChangeAuthor } from '../time-entries/time-entries.service.js';
import { TimerCommandDto, TimerQuery, TimerResponse } from './timers.dto.js';
import { TimersService, type TimerOutcome } from './timers.service.js';

@ApiTags('timers')
@ApiErrors('AUTH.REQUIRED', 'RATE.LIMITED')
@Controller('v1')
export class TimersController {
  constructor(private readonly timers: TimersService) {}

  @Get('resources/timer')
  @RequireUser()
  @ApiOperation({ summary: 'The running entry, asked of the services; null when nothing runs' })
  @ApiResult(200, 'What runs, or null', LogResponse)
  @ApiErrors('VALIDATION.FAILED', 'INTEGRATION.NOT_FOUND')
  async current(@CurrentUser() user: UserCaller, @Query() query: TimerQuery) {
    const { entry, warnings } = await this.timers.current(user, query.integration_id);
    return { result: entry, ...withWarnings(warnings) };
  }

  @Post('rpc/timer/start')
  @RequireUser()
  @HttpCode(200)
  @ApiBody({ type: TimerCommandDto, required: false })
  @ApiOperation({ summary: 'Start an entry; what the ledger shows running is stopped' })
  @ApiResult(200, 'What happened', TimerResponse)
  @ApiErrors('VALIDATION.FAILED', 'INTEGRATION.NOT_FOUND', 'PROJECT.NOT_FOUND', 'TIMER.BUSY', 'TIMER.NOT_SUPPORTED')
  async start(@CurrentUser() user: UserCaller, @Req() request: FastifyRequest, @Body() body?: TimerCommandDto) {
    return answer(await this.timers.start(user, body ?? {}, authorOf(user, request)));
  }

  @Post('rpc/timer/stop')
  @RequireUser()
  @HttpCode(200)
  @ApiBody({ type: TimerCommandDto, required: false })
  @ApiOperation({ summary: 'Stop what runs; null when nothing does' })
  @ApiResult(200, 'What happened', TimerResponse)
  @ApiErrors('VALIDATION.FAILED', 'INTEGRATION.NOT_FOUND', 'PROJECT.NOT_FOUND', 'TIMER.BUSY', 'TIMER.NOT_SUPPORTED')
  async stop(@CurrentUser() user: UserCaller, @Req() request: FastifyRequest, @Body() body?: TimerCommandDto) {
    return answer(await this.timers.stop(user, body ?? {}, authorOf(user, request)));
  }

  @Post('rpc/timer/toggle')
  @RequireUser()
  @HttpCode(200)
  @ApiBody({ type: TimerCommandDto, required: false })
  @ApiOperation({ summary: 'Stop what runs, else start: the service’s own state decides' })
  @ApiResult(200, 'What happened', TimerResponse)
  @ApiErrors('VALIDATION.FAILED', 'INTEGRATION.NOT_FOUND', 'PROJECT.NOT_FOUND', 'TIMER.BUSY', 'TIMER.NOT_SUPPORTED')
  async toggle(@CurrentUser() user: UserCaller, @Req() request: FastifyRequest, @Body() body?: TimerCommandDto) {
    return answer(await this.timers.toggle(user, body ?? {}, authorOf(user, request)));
  }
}

const authorOf = (user: UserCaller, request: FastifyRequest): ChangeAuthor => ({
  actor: { kind: 'user', id: String(user.userId) },
  origin: { kind: 'request', id: request.id },
});

const withWarnings = (warnings: IntegrationWarning[]) => (warnings.length === 0 ? {} : { warnings });

function answer({ action, message, entry, warnings }: TimerOutcome) {
  const result = entry === null ? null : Object.assign({}, entry, { action, message });
  return { result, ...withWarnings(warnings) };
}
