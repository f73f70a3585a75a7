import { Module } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { IntegrationsModule } from '../integrations/integrations.module.js';
import { DeliverySignal } from './delivery-signal.js';
import { InboxRepository } from './inbox.repository.js';
import { InboxService } from './inbox.service.js';
import { IntakeService } from './intake.service.js';
import { SecurityNotes } from './security-notes.js';
import { WebhooksController } from './webhooks.controller.js';

/** What services deliver by themselves: kept first, answered, and told to the ledger afterwards. */
@Module({
  imports: [IntegrationsModule],
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
  ],
})
export class WebhooksModule {}
