import { Injectable } from '@nestjs/common';
import { ErrorLogService } from '../errors/error-log.service.js';
import type { Integration } from './integration.entity.js';
import { IntegrationsRepository } from './integrations.repository.js';

/** The row as it was read before the call that failed. */
type StoredIntegration = Pick<Integration, 'id' | 'userId' | 'provider' | 'credentials'>;

/** Whether an integration still opens its account. What needs a person is said once, when it starts. */
@Injectable()
export class IntegrationHealth {
  constructor(
    private readonly repository: IntegrationsRepository,
    private readonly errorLog: ErrorLogService,
  ) {}

  /** The service refuses the credentials: its pushes and reads wait until the user gives new ones. */
  needsReauth(integration: StoredIntegration, reason: string): Promise<void> {
    return this.stop(integration, 'needs_reauth', 'INTEGRATION.NEEDS_REAUTH', reason);
  }

  /** The stored credentials cannot be opened: a missing key, or a row that was tampered with. */
  unreadable(integration: StoredIntegration, reason: string): Promise<void> {
    return this.stop(integration, 'error', 'INTEGRATION.UNREADABLE', reason);
  }

  private async stop(
    integration: StoredIntegration,
    state: 'needs_reauth' | 'error',
    code: string,
    reason: string,
  ): Promise<void> {
    const isNew = await this.repository.setState(integration, state, reason);
    if (!isNew) return;
    await this.errorLog.record({
      code,
      severity: 'critical',
      message: `${integration.provider}: ${reason}`,
      userId: integration.userId,
      detail: { integrationId: integration.id },
    });
  }
}
