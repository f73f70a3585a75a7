import { Controller, Get, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { UserCaller } from '../auth/caller.js';
import { CurrentUser, RequireUser } from '../auth/decorators.js';
import { ApiErrors, ApiResult } from '../common/api-docs.js';
import { attachment } from '../common/attachment.js';
import { ReconciliationQuery, ReconciliationResponse } from './reconciliation.dto.js';
import { ReconciliationService } from './reconciliation.service.js';
import { render } from './renderings.js';

@ApiTags('reconciliation')
@Controller('v1/resources/reconciliation')
export class ReconciliationController {
  constructor(private readonly reconciliation: ReconciliationService) {}

  @Get()
  @RequireUser()
  @ApiOperation({
    summary: 'What a service and the ledger say differently, entry by entry; nothing is changed',
    description:
      'Reads the service anew. Entries count as a whole in the window in which they start, so that windows add up. ' +
      'With `format=xlsx` or `format=csv` the answer is a file.',
    operationId: 'reconcile',
  })
  @ApiResult(200, 'Totals, and every entry that starts in the window', ReconciliationResponse)
  @ApiErrors(
    'VALIDATION.FAILED',
    'AUTH.REQUIRED',
    'INTEGRATION.NOT_FOUND',
    'INTEGRATION.NEEDS_REAUTH',
    'VALIDATION.IMPOSSIBLE',
    'PROVIDER.INVALID_CREDENTIALS',
    'RATE.LIMITED',
    'PROVIDER.QUOTA',
    'PROVIDER.UNAVAILABLE',
  )
  async get(
    @CurrentUser() user: UserCaller,
    @Query() { integration_id: integrationId, from, to, format = 'json' }: ReconciliationQuery,
    @Res() reply: FastifyReply,
  ) {
    const found = await this.reconciliation.reconcile(user.userId, integrationId, { from, to });
    const { contentType, fileName, body } = render(found, format);
    if (fileName !== null) reply.header('content-disposition', attachment(fileName));
    return reply.type(contentType).send(body);
  }
}
