import { Module } from '@nestjs/common';
import { TimeEntriesModule } from '../time-entries/time-entries.module.js';
import { TimelineController } from './timeline.controller.js';
import { TimelineService } from './timeline.service.js';

@Module({
  imports: [TimeEntriesModule],
  controllers: [TimelineController],
  providers: [TimelineService],
})
export class TimelineModule {}
