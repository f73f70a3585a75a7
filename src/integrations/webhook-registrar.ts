import { Inject, Injectable } from '@nestjs/common';
import { notFound, unprocessable } from '../common/errors.js';
import { randomToken } from '../common/hashing.js';
import { Secret } from '../common/secret.js';
import type { Config } from '../config/env.js';
import { CONFIG } from '../config/tokens.js';
import { ProviderError } from './contract/provider-error.js';
import type { RemoteSubscription, WebhookSubscriptions } from './contract/subscriptions.js';
import { IntegrationsService, type OpenIntegration } from './integrations.service.js';
import { WebhookSecretsService } from './webhook-secrets.service.js';

/** What has become of the deliveries of one event. */
export interface Registration {
  /** `null`: of all events. */
  event: string | null;
  /** `left_out`: there is no room for it, or the service refuses it for another reason. */
  state: 'made' | 'known' | 'left_out';
  /** Why it was left out, in the service's words. */
  reason: string | null;
}

/** A subscription there that delivers here. */
export interface Subscription extends RemoteSubscription {
  /** Without it its deliveries are proved by what the environment holds, or not at all. */
  hasSecret: boolean;
}

/** Asks services to deliver here by themselves, and keeps the secrets their deliveries are proved by. */
@Injectable()
export class WebhookRegistrar {
  constructor(
    private readonly integrations: IntegrationsService,
    private readonly secrets: WebhookSecretsService,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * Makes what is missing; may be repeated.
   * @throws DomainError without `PUBLIC_URL`; ProviderError when the service cannot be asked
   */
  async register(integrationId: number): Promise<Registration[]> {
    const { open, subscriptions } = await this.opened(integrationId);
    const existing = await this.here(open, subscriptions);
    const made: Registration[] = [];
    for (const event of subscriptions.events) {
      const known = existing.find((one) => one.event === event && one.hasSecret);
      made.push(
        known === undefined ? await this.make(open, subscriptions, event) : await checked(open, subscriptions, known),
      );
    }
    return made;
  }

  /** Those of the workspace that deliver here. */
  async list(integrationId: number): Promise<Subscription[]> {
    const { open, subscriptions } = await this.opened(integrationId);
    return this.here(open, subscriptions);
  }

  private async opened(integrationId: number) {
    const open = await this.integrations.open(integrationId);
    if (open === null) throw notFound('INTEGRATION.NOT_FOUND', 'There is no such integration that can be called.');
    const { webhookSubscriptions: subscriptions } = open.provider;
    if (subscriptions !== undefined) return { open, subscriptions };
    throw unprocessable('VALIDATION.IMPOSSIBLE', `${open.provider.name} cannot be asked to deliver by itself.`);
  }

  private async here({ provider, connection }: OpenIntegration, subscriptions: WebhookSubscriptions) {
    const kept = new Set((await this.secrets.list(provider.key)).map(({ externalId }) => externalId));
    const there = await subscriptions.list(connection);
    return there
      .filter(({ url, event }) => url === this.addressOf(provider.key, event))
      .map((one): Subscription => ({ ...one, hasSecret: kept.has(one.externalId) }));
  }

  /** The secret is kept before the service is asked: it calls back before it answers. */
  private async make(
    { provider, connection }: OpenIntegration,
    subscriptions: WebhookSubscriptions,
    event: string | null,
  ): Promise<Registration> {
    const url = this.addressOf(provider.key, event);
    const secret = new Secret(randomToken());
    const draft = { provider: provider.key, workspaceId: connection.workspaceId, externalId: null, event, url };
    const id = await this.secrets.keep(draft, secret);
    try {
      const created = await subscriptions.create(connection, { event, url, secret });
      if (created.secret.reveal() !== secret.reveal()) await this.secrets.replace(id, provider.key, created.secret);
      await this.secrets.name(id, created.externalId);
      return { event, state: 'made', reason: null };
    } catch (error) {
      await this.secrets.forget(id);
      if (!(error instanceof ProviderError) || error.kind !== 'rejected') throw error;
      return { event, state: 'left_out', reason: error.message };
    }
  }

  private addressOf(provider: string, event: string | null): string {
    const { publicUrl } = this.config;
    if (publicUrl === undefined) {
      throw unprocessable('VALIDATION.IMPOSSIBLE', 'PUBLIC_URL is not set: services have to know where to deliver.');
    }
    return `${publicUrl.replace(/\/+$/, '')}/webhooks/${provider}${event === null ? '' : `/${event}`}`;
  }
}

/** One that was never validated is called again. */
async function checked(
  { connection }: OpenIntegration,
  subscriptions: WebhookSubscriptions,
  { event, externalId, isActive }: Subscription,
): Promise<Registration> {
  if (!isActive) await subscriptions.validate?.(connection, externalId);
  return { event, state: 'known', reason: null };
}
