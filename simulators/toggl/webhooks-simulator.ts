import { createHmac, randomBytes } from 'node:crypto';
import { parseBigJson, writeBigJson } from '../support/big-json.js';
import { HttpSimulator, type SimulatedAnswer, type SimulatedRequest } from '../support/http-simulator.js';
import { Refusal } from '../support/refusal.js';
import type { Effect, Plan, TogglEntry, TogglModel, TogglUser } from './model.js';
import { plainRefusal, refusal } from './refusal.js';
import { renderEntry } from './render.js';

export interface TogglSubscription {
  id: bigint;
  workspaceId: bigint;
  userId: bigint;
  url: string;
  description: string;
  filters: unknown[];
  enabled: boolean;
  secret: string;
  validatedAt: string | null;
  validationCode: string;
}

/** One call that Toggl would make. */
interface Delivery {
  subscription: TogglSubscription;
  body: string;
}

const LIMITS: Record<Plan, { subscriptions: number; filters: number }> = {
  free: { subscriptions: 1, filters: 3 },
  starter: { subscriptions: 2, filters: 6 },
  premium: { subscriptions: 3, filters: 12 },
};

/** Toggl's webhooks API v1 over the same people and entries, and what it delivers of them: signed over the bytes. */
export class TogglWebhooksSimulator extends HttpSimulator {
  readonly subscriptions = new Map<bigint, TogglSubscription>();
  /** Not sent yet, in order. */
  readonly pending: Delivery[] = [];
  private lastEvent = 8_023_169_274_704_072n;
  private pings: Promise<void>[] = [];

  constructor(private readonly model: TogglModel) {
    super('/webhooks/api/v1');
    model.onEffect = (effect, entry) => this.notice(effect, entry);
  }

  /** Resolves when every address that was to be called has been. */
  async settled(): Promise<void> {
    await Promise.all(this.pings.splice(0));
  }

  /** Sends what is pending. @param copies of each delivery @param isReversed the newest first; answers the statuses */
  async deliver({ copies = 1, isReversed = false } = {}): Promise<number[]> {
    const statuses: number[] = [];
    const waiting = this.pending.splice(0);
    for (const { subscription, body } of isReversed ? waiting.toReversed() : waiting) {
      for (let copy = 0; copy < copies; copy += 1) statuses.push((await this.call(subscription, body)).status);
    }
    return statuses;
  }

  protected override answer(request: SimulatedRequest): SimulatedAnswer {
    try {
      const value = this.respond(request);
      return { status: 200, headers: { 'content-type': 'application/json; charset=utf-8' }, body: writeBigJson(value) };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return error.answer;
    }
  }

  private respond({ method, path, headers, body }: SimulatedRequest): unknown {
    const user = this.authenticate(headers.authorization);
    const match = /^\/(subscriptions|limits|ping)\/(\d+)(?:\/(\d+))?$/.exec(path);
    if (match === null) throw plainRefusal(404, '404 page not found\n');
    const workspaceId = BigInt(match[2]!);
    const subscription = match[3] === undefined ? null : this.find(workspaceId, BigInt(match[3]));
    const workspace = this.model.workspaces.get(workspaceId);
    if (workspace?.memberIds.has(user.id) !== true) throw refusal(403, 'User not found/accessible for workspace');
    switch (`${method} ${match[1]}${subscription === null ? '' : '/:id'}`) {
      case 'GET limits': {
        const { subscriptions, filters } = this.limitsOf(workspaceId);
        return { max_webhooks: subscriptions, max_events_per_webhook: filters };
      }
      case 'GET subscriptions':
        return this.of(workspaceId).map(render);
      case 'POST subscriptions':
        return render(this.create(user, workspaceId, parseBigJson(body) as Record<string, unknown>));
      case 'POST ping/:id':
        this.ping(subscription!);
        return { status: 'OK' };
      case 'DELETE subscriptions/:id':
        this.subscriptions.delete(subscription!.id);
        return render(subscription!);
      default:
        throw plainRefusal(405, 'Method Not Allowed\n');
    }
  }

