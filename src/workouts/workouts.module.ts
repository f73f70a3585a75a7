import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { TimeEntriesModule } from '../time-entries/time-entries.module.js';
import { UsersModule } from '../users/users.module.js';
import { HealthWorkoutsRepository } from './health-workouts.repository.js';
import { WorkoutSenders } from './workout-senders.js';
import { WorkoutsController } from './workouts.controller.js';
import { WorkoutsService } from './workouts.service.js';

/** Workouts that a phone sends by itself; as private as everything about health. */
@Module({
  imports: [AuthModule, UsersModule, TimeEntriesModule],
  controllers: [WorkoutsController],
  providers: [HealthWorkoutsRepository, WorkoutSenders, WorkoutsService],
})
export class WorkoutsModule {}
