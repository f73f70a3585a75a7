import { Module } from '@nestjs/common';
import { IntegrationsModule } from '../integrations/integrations.module.js';
import { ProjectsModule } from '../projects/projects.module.js';
import { TimeEntriesModule } from '../time-entries/time-entries.module.js';
import { UsersModule } from '../users/users.module.js';
import { FileImports } from './file-imports.js';
import { ImportEngine } from './import-engine.js';
import { ImportRunner } from './import-runner.js';
import { ImportTargets } from './import-target.js';
import { ImportWorker } from './import-worker.js';
import { ImportsController } from './imports.controller.js';
import { ImportsRepository } from './imports.repository.js';
import { ImportsService } from './imports.service.js';
import { UploadFolder } from './upload-folder.js';

/** Files with working time, uploaded or on the operator's disk. */
@Module({
  imports: [UsersModule, IntegrationsModule, ProjectsModule, TimeEntriesModule],
  controllers: [ImportsController],
  providers: [
    ImportsRepository,
    ImportTargets,
    ImportEngine,
    UploadFolder,
    ImportsService,
    ImportRunner,
    ImportWorker,
    FileImports,
  ],
  exports: [ImportWorker, ImportsService, FileImports],
})
export class ImportsModule {}
