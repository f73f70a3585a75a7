import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RequireAdminApi } from '../auth/decorators.js';
import { ApiBare, ApiErrors } from '../common/api-docs.js';
import { answerList } from '../common/bare-list.js';
import { ErrorLogQuery, ErrorLogResponse } from './error-log.dto.js';
import { ErrorLogService } from './error-log.service.js';

@ApiTags('error log')
@ApiErrors('VALIDATION.FAILED', 'PAGE.BAD_CURSOR', 'AUTH.REQUIRED', 'AUTH.ROLE', 'AUTH.ORIGIN', 'RATE.LIMITED')
@RequireAdminApi('admin')
@Controller('api-clockify/error-log')
export class ErrorLogController {
  constructor(private readonly errorLog: ErrorLogService) {}

  @Get(['', 'getAll'])
  @ApiOperation({
    summary: 'What went wrong, one line per kind and how often, the latest first',
    operationId: 'errorLog',
  })
  @ApiBare('A bare array; with a limit, `Link` and `X-Next-Cursor` name the next page', [ErrorLogResponse])
  list(@Query() query: ErrorLogQuery, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    return answerList(
      query,
      async (page) => {
        const { items, nextCursor } = await this.errorLog.list(query, page);
        return { items: items.map((row) => ErrorLogResponse.from(row)), nextCursor };
      },
      { request, reply },
    );
  }
}
