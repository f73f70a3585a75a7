import { Injectable } from '@nestjs/common';
import { ErrorLogService } from '../errors/error-log.service.js';
import { IntegrationsRepository } from './integrations.repository.js';

/** Whether an integration still opens its account. What needs a person is said once, when it starts. */
@Injectable()
export class IntegrationHealth {
  constructor(
    private readonly repository: IntegrationsRepository,
    private readonly errorLog: ErrorLogService,
  ) {}

  /** The service refuses the credentials: its pushes and reads wait until the user gives new ones. */
  needsReauth(integration: { id: number; userId: number; provider: string }, reason: string): Promise<void> {
    return this.stop(integration, 'needs_reauth', 'INTEGRATION.NEEDS_REAUTH', reason);
  }

  /** The stored credentials cannot be opened: a missing key, or a row that was tampered with. */
  unreadable(integration: { id: number; userId: number; provider: string }, reason: string): Promise<void> {
    return this.stop(integration, 'error', 'INTEGRATION.UNREADABLE', reason);
  }

  private async stop(
    integration: { id: number; userId: number; provider: string },
    state: 'needs_reauth' | 'error',
    code: string,
    reason: string,
  ): Promise<void> {
    const isNew = await this.repository.setState(integration.id, state, reason);
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
