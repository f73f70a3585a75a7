import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { Scheduled, type ScheduledJob } from '../jobs/scheduled-job.js';
import { BinnacleService } from './binnacle.service.js';

/** Signs the state of the binnacle once a day, and leaves the copy outside the database that can testify against it. */
@Scheduled()
@Injectable()
export class CheckpointJob implements ScheduledJob {
  readonly name = 'binnacle-checkpoint';
  readonly cron = '5 0 * * *';
  private readonly logger = new Logger('BinnacleCheckpoint');

  constructor(
    private readonly binnacle: BinnacleService,
    private readonly clock: Clock,
  ) {}

  async run(): Promise<void> {
    const now = this.clock.now();
    const { day, entryCount, rowCount, keyId, mac } = await this.binnacle.makeCheckpoint(
      now.toISOString().slice(0, 10),
      now,
    );
    this.logger.log(`Checkpoint ${day}: ${entryCount} entries, ${rowCount} rows, key ${keyId}, mac ${mac}`);
  }
}
