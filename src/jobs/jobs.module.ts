import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { DataSource } from 'typeorm';
import { HousekeepingJob } from './housekeeping.job.js';
import { HousekeepingRepository } from './housekeeping.repository.js';
import { JobScheduler } from './job-scheduler.js';
import { JobsService } from './jobs.service.js';

/** The clock. Modules contribute by marking a provider with `@Scheduled()`; none of them needs to import this one. */
@Module({
  imports: [DiscoveryModule],
  providers: [
    {
      provide: JobScheduler,
      useFactory: ({ options }: DataSource) => new JobScheduler((options as { url: string }).url),
      inject: [DataSource],
    },
    HousekeepingJob,
    HousekeepingRepository,
    JobsService,
  ],
  exports: [JobsService],
})
export class JobsModule {}
