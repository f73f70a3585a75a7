import { Secret } from '../../../common/secret.js';
import type { Connection } from '../../contract/provider.js';
import { ProviderError } from '../../contract/provider-error.js';
import type { RemoteSubscription, SubscriptionOrder, WebhookSubscriptions } from '../../contract/subscriptions.js';
import type { ClockifyClient } from './clockify.client.js';

/** The name of each event there; what sync repairs soonest comes last. */
const EVENT_TYPES: Readonly<Record<string, string>> = {
  start: 'NEW_TIMER_STARTED',
  end: 'TIMER_STOPPED',
  manual: 'NEW_TIME_ENTRY',
  edit: 'TIME_ENTRY_UPDATED',
  delete: 'TIME_ENTRY_DELETED',
};

type Row = Record<string, unknown>;

/** Clockify's webhooks: one for each event, with a token that Clockify makes up. A free workspace has three. */
export class ClockifySubscriptions implements WebhookSubscriptions {
  readonly events = Object.keys(EVENT_TYPES);

  constructor(private readonly client: ClockifyClient) {}

  async list(connection: Connection): Promise<RemoteSubscription[]> {
    const answer = (await this.client.get(connection, pathOf(connection))) as Row | null;
    const rows = Array.isArray(answer?.webhooks) ? (answer.webhooks as Row[]) : [];
    return rows.map((row) => ({
      externalId: textOf(row.id),
      event: this.events.find((event) => EVENT_TYPES[event] === row.webhookEvent) ?? null,
      url: textOf(row.url),
      isActive: row.enabled === true,
    }));
  }

  async create(connection: Connection, { event, url }: SubscriptionOrder) {
    const answer = (await this.client.send(connection, 'POST', pathOf(connection), {
      name: `Timesheet ${event}`,
      url,
      webhookEvent: EVENT_TYPES[event ?? ''],
      triggerSourceType: 'WORKSPACE_ID',
      triggerSource: [connection.workspaceId],
    })) as Row | null;
    const externalId = textOf(answer?.id);
    const token = textOf(answer?.authToken);
    if (externalId === '' || token === '') {
      throw new ProviderError('unavailable', 'Clockify has answered a webhook without an id or a token.');
    }
    return { externalId, secret: new Secret(token) };
  }
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

const pathOf = ({ workspaceId }: Connection): string => `/workspaces/${encodeURIComponent(workspaceId)}/webhooks`;
