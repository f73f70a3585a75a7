import { Injectable, Logger } from '@nestjs/common';
import { ErrorLogService } from '../errors/error-log.service.js';

/** Of one door, so often at most: strangers must not be able to keep the database busy. */
const EVERY_MILLISECONDS = 1000;

/** Writes down that somebody knocked without the right proof; never what they brought. */
@Injectable()
export class SecurityNotes {
  private readonly logger = new Logger('Webhooks');
  private readonly lastAt = new Map<string, number>();

  constructor(private readonly errorLog: ErrorLogService) {}

  refused(provider: string, event: string | null): void {
    const door = event === null ? provider : `${provider}/${event}`;
    if (this.isTooSoon(door)) return;
    this.logger.warn(`A delivery at ${door} did not prove who sends it.`);
    void this.errorLog.record({
      code: 'WEBHOOK.UNAUTHORIZED',
      severity: 'warning',
      message: 'A delivery did not prove who sends it: look at the secret token of this webhook.',
      endpoint: `webhook/${door}`,
      method: 'POST',
      status: 401,
    });
  }

  /** Whoever sends it is known, and what their headers ask for cannot be. */
  unusable(provider: string, message: string): void {
    if (this.isTooSoon(`${provider} ${message}`)) return;
    const endpoint = `webhook/${provider}`;
    void this.errorLog.record({
      code: 'WEBHOOK.INVALID',
      severity: 'error',
      message,
      endpoint,
      method: 'POST',
      status: 422,
    });
  }

  private isTooSoon(what: string): boolean {
    const now = performance.now();
    if (now - (this.lastAt.get(what) ?? -EVERY_MILLISECONDS) < EVERY_MILLISECONDS) return true;
    this.lastAt.set(what, now);
    return false;
  }
}
