import { Global, Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { ErrorLogController } from './error-log.controller.js';
import { ErrorLogRepository } from './error-log.repository.js';
import { ErrorLogService } from './error-log.service.js';
import { ErrorFilter } from './error.filter.js';

/** The one exception filter, the error log for whoever has something to note, and the route that shows it. */
@Global()
@Module({
  controllers: [ErrorLogController],
  providers: [ErrorLogRepository, ErrorLogService, { provide: APP_FILTER, useClass: ErrorFilter }],
  exports: [ErrorLogService],
})
export class ErrorsModule {}
