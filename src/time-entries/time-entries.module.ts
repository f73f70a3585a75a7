import { Module } from '@nestjs/common';
import { BinnacleModule } from '../binnacle/binnacle.module.js';
import { PushModule } from '../push/push.module.js';
import { BatchLoader } from './batch-loader.js';
import { BatchWriter } from './batch-writer.js';
import { TimeEntriesRepository } from './time-entries.repository.js';
import { TimeEntriesService } from './time-entries.service.js';

@Module({
  imports: [BinnacleModule, PushModule],
  providers: [TimeEntriesRepository, BatchLoader, BatchWriter, TimeEntriesService],
  exports: [TimeEntriesService],
})
export class TimeEntriesModule {}
