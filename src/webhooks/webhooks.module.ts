import { Module } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AuthModule } from '../auth/auth.module.js';
import { IntegrationsModule } from '../integrations/integrations.module.js';
import { UsersModule } from '../users/users.module.js';
import { WorkoutsModule } from '../workouts/workouts.module.js';
import { DeliveriesController } from './deliveries.controller.js';
import { DeliveriesModule } from './deliveries.module.js';
import { DeliveryWorker } from './delivery-worker.js';
import { InboxRepository } from './inbox.repository.js';
import { InboxService } from './inbox.service.js';
import { IntakeService } from './intake.service.js';
import { PhoneIntake } from './phone-intake.service.js';
import { PhoneSenders } from './phone-senders.js';
import { PhonesController } from './phones.controller.js';
import { SecurityNotes } from './security-notes.js';
import { ServiceDoor } from './service-door.js';
import { UnmatchedDeliveries } from './unmatched-deliveries.js';
import { WebhooksController } from './webhooks.controller.js';

/** What services deliver by themselves: kept first, answered, and told to the ledger afterwards. */
@Module({
  imports: [AuthModule, UsersModule, IntegrationsModule, DeliveriesModule, WorkoutsModule],
  controllers: [WebhooksController, PhonesController, DeliveriesController],
  providers: [
    {
      provide: InboxRepository,
      useFactory: ({ options }: DataSource) => InboxRepository.over((options as { url: string }).url),
      inject: [DataSource],
    },
    InboxService,
    SecurityNotes,
    ServiceDoor,
    IntakeService,
    PhoneSenders,
    PhoneIntake,
    DeliveryWorker,
    UnmatchedDeliveries,
  ],
})
export class WebhooksModule {}
