import { Injectable } from '@nestjs/common';
import { conflict, forbidden, notFound } from '../common/errors.js';
import type { Tx } from '../database/database.js';
import { Transactions } from '../database/transactions.js';
import type { EntryChange } from '../time-entries/entry-change.js';
import type { LateChange } from '../time-entries/late-change.js';
import type { ChangeAuthor } from '../time-entries/time-entries.service.js';
import type { TimeEntry } from '../time-entries/time-entry.js';
import { SessionLedger } from './session-ledger.js';
import { SessionsRepository } from './sessions.repository.js';
import { SessionsService } from './sessions.service.js';

/** Which session a decision is about: by our id, or by that of its service. */
export interface SessionName {
  id?: number;
  externalId?: string;
  workspaceId?: string;
  source?: string;
}

/** What coordinators decide about sessions. Nobody decides about their own. */
@Injectable()
export class SessionReviews {
  constructor(
    private readonly sessions: SessionsService,
    private readonly repository: SessionsRepository,
    private readonly ledger: SessionLedger,
    private readonly transactions: Transactions,
  ) {}

  /**
   * Decides about a session under review; the same decision again changes nothing.
   * @throws DomainError 403 for one's own; 404; 409 when it is not under review or its name is several sessions'
   */
  async decide(
    name: SessionName,
    decision: 'approved' | 'rejected',
    observation: string | undefined,
    author: ChangeAuthor,
  ): Promise<void> {
    const { id } = await this.find(name);
    await this.apply({ kind: 'review', id, decision, observation }, author);
  }

  /**
   * Takes a decision back: the session is under review again.
   * @throws DomainError 403 for one's own; 404; 409 when nobody has decided about it
   */
  async reopen(name: SessionName, reason: string, applyLateChanges: boolean, author: ChangeAuthor): Promise<void> {
    const { id } = await this.find(name);
    await this.apply({ kind: 'reopen', id, reason, applyLateChanges }, author);
  }

  /** @throws DomainError as `find` */
  async lateChanges(name: SessionName): Promise<LateChange[]> {
    return this.ledger.lateChanges((await this.find(name)).id);
  }

  /** @throws DomainError 404; 409 `SESSION.AMBIGUOUS` when several sessions have that name */
  async find({ id, externalId, workspaceId, source }: SessionName): Promise<TimeEntry> {
    if (id !== undefined) return this.sessions.get(id);
    const found = await this.repository.findByExternalId(externalId!, workspaceId ?? null, source ?? null);
    const [first, second] = found;
    if (first === undefined) throw notFound('SESSION.NOT_FOUND', 'There is no such session.');
    if (second === undefined) return first;
    const places = found.map((entry) => `${entry.workspaceId} (${entry.source})`).join(', ');
    throw conflict(
      'SESSION.AMBIGUOUS',
      `Several sessions have this id: name one by idWorkspace and provider: ${places}`,
    );
  }

  private async apply(
    change: Extract<EntryChange, { kind: 'review' | 'reopen' }>,
    author: ChangeAuthor,
  ): Promise<void> {
    await this.transactions.run(async (tx) => {
      await this.refuseOwn(change.id, author, tx);
      await this.ledger.tell(change, author, tx);
    });
  }

  /** Under the lock of the entry: whose it is may change at this moment. */
  private async refuseOwn(id: number, { actor }: ChangeAuthor, tx: Tx): Promise<void> {
    const entry = await this.ledger.lock(id, tx);
    if (actor.kind === 'user' && Number(actor.id) === entry?.userId) {
      throw forbidden('SESSION.OWN_ENTRY', 'Somebody else has to decide about your own sessions.');
    }
  }
}
