import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { badRequest, DomainError, notFound, unauthorized } from '../common/errors.js';
import { parseJsonBody } from '../common/json-body.js';
import {
  WebhookRefusal,
  type ReportedEvent,
  type WebhookCapability,
  type WebhookRequest,
} from '../integrations/contract/webhooks.js';
import { ProviderRegistry } from '../integrations/provider-registry.js';
import type { Receipt, Stored } from './delivery.js';
import { InboxService } from './inbox.service.js';
import { ignoredReceipt, receiptOf, rejectedReceipt, type Arrival } from './receipt.js';
import { SecurityNotes } from './security-notes.js';

/** A call at one of the doors, before anybody knows who makes it. */
export interface IncomingCall extends Omit<WebhookRequest, 'event'> {
  provider: string;
  /** As the address names it; absent at the door for all events. */
  event: string | undefined;
}

export interface IntakeAnswer {
  status: Stored['outcome'] | 'ignored';
  message: string;
  delivery: number;
}

const MESSAGES: Record<IntakeAnswer['status'], string> = {
  accepted: 'Kept; it is worked off in the background.',
  duplicate: 'It is known already and changes nothing.',
  conflict: 'An entry with this id was reported before with another content, which is kept.',
  ignored: 'Nothing is done with events of this kind.',
};

const MALFORMED_TEXT = 'BODY.INVALID_TEXT';
const NUL = String.raw`\u0000`;

/** Who sends, what they say, and into the inbox with it: in this order, so that strangers learn and leave nothing. */
@Injectable()
export class IntakeService {
  constructor(
    private readonly registry: ProviderRegistry,
    private readonly inbox: InboxService,
    private readonly notes: SecurityNotes,
    private readonly clock: Clock,
  ) {}

  /**
   * Answers once the delivery is on disk.
   * @throws DomainError 401 for a stranger, 400 for what is not JSON, 422 for what cannot be (which is kept), 503 for now
   */
  async receive(call: IncomingCall): Promise<IntakeAnswer | Record<string, string>> {
    const { webhooks, event } = this.doorOf(call);
    const verdict = await webhooks.verify({ ...call, event });
    if (verdict.kind === 'refused') {
      this.notes.refused(call.provider, event);
      throw unauthorized();
    }
    if (verdict.kind === 'answered') return verdict.answer;
    const headers = keptHeaders(webhooks, call);
    const arrival = { provider: call.provider, raw: call.body, headers, receivedAt: this.clock.now() };
    const receipt =
      verdict.kind === 'known'
        ? receive(webhooks, verdict.event, arrival)
        : (objectIn(arrival.raw), ignoredReceipt(arrival, verdict.event));
    const stored = await this.inbox.store(receipt);
    if (receipt.state === 'rejected') {
      throw new DomainError(422, 'WEBHOOK.INVALID', receipt.error!, { details: { delivery: stored.id } });
    }
    const status = receipt.state === 'ignored' ? 'ignored' : stored.outcome;
    return { status, message: MESSAGES[status], delivery: stored.id };
  }

  private doorOf({ provider, event }: IncomingCall): { webhooks: WebhookCapability; event: ReportedEvent | null } {
    const webhooks = this.registry.find(provider)?.webhooks;
    const known = webhooks?.addresses.find((name) => name === event) ?? null;
    if (webhooks === undefined || (event !== undefined && known === null)) {
      throw notFound('ROUTE.NOT_FOUND', 'There is no such route.');
    }
    return { webhooks, event: known };
  }
}

function keptHeaders({ keptHeaders: names }: WebhookCapability, { header }: IncomingCall): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name of names) {
    const values = header(name);
    // PostgreSQL's JSON has no place for what HTTP allows in a header.
    if (values.length > 0)
      kept[name] = values
        .join(', ')
        .slice(0, 200)
        .replaceAll(/[^\x20-\x7e]/g, '?');
  }
  return kept;
}

function receive(webhooks: WebhookCapability, event: ReportedEvent, arrival: Arrival): Receipt {
  try {
    return receiptOf(arrival, event, webhooks.parse(event, objectIn(arrival.raw), arrival.raw));
  } catch (error) {
    if (error instanceof WebhookRefusal) return rejectedReceipt(arrival, event, error);
    const hasNul = error instanceof DomainError && error.code === MALFORMED_TEXT && arrival.raw.includes(NUL);
    if (hasNul) return rejectedReceipt(arrival, event, new WebhookRefusal('A text has a NUL, which cannot be stored.'));
    throw error;
  }
}

function objectIn(body: Buffer): object {
  const value = parseJsonBody(body);
  if (value === undefined) throw badRequest('BODY.NOT_AN_OBJECT', 'The body must be a JSON object.');
  return value;
}
