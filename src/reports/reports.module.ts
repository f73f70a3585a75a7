import { Module } from '@nestjs/common';
import { CategoriesModule } from '../categories/categories.module.js';
import { MailModule } from '../mail/mail.module.js';
import { UsersModule } from '../users/users.module.js';
import { OwnReportsController } from './own-reports.controller.js';
import { ReportGate } from './report-gate.js';
import { ReportOutbox } from './report-outbox.js';
import { ReportRunner } from './report-runner.js';
import { ReportRunsController } from './report-runs.controller.js';
import { ReportRunsRepository } from './report-runs.repository.js';
import { ReportRunsService } from './report-runs.service.js';
import { ReportSchedule } from './report-schedule.js';
import { ReportWorker } from './report-worker.js';
import { ReportsRepository } from './reports.repository.js';
import { ReportsService } from './reports.service.js';
import { SessionReportController } from './session-report.controller.js';
import { UserReports } from './user-reports.js';

/** Workbooks, lists and sums of the ledger: for their owners, for coordinators, and by mail when a week or a month is over. */
@Module({
  imports: [UsersModule, MailModule, CategoriesModule],
  controllers: [OwnReportsController, SessionReportController, ReportRunsController],
  providers: [
    ReportsRepository,
    ReportsService,
    ReportGate,
    ReportRunsRepository,
    ReportRunsService,
    ReportOutbox,
    ReportRunner,
    ReportSchedule,
    ReportWorker,
    UserReports,
  ],
  exports: [ReportWorker, ReportSchedule],
})
export class ReportsModule {}
