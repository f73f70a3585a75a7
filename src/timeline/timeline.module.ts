import { Module } from '@nestjs/common';
import { CategoriesModule } from '../categories/categories.module.js';
import { TimeEntriesModule } from '../time-entries/time-entries.module.js';
import { TimelineController } from './timeline.controller.js';
import { TimelineService } from './timeline.service.js';

@Module({
  imports: [CategoriesModule, TimeEntriesModule],
  controllers: [TimelineController],
  providers: [TimelineService],
})
export class TimelineModule {}
