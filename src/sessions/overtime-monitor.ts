import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import type { Config } from '../config/env.js';
import { CONFIG } from '../config/tokens.js';
import { Transactions } from '../database/transactions.js';
import { Scheduled, type ScheduledJob } from '../jobs/scheduled-job.js';
import { TimeEntriesService, type ChangeAuthor } from '../time-entries/time-entries.service.js';
import { SessionLedger } from './session-ledger.js';

/** Entries of one transaction: few enough that a person's command never waits long for their locks. */
const BATCH = 200;

const MONITOR: ChangeAuthor = { actor: { kind: 'system', id: null }, origin: { kind: 'monitor', id: null } };

/**
 * Looks each minute for what has run for longer than allowed. Two replicas may look at the same moment: the ledger's lock
 * lets one of them find it. What it finds is kept with what people say, so that it can be said again.
 */
@Scheduled()
@Injectable()
export class OvertimeMonitor implements ScheduledJob {
  readonly name = 'overtime-monitor';
  readonly cron = '* * * * *';

  constructor(
    private readonly entries: TimeEntriesService,
    private readonly ledger: SessionLedger,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  async run(): Promise<void> {
    const startedBefore = new Date(this.clock.now().getTime() - this.config.overtimeHours * 3_600_000);
    let ids: number[] = [];
    do {
      ids = await this.entries.findOverrun(startedBefore, ids.at(-1) ?? 0, BATCH);
      const changes = ids.map((id) => ({ kind: 'overrun' as const, id }));
      await this.transactions.run((tx) => this.ledger.tellAll(changes, MONITOR, tx));
    } while (ids.length === BATCH);
  }
}
