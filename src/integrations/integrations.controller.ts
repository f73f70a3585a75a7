import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { UserCaller } from '../auth/caller.js';
import { CurrentUser, RequireUser } from '../auth/decorators.js';
import { pickId } from '../common/ids.js';
import {
  CreateIntegrationDto,
  IntegrationIdQuery,
  IntegrationResponse,
  ProviderResponse,
  UpdateIntegrationDto,
} from './integrations.dto.js';
import { IntegrationsService } from './integrations.service.js';

@ApiTags('integrations')
@Controller('v1/resources')
export class IntegrationsController {
  constructor(private readonly integrations: IntegrationsService) {}

  @Get('providers')
  @RequireUser()
  @ApiOperation({ summary: 'Services that can be connected, and what each asks for' })
  @ApiResponse({ status: 200, type: [ProviderResponse] })
  listProviders() {
    return { result: this.integrations.listProviders().map((provider) => ProviderResponse.from(provider)) };
  }

  @Get('integrations')
  @RequireUser()
  @ApiOperation({ summary: 'Your connected accounts; with `id` one of them' })
  @ApiResponse({ status: 200, type: [IntegrationResponse] })
  async list(@CurrentUser() user: UserCaller, @Query() query: IntegrationIdQuery) {
    if (query.id !== undefined) {
      return { result: IntegrationResponse.from(await this.integrations.getOwned(user.userId, query.id)) };
    }
    return { result: (await this.integrations.list(user.userId)).map((row) => IntegrationResponse.from(row)) };
  }

  @Post('integrations')
  @RequireUser()
  @HttpCode(201)
  @ApiOperation({ summary: 'Connect an account; it is verified with a real call first' })
  @ApiResponse({ status: 201, type: IntegrationResponse })
  @ApiResponse({ status: 409, description: '`INTEGRATION.ACCOUNT_TAKEN`: another user has connected this account' })
  @ApiResponse({ status: 422, description: '`PROVIDER.INVALID_CREDENTIALS` with the service’s own reason' })
  async create(@CurrentUser() user: UserCaller, @Body() body: CreateIntegrationDto) {
    return { result: IntegrationResponse.from(await this.integrations.connect(user.userId, body)) };
  }

  @Put(['integrations', 'integrations/:id'])
  @RequireUser()
  @ApiOperation({ summary: 'Rename it or give new credentials; verified again before it is kept' })
  @ApiResponse({ status: 200, type: IntegrationResponse })
  async update(
    @CurrentUser() user: UserCaller,
    @Param('id') pathId: string | undefined,
    @Body() body: UpdateIntegrationDto,
  ) {
    const { id, ...changes } = body;
    return {
      result: IntegrationResponse.from(await this.integrations.update(user.userId, pickId(pathId, id), changes)),
    };
  }

  @Delete(['integrations', 'integrations/:id'])
  @RequireUser()
  @ApiOperation({ summary: 'Disconnect: credentials are erased, waiting pushes cancelled, entries kept' })
  @ApiResponse({ status: 200, schema: { type: 'string', example: 'Success' } })
  async remove(
    @CurrentUser() user: UserCaller,
    @Param('id') pathId: string | undefined,
    @Query() query: IntegrationIdQuery,
  ) {
    await this.integrations.remove(user.userId, pickId(pathId, query.id));
    return 'Success';
  }
}