  private create(user: TogglUser, workspaceId: bigint, body: Record<string, unknown>): TogglSubscription {
    const { url_callback: url, event_filters: filters, description, enabled, secret } = body;
    const limits = this.limitsOf(workspaceId);
    if (typeof description !== 'string' || description === '') {
      throw refusal(400, 'Subscription description must not be empty');
    }
    if (this.of(workspaceId).some((one) => one.description === description)) {
      throw refusal(400, `Subscription description '${description}' is already in use for workspace ${workspaceId}`);
    }
    if (!Array.isArray(filters) || filters.length === 0) {
      throw refusal(400, 'The list of event filters must not be empty');
    }
    if (this.of(workspaceId).length >= limits.subscriptions) {
      const limit = `already reached the limit of ${limits.subscriptions} enabled subscriptions`;
      throw refusal(400, `User ${user.id} ${limit} for workspace ${workspaceId}`);
    }
    const subscription: TogglSubscription = {
      id: this.model.nextId(),
      workspaceId,
      userId: user.id,
      url: String(url),
      description,
      filters,
      enabled: enabled === true,
      secret: typeof secret === 'string' && secret !== '' ? secret : randomBytes(15).toString('base64url'),
      validatedAt: null,
      validationCode: randomBytes(16).toString('hex'),
    };
    this.subscriptions.set(subscription.id, subscription);
    this.ping(subscription);
    return subscription;
  }

  /** The address proves that it is ours by answering the code. */
  private ping(subscription: TogglSubscription): void {
    const { id, userId, url, validationCode, validatedAt } = subscription;
    const now = new Date(this.model.now()).toISOString();
    const body = writeBigJson({
      event_id: 0,
      created_at: now,
      creator_id: userId,
      metadata: { request_type: 'POST', event_user_id: userId },
      payload: 'ping',
      subscription_id: id,
      timestamp: now,
      url_callback: url,
      ...(validatedAt === null ? { validation_code: validationCode } : {}),
    });
    const called = this.call(subscription, body).then(({ status, text }) => {
      const isProof = status >= 200 && status < 300 && text.includes(validationCode);
      if (isProof) subscription.validatedAt = now;
    });
    this.pings.push(called.catch(() => undefined));
  }

  private notice({ kind }: Effect, entry: TogglEntry): void {
    for (const subscription of this.of(entry.workspaceId)) {
      if (!subscription.enabled || subscription.validatedAt === null || subscription.userId !== entry.userId) continue;
      this.lastEvent += 1n;
      const now = new Date(this.model.now()).toISOString();
      const action = kind === 'stopped' ? 'updated' : kind;
      const body = writeBigJson({
        event_id: this.lastEvent,
        created_at: now,
        creator_id: subscription.userId,
        metadata: {
          action,
          event_user_id: String(entry.userId),
          model: 'time_entry',
          time_entry_id: String(entry.id),
          workspace_id: String(entry.workspaceId),
        },
        // Deliveries know the second of a version, reads its microsecond.
        payload: {
          ...renderEntry(this.model, entry, 'Z'),
          at: `${new Date(entry.at / 1000).toISOString().slice(0, 19)}+00:00`,
        },
        subscription_id: subscription.id,
        timestamp: now,
        url_callback: subscription.url,
      });
      this.pending.push({ subscription, body });
    }
  }

  private async call({ url, secret }: TogglSubscription, body: string): Promise<{ status: number; text: string }> {
    const signature = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
    const headers = { 'content-type': 'application/json', 'x-webhook-signature-256': signature };
    const answer = await fetch(url, { method: 'POST', headers, body });
    return { status: answer.status, text: await answer.text() };
  }

  private of(workspaceId: bigint): TogglSubscription[] {
    return [...this.subscriptions.values()].filter((one) => one.workspaceId === workspaceId);
  }

  private find(workspaceId: bigint, id: bigint): TogglSubscription {
    const subscription = this.subscriptions.get(id);
    if (subscription?.workspaceId !== workspaceId) throw refusal(404, 'Resource can not be found');
    return subscription;
  }

  private limitsOf(workspaceId: bigint) {
    const organization = this.model.organizations.get(this.model.workspaces.get(workspaceId)!.organizationId);
    return LIMITS[organization?.plan ?? 'free'];
  }

  private authenticate(header = ''): TogglUser {
    const [name, password] = Buffer.from(header.replace(/^Basic /, ''), 'base64')
      .toString('utf8')
      .split(':');
    const user = this.model.users.get(name ?? '');
    if (user === undefined || password !== 'api_token') throw plainRefusal(403, 'Incorrect username and/or password');
    return user;
  }
}

const render = (subscription: TogglSubscription): object => ({
  subscription_id: subscription.id,
  workspace_id: subscription.workspaceId,
  user_id: subscription.userId,
  enabled: subscription.enabled,
  description: subscription.description,
  event_filters: subscription.filters,
  url_callback: subscription.url,
  secret: subscription.secret,
  validated_at: subscription.validatedAt,
  has_pending_events: false,
});
