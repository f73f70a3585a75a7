import { Body, Controller, Get, HttpCode, Post, Query, Req } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { ApiErrors, ApiResult } from '../common/api-docs.js';
import type { UserCaller } from '../auth/caller.js';
import { CurrentUser, RequireUser } from '../auth/decorators.js';
import { FixDto, FixedResponse } from './findings.dto.js';
import { TimelineQuery, TimelineResponse } from './timeline.dto.js';
import { TimelineService } from './timeline.service.js';

@ApiTags('timeline')
@ApiErrors('VALIDATION.FAILED', 'AUTH.REQUIRED', 'VALIDATION.IMPOSSIBLE', 'RATE.LIMITED')
@Controller('v1')
export class TimelineController {
  constructor(private readonly timeline: TimelineService) {}

  @Get('resources/timeline')
  @RequireUser()
  @ApiOperation({
    summary: 'Your time, day by day, and what in it needs a look',
    description: 'An entry over midnight appears in both days; a running one lasts until now.',
    operationId: 'getTimeline',
  })
  @ApiResult(200, 'Entries, days and findings', TimelineResponse)
  async get(
    @CurrentUser() caller: UserCaller,
    @Query() { from, to, time_zone, ignored }: TimelineQuery,
  ): Promise<{ result: TimelineResponse }> {
    const zone = time_zone ?? caller.timeZone;
    const timeline = await this.timeline.get(caller, { start: from, end: to }, zone, ignored);
    return { result: TimelineResponse.from(timeline) };
  }

  @Post('rpc/timeline/fix')
  @RequireUser()
  @HttpCode(200)
  @ApiOperation({
    summary: 'Settle a finding in one of the ways it offers',
    description:
      'Written with your name into the history, and sent to the services like any change of yours. Asked for twice, it is done once.',
    operationId: 'fixTimeline',
  })
  @ApiResult(200, 'Done, and the entries as they are now', FixedResponse)
  @ApiErrors('TIMELINE.FINDING_NOT_FOUND', 'TIMELINE.FINDING_GONE', 'TIME_ENTRY.LOCKED', 'TIMELINE.FIX_NOT_OFFERED')
  async fix(@CurrentUser() caller: UserCaller, @Body() body: FixDto, @Req() { id: requestId }: FastifyRequest) {
    const request = { findingId: body.finding_id, fix: body.fix };
    const { state, entries } = await this.timeline.fix(caller, request, requestId);
    return { result: FixedResponse.from(body, state, entries) };
  }
}
