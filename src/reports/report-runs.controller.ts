import { Body, Controller, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '../auth/caller.js';
import { CurrentCaller, RequireAdminApi } from '../auth/decorators.js';
import { ApiBare, ApiErrors, ApiResultExample } from '../common/api-docs.js';
import { attachment } from '../common/attachment.js';
import { answerList } from '../common/bare-list.js';
import { pickId } from '../common/ids.js';
import { ReportGate } from './report-gate.js';
import { ReportRunResponse } from './report-run.response.js';
import { ReportRunsService } from './report-runs.service.js';
import { ResendDto, RunsQuery, SendAllDto, UserReportDto } from './report-requests.dto.js';
import { UserReports } from './user-reports.js';

/** Two of them have an older address as well, which stands elsewhere. */
const ROOT = 'api-clockify/session-report';

@ApiTags('session-report')
@ApiErrors('VALIDATION.FAILED', 'AUTH.REQUIRED', 'AUTH.ROLE', 'VALIDATION.IMPOSSIBLE', 'RATE.LIMITED')
@Controller()
export class ReportRunsController {
  constructor(
    private readonly runs: ReportRunsService,
    private readonly userReports: UserReports,
    private readonly gate: ReportGate,
  ) {}

  @Post([`${ROOT}/sendAllReports`, 'api-clockify/session-binnacle/reports/sendAllReports'])
  @RequireAdminApi()
  @HttpCode(200)
  @ApiOperation({
    summary: 'Report a week or a month to everybody who worked in it, now',
    description:
      'The runs are written down and made one after the other: see `runs`. The clock’s own reports are not touched.',
  })
  @ApiResultExample(200, 'Written down', {
    message: 'weekly report sent (test mode)',
    runs: 12,
    startDate: '2025-07-14',
    endDate: '2025-07-20',
  })
  async sendAll(@Body() { type = 'weekly', month, year, start_date: startDate }: SendAllDto) {
    const { period, count } = await this.runs.askForAll({ kind: type, month, year, startDate });
    return { message: `${type} report sent (test mode)`, runs: count, startDate: period.from, endDate: period.to };
  }

  @Post([`${ROOT}/user`, 'sessions/api-clockify/reports/user'])
  @RequireAdminApi()
  @HttpCode(200)
  @ApiOperation({
    summary: 'The workbook of one user: answered, and mailed',
    description: '`X-Report-Run` names its run, which tells what became of the mail and can send it again.',
  })
  @ApiResultExample(200, 'The workbook', {})
  @ApiErrors('USER.NOT_FOUND', 'REPORT.NO_SESSIONS', 'REPORT.DOMAIN_NOT_ALLOWED', 'REPORT.BUSY')
  async user(@CurrentCaller() caller: Caller, @Body() body: UserReportDto, @Res() reply: FastifyReply) {
    this.runs.refuseForeign(body.emailToSend);
    const leave = await this.gate.enter(`${caller.credential} user ${body.idUser}`);
    try {
      const { run, file } = await this.userReports.make(body);
      return await reply
        .header('x-report-run', String(run.id))
        .header('content-disposition', attachment(file.fileName))
        .type(file.contentType)
        .send(file.content);
    } finally {
      leave();
    }
  }

  @Get(`${ROOT}/runs`)
  @RequireAdminApi()
  @ApiOperation({ summary: 'Reports that were or will be sent, newest first' })
  @ApiBare('A bare array; with a limit, `Link` and `X-Next-Cursor` name the next page', [ReportRunResponse])
  @ApiErrors('PAGE.BAD_CURSOR')
  list(@Query() query: RunsQuery, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    const filter = { kind: query.kind, state: query.status, userId: query.idUser };
    const read = async (page: { limit: number; cursor?: string }) => {
      const { items, nextCursor } = await this.runs.page(page, filter);
      return { items: items.map(ReportRunResponse.from), nextCursor };
    };
    return answerList(query, read, { request, reply });
  }

  @Post(`${ROOT}/runs/:id/resend`)
  @RequireAdminApi()
  @HttpCode(200)
  @ApiOperation({ summary: 'Send a report again as it was; one that failed is made again' })
  @ApiResultExample(200, 'In the outbox, or waiting to be made', { message: 'Report queued', status: 'sent' })
  @ApiErrors('REPORT.RUN_NOT_FOUND', 'REPORT.NOT_MADE', 'REPORT.DOMAIN_NOT_ALLOWED')
  async resend(@Param('id') id: string, @Body() { emailToSend }: ResendDto) {
    const status = await this.runs.resend(pickId(id, undefined), emailToSend);
    return { message: status === 'sent' ? 'Report sent' : 'Report queued', status };
  }
}
