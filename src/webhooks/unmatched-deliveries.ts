import { Injectable, type OnModuleInit } from '@nestjs/common';
import { IntegrationsService } from '../integrations/integrations.service.js';
import { DeliveriesRepository } from './deliveries.repository.js';
import { DeliverySignal } from './delivery-signal.js';

/** Deliveries about accounts nobody had connected: whoever connects one finds what has come in the meantime. */
@Injectable()
export class UnmatchedDeliveries implements OnModuleInit {
  constructor(
    private readonly integrations: IntegrationsService,
    private readonly repository: DeliveriesRepository,
    private readonly signal: DeliverySignal,
  ) {}

  onModuleInit(): void {
    this.integrations.onSaving(({ provider, workspaceId }, tx) => this.repository.rematch(provider, workspaceId, tx));
    this.integrations.onConnected(() => this.signal.wake());
  }
}
