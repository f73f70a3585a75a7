import { Body, Controller, Get, HttpCode, Post, Put } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { UserCaller } from '../auth/caller.js';
import { CurrentUser, RequireUser } from '../auth/decorators.js';
import { ApiErrors, ApiResultExample } from '../common/api-docs.js';
import { SyncNowDto, UpdateSyncDto } from './sync.dto.js';
import { SyncService } from './sync.service.js';

const STATUS_EXAMPLE = {
  result: [
    {
      integration_id: 10,
      state: 'idle',
      connected: true,
      last_sync: 1784530800,
      last_success: 1784530800,
      last_error: null,
      entries_synced: 3,
      next_sync: 1784531100,
      reason: null,
      quota: [{ bucket: 'user', remaining: 21, limit: 30, resets_at: 1784533200 }],
    },
  ],
};

const NOW_EXAMPLE = {
  result: [
    {
      integration_id: 10,
      state: 'done',
      counts: { created: 2, updated: 1, deleted: 0, conflicts: 0, unchanged: 40, skipped: 0 },
      error: null,
    },
  ],
};

@ApiTags('sync')
@ApiErrors('AUTH.REQUIRED', 'RATE.LIMITED')
@Controller('v1')
export class SyncController {
  constructor(private readonly sync: SyncService) {}

  @Get('resources/sync')
  @RequireUser()
  @ApiOperation({
    summary: 'How each of your integrations stands: when it was read, when it will be, and why it waits',
  })
  @ApiResultExample(200, 'The cloud: green, grey or turning', STATUS_EXAMPLE)
  async status(@CurrentUser() user: UserCaller) {
    return { result: await this.sync.status(user.userId) };
  }

  @Put('resources/sync')
  @RequireUser()
  @ApiOperation({ summary: 'Read the services by themselves or not, and how often' })
  @ApiResultExample(200, 'As it stands now', STATUS_EXAMPLE)
  @ApiErrors('VALIDATION.FAILED')
  async update(@CurrentUser() user: UserCaller, @Body() body: UpdateSyncDto) {
    return { result: await this.sync.change(user.userId, body) };
  }

  @Post('rpc/sync')
  @RequireUser()
  @HttpCode(200)
  @ApiBody({ type: SyncNowDto, required: false })
  @ApiOperation({ summary: 'Sync now; with `dry_run` only the plan; with `plan_id` exactly that plan' })
  @ApiResultExample(200, 'What it did', NOW_EXAMPLE)
  @ApiErrors('VALIDATION.FAILED', 'INTEGRATION.NOT_FOUND', 'INTEGRATION.NEEDS_REAUTH', 'PROVIDER.UNAVAILABLE')
  async now(@CurrentUser() user: UserCaller, @Body() body?: SyncNowDto) {
    const { integration_id: integrationId, days, dry_run: isDryRun, plan_id: planId } = body ?? {};
    if (planId !== undefined) return { result: [await this.sync.applyPlan(user.userId, planId)] };
    if (isDryRun === true)
      return { result: (await this.sync.dryRun(user.userId, integrationId, days)).map(planResponse) };
    return { result: await this.sync.now(user.userId, integrationId, days) };
  }
}

const planResponse = ({
  id,
  integrationId,
  rows,
  counts,
  cost,
}: Awaited<ReturnType<SyncService['dryRun']>>[number]) => ({
  plan_id: id,
  integration_id: integrationId,
  counts,
  cost: { calls_used: cost.callsUsed, calls_to_apply: cost.callsToApply },
  rows,
});
