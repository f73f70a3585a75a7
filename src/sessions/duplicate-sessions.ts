import { Injectable } from '@nestjs/common';
import { canonicalJson, sha256 } from '../common/hashing.js';
import { Transactions } from '../database/transactions.js';
import { ErrorLogService } from '../errors/error-log.service.js';
import type { ChangeOf } from '../time-entries/entry-change.js';
import { SessionMail } from '../time-entries/session-mail.js';
import { differences, type Diff } from '../time-entries/snapshot.js';
import type { ChangeAuthor } from '../time-entries/time-entries.service.js';
import type { TimeEntry } from '../time-entries/time-entry.js';
import { SessionsRepository } from './sessions.repository.js';

type Entering = ChangeOf<'enter'>;

/** A session written down under an id that is or was another's: nothing is changed, and people are told. */
@Injectable()
export class DuplicateSessions {
  constructor(
    private readonly repository: SessionsRepository,
    private readonly errorLog: ErrorLogService,
    private readonly mail: SessionMail,
    private readonly transactions: Transactions,
  ) {}

  async note(entering: Entering, author: ChangeAuthor): Promise<void> {
    const { source, workspaceId, externalId } = entering.key;
    const [kept] = await this.repository.findByExternalId(externalId, workspaceId, source);
    const { userId, content } = entering;
    const diff = kept === undefined ? {} : differences(kept, { ...kept, ...content, userId });
    await this.errorLog.record({
      code: 'SESSION.DUPLICATE_EXTERNAL_ID',
      severity: 'warning',
      message: `Session with external ID "${externalId}" already exists on create`,
      endpoint: '/api-clockify/sessions/create',
      method: 'POST',
      status: 409,
      detail: { provider: source, workspaceId, externalId, diff },
      requestId: author.origin?.id ?? undefined,
      userId: author.actor.kind === 'user' ? Number(author.actor.id) : undefined,
    });
    if (kept !== undefined) await this.tell(entering, kept, diff);
  }

  /** One letter for one content, however often it is tried. */
  private async tell({ key, userId, content }: Entering, kept: TimeEntry, diff: Diff): Promise<void> {
    const kind = Object.keys(diff).length === 0 ? 'duplicate' : 'conflict';
    const wish = { kind, before: null, after: kept, detail: diff } as const;
    const notice = {
      wish,
      entryId: kept.id,
      sequence: kept.binnacleSequence,
      userId: kept.userId,
      externalId: key.externalId,
      fingerprint: `create/${sha256(canonicalJson([key, userId, content])).toString('hex')}`,
    };
    await this.transactions.run((tx) => this.mail.enqueue([notice], tx));
  }
}
