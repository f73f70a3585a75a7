import { Module } from '@nestjs/common';
import { CommandLogModule } from '../command-log/command-log.module.js';
import { ProjectsModule } from '../projects/projects.module.js';
import { TimeEntriesModule } from '../time-entries/time-entries.module.js';
import { UsersModule } from '../users/users.module.js';
import { BinnacleController, BinnacleSearchController } from './binnacle.controller.js';
import { DuplicateSessions } from './duplicate-sessions.js';
import { HistoryRepository } from './history.repository.js';
import { HistoryService } from './history.service.js';
import { OvertimeMonitor } from './overtime-monitor.js';
import { SessionCommandsController } from './session-commands.controller.js';
import { SessionCommands } from './session-commands.service.js';
import { SessionLedger } from './session-ledger.js';
import { SessionReviewController } from './session-review.controller.js';
import { SessionReviews } from './session-reviews.service.js';
import { SessionsController } from './sessions.controller.js';
import { SessionsRepository } from './sessions.repository.js';
import { SessionsService } from './sessions.service.js';

/** The coordinator's doors to time entries and their history. */
@Module({
  imports: [CommandLogModule, ProjectsModule, TimeEntriesModule, UsersModule],
  controllers: [
    SessionsController,
    SessionCommandsController,
    SessionReviewController,
    BinnacleController,
    BinnacleSearchController,
  ],
  providers: [
    SessionsRepository,
    SessionsService,
    SessionLedger,
    SessionCommands,
    DuplicateSessions,
    SessionReviews,
    HistoryRepository,
    HistoryService,
    OvertimeMonitor,
  ],
})
export class SessionsModule {}
