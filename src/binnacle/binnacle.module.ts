import { Module } from '@nestjs/common';
import { BinnacleKeys } from './binnacle-keys.js';
import { BinnacleRepository } from './binnacle.repository.js';
import { BinnacleService } from './binnacle.service.js';
import { CheckpointJob } from './checkpoint.job.js';
import { CheckpointRepository } from './checkpoint.repository.js';
import { Checkpoints } from './checkpoints.js';
import { Registrar } from './registrar.js';
import { VerificationRepository } from './verification.repository.js';
import { Verifier } from './verifier.js';

@Module({
  providers: [
    BinnacleKeys,
    BinnacleRepository,
    BinnacleService,
    CheckpointJob,
    CheckpointRepository,
    Checkpoints,
    Registrar,
    VerificationRepository,
    Verifier,
  ],
  exports: [BinnacleService],
})
export class BinnacleModule {}
