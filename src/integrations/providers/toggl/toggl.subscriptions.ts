import type { Connection } from '../../contract/provider.js';
import type { RemoteSubscription, SubscriptionOrder, WebhookSubscriptions } from '../../contract/subscriptions.js';
import type { TogglClient } from './toggl.client.js';
import { checkedId, decode, toRows, toSubscription } from './toggl.mapping.js';

/** Subscriptions to time entries, in the webhooks' own API (https://engineering.toggl.com/docs/webhooks_start). */
export class TogglSubscriptions implements WebhookSubscriptions {
  readonly events = [null] as const;

  /** @param client with the address of the webhooks' API */
  constructor(private readonly client: TogglClient) {}

  async list(connection: Connection): Promise<RemoteSubscription[]> {
    const rows = await this.client.get(connection, pathOf(connection));
    return decode(() => toRows(rows).map(toSubscription), false);
  }

  async create(connection: Connection, { url, secret }: SubscriptionOrder) {
    const answer = await this.client.send(connection, 'POST', pathOf(connection), {
      url_callback: url,
      event_filters: [{ entity: 'time_entry', action: '*' }],
      enabled: true,
      // Toggl wants a name that is new in the workspace.
      description: `Timesheet ${new URL(url).host}`,
      secret: secret.reveal(),
    });
    return { externalId: decode(() => toSubscription(toRows([answer])[0]!), true).externalId, secret };
  }

  async validate(connection: Connection, externalId: string): Promise<void> {
    const workspace = checkedId(connection.workspaceId, 'workspace');
    await this.client.send(connection, 'POST', `/ping/${workspace}/${checkedId(externalId, 'subscription')}`);
  }
}

const pathOf = ({ workspaceId }: Connection): string => `/subscriptions/${checkedId(workspaceId, 'workspace')}`;
