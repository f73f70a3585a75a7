import { Injectable } from '@nestjs/common';
import type { MailFile } from '../mail/mail.js';
import { makeFile } from './report-files.js';
import { ReportOutbox } from './report-outbox.js';
import type { ReportRun } from './report-run.js';
import { ReportsService } from './reports.service.js';

/** Whose report, of which days, and to whom it is mailed. */
export interface UserReportRequest {
  idUser: number;
  startDate: string;
  endDate: string;
  emailToSend: string;
}

/** The report of one user that is answered at once and mailed as well. */
@Injectable()
export class UserReports {
  constructor(
    private readonly reports: ReportsService,
    private readonly outbox: ReportOutbox,
  ) {}

  /** @throws DomainError 404 for an unknown user or a range without sessions; 422 for an impossible range */
  async make({
    idUser,
    startDate,
    endDate,
    emailToSend,
  }: UserReportRequest): Promise<{ run: ReportRun; file: MailFile }> {
    const report = await this.reports.openFilled({ userId: idUser, when: { from: startDate, to: endDate } });
    const made = await makeFile(report);
    const { range, timeZone, locale, person } = report;
    const run = await this.outbox.record(
      { periodStart: range.from, periodEnd: range.to, timeZone, userId: person!.id, locale, address: emailToSend },
      made,
    );
    return { run, file: made.file };
  }
}
