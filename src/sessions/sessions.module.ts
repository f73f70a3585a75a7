import { Module } from '@nestjs/common';
import { TimeEntriesModule } from '../time-entries/time-entries.module.js';
import { BinnacleController } from './binnacle.controller.js';

/** The coordinator's doors to time entries and their history. */
@Module({ imports: [TimeEntriesModule], controllers: [BinnacleController] })
export class SessionsModule {}
