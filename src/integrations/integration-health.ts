import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/database.js';
import { Transactions } from '../database/transactions.js';
import { ErrorLogService } from '../errors/error-log.service.js';
import { MailService } from '../mail/mail.service.js';
import { UsersService } from '../users/users.service.js';
import type { Integration } from './integration.entity.js';
import { IntegrationsRepository } from './integrations.repository.js';
import { needsReauthLetter } from './needs-reauth-letter.js';
import { ProviderRegistry } from './provider-registry.js';

/** The row as it was read before the call that failed. */
type StoredIntegration = Pick<Integration, 'id' | 'userId' | 'provider' | 'name' | 'accountName' | 'credentials'>;

/** Whether an integration still opens its account. What needs a person is said once, when it starts. */
@Injectable()
export class IntegrationHealth {
  constructor(
    private readonly repository: IntegrationsRepository,
    private readonly errorLog: ErrorLogService,
    private readonly transactions: Transactions,
    private readonly users: UsersService,
    private readonly mails: MailService,
    private readonly registry: ProviderRegistry,
  ) {}

  /** The service refuses the credentials: its pushes and reads wait until the user, who is told by mail, gives new ones. */
  needsReauth(integration: StoredIntegration, reason: string): Promise<void> {
    return this.stop(integration, 'needs_reauth', 'INTEGRATION.NEEDS_REAUTH', reason);
  }

  /** The stored credentials cannot be opened, by a missing key or after tampering: that is for the operator to look at. */
  unreadable(integration: StoredIntegration, reason: string): Promise<void> {
    return this.stop(integration, 'error', 'INTEGRATION.UNREADABLE', reason);
  }

  /** The service could not be read. It is tried again; the people who run the product see how often, once per reason. */
  unread({ id, provider, userId }: StoredIntegration, reason: string): Promise<void> {
    const message = `${provider}: ${reason}`;
    const detail = { integrationId: id };
    return this.errorLog.record({ code: 'INTEGRATION.UNREAD', severity: 'warning', message, userId, detail });
  }

  private async stop(
    integration: StoredIntegration,
    state: 'needs_reauth' | 'error',
    code: string,
    reason: string,
  ): Promise<void> {
    const owner = await this.users.find(integration.userId);
    const changedAt = await this.transactions.run(async (tx) => {
      const changed = await this.repository.setState(integration, state, reason, tx);
      if (changed !== null && state === 'needs_reauth') this.tell(integration, owner, reason, changed, tx);
      return changed;
    });
    if (changedAt === null) return;
    await this.errorLog.record({
      code,
      severity: 'critical',
      message: `${integration.provider}: ${reason}`,
      userId: integration.userId,
      detail: { integrationId: integration.id },
    });
  }

  private tell(
    { id, provider, name, accountName }: StoredIntegration,
    owner: Awaited<ReturnType<UsersService['find']>>,
    reason: string,
    changedAt: Date,
    tx: Tx,
  ): void {
    const service = this.registry.find(provider)?.name ?? provider;
    const letter = needsReauthLetter(
      { owner: owner?.name ?? '', name, service, accountName, reason },
      this.mails.locale,
    );
    const mail = {
      effectKey: `integration/${id}/needs_reauth/${changedAt.toISOString()}`,
      kind: 'integration.needs_reauth',
      to: [owner?.isEnabled === true ? owner.email : null, ...this.mails.watchers],
      letter,
    };
    this.mails.enqueue(mail, tx);
  }
}
