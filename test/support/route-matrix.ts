/** Everybody who may stand before a route. A webhook's token comes in the header it is meant for, and as a bearer too. */
export const IDENTITIES = [
  'anonymous',
  'owner',
  'owner by cookie',
  'stranger',
  'coordinator',
  'admin',
  'secret',
  'start',
  'end',
  'edit',
  'delete',
  'manual',
  'toggl',
  'health',
  'revoked token',
  'expired cookie',
  'disabled',
] as const;
export type Identity = (typeof IDENTITIES)[number];

/** The status every identity is answered with. */
export type Door = Readonly<Record<Identity, number>>;

/** What the owner has, and what there is besides; made anew for whoever uses it up. */
export const FIXTURES = [
  'log',
  'session',
  'review',
  'token',
  'person',
  'member',
  'integration',
  'run',
  'cookie',
] as const;
export type Fixture = (typeof FIXTURES)[number];

export interface Row {
  /** As OpenAPI names it. */
  route: string;
  door: Door;
  /** With `{log}` and the like for ids; the route itself without it. */
  path?: string;
  /** With `'{log}'` for ids; or a file, or what a service delivers. */
  body?: object | 'file' | 'clockify' | 'toggl';
  headers?: Record<string, string>;
  /** What a success uses up. */
  fresh?: Fixture;
}

const everybody = (status: number): Door =>
  Object.fromEntries(IDENTITIES.map((identity) => [identity, status])) as Record<Identity, number>;
const closed = everybody(401);
/** Whoever is signed in, about what is their own. */
const user = (status = 200): Door => ({ ...own(status), stranger: status, coordinator: status, admin: status });
/** About what is the owner’s alone: absent for others, of whatever role. */
const own = (status = 200): Door => ({
  ...closed,
  owner: status,
  'owner by cookie': status,
  stranger: 404,
  coordinator: 404,
  admin: 404,
});
const MEMBERS = { owner: 403, 'owner by cookie': 403, stranger: 403 };
const admins = (status = 200): Door => ({ ...closed, ...MEMBERS, coordinator: 403, admin: status });
/** Coordinators, admins and the holder of the secret. */
const office = (status = 200): Door => ({ ...closed, ...MEMBERS, coordinator: status, admin: status, secret: status });
/** The same without coordinators. */
const adminOffice = (status = 200): Door => ({ ...office(status), coordinator: 403 });
const only = (...identities: Identity[]): Door => ({
  ...closed,
  ...Object.fromEntries(identities.map((identity) => [identity, 200])),
});
const health = only('owner', 'stranger', 'coordinator', 'admin', 'health');
const button = only('owner', 'stranger', 'coordinator', 'admin');

const DAYS = 'startDate=2025-07-14&endDate=2025-07-20';
const RANGE = 'from=1752480000&to=1752600000';
const LOG = { task: 'x', start: 1752566400, end: 1752570000 };
const SESSION = { description: 'moved' };
const REPORT = { idUser: '{owner}', startDate: '2025-07-14', endDate: '2025-07-20', emailToSend: 'a@example.com' };

const row = (route: string, door: Door, request: Omit<Row, 'route' | 'door'> = {}): Row => ({
  route,
  door,
  ...request,
});

const ACCOUNTS: Row[] = [
  row('POST /v1/rpc/login', everybody(200), { body: { username: 'owner', password: 'password of owner' } }),
  row('DELETE /v1/rpc/login', user(), { fresh: 'cookie' }),
  row('GET /v1/resources/me', user()),
  row('PUT /v1/resources/me', user(), { body: { name: 'Somebody' } }),
  row('GET /v1/resources/users', admins()),
  row('GET /v1/resources/users', admins(), { path: '/v1/resources/users?id={owner}' }),
  row('POST /v1/resources/users', admins(201), { body: { username: 'newcomer', password: 'a long password' } }),
  row('PUT /v1/resources/users', admins(), { body: { id: '{person}', role: 'coordinator' } }),
  row('PUT /v1/resources/users/{id}', admins(), { path: '/v1/resources/users/{person}', body: { name: 'x' } }),
  row('DELETE /v1/resources/users', admins(), { path: '/v1/resources/users?id={person}', fresh: 'person' }),
  row('DELETE /v1/resources/users/{id}', admins(), { path: '/v1/resources/users/{person}', fresh: 'person' }),
  row('GET /v1/resources/tokens', user()),
  row('POST /v1/resources/tokens', user(201), { body: { name: 'x' } }),
  row('DELETE /v1/resources/tokens', own(), { path: '/v1/resources/tokens?id={token}', fresh: 'token' }),
  row('DELETE /v1/resources/tokens/{id}', own(), { path: '/v1/resources/tokens/{token}', fresh: 'token' }),
];

