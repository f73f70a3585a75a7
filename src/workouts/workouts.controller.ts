import { Controller, HttpCode, Post, Req } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { WebhookCaller } from '../auth/decorators.js';
import { ApiErrors, ApiResultExample } from '../common/api-docs.js';
import { parseLargeJson } from '../common/json-body.js';
import { headerValues } from '../common/request-headers.js';
import { WorkoutSenders } from './workout-senders.js';
import { WorkoutsService, type WorkoutTally } from './workouts.service.js';

/** A day of heart rates and routes, which the app sends along. */
const BODY_LIMIT_BYTES = 20 * 1024 * 1024;
const EXAMPLE = { status: 'accepted', message: '1 new workout is in.', new: 1, duplicates: 4, rejected: [] };

interface WorkoutsAnswer extends WorkoutTally {
  status: 'accepted' | 'duplicate' | 'ignored';
  message: string;
}

/** Where Health Auto Export sends workouts. */
@ApiTags('webhooks')
@Controller(['webhooks/health', 'api/webhooks/health'])
export class WorkoutsController {
  constructor(
    private readonly senders: WorkoutSenders,
    private readonly workouts: WorkoutsService,
  ) {}

  @Post()
  @WebhookCaller()
  @RouteConfig({ keepsRawBody: true, bodyLimit: BODY_LIMIT_BYTES })
  @HttpCode(200)
  @ApiOperation({
    summary: 'Workouts of Health Auto Export: answered once they are in, sent again as often as it likes',
  })
  @ApiBody({ description: 'As the app sends it, version 1 or 2', schema: { type: 'object' } })
  @ApiResultExample(200, 'In: `accepted`, `duplicate` (all were known) or `ignored` (no workout in it)', EXAMPLE)
  @ApiErrors('AUTH.REQUIRED', 'WEBHOOK.INVALID')
  async receive(@Req() request: FastifyRequest): Promise<WorkoutsAnswer> {
    const owner = await this.senders.identify((name) => headerValues(request, name));
    const payload = parseLargeJson(Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0));
    const tally = await this.workouts.take(payload, owner, { kind: 'request', id: request.id });
    return { ...wordsFor(tally), ...tally };
  }
}

function wordsFor({ new: created, duplicates }: WorkoutTally): Pick<WorkoutsAnswer, 'status' | 'message'> {
  if (created > 0)
    return { status: 'accepted', message: `${created} new ${created === 1 ? 'workout is' : 'workouts are'} in.` };
  if (duplicates > 0) return { status: 'duplicate', message: 'All of the workouts were known already.' };
  return { status: 'ignored', message: 'There is no workout in it.' };
}
