import { Module } from '@nestjs/common';
import { IntegrationsModule } from '../integrations/integrations.module.js';
import { LogsModule } from '../logs/logs.module.js';
import { TimersModule } from '../timers/timers.module.js';
import { FlicController } from './flic.controller.js';
import { FlicRepository } from './flic.repository.js';
import { FlicService } from './flic.service.js';

@Module({
  imports: [IntegrationsModule, LogsModule, TimersModule],
  controllers: [FlicController],
  providers: [FlicRepository, FlicService],
})
export class FlicModule {}
