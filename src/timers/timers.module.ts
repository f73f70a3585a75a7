import { Module } from '@nestjs/common';
import { IntegrationsModule } from '../integrations/integrations.module.js';
import { LogsModule } from '../logs/logs.module.js';
import { ProjectsModule } from '../projects/projects.module.js';
import { PushModule } from '../push/push.module.js';
import { TimeEntriesModule } from '../time-entries/time-entries.module.js';
import { ProviderTimers } from './provider-timers.js';
import { TimerTargets } from './timer-targets.js';
import { TimersController } from './timers.controller.js';
import { TimersService } from './timers.service.js';

@Module({
  imports: [IntegrationsModule, ProjectsModule, PushModule, TimeEntriesModule, LogsModule],
  controllers: [TimersController],
  providers: [ProviderTimers, TimerTargets, TimersService],
  exports: [TimersService],
})
export class TimersModule {}
