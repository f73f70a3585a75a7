import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Tx } from '../database/database.js';
import { IntegrationsService, type ConnectedAccount } from '../integrations/integrations.service.js';
import { KnownEntriesService } from '../time-entries/known-entries.service.js';
import { TimeEntriesService, type ChangeAuthor } from '../time-entries/time-entries.service.js';
import { PeopleService } from '../users/people.service.js';

/** Entries of one call of the ledger. They all stand in the one transaction; only memory is kept small by it. */
const BATCH = 500;
const REASON = 'the person behind the account has connected it';

/**
 * Whoever connects an account gets the time that was reported of it before anybody knew whose it is
 * (docs/adr/0013-who-is-behind-an-account.md).
 */
@Injectable()
export class IdentityService implements OnModuleInit {
  constructor(
    private readonly integrations: IntegrationsService,
    private readonly people: PeopleService,
    private readonly known: KnownEntriesService,
    private readonly entries: TimeEntriesService,
  ) {}

  onModuleInit(): void {
    this.integrations.onSaving((account, tx) => this.claim(account, tx));
    this.integrations.onRemoving(({ provider, accountId, userId }, tx) =>
      this.people.release(provider, accountId, userId, tx),
    );
  }

  /** @throws DomainError 409 `INTEGRATION.ACCOUNT_TAKEN`; the integration is then not saved either */
  private async claim(account: ConnectedAccount, tx: Tx): Promise<void> {
    const placeholderId = await this.people.claim(account.provider, account.accountId, account.userId, tx);
    if (placeholderId !== null) {
      await this.reown(account, tx, (afterId) => this.known.findIdsOf(placeholderId, afterId, BATCH, tx));
    }
    const { userId, provider: source, workspaceId } = account;
    await this.reown(account, tx, (afterId) =>
      this.known.findIdsKeptElsewhere(userId, { source, workspaceId }, afterId, BATCH, tx),
    );
  }

  private async reown(
    { id, userId, provider, workspaceId }: ConnectedAccount,
    tx: Tx,
    next: (afterId: number) => Promise<number[]>,
  ): Promise<void> {
    const author: ChangeAuthor = { actor: { kind: 'user', id: String(userId) }, origin: null };
    const home = { source: provider, workspaceId, integrationId: id };
    for (let ids = await next(0); ids.length > 0; ids = await next(ids.at(-1)!)) {
      const changes = ids.map((entryId) => ({ kind: 'reown' as const, id: entryId, userId, home, reason: REASON }));
      await this.entries.apply(changes, author, tx);
    }
  }
}
