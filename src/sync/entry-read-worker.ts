import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../common/errors.js';
import type { Config } from '../config/env.js';
import { CONFIG } from '../config/tokens.js';
import { EntryReads } from '../entry-reads/entry-reads.service.js';
import { EntryReader } from './entry-reader.js';

const AT_ONCE = 4;
const LOOK_EVERY_MILLISECONDS = 2000;
const LEASE_SECONDS = 60;

/** Reads single entries that somebody is in doubt about. */
@Injectable()
export class EntryReadWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('EntryReads');
  private readonly stopping = new AbortController();
  private loop: Promise<void> = Promise.resolve();

  constructor(
    private readonly reads: EntryReads,
    private readonly reader: EntryReader,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  onApplicationBootstrap(): void {
    const { role, testControl } = this.config;
    if (role !== 'api' && testControl.withoutJobs !== true) this.loop = this.run();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await this.loop;
  }

  /** Reads what is due right now. For tests; returns how many entries that were. */
  async readDue(): Promise<number> {
    const claimed = await this.reads.claim(AT_ONCE, this.config.testControl.leaseSeconds ?? LEASE_SECONDS);
    await Promise.all(claimed.map((read) => this.reader.read(read)));
    return claimed.length;
  }

  private async run(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      const done = await this.readDue().catch((error: unknown) => {
        this.logger.error(`No entry can be read: ${messageOf(error)}`);
        return 0;
      });
      if (done === AT_ONCE) continue;
      await sleep(LOOK_EVERY_MILLISECONDS, undefined, { signal: this.stopping.signal }).catch(() => undefined);
    }
  }
}