const SERVICES: Row[] = [
  row('GET /v1/resources/providers', user()),
  row('GET /v1/resources/integrations', user()),
  row('GET /v1/resources/integrations', own(), { path: '/v1/resources/integrations?id={integration}' }),
  row('POST /v1/resources/integrations', user(422), { body: { provider: 'nothing', credentials: {} } }),
  row('PUT /v1/resources/integrations', own(), { body: { id: '{integration}', name: 'x' } }),
  row('PUT /v1/resources/integrations/{id}', own(), {
    path: '/v1/resources/integrations/{integration}',
    body: { name: 'y' },
  }),
  row('DELETE /v1/resources/integrations', own(), {
    path: '/v1/resources/integrations?id={integration}',
    fresh: 'integration',
  }),
  row('DELETE /v1/resources/integrations/{id}', own(), {
    path: '/v1/resources/integrations/{integration}',
    fresh: 'integration',
  }),
  row('GET /v1/rpc/oauth/zoho/start', user(302)),
  row('GET /v1/rpc/oauth/zoho/callback', user(403), { path: '/v1/rpc/oauth/zoho/callback?code=x&state=y' }),
  row('GET /v1/resources/projects', user()),
  row('GET /v1/resources/projects', own(), { path: '/v1/resources/projects?integration_id={integration}' }),
  row('GET /v1/resources/sync', user()),
  row('PUT /v1/resources/sync', user(), { body: { interval_seconds: 600 } }),
  row('POST /v1/rpc/sync', own(), { body: { integration_id: '{integration}', dry_run: true } }),
  // A plan is carried out once.
  row('POST /v1/rpc/sync', { ...own(), 'owner by cookie': 409 }, { body: { plan_id: '{plan}' } }),
  row('GET /v1/resources/reconciliation', own(), {
    path: `/v1/resources/reconciliation?integration_id={integration}&${RANGE}`,
  }),
  row('POST /v1/resources/imports', user(202), { body: 'file' }),
  row('GET /v1/resources/imports', own(), { path: '/v1/resources/imports?id={import}' }),
];

const LOGS: Row[] = [
  row('GET /v1/resources/logs', user()),
  row('GET /v1/resources/logs', own(), { path: '/v1/resources/logs?id={log}' }),
  row('POST /v1/resources/logs', user(201), { body: LOG }),
  row('POST /v1/resources/logs', own(201), { body: { ...LOG, project_id: '{project}' } }),
  row('PUT /v1/resources/logs', own(), { body: { id: '{log}', task: 'x' } }),
  row('PUT /v1/resources/logs/{id}', own(), { path: '/v1/resources/logs/{log}', body: { task: 'y' } }),
  row('GET /v1/resources/logs/{id}', own(), { path: '/v1/resources/logs/{log}' }),
  row('DELETE /v1/resources/logs', own(), { path: '/v1/resources/logs?id={log}', fresh: 'log' }),
  row('DELETE /v1/resources/logs/{id}', own(), { path: '/v1/resources/logs/{log}', fresh: 'log' }),
  row('GET /v1/resources/timer', user()),
  row('POST /v1/rpc/timer/start', own(), { body: { integration_id: '{integration}' } }),
  row('POST /v1/rpc/timer/start', user(), { body: {} }),
  row('POST /v1/rpc/timer/stop', user(), { body: {} }),
  row('POST /v1/rpc/timer/toggle', user(), { body: {} }),
  row('GET /v1/resources/flic', user()),
  row('PUT /v1/resources/flic', own(), { body: { click: { action: 'toggle', integration_id: '{integration}' } } }),
  row('POST /v1/rpc/flic/{event}', button, { path: '/v1/rpc/flic/hold' }),
  row('GET /v1/rpc/flic/{event}', button, { path: '/v1/rpc/flic/hold' }),
  row('POST /v1/rpc/flic/{event}/{token}', button, { path: '/v1/rpc/flic/hold/{credential}' }),
  row('GET /v1/rpc/flic/{event}/{token}', button, { path: '/v1/rpc/flic/hold/{credential}' }),
  row('GET /v1/resources/categories', user()),
  row('PUT /v1/resources/categories', user(), { body: { rules: [] } }),
  row('GET /v1/resources/timeline', user(), { path: `/v1/resources/timeline?${RANGE}` }),
  row('POST /v1/rpc/timeline/fix', own(), { body: { finding_id: '{finding}', fix: 'ignore' } }),
  row('GET /v1/resources/reports', user(), { path: `/v1/resources/reports?${RANGE}` }),
];

