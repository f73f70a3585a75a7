import { Controller, HttpCode, Post, Req } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiBody, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { WebhookCaller } from '../auth/decorators.js';
import { ApiErrors, ApiResultExample } from '../common/api-docs.js';
import { IntakeService, type IntakeAnswer } from './intake.service.js';
import { callIn, ServiceDoor } from './service-door.js';

const EVENTS = ['start', 'end', 'edit', 'delete', 'manual'];
const ACCEPTED = { status: 'accepted', message: 'Kept; it is worked off in the background.', delivery: 4711 };

/** Where services deliver by themselves. The addresses differ because older set-ups know each of them. */
@ApiTags('webhooks')
@Controller(['webhook/:provider', 'api-:provider/webhook', 'webhooks/:provider', 'api/webhooks/:provider'])
export class WebhooksController {
  constructor(private readonly intake: IntakeService) {}

  @Post(['', ':event'])
  @WebhookCaller()
  @RouteConfig({ keepsRawBody: true, doorkeeper: ServiceDoor })
  @HttpCode(200)
  @ApiOperation({ summary: 'A delivery: answered once it is on disk, worked off afterwards' })
  @ApiParam({ name: 'provider', description: 'Key of the service', example: 'clockify' })
  @ApiParam({ name: 'event', enum: EVENTS, description: 'Left out: the service’s own header names it' })
  @ApiBody({ description: 'As the service sends it; fields nobody knows are left alone', schema: { type: 'object' } })
  @ApiResultExample(200, 'On disk: `accepted`, `duplicate`, `conflict` or `ignored`', ACCEPTED)
  @ApiErrors('AUTH.REQUIRED', 'WEBHOOK.INVALID', 'WEBHOOK.BUSY')
  receive(@Req() request: FastifyRequest): Promise<IntakeAnswer | Record<string, string>> {
    return this.intake.receive(callIn(request));
  }
}
