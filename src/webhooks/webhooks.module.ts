import { Module } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { IntegrationsModule } from '../integrations/integrations.module.js';
import { DeliveriesController } from './deliveries.controller.js';
import { DeliveriesModule } from './deliveries.module.js';
import { DeliveryWorker } from './delivery-worker.js';
import { InboxRepository } from './inbox.repository.js';
import { InboxService } from './inbox.service.js';
import { IntakeService } from './intake.service.js';
import { SecurityNotes } from './security-notes.js';
import { UnmatchedDeliveries } from './unmatched-deliveries.js';
import { WebhooksController } from './webhooks.controller.js';

/** What services deliver by themselves: kept first, answered, and told to the ledger afterwards. */
@Module({
  imports: [IntegrationsModule, DeliveriesModule],
  controllers: [WebhooksController, DeliveriesController],
  providers: [
    {
      provide: InboxRepository,
      useFactory: ({ options }: DataSource) => InboxRepository.over((options as { url: string }).url),
      inject: [DataSource],
    },
    InboxService,
    SecurityNotes,
    IntakeService,
    DeliveryWorker,
    UnmatchedDeliveries,
  ],
})
export class WebhooksModule {}
