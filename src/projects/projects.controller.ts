import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { ApiErrors, ApiResultExample } from '../common/api-docs.js';
import type { UserCaller } from '../auth/caller.js';
import { CurrentUser, RequireUser } from '../auth/decorators.js';
import { IsCountText, IsFlagText, IsIdText, IsText, Optional } from '../common/validation.js';
import { ProjectsService } from './projects.service.js';

export class ProjectsQuery {
  @ApiPropertyOptional({ example: 'timesheet', description: 'Best match first; accents and case do not matter' })
  @Optional()
  @IsText(200)
  query?: string;

  @ApiPropertyOptional({ example: 5, description: 'None = all' })
  @Optional()
  @IsCountText(1, 10_000)
  limit?: number;

  @ApiPropertyOptional({ example: 10 })
  @Optional()
  @IsIdText()
  integration_id?: number;

  @ApiPropertyOptional({ description: 'Ask the services again before answering' })
  @Optional()
  @IsFlagText()
  refresh?: boolean;
}

@ApiTags('projects')
@ApiErrors('AUTH.REQUIRED', 'RATE.LIMITED')
@Controller('v1/resources/projects')
export class ProjectsController {
  constructor(private readonly projects: ProjectsService) {}

  @Get()
  @RequireUser()
  @ApiOperation({ summary: 'Projects of all your services, best match first' })
  @ApiResultExample(200, 'What happened', {
    result: [
      {
        id: 1,
        integration_id: 10,
        name: 'Zoho Timesheet',
        external_id: '204505010',
        provider: 'toggl',
        client: null,
        archived: false,
      },
    ],
    warnings: [],
  })
  async search(@CurrentUser() user: UserCaller, @Query() query: ProjectsQuery) {
    const { integration_id: integrationId, ...search } = query;
    const { items, warnings } = await this.projects.search(user.userId, { ...search, integrationId });
    return { result: items, warnings };
  }
}
