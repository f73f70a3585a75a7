import { Module } from '@nestjs/common';
import { BinnacleModule } from '../binnacle/binnacle.module.js';
import { PushModule } from '../push/push.module.js';
import { TimeEntriesRepository } from './time-entries.repository.js';
import { TimeEntriesService } from './time-entries.service.js';

@Module({
  imports: [BinnacleModule, PushModule],
  providers: [TimeEntriesRepository, TimeEntriesService],
  exports: [TimeEntriesService],
})
export class TimeEntriesModule {}
