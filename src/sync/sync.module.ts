import { Module } from '@nestjs/common';
import { EntryReadsModule } from '../entry-reads/entry-reads.module.js';
import { IntegrationsModule } from '../integrations/integrations.module.js';
import { ProjectsModule } from '../projects/projects.module.js';
import { PushModule } from '../push/push.module.js';
import { TimeEntriesModule } from '../time-entries/time-entries.module.js';
import { UsersModule } from '../users/users.module.js';
import { AccountRead } from './account-read.js';
import { EntryLookUp } from './entry-look-up.js';
import { EntryReader } from './entry-reader.js';
import { EntryReadWorker } from './entry-read-worker.js';
import { LedgerConfirmation } from './ledger-confirmation.js';
import { LedgerWriter } from './ledger-writer.js';
import { Observations } from './observations.js';
import { PushExecutor } from './push-executor.js';
import { PushWorker } from './push-worker.js';
import { RemoteReader } from './remote-reader.js';
import { SyncPlanner } from './sync-planner.js';
import { SyncPlans } from './sync-plans.js';
import { SyncMembersRepository } from './sync-members.repository.js';
import { SyncRunner } from './sync-runner.js';
import { SyncWorker } from './sync-worker.js';
import { SyncController } from './sync.controller.js';
import { SyncRepository } from './sync.repository.js';
import { SyncService } from './sync.service.js';
import { Teams } from './teams.js';
import { WorkspaceRead } from './workspace-read.js';

/** Keeping the ledger and the services in step: carries out the pushes, and reads what changed there. */
@Module({
  imports: [EntryReadsModule, IntegrationsModule, ProjectsModule, PushModule, TimeEntriesModule, UsersModule],
  controllers: [SyncController],
  providers: [
    PushExecutor,
    LedgerConfirmation,
    PushWorker,
    EntryLookUp,
    EntryReader,
    EntryReadWorker,
    Observations,
    RemoteReader,
    Teams,
    AccountRead,
    WorkspaceRead,
    SyncMembersRepository,
    LedgerWriter,
    SyncRepository,
    SyncRunner,
    SyncWorker,
    SyncPlans,
    SyncPlanner,
    SyncService,
  ],
  exports: [PushWorker, SyncWorker, EntryReadWorker],
})
export class SyncModule {}
