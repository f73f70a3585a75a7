import { Logger } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../common/errors.js';

export interface Polling {
  /** Whose log line it is when a look fails. */
  name: string;
  /** What is then said before the reason. */
  complaint: string;
  /** After a look that found nothing, and after one that failed: the database is away, and readiness tells about it. */
  pauseMilliseconds: number;
  /** Does what is due; `true` when there may be more at once. */
  look: (stop: AbortSignal) => Promise<boolean>;
  /** Done once before the first look. */
  before?: () => Promise<unknown>;
  /** Instead of sleeping after a look that found nothing, where somebody tells of new work. */
  rest?: (stop: AbortSignal) => Promise<void>;
}

/** Looks for work, does it, pauses, and looks again, until it is stopped: what every worker has in common. */
export class PollingLoop {
  private readonly logger: Logger;
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(private readonly polling: Polling) {
    this.logger = new Logger(polling.name);
  }

  get isStopping(): boolean {
    return this.stopping.signal.aborted;
  }

  get stopSignal(): AbortSignal {
    return this.stopping.signal;
  }

  start(): void {
    this.running = this.run();
  }

  /** Ends the pause, and lets the look under way finish. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { look, before, rest = () => this.pause() } = this.polling;
    if (before !== undefined) await this.attempt(before);
    while (!this.isStopping) {
      const found = await this.attempt(() => look(this.stopSignal));
      if (found === true) continue;
      await (found === FAILED ? this.pause() : rest(this.stopSignal));
    }
  }

  private async attempt<T>(work: () => Promise<T>): Promise<T | typeof FAILED> {
    try {
      return await work();
    } catch (error) {
      this.logger.error(`${this.polling.complaint}: ${messageOf(error)}`);
      return FAILED;
    }
  }

  private async pause(): Promise<void> {
    await sleep(this.polling.pauseMilliseconds, undefined, { signal: this.stopSignal }).catch(() => undefined);
  }
}

const FAILED = Symbol('failed');
