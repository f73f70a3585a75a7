import { Controller, Get, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { UserCaller } from '../auth/caller.js';
import { CurrentUser, RequireUser } from '../auth/decorators.js';
import { ApiErrors, ApiResultExample } from '../common/api-docs.js';
import { sendReport } from './report-answer.js';
import { OWN_REPORT_EXAMPLE } from './report-example.js';
import { ReportGate } from './report-gate.js';
import { OwnReportQuery } from './reports.dto.js';
import { ReportsService } from './reports.service.js';

@ApiTags('reports')
@Controller('v1/resources/reports')
export class OwnReportsController {
  constructor(
    private readonly reports: ReportsService,
    private readonly gate: ReportGate,
  ) {}

  @Get()
  @RequireUser()
  @ApiOperation({
    summary: 'Your own time, from every service, as JSON, workbook or CSV',
    description:
      'What starts in the range, health included. Days are cut at the midnights of your zone; the sums of days, weeks and ' +
      'projects are sums of the same parts.',
    operationId: 'getOwnReport',
  })
  @ApiResultExample(200, 'Entries, and what they add up to', { result: OWN_REPORT_EXAMPLE })
  @ApiErrors('VALIDATION.FAILED', 'AUTH.REQUIRED', 'VALIDATION.IMPOSSIBLE', 'RATE.LIMITED', 'REPORT.BUSY')
  async get(
    @CurrentUser() { userId, timeZone }: UserCaller,
    @Query() { from, to, format = 'json', time_zone: zone, locale }: OwnReportQuery,
    @Res() reply: FastifyReply,
  ) {
    const leave = await this.gate.enter(`own ${userId}`);
    try {
      const when = { start: from, end: to };
      const report = await this.reports.open({ userId, when, timeZone: zone ?? timeZone, locale, isOwn: true });
      return await sendReport(reply, report, { format, isEnveloped: true }, leave);
    } catch (error) {
      leave();
      throw error;
    }
  }
}
