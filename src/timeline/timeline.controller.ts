import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiErrors, ApiResult } from '../common/api-docs.js';
import type { UserCaller } from '../auth/caller.js';
import { CurrentUser, RequireUser } from '../auth/decorators.js';
import { TimelineQuery, TimelineResponse } from './timeline.dto.js';
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
  @ApiResult(200, 'Entries and days', TimelineResponse)
  @ApiErrors('VALIDATION.FAILED', 'AUTH.REQUIRED', 'VALIDATION.IMPOSSIBLE', 'RATE.LIMITED')
  async get(
    @CurrentUser() caller: UserCaller,
    @Query() { from, to, time_zone }: TimelineQuery,
  ): Promise<{ result: TimelineResponse }> {
    const timeline = await this.timeline.get(caller.userId, { start: from, end: to }, time_zone ?? caller.timeZone);
    return { result: TimelineResponse.from(timeline) };
  }
}
