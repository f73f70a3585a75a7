import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { DomainError } from '../common/errors.js';
import { WebhookRefusal } from '../integrations/contract/webhooks.js';
import type { SentWorkouts, UnreadableWorkout } from '../workouts/health-auto-export.js';
import { WorkoutsService } from '../workouts/workouts.service.js';
import { DELIVERY_MESSAGES, PHONE, type Receipt } from './delivery.js';
import { InboxService } from './inbox.service.js';
import { keptHeaders } from './kept-headers.js';
import { phoneReceipt } from './receipt.js';

/** What a phone has sent, once it is known whose it is. */
export interface PhoneCall {
  ownerId: number;
  header(name: string): readonly string[];
  body: Buffer;
}

export interface PhoneAnswer {
  status: 'accepted' | 'duplicate' | 'ignored';
  message: string;
  delivery: number;
  /** How many there are in it that can be read. */
  workouts: number;
  /** The first of those that cannot. */
  rejected: UnreadableWorkout[];
}

const KEPT_HEADERS = ['user-agent', 'content-type'];
const MOST_REJECTIONS = 100;

/** Takes what phones send into the inbox, like everything that is delivered. */
@Injectable()
export class PhoneIntake {
  constructor(
    private readonly workouts: WorkoutsService,
    private readonly inbox: InboxService,
    private readonly clock: Clock,
  ) {}

  /**
   * Answers once the delivery is on disk.
   * @throws DomainError 400 for what is not JSON, 422 when nothing of it can be read (which is kept), 503 for now
   */
  async receive(call: PhoneCall): Promise<PhoneAnswer> {
    const { ownerId, body } = call;
    const headers = keptHeaders(KEPT_HEADERS, (name) => call.header(name));
    const arrival = { provider: PHONE, raw: body, headers, receivedAt: this.clock.now() };
    const { sent, refusal } = this.read(body);
    const state = sent === null ? 'rejected' : sent.workouts.length === 0 ? 'ignored' : 'pending';
    const receipt: Receipt = phoneReceipt(arrival, ownerId, state, refusal);
    const stored = await this.inbox.store(receipt);
    if (sent === null) throw new DomainError(422, 'WEBHOOK.INVALID', refusal!, { details: { delivery: stored.id } });
    const outcome = stored.outcome === 'accepted' ? 'accepted' : 'duplicate';
    const status = state === 'ignored' ? 'ignored' : outcome;
    return {
      status,
      message: DELIVERY_MESSAGES[status],
      delivery: stored.id,
      workouts: sent.workouts.length,
      rejected: sent.rejected.slice(0, MOST_REJECTIONS),
    };
  }

  private read(body: Buffer): { sent: SentWorkouts | null; refusal: string | null } {
    try {
      return { sent: this.workouts.read(body), refusal: null };
    } catch (error) {
      if (error instanceof WebhookRefusal) return { sent: null, refusal: error.message };
      throw error;
    }
  }
}
