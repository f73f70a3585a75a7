import { Inject, Injectable, Logger } from '@nestjs/common';
import { messageOf } from '../common/errors.js';
import { failpoint } from '../common/failpoint.js';
import { redact } from '../common/secret.js';
import type { Config } from '../config/env.js';
import { CONFIG } from '../config/tokens.js';
import type { Claim } from '../database/claims.js';
import { ErrorLogService } from '../errors/error-log.service.js';
import { makeFile } from './report-files.js';
import { ReportOutbox } from './report-outbox.js';
import type { ReportRun } from './report-run.js';
import { ReportRunsRepository, type RunEnd } from './report-runs.repository.js';
import { ReportsService } from './reports.service.js';

const LEASE_SECONDS = 60;
const MOST_TRIES = 5;
const FIRST_DELAY_SECONDS = 30;

/** Makes one report: reads it, writes its file, and hands it to the outbox of mail in the transaction that ends the run. */
@Injectable()
export class ReportRunner {
  private readonly logger = new Logger('Reports');

  constructor(
    private readonly runs: ReportRunsRepository,
    private readonly reports: ReportsService,
    private readonly outbox: ReportOutbox,
    private readonly errorLog: ErrorLogService,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** @returns false when nothing is due */
  async makeNext(): Promise<boolean> {
    const claim = await this.runs.claim(this.leaseSeconds);
    if (claim === null) return false;
    const run = await this.runs.begin(claim);
    if (run === null) return true;
    const renewal = setInterval(() => void this.renew(claim), (this.leaseSeconds * 1000) / 3);
    try {
      await this.make(claim, run);
    } catch (error) {
      await this.fail(claim, run, error);
    } finally {
      clearInterval(renewal);
    }
    return true;
  }

  private async make(claim: Claim, run: ReportRun): Promise<void> {
    const { userId, timeZone, locale } = run;
    const when = { from: run.periodStart, to: run.periodEnd };
    const report = await this.reports.open({ userId, when, timeZone, locale });
    if (report.isEmpty) {
      await this.runs.settle(claim, { ...NOTHING, state: 'empty' });
      return;
    }
    const made = await makeFile(report);
    failpoint(this.config.testControl, 'report.made');
    const isOurs = await this.outbox.finish(claim, run, made);
    if (!isOurs) this.logger.warn(`Report ${run.id} was taken over by another worker: its file here is dropped.`);
    failpoint(this.config.testControl, 'report.finished');
  }

  private async fail(claim: Claim, run: ReportRun, error: unknown): Promise<void> {
    const message = redact(messageOf(error));
    const isLast = run.attempts >= MOST_TRIES;
    const delaySeconds = FIRST_DELAY_SECONDS * 2 ** (run.attempts - 1) * (this.config.testControl.retryScale ?? 1);
    await this.runs.settle(claim, {
      ...NOTHING,
      state: isLast ? 'failed' : 'pending',
      error: message,
      delaySeconds: isLast ? 0 : delaySeconds,
    });
    this.logger.error(`Report ${run.id} could not be made: ${message}`, (error as Error).stack);
    if (!isLast) return;
    const detail = { runId: run.id, kind: run.kind, period: run.periodStart };
    await this.errorLog.record({ code: 'REPORT.FAILED', severity: 'error', message, detail });
  }

  private async renew(claim: Claim): Promise<void> {
    await this.runs
      .renew(claim, this.leaseSeconds)
      .catch((error: unknown) => this.logger.warn(`The lease of a report is not renewed: ${messageOf(error)}`));
  }

  private get leaseSeconds(): number {
    return this.config.testControl.leaseSeconds ?? LEASE_SECONDS;
  }
}

const NOTHING: RunEnd = { state: 'pending', error: null, attachmentId: null, totals: null, delaySeconds: 0 };
