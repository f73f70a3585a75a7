import { Module } from '@nestjs/common';
import { IntegrationsModule } from '../integrations/integrations.module.js';
import { ProjectSearches } from './project-searches.js';
import { ProjectsController } from './projects.controller.js';
import { ProjectsRepository } from './projects.repository.js';
import { ProjectsService } from './projects.service.js';

@Module({
  imports: [IntegrationsModule],
  controllers: [ProjectsController],
  providers: [ProjectsRepository, ProjectSearches, ProjectsService],
  exports: [ProjectsService],
})
export class ProjectsModule {}
