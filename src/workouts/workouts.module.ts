import { Module } from '@nestjs/common';
import { TimeEntriesModule } from '../time-entries/time-entries.module.js';
import { HealthWorkoutsRepository } from './health-workouts.repository.js';
import { WorkoutsService } from './workouts.service.js';

/** Workouts that a phone sends by itself; as private as everything about health. */
@Module({
  imports: [TimeEntriesModule],
  providers: [HealthWorkoutsRepository, WorkoutsService],
  exports: [WorkoutsService],
})
export class WorkoutsModule {}
