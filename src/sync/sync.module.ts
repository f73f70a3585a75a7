import { Module } from '@nestjs/common';
import { IntegrationsModule } from '../integrations/integrations.module.js';
import { PushModule } from '../push/push.module.js';
import { TimeEntriesModule } from '../time-entries/time-entries.module.js';
import { LedgerConfirmation } from './ledger-confirmation.js';
import { PushExecutor } from './push-executor.js';
import { PushWorker } from './push-worker.js';

/** Keeping the ledger and the services in step. Carries out the pushes. */
@Module({
  imports: [IntegrationsModule, PushModule, TimeEntriesModule],
  providers: [PushExecutor, LedgerConfirmation, PushWorker],
  exports: [PushWorker],
})
export class SyncModule {}
