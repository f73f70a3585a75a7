import { Module } from '@nestjs/common';
import { CategoriesModule } from '../categories/categories.module.js';
import { TimeEntriesModule } from '../time-entries/time-entries.module.js';
import { FindingsService } from './findings/findings.service.js';
import { FixesService } from './fixes/fixes.service.js';
import { TimelineDecisionsRepository } from './fixes/timeline-decisions.repository.js';
import { TimelineController } from './timeline.controller.js';
import { TimelineService } from './timeline.service.js';

@Module({
  imports: [CategoriesModule, TimeEntriesModule],
  controllers: [TimelineController],
  providers: [TimelineDecisionsRepository, FindingsService, FixesService, TimelineService],
})
export class TimelineModule {}
