import { Body, Controller, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RequireAdminApi } from '../auth/decorators.js';
import { ApiBare, ApiErrors, ApiResultExample } from '../common/api-docs.js';
import { answerList } from '../common/bare-list.js';
import { DeliveriesQuery, DeliveryId, DeliveryResponse, ReplayDto, WholeDeliveryResponse } from './deliveries.dto.js';
import { DeliveryListService } from './delivery-list.service.js';
import { ReplayService, type ReplayOutcome } from './replay.service.js';

@ApiTags('deliveries')
@ApiErrors('VALIDATION.FAILED', 'AUTH.REQUIRED', 'AUTH.ROLE', 'AUTH.ORIGIN', 'RATE.LIMITED')
@RequireAdminApi('admin')
@Controller('api-clockify/deliveries')
export class DeliveriesController {
  constructor(
    private readonly deliveries: DeliveryListService,
    private readonly replays: ReplayService,
  ) {}

  @Get(['', 'getAll'])
  @ApiOperation({ summary: 'What the services have delivered, the latest first', operationId: 'deliveries' })
  @ApiErrors('PAGE.BAD_CURSOR')
  @ApiBare('A bare array; with a limit, `Link` and `X-Next-Cursor` name the next page', [DeliveryResponse])
  list(@Query() query: DeliveriesQuery, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    return answerList(
      query,
      async (page) => {
        const { items, nextCursor } = await this.deliveries.list(query, page);
        return { items: items.map((row) => DeliveryResponse.from(row)), nextCursor };
      },
      { request, reply },
    );
  }

  @Get('getById/:id')
  @ApiOperation({ summary: 'A delivery with the bytes that came, as text or else in base64', operationId: 'delivery' })
  @ApiErrors('DELIVERY.NOT_FOUND')
  @ApiBare('The delivery', WholeDeliveryResponse)
  async get(@Param() { id }: DeliveryId): Promise<WholeDeliveryResponse> {
    return WholeDeliveryResponse.fromWhole(await this.deliveries.get(id));
  }

  @Post('replay')
  @HttpCode(200)
  @ApiOperation({ summary: 'Try again what came to nothing; what the ledger was told is left alone' })
  @ApiResultExample(200, 'They wait for a worker now', { replayed: 3, rejected: 1, skipped: 0 })
  replay(@Body() body: ReplayDto): Promise<ReplayOutcome> {
    return this.replays.replay(body);
  }
}
