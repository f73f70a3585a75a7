import { Controller, Get, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Caller } from '../auth/caller.js';
import { CurrentCaller, RequireAdminApi } from '../auth/decorators.js';
import { ApiBare, ApiErrors, ApiResultExample } from '../common/api-docs.js';
import { explain } from './explain.js';
import { ExplainResponse } from './explain.response.js';
import { sendReport } from './report-answer.js';
import { OWN_REPORT_EXAMPLE } from './report-example.js';
import { ReportGate } from './report-gate.js';
import { DownloadQuery, ExplainQuery, type PeriodQuery } from './reports.dto.js';
import { ReportsService, type ReportRequest } from './reports.service.js';

@ApiTags('session-report')
@ApiErrors('VALIDATION.FAILED', 'AUTH.REQUIRED', 'AUTH.ROLE', 'USER.NOT_FOUND', 'VALIDATION.IMPOSSIBLE', 'RATE.LIMITED')
@Controller('api-clockify/session-report')
export class SessionReportController {
  constructor(
    private readonly reports: ReportsService,
    private readonly gate: ReportGate,
  ) {}

  @Get('download')
  @RequireAdminApi()
  @ApiOperation({ summary: 'The workbook of a period, without mail; also as CSV or JSON' })
  @ApiResultExample(200, 'The file', OWN_REPORT_EXAMPLE)
  @ApiErrors('REPORT.NO_SESSIONS', 'REPORT.BUSY')
  async download(@CurrentCaller() caller: Caller, @Query() query: DownloadQuery, @Res() reply: FastifyReply) {
    const { format = 'xlsx', locale } = query;
    const leave = await this.gate.enter(`${caller.credential} ${query.idUser ?? 'all'}`);
    try {
      const report = await this.reports.openFilled({ ...requestOf(query), locale });
      return await sendReport(reply, report, { format, isEnveloped: false }, leave);
    } catch (error) {
      leave();
      throw error;
    }
  }

  @Get('explain')
  @RequireAdminApi()
  @ApiOperation({
    summary: 'The entries behind a figure of a report',
    description: 'Narrow it to a day, a week, a project or a service: the answer adds up to the same figure.',
  })
  @ApiBare('The sum and its parts', ExplainResponse)
  @ApiErrors('REPORT.BUSY')
  async explain(@CurrentCaller() caller: Caller, @Query() query: ExplainQuery) {
    const leave = await this.gate.enter(`explain ${caller.credential}`);
    try {
      const report = await this.reports.open(requestOf(query));
      return ExplainResponse.from(report, await explain(report, query));
    } finally {
      leave();
    }
  }
}

const requestOf = ({ idUser, startDate, endDate }: PeriodQuery): ReportRequest => ({
  userId: idUser ?? null,
  when: { from: startDate, to: endDate },
});
