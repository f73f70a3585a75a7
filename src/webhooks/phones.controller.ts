import { Controller, HttpCode, Post, Req } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { WebhookCaller } from '../auth/decorators.js';
import { ApiErrors, ApiResultExample } from '../common/api-docs.js';
import { headerValues } from '../common/request-headers.js';
import { PhoneIntake, type PhoneAnswer } from './phone-intake.service.js';
import { PhoneSenders } from './phone-senders.js';

/** A day of heart rates and routes, which the app sends along. */
const BODY_LIMIT_BYTES = 20 * 1024 * 1024;
const EXAMPLE = {
  status: 'accepted',
  message: 'Kept; it is worked off in the background.',
  delivery: 4712,
  workouts: 5,
  rejected: [],
};

/** Where Health Auto Export sends workouts. */
@ApiTags('webhooks')
@Controller(['webhooks/health', 'api/webhooks/health'])
export class PhonesController {
  constructor(
    private readonly senders: PhoneSenders,
    private readonly intake: PhoneIntake,
  ) {}

  @Post()
  @WebhookCaller()
  @RouteConfig({ keepsRawBody: true, bodyLimit: BODY_LIMIT_BYTES, doorkeeper: PhoneSenders })
  @HttpCode(200)
  @ApiOperation({
    summary: 'Workouts of Health Auto Export: answered once they are on disk, sent again as often as it likes',
  })
  @ApiBody({ description: 'As the app sends it, version 1 or 2', schema: { type: 'object' } })
  @ApiResultExample(200, 'On disk: `accepted`, `duplicate` (the same bytes again) or `ignored` (no workout)', EXAMPLE)
  @ApiErrors('AUTH.REQUIRED', 'WEBHOOK.INVALID', 'WEBHOOK.BUSY')
  receive(@Req() request: FastifyRequest): Promise<PhoneAnswer> {
    return this.intake.receive({
      ownerId: this.senders.ownerOf(request),
      header: (name) => headerValues(request, name),
      body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
    });
  }
}
