import { createHmac } from 'node:crypto';
import { writeBigJson } from '../../simulators/support/big-json.js';

export const SECRET = 'a-secret-of-a-subscription-at-toggl';
export const SUBSCRIPTION = 10_713;

let lastEvent = 8_023_169_274_704_072;

/** Sixteen digits nobody has used yet, as Toggl numbers its events. */
export const nextEventId = (): number => (lastEvent += 1);

export interface EventOptions {
  action?: 'created' | 'updated' | 'deleted' | (string & {});
  eventId?: number;
  subscriptionId?: number;
  timestamp?: string;
  model?: string;
  payload: Record<string, unknown>;
}

/** As Toggl delivers it: ids are text in `metadata` and numbers in `payload`. */
export function togglEvent(options: EventOptions): Record<string, unknown> {
  const { action = 'created', eventId = nextEventId(), subscriptionId = SUBSCRIPTION, payload } = options;
  const timestamp = options.timestamp ?? '2026-03-02T09:00:00.170443406Z';
  return {
    event_id: eventId,
    created_at: timestamp.replace(/\.\d+Z$/, '.170Z'),
    creator_id: payload.user_id,
    metadata: {
      action,
      event_user_id: String(payload.user_id),
      model: options.model ?? 'time_entry',
      model_owner_id: String(payload.user_id),
      path: `/api/v9/workspaces/${String(payload.workspace_id)}/time_entries`,
      request_body: '{}',
      request_type: 'POST',
      time_entry_id: String(payload.id),
      workspace_id: String(payload.workspace_id),
    },
    payload,
    subscription_id: subscriptionId,
    timestamp,
    url_callback: 'https://example.test/toggl',
  };
}

let lastEntry = 3_050_537_739;

/** An entry as it stands in an event: running since half past eight, unless said otherwise. */
export function togglEntry(changes: Record<string, unknown>): Record<string, unknown> & { id: number } {
  lastEntry += 1;
  return {
    at: '2026-03-02T08:30:01+00:00',
    billable: false,
    description: 'test',
    duration: -1_772_440_200,
    duronly: true,
    id: lastEntry,
    project_id: null,
    server_deleted_at: null,
    start: '2026-03-02T08:30:00Z',
    stop: null,
    tag_ids: null,
    tags: [],
    task_id: null,
    ...changes,
  };
}

export const STOPPED = { stop: '2026-03-02T08:50:00Z', duration: 1200, at: '2026-03-02T08:50:01+00:00' };

export const signatureOf = (body: string | Buffer, secret = SECRET): string =>
  `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;

export interface TogglAnswer {
  status: number;
  body: { status?: string; delivery?: number; code?: string; validation_code?: string };
}

/** Delivers as Toggl would; `body` may be the very bytes. */
export async function deliverToggl(
  url: string,
  body: object | string | Buffer,
  options: { path?: string; secret?: string; headers?: Record<string, string> } = {},
): Promise<TogglAnswer> {
  const bytes = typeof body === 'string' || Buffer.isBuffer(body) ? body : writeBigJson(body);
  const answer = await fetch(`${url}${options.path ?? '/webhooks/toggl'}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-webhook-signature-256': signatureOf(bytes, options.secret),
      ...options.headers,
    },
    body: bytes as string,
  });
  return { status: answer.status, body: JSON.parse(await answer.text()) as TogglAnswer['body'] };
}
