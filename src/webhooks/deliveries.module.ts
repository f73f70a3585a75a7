import { Module } from '@nestjs/common';
import { EntryReadsModule } from '../entry-reads/entry-reads.module.js';
import { IntegrationsModule } from '../integrations/integrations.module.js';
import { MailModule } from '../mail/mail.module.js';
import { ProjectsModule } from '../projects/projects.module.js';
import { TimeEntriesModule } from '../time-entries/time-entries.module.js';
import { UsersModule } from '../users/users.module.js';
import { WorkoutsModule } from '../workouts/workouts.module.js';
import { DeliveriesRepository } from './deliveries.repository.js';
import { DeliveryBurials } from './delivery-burials.js';
import { DeliveryListRepository } from './delivery-list.repository.js';
import { DeliveryListService } from './delivery-list.service.js';
import { DeliveryNotes } from './delivery-notes.js';
import { DeliveryNotesRepository } from './delivery-notes.repository.js';
import { DeliveryProcessor } from './delivery-processor.js';
import { DeliverySignal } from './delivery-signal.js';
import { FoldRepository } from './fold.repository.js';
import { LedgerFold } from './ledger-fold.js';
import { LedgerTelling } from './ledger-telling.js';
import { NoteFacts } from './note-facts.js';
import { PhoneTelling } from './phone-telling.js';
import { ReplayRepository } from './replay.repository.js';
import { ReplayService } from './replay.service.js';
import { ReportWords } from './report-words.js';

/** What is done with deliveries that are on disk. Apart from the doors and the worker, for the command line. */
@Module({
  imports: [
    IntegrationsModule,
    ProjectsModule,
    UsersModule,
    MailModule,
    TimeEntriesModule,
    EntryReadsModule,
    WorkoutsModule,
  ],
  providers: [
    DeliverySignal,
    DeliveriesRepository,
    ReportWords,
    LedgerTelling,
    PhoneTelling,
    DeliveryBurials,
    DeliveryProcessor,
    DeliveryNotesRepository,
    NoteFacts,
    DeliveryNotes,
    DeliveryListRepository,
    DeliveryListService,
    ReplayRepository,
    ReplayService,
    FoldRepository,
    LedgerFold,
  ],
  exports: [
    DeliverySignal,
    DeliveriesRepository,
    DeliveryProcessor,
    DeliveryNotes,
    DeliveryListService,
    ReplayService,
    LedgerFold,
  ],
})
export class DeliveriesModule {}
