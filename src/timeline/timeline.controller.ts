import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { UserCaller } from '../auth/caller.js';
import { CurrentUser, RequireUser } from '../auth/decorators.js';
import { TimelineAnswer, TimelineQuery, TimelineResponse } from './timeline.dto.js';
import { TimelineService } from './timeline.service.js';

@ApiTags('timeline')
@Controller('v1/resources/timeline')
export class TimelineController {
  constructor(private readonly timeline: TimelineService) {}

  @Get()
  @RequireUser()
  @ApiOperation({
    summary: 'Your time, day by day',
    description: 'An entry over midnight appears in both days; a running one lasts until now.',
    operationId: 'getTimeline',
  })
  @ApiResponse({ status: 200, type: TimelineAnswer })
  @ApiResponse({ status: 400, description: '`VALIDATION.FAILED`' })
  @ApiResponse({
    status: 422,
    description: '`VALIDATION.IMPOSSIBLE`: no such zone, `from` not before `to`, over 400 days',
  })
  async get(
    @CurrentUser() caller: UserCaller,
    @Query() { from, to, time_zone }: TimelineQuery,
  ): Promise<TimelineAnswer> {
    const timeline = await this.timeline.get(caller.userId, { start: from, end: to }, time_zone ?? caller.timeZone);
    return { result: TimelineResponse.from(timeline) };
  }
}
