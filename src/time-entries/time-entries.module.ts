import { Module } from '@nestjs/common';
import { BinnacleModule } from '../binnacle/binnacle.module.js';
import { PushModule } from '../push/push.module.js';
import { BatchLoader } from './batch-loader.js';
import { BatchWriter } from './batch-writer.js';
import { KnownEntriesRepository } from './known-entries.repository.js';
import { KnownEntriesService } from './known-entries.service.js';
import { TimeEntriesRepository } from './time-entries.repository.js';
import { TimeEntriesService } from './time-entries.service.js';

@Module({
  imports: [BinnacleModule, PushModule],
  providers: [
    TimeEntriesRepository,
    BatchLoader,
    BatchWriter,
    TimeEntriesService,
    KnownEntriesRepository,
    KnownEntriesService,
  ],
  exports: [TimeEntriesService, KnownEntriesService],
})
export class TimeEntriesModule {}
