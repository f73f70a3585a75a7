import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { unprocessable } from '../common/errors.js';
import { cutPage, decodeCursor, type Page } from '../common/pages.js';
import type { Config } from '../config/env.js';
import { CONFIG } from '../config/tokens.js';
import { Database } from '../database/database.js';
import { MailService } from '../mail/mail.service.js';
import type { MailProgress } from '../mail/mail.js';
import { localDay } from '../time-entries/day-slices.js';
import { addDays, instantsOf, monthOf, weekFrom, weekStartOf, type DayRange, type PeriodKind } from './period.js';
import { ReportOutbox } from './report-outbox.js';
import { mailKeyOf, type ReportRun } from './report-run.js';
import { ReportRunsRepository, type RunFilter } from './report-runs.repository.js';

/** Which period to report to everybody; what is left out is the present or the last one. */
export interface AskedPeriod {
  kind: PeriodKind;
  month?: number;
  year?: number;
  startDate?: string;
}

/** A run with what became of its latest mail; `null` where none was written. */
export interface ReportRunView extends ReportRun {
  mail: MailProgress | null;
}

/** Reports that are asked for, and those that were made. */
@Injectable()
export class ReportRunsService {
  constructor(
    private readonly runs: ReportRunsRepository,
    private readonly outbox: ReportOutbox,
    private readonly mails: MailService,
    private readonly clock: Clock,
    private readonly database: Database,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * Writes down a run for everybody who worked in the period, whatever the clock has done or will do.
   * @returns the period, and how many runs are new: what still waits to be made is not asked for twice
   */
  async askForAll(asked: AskedPeriod): Promise<{ period: DayRange; count: number }> {
    const { reportTimeZone: timeZone, mail } = this.config;
    const period = this.periodOf(asked);
    const interval = instantsOf(period, timeZone);
    const plan = { kind: asked.kind, origin: 'request', period, interval, timeZone, locale: mail.locale } as const;
    return { period, count: await this.runs.plan(plan, this.database) };
  }

  /** @throws DomainError 422 `REPORT.DOMAIN_NOT_ALLOWED` */
  refuseForeign(address: string): void {
    const { reportDomains } = this.config;
    const domain = address.slice(address.lastIndexOf('@') + 1).toLowerCase();
    if (reportDomains.length === 0 || reportDomains.includes(domain)) return;
    throw unprocessable('REPORT.DOMAIN_NOT_ALLOWED', `Reports may be sent to ${reportDomains.join(', ')} only.`);
  }

  async page({ limit, cursor }: { limit: number; cursor?: string }, filter: RunFilter): Promise<Page<ReportRunView>> {
    const [beforeId] = decodeCursor(cursor, ['integer']) ?? [null];
    const { items, nextCursor } = cutPage(await this.runs.page(beforeId, limit + 1, filter), limit, ({ id }) => [id]);
    const progress = await this.mails.progressOf(items.map(mailKeyOf));
    return { items: items.map((run) => ({ ...run, mail: progress.get(mailKeyOf(run)) ?? null })), nextCursor };
  }

  resend(id: number, address: string | undefined): Promise<'sent' | 'queued'> {
    if (address !== undefined) this.refuseForeign(address);
    return this.outbox.resend(id, address);
  }

  private periodOf({ kind, month, year, startDate }: AskedPeriod): DayRange {
    const today = localDay(this.clock.now(), this.config.reportTimeZone);
    if (kind === 'monthly') return monthOf(year ?? Number(today.slice(0, 4)), month ?? Number(today.slice(5, 7)));
    return weekFrom(startDate ?? addDays(weekStartOf(today, this.config.reportWeekStart), -7));
  }
}
