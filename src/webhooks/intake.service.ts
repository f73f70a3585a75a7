import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { badRequest, DomainError } from '../common/errors.js';
import { parseJsonBody } from '../common/json-body.js';
import { WebhookRefusal, type ReportedEvent, type WebhookCapability } from '../integrations/contract/webhooks.js';
import { DELIVERY_MESSAGES, type Receipt, type Stored } from './delivery.js';
import { InboxService } from './inbox.service.js';
import { keptHeaders } from './kept-headers.js';
import { ignoredReceipt, receiptOf, rejectedReceipt, type Arrival } from './receipt.js';
import { ServiceDoor, type IncomingCall } from './service-door.js';

export interface IntakeAnswer {
  status: Stored['outcome'] | 'ignored';
  message: string;
  delivery: number;
}

const MALFORMED_TEXT = 'BODY.INVALID_TEXT';
const NUL = String.raw`\u0000`;

/** Who sends, what they say, and into the inbox with it: in this order, so that strangers learn and leave nothing. */
@Injectable()
export class IntakeService {
  constructor(
    private readonly door: ServiceDoor,
    private readonly inbox: InboxService,
    private readonly clock: Clock,
  ) {}

  /**
   * Answers once the delivery is on disk.
   * @throws DomainError 401 for a stranger, 400 for what is not JSON, 422 for what cannot be (which is kept), 503 for now
   */
  async receive(call: IncomingCall): Promise<IntakeAnswer | Record<string, string>> {
    const { webhooks, event } = this.door.of(call);
    const verdict = await webhooks.verify({ ...call, event });
    if (verdict.kind === 'refused') throw this.door.refusal(call.provider, event);
    if (verdict.kind === 'answered') return verdict.answer;
    const headers = keptHeaders(webhooks.keptHeaders, call.header);
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
    return { status, message: DELIVERY_MESSAGES[status], delivery: stored.id };
  }
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
