import type { ReportedEvent } from '../../src/integrations/contract/webhooks.js';

export const EVENTS = ['start', 'end', 'edit', 'delete', 'manual'] as const satisfies ReportedEvent[];

/** Those that have an address and a token of their own. */
export type Event = (typeof EVENTS)[number];

/** As Clockify gives them out: 32 letters and digits, one for each webhook. */
export const TOKENS: Record<Event, string> = {
  start: 'kWq3vT8ZpL1xNc5RbY7dHs2GmJ4fQa90',
  end: 'Zt6mB1yUe9KoRx3VqLw8Cj5NsHd2Pf47',
  edit: 'hG4sXa7MvQ0eTz2LkWn9Yb6RcJu1Dp38',
  delete: 'Nf8rKd3JyBo5Vx1QmTe7Hw0ZcLs6Ug29',
  manual: 'Lp2wYc9GtXn4Fa6RkBv1Mz8DqJe3Hs75',
};

export const TOKEN_ENV: Record<string, string> = {
  CLOCKIFY_SECRET_TOKEN_START: TOKENS.start,
  CLOCKIFY_SECRET_TOKEN_END: TOKENS.end,
  CLOCKIFY_SECRET_TOKEN_EDIT: TOKENS.edit,
  CLOCKIFY_SECRET_TOKEN_DELETE: TOKENS.delete,
  CLOCKIFY_SECRET_TOKEN_MANUAL_CREATE: TOKENS.manual,
};

export const EVENT_TYPES: Record<Event, string> = {
  start: 'NEW_TIMER_STARTED',
  end: 'TIMER_STOPPED',
  edit: 'TIME_ENTRY_UPDATED',
  delete: 'TIME_ENTRY_DELETED',
  manual: 'NEW_TIME_ENTRY',
};

export const WORKSPACE = '64a687e29ae1f428e7ebe303';

let lastId = 0x64c777ddd3fc000000000000n;

/** Twenty-four hexadecimal digits nobody has used yet. */
export const nextId = (): string => (lastId += 1n).toString(16);

/** An entry as Clockify delivers it: an hour of Ana's morning, ended unless said otherwise. */
export function delivery(changes: Record<string, unknown> = {}): Record<string, unknown> {
  const { timeInterval, ...rest } = changes as { timeInterval?: object };
  return {
    id: nextId(),
    description: 'Planning',
    userId: '5a0ab5acb07987125438b60f',
    billable: true,
    projectId: '25b687e29ae1f428e7ebe123',
    workspaceId: WORKSPACE,
    isLocked: false,
    hourlyRate: null,
    costRate: null,
    customFieldValues: [],
    type: 'REGULAR',
    kioskId: null,
    approvalStatus: null,
    currentlyRunning: false,
    project: {
      id: '25b687e29ae1f428e7ebe123',
      name: 'Internal',
      clientId: '',
      clientName: '',
      workspaceId: WORKSPACE,
      billable: true,
      color: '#03A9F4',
      archived: false,
      duration: 'PT47H12M45S',
    },
    task: { id: '54b377ddd3fcab07cfbb432a', name: 'Roadmap', status: 'ACTIVE', projectId: '25b687e29ae1f428e7ebe123' },
    user: { id: '5a0ab5acb07987125438b60f', name: 'Ana', status: 'ACTIVE' },
    tags: [{ id: '64c777ddd3fcab07cfbb0001', name: 'deep', workspaceId: WORKSPACE, archived: false }],
    ...rest,
    timeInterval: {
      start: '2026-07-20T13:00:00Z',
      end: '2026-07-20T14:00:00Z',
      duration: 'PT1H',
      timeZone: 'America/Bogota',
      offsetStart: -18000,
      offsetEnd: -18000,
      zonedStart: '2026-07-20T08:00:00',
      zonedEnd: '2026-07-20T09:00:00',
      ...timeInterval,
    },
  };
}

/** The same while it runs. */
export const running = (changes: Record<string, unknown> = {}): Record<string, unknown> =>
  delivery({
    currentlyRunning: true,
    ...changes,
    timeInterval: {
      end: null,
      duration: null,
      offsetEnd: null,
      zonedEnd: null,
      ...(changes as { timeInterval?: object }).timeInterval,
    },
  });

export interface Answer {
  status: number;
  body: { status?: string; message?: string; delivery?: number; code?: string; details?: unknown; requestId?: string };
  headers: Headers;
  text: string;
}

export interface SendOptions {
  path?: string;
  headers?: Record<string, string>;
}

/** Delivers as Clockify would; `body` may be the very bytes. */
export async function deliver(
  url: string,
  event: Event,
  body: object | string | Buffer,
  { path = `/webhook/clockify/${event}`, headers = {} }: SendOptions = {},
): Promise<Answer> {
  const answer = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'clockify-signature': TOKENS[event],
      'clockify-webhook-event-type': EVENT_TYPES[event],
      'user-agent': 'Vert.x-WebClient/4.2.5',
      ...headers,
    },
    body: (typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body)) as string,
  });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, text, body: JSON.parse(text) as Answer['body'] };
}
