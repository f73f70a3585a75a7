import type { Secret } from '../../common/secret.js';
import type { Connection } from './provider.js';

/** What a service is asked to deliver. */
export interface SubscriptionOrder {
  /** Of `WebhookSubscriptions.events`; `null` where there is one subscription for all of them. */
  event: string | null;
  url: string;
  /** Proves the deliveries, unless the service makes up a secret of its own. */
  secret: Secret;
}

/** A subscription as the service shows it. */
export interface RemoteSubscription {
  externalId: string;
  event: string | null;
  url: string;
  /** Nothing comes of one that is switched off, or was never validated. */
  isActive: boolean;
}

/** Asking a service to deliver by itself. */
export interface WebhookSubscriptions {
  /** What there are subscriptions for, the most important first: plans allow only so many. */
  readonly events: readonly (string | null)[];
  list(connection: Connection): Promise<RemoteSubscription[]>;
  /** @returns its id there, and the secret it is proved by @throws ProviderError `rejected` when there is no room for another */
  create(connection: Connection, order: SubscriptionOrder): Promise<{ externalId: string; secret: Secret }>;
  /** Asks the service to call the address again. */
  validate?(connection: Connection, externalId: string): Promise<void>;
}