const NAMED = '?externalSesionId={review}';
const SESSIONS: Row[] = [
  row('GET /api-clockify/sessions/getAll', office()),
  row('GET /api-clockify/sessions/getById/{id}', office(), { path: '/api-clockify/sessions/getById/{session}' }),
  row('GET /api-clockify/sessions/getByEmail/{email}', office(), {
    path: '/api-clockify/sessions/getByEmail/owner@example.com',
  }),
  row('GET /api-clockify/sessions/getByUser/{id}', office(), { path: '/api-clockify/sessions/getByUser/{owner}' }),
  row('GET /api-clockify/sessions/search', office(), { path: '/api-clockify/sessions/search?email=owner' }),
  row('POST /api-clockify/sessions/create', office(400), { body: { idUser: '{owner}' } }),
  row('PUT /api-clockify/sessions/update/{id}', office(), {
    path: '/api-clockify/sessions/update/{session}',
    body: SESSION,
  }),
  row('DELETE /api-clockify/sessions/delete/{id}', office(), {
    path: '/api-clockify/sessions/delete/{session}',
    fresh: 'session',
  }),
  row('POST /api-clockify/sessions/approve', office(), {
    path: `/api-clockify/sessions/approve${NAMED}`,
    body: { aprobado: true },
    fresh: 'review',
  }),
  row('POST /api-clockify/sessions/reopen', office(), {
    path: `/api-clockify/sessions/reopen${NAMED}`,
    body: { reason: 'x' },
  }),
  row('GET /api-clockify/sessions/lateChanges', office(), { path: `/api-clockify/sessions/lateChanges${NAMED}` }),
  ...['/api-clockify/session-binnacle/search', '/binnacle/search'].map((path) =>
    row(`GET ${path}`, office(), { path: `${path}?email=owner` }),
  ),
  row('GET /api-clockify/session-binnacle/getAll', office()),
  row('GET /api-clockify/session-binnacle/getById/{id}', office(), {
    path: '/api-clockify/session-binnacle/getById/{binnacle}',
  }),
  row('GET /api-clockify/session-binnacle/getByIdSession/{id}', office(), {
    path: '/api-clockify/session-binnacle/getByIdSession/{session}',
  }),
  row('POST /api-clockify/session-binnacle/create', office(201), {
    body: { idSesion: '{session}', description: 'x' },
  }),
  row('GET /api-clockify/session-binnacle/verify', office()),
];

