import { Module } from '@nestjs/common';
import { HealthController } from './health.controller.js';
import { HealthRepository } from './health.repository.js';
import { HealthService } from './health.service.js';
import { Metrics } from './metrics.js';

@Module({
  controllers: [HealthController],
  providers: [HealthRepository, HealthService, Metrics],
  exports: [Metrics],
})
export class HealthModule {}
