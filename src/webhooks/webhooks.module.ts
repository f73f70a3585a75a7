import { Module } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { IntegrationsModule } from '../integrations/integrations.module.js';
import { MailModule } from '../mail/mail.module.js';
import { ProjectsModule } from '../projects/projects.module.js';
import { TimeEntriesModule } from '../time-entries/time-entries.module.js';
import { UsersModule } from '../users/users.module.js';
import { EntryReadsModule } from '../entry-reads/entry-reads.module.js';
import { DeliveriesRepository } from './deliveries.repository.js';
import { DeliveryBurials } from './delivery-burials.js';
import { DeliveryNotes } from './delivery-notes.js';
import { DeliveryNotesRepository } from './delivery-notes.repository.js';
import { DeliveryProcessor } from './delivery-processor.js';
import { DeliverySignal } from './delivery-signal.js';
import { DeliveryWorker } from './delivery-worker.js';
import { LedgerTelling } from './ledger-telling.js';
import { NoteFacts } from './note-facts.js';
import { ReportWords } from './report-words.js';
import { InboxRepository } from './inbox.repository.js';
import { InboxService } from './inbox.service.js';
import { IntakeService } from './intake.service.js';
import { SecurityNotes } from './security-notes.js';
import { UnmatchedDeliveries } from './unmatched-deliveries.js';
import { WebhooksController } from './webhooks.controller.js';

/** What services deliver by themselves: kept first, answered, and told to the ledger afterwards. */
@Module({
  imports: [IntegrationsModule, ProjectsModule, UsersModule, MailModule, TimeEntriesModule, EntryReadsModule],
  controllers: [WebhooksController],
  providers: [
    {
      provide: InboxRepository,
      useFactory: ({ options }: DataSource) => new InboxRepository((options as { url: string }).url),
      inject: [DataSource],
    },
    DeliverySignal,
    InboxService,
    SecurityNotes,
    IntakeService,
    DeliveriesRepository,
    ReportWords,
    LedgerTelling,
    DeliveryBurials,
    DeliveryProcessor,
    DeliveryNotesRepository,
    NoteFacts,
    DeliveryNotes,
    DeliveryWorker,
    UnmatchedDeliveries,
  ],
})
export class WebhooksModule {}
