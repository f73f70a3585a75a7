import { Inject, Injectable, Logger } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { messageOf } from '../common/errors.js';
import { canonicalJson } from '../common/hashing.js';
import { cutPage, decodeCursor, type Page } from '../common/pages.js';
import { redact, type Secret } from '../common/secret.js';
import type { Config } from '../config/env.js';
import { knownSecrets } from '../config/known-secrets.js';
import type { Secrets } from '../config/secrets.js';
import { CONFIG, SECRETS } from '../config/tokens.js';
import type { Tx } from '../database/database.js';
import type { ErrorLogRow } from './error-log.entity.js';
import { ErrorLogRepository, type ErrorLogFilter, type ErrorSighting } from './error-log.repository.js';
import { fingerprintOf } from './fingerprint.js';

const MAX_TEXT = 2000;

export interface ErrorReport {
  /** Stable, like the codes of answers: `INTERNAL`, `WEBHOOK.DUPLICATE`. */
  code: string;
  severity: ErrorLogRow['severity'];
  message: string;
  /** The pattern of the route, not the address. */
  endpoint?: string;
  method?: string;
  status?: number;
  detail?: Record<string, unknown>;
  requestId?: string;
  userId?: number;
  /** Failures about different things are different kinds, where the message alone would make them one. */
  subject?: string;
  /** How often it was seen; once, unless it is said otherwise. */
  occurrences?: number;
}

/** What went wrong and how often, for the people who run the product. */
@Injectable()
export class ErrorLogService {
  private readonly logger = new Logger(ErrorLogService.name);
  private readonly known: Secret[];

  constructor(
    private readonly repository: ErrorLogRepository,
    private readonly clock: Clock,
    @Inject(CONFIG) config: Config,
    @Inject(SECRETS) secrets: Secrets,
  ) {
    this.known = knownSecrets(config, secrets);
  }

  /** Notes a failure, once per kind. Never throws: a note that cannot be written is logged instead. */
  async record(report: ErrorReport): Promise<void> {
    try {
      await this.repository.upsert([this.sightingOf(report)]);
    } catch (error) {
      this.logger.error(`${report.code} could not be noted in the error log: ${this.clean(messageOf(error))}`);
    }
  }

  /**
   * The latest first.
   * @throws DomainError 400 `PAGE.BAD_CURSOR`
   */
  async list(
    filter: ErrorLogFilter,
    { limit, cursor }: { limit: number; cursor: string | undefined },
  ): Promise<Page<ErrorLogRow>> {
    const after = decodeCursor(cursor, ['instant', 'integer']) ?? null;
    const rows = await this.repository.find(filter, after, limit + 1);
    return cutPage(rows, limit, (row) => [row.lastAt.getTime(), row.id]);
  }

  /** Notes failures in the transaction they belong to, so that they are counted exactly. */
  async recordIn(reports: readonly ErrorReport[], tx: Tx): Promise<void> {
    const seen = new Map<string, ErrorSighting>();
    for (const report of reports) {
      const sighting = this.sightingOf(report);
      const key = sighting.fingerprint.toString('hex');
      const before = seen.get(key)?.occurrences ?? 0;
      seen.set(key, { ...sighting, occurrences: before + sighting.occurrences });
    }
    if (seen.size > 0) await this.repository.upsert([...seen.values()], tx);
  }

  private sightingOf(report: ErrorReport): ErrorSighting {
    const message = this.clean(report.message);
    return {
      fingerprint: fingerprintOf(report.code, report.endpoint, message, report.subject),
      code: report.code,
      severity: report.severity,
      message,
      endpoint: report.endpoint ?? null,
      method: report.method ?? null,
      status: report.status ?? null,
      detail: this.cleanDetail(report.detail ?? {}),
      requestId: report.requestId ?? null,
      userId: report.userId ?? null,
      occurrences: report.occurrences ?? 1,
      lastAt: this.clock.now(),
    };
  }

  private clean(text: string): string {
    // PostgreSQL stores neither NUL nor half of a surrogate pair; the cut may have made one.
    return redact(text, this.known)
      .slice(0, MAX_TEXT)
      .replaceAll(/\0|\p{Surrogate}/gu, '\uFFFD');
  }

  /** Cut as text, so that no nested field escapes; what is too large or no longer JSON is left out. */
  private cleanDetail(detail: Record<string, unknown>): Record<string, unknown> {
    const cleanValue = (value: unknown): unknown => (typeof value === 'string' ? this.clean(value) : value);
    const text = JSON.stringify(JSON.parse(canonicalJson(detail)), (key, value: unknown) =>
      SECRET_FIELD.test(key) ? '[redacted]' : cleanValue(value),
    );
    return text.length > 5 * MAX_TEXT ? { omitted: 'too large' } : (JSON.parse(text) as Record<string, unknown>);
  }
}

const SECRET_FIELD = /token|secret|password|authorization|cookie|credential|api_?key/i;
