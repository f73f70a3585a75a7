import { Module } from '@nestjs/common';
import { CategoriesModule } from '../categories/categories.module.js';
import { IntegrationsModule } from '../integrations/integrations.module.js';
import { ProjectsModule } from '../projects/projects.module.js';
import { PushModule } from '../push/push.module.js';
import { TimeEntriesModule } from '../time-entries/time-entries.module.js';
import { EntryHomes } from './entry-homes.js';
import { Idempotency } from './idempotency.js';
import { LogAnswers } from './log-answers.js';
import { LogCommands } from './log-commands.js';
import { LogsController } from './logs.controller.js';
import { LogsRepository } from './logs.repository.js';
import { LogsService } from './logs.service.js';

@Module({
  imports: [CategoriesModule, IntegrationsModule, ProjectsModule, PushModule, TimeEntriesModule],
  controllers: [LogsController],
  providers: [LogsRepository, EntryHomes, Idempotency, LogAnswers, LogCommands, LogsService],
  exports: [LogsService, EntryHomes],
})
export class LogsModule {}