const OFFICE: Row[] = [
  row('GET /api-clockify/users/getAll', adminOffice()),
  row('GET /api-clockify/users/getByExternalId/{externalId}', adminOffice(), {
    path: '/api-clockify/users/getByExternalId/{member}',
  }),
  row('GET /api-clockify/users/getByEmail/{email}', adminOffice(), {
    path: '/api-clockify/users/getByEmail/owner@example.com',
  }),
  row('POST /api-clockify/users/create', adminOffice(400), { body: { name: 'Nameless' } }),
  row('PUT /api-clockify/users/update/{externalId}', adminOffice(), {
    path: '/api-clockify/users/update/{member}',
    body: { name: 'x' },
  }),
  row('DELETE /api-clockify/users/deleteByExternalId/{externalId}', adminOffice(), {
    path: '/api-clockify/users/deleteByExternalId/{member}',
    fresh: 'member',
  }),
  ...['/api-clockify/users/search', '/users/search'].map((path) =>
    row(`GET ${path}`, adminOffice(), { path: `${path}?startDate=2025-07-15` }),
  ),
  row('GET /api-clockify/error-log', adminOffice()),
  row('GET /api-clockify/error-log/getAll', adminOffice()),
  row('GET /api-clockify/deliveries', adminOffice()),
  row('GET /api-clockify/deliveries/getAll', adminOffice()),
  row('GET /api-clockify/deliveries/getById/{id}', adminOffice(), {
    path: '/api-clockify/deliveries/getById/{delivery}',
  }),
  row('POST /api-clockify/deliveries/replay', adminOffice(), { body: { status: 'dead' } }),
  row('GET /api-clockify/session-report/download', office(), {
    path: `/api-clockify/session-report/download?idUser={owner}&${DAYS}`,
  }),
  row('GET /api-clockify/session-report/explain', office(), {
    path: `/api-clockify/session-report/explain?idUser={owner}&${DAYS}`,
  }),
  row('POST /api-clockify/session-report/sendAllReports', office(), { body: { start_date: '2025-07-14' } }),
  row('POST /api-clockify/session-binnacle/reports/sendAllReports', office(), { body: { start_date: '2025-07-14' } }),
  row('POST /api-clockify/session-report/user', office(), { body: REPORT }),
  row('POST /sessions/api-clockify/reports/user', office(), { body: REPORT }),
  row('GET /api-clockify/session-report/runs', office()),
  row('POST /api-clockify/session-report/runs/{id}/resend', office(), {
    path: '/api-clockify/session-report/runs/{run}/resend',
    body: {},
  }),
];

export const EVENT_TYPES = {
  start: 'NEW_TIMER_STARTED',
  end: 'TIMER_STOPPED',
  edit: 'TIME_ENTRY_UPDATED',
  delete: 'TIME_ENTRY_DELETED',
  manual: 'NEW_TIME_ENTRY',
} as const;
type Event = keyof typeof EVENT_TYPES;

/** An address for single events, and the one beside it where a header names the event. */
function clockify(door: string, event: Event): Row[] {
  const path = door.replace('{provider}', 'clockify');
  const headers = { 'clockify-webhook-event-type': EVENT_TYPES[event] };
  return [
    row(`POST ${door}/{event}`, only(event), { path: `${path}/${event}`, body: 'clockify' }),
    row(`POST ${door}`, only(event), { path, headers, body: 'clockify' }),
  ];
}
const toggl = (door: string) =>
  row(`POST ${door}`, only('toggl'), { path: door.replace('{provider}', 'toggl'), body: 'toggl' });

const ALIASES = ['/api-{provider}/webhook', '/webhooks/{provider}', '/api/webhooks/{provider}'];
const WEBHOOKS: Row[] = [
  ...(Object.keys(EVENT_TYPES) as Event[]).flatMap((event) => clockify('/webhook/{provider}', event)),
  toggl('/webhook/{provider}'),
  ...ALIASES.flatMap((door) => [...clockify(door, 'edit'), toggl(door)]),
  row('POST /webhooks/health', health, { body: { data: { workouts: [] } } }),
  row('POST /api/webhooks/health', health, { body: { data: { workouts: [] } } }),
];

export const ROUTES: readonly Row[] = [
  ...ACCOUNTS,
  ...SERVICES,
  ...LOGS,
  ...SESSIONS,
  ...OFFICE,
  ...WEBHOOKS,
  ...['/health', '/health/ready', '/metrics'].map((path) => row(`GET ${path}`, everybody(200))),
];
