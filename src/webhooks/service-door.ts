import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Doorkeeper } from '../common/doorkeeper.js';
import { notFound, unauthorized } from '../common/errors.js';
import { headerValues } from '../common/request-headers.js';
import type { ReportedEvent, WebhookCapability, WebhookRequest } from '../integrations/contract/webhooks.js';
import { ProviderRegistry } from '../integrations/provider-registry.js';
import { SecurityNotes } from './security-notes.js';

/** A call at one of the doors, before anybody knows who makes it. */
export interface IncomingCall extends Omit<WebhookRequest, 'event'> {
  provider: string;
  /** As the address names it; absent at the door for all events. */
  event: string | undefined;
}

/** Where services deliver: whose door an address is, and who is let in there. */
@Injectable()
export class ServiceDoor implements Doorkeeper {
  constructor(
    private readonly registry: ProviderRegistry,
    private readonly notes: SecurityNotes,
  ) {}

  /** @throws DomainError 401 for whom the headers give away, 404 where there is no door */
  async admit(request: FastifyRequest): Promise<void> {
    const { provider, event, header } = callIn(request);
    const door = this.of({ provider, event });
    if (!(await door.webhooks.admits({ event: door.event, header }))) throw this.refusal(provider, door.event);
  }

  /** @throws DomainError 404 */
  of({ provider, event }: Pick<IncomingCall, 'provider' | 'event'>): {
    webhooks: WebhookCapability;
    event: ReportedEvent | null;
  } {
    const webhooks = this.registry.find(provider)?.webhooks;
    const known = webhooks?.addresses.find((name) => name === event) ?? null;
    if (webhooks === undefined || (event !== undefined && known === null)) {
      throw notFound('ROUTE.NOT_FOUND', 'There is no such route.');
    }
    return { webhooks, event: known };
  }

  /** Noted, and answered to everybody alike. */
  refusal(provider: string, event: ReportedEvent | null): Error {
    this.notes.refused(provider, event);
    return unauthorized();
  }
}

/** What a request says; its body is empty until it was read. */
export function callIn(request: FastifyRequest): IncomingCall {
  const { provider, event } = request.params as { provider: string; event?: string };
  return {
    provider,
    event,
    header: (name) => headerValues(request, name),
    body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
  };
}
