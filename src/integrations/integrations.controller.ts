import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { UserCaller } from '../auth/caller.js';
import { CurrentUser, RequireUser } from '../auth/decorators.js';
import { ApiErrors, ApiResult, ApiSuccess } from '../common/api-docs.js';
import { pickId } from '../common/ids.js';
import { pageEnvelope } from '../common/pages.js';
import {
  CreateIntegrationDto,
  IntegrationIdQuery,
  IntegrationResponse,
  IntegrationsQuery,
  ProviderResponse,
  UpdateIntegrationDto,
} from './integrations.dto.js';
import { IntegrationsService } from './integrations.service.js';

@ApiTags('integrations')
@ApiErrors('AUTH.REQUIRED', 'RATE.LIMITED')
@Controller('v1/resources')
export class IntegrationsController {
  constructor(private readonly integrations: IntegrationsService) {}

  @Get('providers')
  @RequireUser()
  @ApiOperation({ summary: 'Services that can be connected, and what each asks for' })
  @ApiResult(200, 'The services', [ProviderResponse])
  listProviders() {
    return { result: this.integrations.listProviders().map((provider) => ProviderResponse.from(provider)) };
  }

  @Get('integrations')
  @RequireUser()
  @ApiOperation({ summary: 'Your connected accounts; with `id` one of them' })
  @ApiResult(200, 'Your accounts, oldest first', [IntegrationResponse])
  @ApiErrors('VALIDATION.FAILED', 'INTEGRATION.NOT_FOUND', 'PAGE.BAD_CURSOR')
  async list(@CurrentUser() user: UserCaller, @Query() { id, ...page }: IntegrationsQuery) {
    if (id !== undefined)
      return { result: IntegrationResponse.from(await this.integrations.getOwned(user.userId, id)) };
    const { items, nextCursor } = await this.integrations.page(user.userId, page);
    return pageEnvelope(
      items.map((row) => IntegrationResponse.from(row)),
      nextCursor,
    );
  }

  @Post('integrations')
  @RequireUser()
  @HttpCode(201)
  @ApiOperation({ summary: 'Connect an account; it is verified with a real call first' })
  @ApiResult(201, 'Connected', IntegrationResponse)
  @ApiErrors(
    'VALIDATION.FAILED',
    'INTEGRATION.ACCOUNT_TAKEN',
    'INTEGRATION.UNKNOWN_PROVIDER',
    'PROVIDER.INVALID_CREDENTIALS',
    'PROVIDER.UNAVAILABLE',
  )
  async create(@CurrentUser() user: UserCaller, @Body() body: CreateIntegrationDto) {
    return { result: IntegrationResponse.from(await this.integrations.connect(user.userId, body)) };
  }

  @Put(['integrations', 'integrations/:id'])
  @RequireUser()
  @ApiOperation({ summary: 'Rename it or give new credentials; verified again before it is kept' })
  @ApiResult(200, 'As it is now', IntegrationResponse)
  @ApiErrors('VALIDATION.FAILED', 'INTEGRATION.NOT_FOUND', 'INTEGRATION.OTHER_ACCOUNT', 'PROVIDER.INVALID_CREDENTIALS')
  async update(@CurrentUser() user: UserCaller, @Body() body: UpdateIntegrationDto, @Param('id') pathId?: string) {
    const { id, ...changes } = body;
    return {
      result: IntegrationResponse.from(await this.integrations.update(user.userId, pickId(pathId, id), changes)),
    };
  }

  @Delete(['integrations', 'integrations/:id'])
  @RequireUser()
  @ApiOperation({ summary: 'Disconnect: credentials are erased, waiting pushes cancelled, entries kept' })
  @ApiSuccess('Disconnected')
  @ApiErrors('VALIDATION.FAILED', 'INTEGRATION.NOT_FOUND')
  async remove(@CurrentUser() user: UserCaller, @Query() query: IntegrationIdQuery, @Param('id') pathId?: string) {
    await this.integrations.remove(user.userId, pickId(pathId, query.id));
    return 'Success';
  }
}
