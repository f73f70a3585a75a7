import { Controller, Get, HttpCode, Post, Query, Req } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOperation, ApiTags } from '@nestjs/swagger';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import type { UserCaller } from '../auth/caller.js';
import { CurrentUser, RequireUser } from '../auth/decorators.js';
import { ApiErrors, ApiResult } from '../common/api-docs.js';
import { IdQuery, pickId } from '../common/ids.js';
import { IMPORT_KINDS } from './file-reader.js';
import { DATE_ORDERS } from './import.js';
import { ImportResponse } from './imports.dto.js';
import { ImportsService } from './imports.service.js';

const FORM = {
  schema: {
    type: 'object',
    required: ['kind', 'file'],
    properties: {
      kind: { type: 'string', enum: [...IMPORT_KINDS] },
      file: { type: 'string', format: 'binary' },
      integration_id: { type: 'string', description: 'Not for health: the account the entries are pushed to' },
      date_order: { type: 'string', enum: [...DATE_ORDERS], description: 'How a CSV writes its dates' },
    },
    example: { kind: 'apple_health', file: 'export.zip' },
  },
};

@ApiTags('imports')
@Controller('v1/resources/imports')
export class ImportsController {
  constructor(private readonly imports: ImportsService) {}

  @Post()
  @RequireUser()
  @HttpCode(202)
  @RouteConfig({ takesForm: true })
  @ApiOperation({
    summary: 'Bring a file in: Apple Health, TimeOrg, or the CSV of Toggl or Clockify',
    description:
      'The file is looked into before the answer, and read after it. Rows that cannot be read are named, the others go in; ' +
      'what was brought in before is not brought in again.',
    operationId: 'createImport',
  })
  @ApiConsumes('multipart/form-data')
  @ApiBody(FORM)
  @ApiResult(202, 'Waits for its turn', ImportResponse)
  @ApiErrors(
    'IMPORT.BAD_UPLOAD',
    'VALIDATION.FAILED',
    'AUTH.REQUIRED',
    'INTEGRATION.NOT_FOUND',
    'BODY.TOO_LARGE',
    'IMPORT.UNREADABLE',
    'IMPORT.BUSY',
    'RATE.LIMITED',
  )
  async create(@CurrentUser() user: UserCaller, @Req() request: FastifyRequest) {
    return { result: ImportResponse.from(await this.imports.accept(user, request)) };
  }

  @Get()
  @RequireUser()
  @ApiOperation({ summary: 'How far an import is, and what came of it', operationId: 'getImport' })
  @ApiResult(200, 'As it stands', ImportResponse)
  @ApiErrors('VALIDATION.FAILED', 'AUTH.REQUIRED', 'IMPORT.NOT_FOUND', 'RATE.LIMITED')
  async get(@CurrentUser() { userId }: UserCaller, @Query() { id }: IdQuery) {
    return { result: ImportResponse.from(await this.imports.get(userId, pickId(undefined, id))) };
  }
}
