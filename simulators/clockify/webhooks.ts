import { randomBytes } from 'node:crypto';
import { isAdmin, type Body } from './entry-rules.js';
import type { ClockifyEntry, ClockifyModel, ClockifyUser, ClockifyWorkspace, Effect, Plan } from './model.js';
import { notInWorkspace, refusal } from './refusal.js';
import { renderDelivery } from './render.js';

export interface ClockifyWebhook {
  id: string;
  workspaceId: string;
  userId: string;
  name: string;
  url: string;
  /** One for each webhook. */
  webhookEvent: string;
  triggerSourceType: string;
  triggerSource: string[];
  authToken: string;
  enabled: boolean;
}

/** One call that Clockify would make. */
export interface Delivery {
  url: string;
  headers: Record<string, string>;
  body: string;
}

const LIMITS: Record<Plan, { ofUser: number; ofWorkspace: number }> = {
  FREE: { ofUser: 3, ofWorkspace: 3 },
  PRO: { ofUser: 10, ofWorkspace: 100 },
  ENTERPRISE: { ofUser: 100, ofWorkspace: 300 },
};
const EVENTS = new Set([
  'NEW_TIMER_STARTED',
  'TIMER_STOPPED',
  'NEW_TIME_ENTRY',
  'TIME_ENTRY_UPDATED',
  'TIME_ENTRY_DELETED',
  'TIME_ENTRY_SPLIT',
  'TIME_ENTRY_RESTORED',
]);

/** The webhooks of all workspaces, and what they have to deliver. */
export class Webhooks {
  readonly all = new Map<string, ClockifyWebhook>();
  /** Not sent yet, in order. */
  readonly pending: Delivery[] = [];

  constructor(private readonly model: ClockifyModel) {}

  list(workspace: ClockifyWorkspace): ClockifyWebhook[] {
    return [...this.all.values()].filter(({ workspaceId }) => workspaceId === workspace.id);
  }

  create(user: ClockifyUser, workspace: ClockifyWorkspace, body: Body): ClockifyWebhook {
    assertAdmin(user, workspace);
    const { name, url, webhookEvent, triggerSourceType = 'WORKSPACE_ID', triggerSource } = body;
    // Recorded so: the sentence has nothing to do with the reason.
    if (typeof name !== 'string') throw refusal(400, 501, 'Webhook already exists');
    if (name.length < 2 || name.length > 30) throw refusal(400, 501, 'name: size must be between 2 and 30');
    if (typeof url !== 'string' || !URL.canParse(url)) throw refusal(400, 501, 'url: must be a valid URL');
    if (typeof webhookEvent !== 'string' || !EVENTS.has(webhookEvent)) throw refusal(400, 3000, 'Unknown webhookEvent');
    if (!Array.isArray(triggerSource)) throw refusal(400, 501, 'triggerSource: must not be null');
    this.assertRoom(user, workspace);
    const webhook: ClockifyWebhook = {
      id: this.model.nextId(),
      workspaceId: workspace.id,
      userId: user.id,
      name,
      url,
      webhookEvent,
      triggerSourceType: String(triggerSourceType),
      triggerSource: triggerSource.map(String),
      authToken: randomBytes(24).toString('base64url'),
      enabled: true,
    };
    this.all.set(webhook.id, webhook);
    return webhook;
  }

  get(user: ClockifyUser, workspace: ClockifyWorkspace, id: string): ClockifyWebhook {
    assertAdmin(user, workspace);
    const webhook = this.all.get(id);
    if (webhook?.workspaceId !== workspace.id) throw notInWorkspace('Webhook');
    return webhook;
  }

  /** Queues what this effect makes the workspace's webhooks say, with the entry as it stands now. */
  notice(effect: Effect, entry: ClockifyEntry): void {
    const event = eventOf(effect, entry);
    const body = JSON.stringify(renderDelivery(this.model, entry));
    for (const webhook of this.all.values()) {
      if (!webhook.enabled || webhook.workspaceId !== entry.workspaceId || webhook.webhookEvent !== event) continue;
      const headers = {
        'content-type': 'application/json',
        'clockify-signature': webhook.authToken,
        'clockify-webhook-event-type': event,
      };
      this.pending.push({ url: webhook.url, headers, body });
    }
  }

  /**
   * Sends what is pending, in order, and answers the statuses.
   * @param copies of each delivery, nearly at the same time: Clockify has been seen to send twins
   */
  async deliver({ copies = 1 } = {}): Promise<number[]> {
    const statuses: number[] = [];
    for (const { url, headers, body } of this.pending.splice(0)) {
      const calls = Array.from({ length: copies }, () => fetch(url, { method: 'POST', headers, body }));
      for (const answer of await Promise.all(calls)) {
        await answer.arrayBuffer();
        statuses.push(answer.status);
      }
    }
    return statuses;
  }

  private assertRoom(user: ClockifyUser, workspace: ClockifyWorkspace): void {
    const existing = this.list(workspace);
    const { ofUser, ofWorkspace } = LIMITS[workspace.plan];
    const own = existing.filter(({ userId }) => userId === user.id);
    if (own.length >= ofUser || existing.length >= ofWorkspace) {
      throw refusal(400, 501, 'Webhook limit for this workspace has been reached');
    }
  }
}

export const renderWebhook = (webhook: ClockifyWebhook): object => ({
  ...webhook,
  deliveryEnabled: webhook.enabled,
  planEnabled: true,
});

function assertAdmin(user: ClockifyUser, workspace: ClockifyWorkspace): void {
  if (!isAdmin(workspace, user)) throw refusal(403, 403, 'Access Denied');
}

function eventOf({ kind }: Effect, { end }: ClockifyEntry): string {
  if (kind === 'created') return end === null ? 'NEW_TIMER_STARTED' : 'NEW_TIME_ENTRY';
  const others = { stopped: 'TIMER_STOPPED', updated: 'TIME_ENTRY_UPDATED', deleted: 'TIME_ENTRY_DELETED' };
  return others[kind];
}
