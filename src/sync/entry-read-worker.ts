import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import type { Config } from '../config/env.js';
import { CONFIG } from '../config/tokens.js';
import { PollingLoop } from '../jobs/polling-loop.js';
import { EntryReads } from '../entry-reads/entry-reads.service.js';
import { EntryReader } from './entry-reader.js';

const AT_ONCE = 4;
const LOOK_EVERY_MILLISECONDS = 2000;
const LEASE_SECONDS = 60;

/** Reads single entries that somebody is in doubt about. */
@Injectable()
export class EntryReadWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly loop = new PollingLoop({
    name: 'EntryReads',
    complaint: 'No entry can be read',
    pauseMilliseconds: LOOK_EVERY_MILLISECONDS,
    look: async () => (await this.readDue()) === AT_ONCE,
  });

  constructor(
    private readonly reads: EntryReads,
    private readonly reader: EntryReader,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  onApplicationBootstrap(): void {
    const { role, testControl } = this.config;
    if (role !== 'api' && testControl.withoutJobs !== true) this.loop.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.loop.stop();
  }

  /** Reads what is due right now. For tests; returns how many entries that were. */
  async readDue(): Promise<number> {
    const claimed = await this.reads.claim(AT_ONCE, this.config.testControl.leaseSeconds ?? LEASE_SECONDS);
    await Promise.all(claimed.map((read) => this.reader.read(read)));
    return claimed.length;
  }
}
