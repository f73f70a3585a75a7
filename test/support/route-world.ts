import { setTimeout as delay } from 'node:timers/promises';
import { TimeEntriesService } from '../../src/time-entries/time-entries.service.js';
import { SEED_SESSION } from './admin.js';
import { content } from './entries.js';
import { healthDocument, RUN } from './health-export.js';
import type { HostileRequest } from './hostile.js';
import { addPerson, type Person } from './people.js';
import { EVENT_TYPES, FIXTURES, type Fixture, type Identity, type Row } from './route-matrix.js';
import { contentsOf } from './rows.js';
import { SECRET as TOGGL_SECRET, signatureOf, togglEntry, togglEvent } from './toggl-webhooks.js';
import { TogglApp, type Tracker } from './toggl.js';
import { delivery, TOKEN_ENV, TOKENS } from './webhooks.js';
import { writeBigJson } from '../../simulators/support/big-json.js';

const HEALTH_SECRET = 'a-secret-of-the-phones-of-this-house';
const ZOHO_SECRET = 'a-client-secret-nobody-uses';
const NOWHERE = 'http://127.0.0.1:9';
const NOBODY = 987_654_321;

type Ids = Record<string, string | number>;

export interface Answered {
  status: number;
  text: string;
}

/** The app with everybody of the route matrix, and what its owner has. */
export class RouteWorld {
  private readonly ids: Ids = {};
  private readonly credentials = {} as Record<Identity, string>;
  private made = 0;

  private constructor(
    readonly world: TogglApp,
    private readonly owner: Tracker,
  ) {}

  static async open(): Promise<RouteWorld> {
    const env = {
      ...TOKEN_ENV,
      // Nothing is worked off in the background: what a call changes is the call’s.
      ROLE: 'api',
      TOGGL_WEBHOOK_SECRET: TOGGL_SECRET,
      HEALTH_WEBHOOK_SECRET: HEALTH_SECRET,
      PUBLIC_URL: 'http://127.0.0.1',
      ZOHO_CLIENT_ID: '1000.ABCDEF',
      ZOHO_CLIENT_SECRET: ZOHO_SECRET,
      // Nobody is there: what somebody connects by chance must not be looked for at the real ones.
      CLOCKIFY_BASE_URL: NOWHERE,
      ZOHO_ACCOUNTS_URL: NOWHERE,
      ZOHO_PROJECTS_URL: NOWHERE,
      ZOHO_DESK_URL: NOWHERE,
    };
    const world = await TogglApp.start({ env });
    const opened = new RouteWorld(world, await world.addTracker('owner'));
    await opened.meetEverybody();
    await opened.makeEverything();
    return opened;
  }

  close(): Promise<void> {
    return this.world.close();
  }

  /** One call of a row, as somebody; `absent` puts ids of nothing in place of the owner’s. */
  async ask(row: Row, identity: Identity, { absent = false } = {}): Promise<Answered> {
    const ids: Ids = { ...this.ids, credential: this.credentials[identity] };
    const known = absent ? mapValues(ids, (id) => (typeof id === 'number' ? NOBODY : 'nobody.knows')) : ids;
    const [method, route] = row.route.split(' ') as [string, string];
    const path = (row.path ?? route).replaceAll(/\{(\w+)\}/g, (_all, name: string) => encodeURIComponent(known[name]!));
    const { body, type } = bodyOf(row, known);
    const headers = { ...type, ...row.headers, ...this.headersOf(identity, path, body) };
    return this.fetch(path, { method, headers, body });
  }

  private async fetch(path: string, request: RequestInit): Promise<Answered> {
    const call = fetch(this.world.app.url + path, { redirect: 'manual', ...request });
    if (/rpc\/(timer|flic)|wait=true/.test(path)) await this.deliverUntil(call);
    const answer = await call;
    return { status: answer.status, text: await answer.text() };
  }

  /** What is told to a timer waits for its push, and nobody else carries that out. */
  private async deliverUntil(call: Promise<unknown>): Promise<void> {
    const over = call.then(() => true);
    const notYet = () => this.world.deliver().then(() => delay(20, false));
    while (!(await Promise.race([over, notYet()])));
  }

  /** What a row asks with, by name: a start for whoever alters it. */
  validOf(row: Row): { path: Record<string, string>; query: Record<string, string>; body: Record<string, unknown> } {
    const [method, route] = row.route.split(' ') as [string, string];
    const [path, query = ''] = (row.path ?? route).split('?') as [string, string?];
    const names = [...route.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
    const values = new RegExp(`^${route.replaceAll(/\{\w+\}/g, '([^/]+)')}$`).exec(path)!.slice(1);
    const fill = (text: string) => text.replaceAll(/\{(\w+)\}/g, (_all, name: string) => String(this.ids[name]));
    const { body = '{}' } = method === 'GET' ? {} : bodyOf(row, this.ids);
    return {
      path: Object.fromEntries(names.map((name, index) => [name, fill(values[index]!)])),
      query: Object.fromEntries(new URLSearchParams(fill(query))),
      body: JSON.parse(body as string) as Record<string, unknown>,
    };
  }

  /** A call of a row’s route with other parts. */
  async sendHostile(row: Row, identity: Identity, { path, query, body }: HostileRequest): Promise<Answered> {
    const [method, route] = row.route.split(' ') as [string, string];
    const filled = route.replaceAll(/\{(\w+)\}/g, (_all, name: string) => encodeURIComponent(path[name]!));
    const text = body === undefined ? undefined : JSON.stringify(body);
    return this.fetch(`${filled}?${new URLSearchParams(query).toString()}`, {
      method,
      headers: { ...(text === undefined ? {} : JSON_TYPE), ...this.headersOf(identity, filled, text) },
      body: text,
    });
  }

  bearerOf(identity: Identity): Record<string, string> {
    return { authorization: `Bearer ${this.credentials[identity]}` };
  }

  /** The owner’s, as Toggl’s events name it. */
  togglAccount(): { user_id: number; workspace_id: number } {
    const { id, defaultWorkspaceId } = this.owner.toggl;
    return { user_id: Number(id), workspace_id: Number(defaultWorkspaceId) };
  }

  /** Every text that may turn up nowhere. */
  secrets(): string[] {
    const { anonymous: _nobody, 'owner by cookie': cookie, 'expired cookie': expired, ...tokens } = this.credentials;
    const cookies = [cookie, expired].flatMap((header) => header.split('; ').map((pair) => pair.split('=')[1]!));
    return [...Object.values(tokens), ...cookies, this.owner.password, ZOHO_SECRET, this.owner.toggl.token];
  }

  /** Every table, once what was said before is carried out. */
  async contents(): Promise<Record<string, string>> {
    await this.world.deliver();
    return contentsOf(this.world.app);
  }

  /** Puts something new in the place of what the last success has used up. */
  async make(kind: Fixture): Promise<void> {
    await this.makers[kind]();
  }

  private headersOf(identity: Identity, path: string, body: FormData | string | undefined): Record<string, string> {
    const credential = this.credentials[identity];
    if (identity === 'anonymous' || path.endsWith(`/${credential}`)) return {};
    if (identity.endsWith('cookie')) return { cookie: credential };
    if (identity === 'secret') return { authorization: credential };
    const bearer = { authorization: `Bearer ${credential}` };
    if (identity in EVENT_TYPES) return { 'clockify-signature': credential, ...bearer };
    if (identity === 'toggl')
      return { 'x-webhook-signature-256': signatureOf(typeof body === 'string' ? body : '', TOGGL_SECRET), ...bearer };
    return bearer;
  }

  private async meetEverybody(): Promise<void> {
    const { app } = this.world;
    const [stranger, coordinator, admin, disabled] = [
      await addPerson(app, 'stranger'),
      await addPerson(app, 'coordinator', 'coordinator'),
      await addPerson(app, 'director', 'admin'),
      await addPerson(app, 'disabled', 'admin'),
    ];
    await app.database.execute(`update users set email = 'owner@example.com' where id = $1`, [this.owner.id]);
    // Not by the route, which removes the tokens too: whoever is disabled is nobody, whatever lies around of them.
    await app.database.execute('update users set is_enabled = false where id = $1', [disabled.id]);
    Object.assign(this.credentials, { anonymous: 'nothing', ...TOKENS, toggl: TOGGL_SECRET, health: HEALTH_SECRET });
    for (const [name, { token }] of Object.entries({ owner: this.owner, stranger, coordinator, admin, disabled })) {
      this.credentials[name as Identity] = token;
    }
    this.credentials.secret = app.secrets.secretToken.reveal();
    this.credentials['revoked token'] = await this.revokedToken();
    this.credentials['expired cookie'] = await this.owner.signIn();
    await app.database.execute(`update cookie_sessions set expires_at = $1`, [this.world.clock.now()]);
    await this.make('cookie');
  }

  private async revokedToken(): Promise<string> {
    const path = '/v1/resources/tokens';
    const { body } = await this.as<{ id: number; token: string }>(this.owner, 'POST', path, { name: 'lost' });
    await this.as(this.owner, 'DELETE', `${path}/${body.result.id}`);
    return body.result.token;
  }

  private async makeEverything(): Promise<void> {
    const { ids, owner } = this;
    ids.owner = owner.id;
    for (const kind of FIXTURES) await this.make(kind);
    const start = Date.parse('2026-03-01T08:00:00Z') / 1000;
    for (const task of ['over', 'lapping']) await this.world.addLog(owner, { task, start, end: start + 3600 }, '');
    const timeline = `/v1/resources/timeline?from=${start}&to=${start + 7200}`;
    const { body } = await this.as<{ findings: { id: string }[] }>(owner, 'GET', timeline);
    ids.finding = body.result.findings[0]!.id;
    const dryRun = { integration_id: owner.integrationId, dry_run: true };
    const plans = await this.as<{ plan_id: number }[]>(owner, 'POST', '/v1/rpc/sync', dryRun);
    ids.plan = plans.body.result[0]!.plan_id;
    const file = { route: 'POST /v1/resources/imports', body: 'file' } as Row;
    ids.import = (JSON.parse((await this.ask(file, 'owner')).text) as { result: { id: number } }).result.id;
    const arrival = { route: 'POST /webhook/clockify/start', body: 'clockify' } as Row;
    ids.delivery = (JSON.parse((await this.ask(arrival, 'start')).text) as { delivery: number }).delivery;
    const [line] = await this.office<{ idSesionBinnacle: number }[]>(
      'GET',
      `/session-binnacle/getByIdSession/${ids.session}`,
    );
    ids.binnacle = line!.idSesionBinnacle;
  }

  private readonly makers: Record<Fixture, () => Promise<unknown>> = {
    log: async () => (this.ids.log = await this.addEntry()),
    session: async () => (this.ids.session = (await this.addSession()).id),
    review: async () => {
      const { id, name } = await this.addSession();
      await this.office('PUT', `/sessions/update/${id}`, { endDate: '2025-07-15T11:00:00Z' });
      this.ids.review = name;
    },
    token: async () => {
      const { body } = await this.as<{ id: number }>(this.owner, 'POST', '/v1/resources/tokens', { name: 'x' });
      this.ids.token = body.result.id;
    },
    person: async () => (this.ids.person = (await addPerson(this.world.app, `person${(this.made += 1)}`)).id),
    member: async () => {
      const externalUserId = `member-${(this.made += 1)}`;
      await this.office('POST', '/users/create', { name: 'A member', externalUserId });
      this.ids.member = externalUserId;
    },
    integration: async () => {
      const account = this.world.toggl.addUser({ fullname: `Account ${(this.made += 1)}` });
      const integrationId = (await this.world.connect(this.owner, account)).body.result.id;
      // They are fetched in the background after connecting: that is over now, and no later row sees it.
      const [project] = await this.world.addProjects({ ...this.owner, toggl: account, integrationId }, 'Of the owner');
      Object.assign(this.ids, { integration: integrationId, project });
    },
    run: async () => {
      const body = { ...REPORT, idUser: this.owner.id };
      const answer = await this.callOffice('POST', '/session-report/user', body);
      this.ids.run = Number(answer.headers.get('x-report-run'));
    },
    cookie: async () => (this.credentials['owner by cookie'] = await this.owner.signIn()),
  };

  private addEntry(): Promise<number> {
    const { app } = this.world;
    const change = { kind: 'create', userId: this.owner.id, content: content() } as const;
    const author = { actor: { kind: 'system', id: null }, origin: null } as const;
    return app.transactions.run(
      async (tx) => (await app.get(TimeEntriesService).apply([change], author, tx))[0]!.entry!.id,
    );
  }

  private async addSession(): Promise<{ id: number; name: string }> {
    const name = `session-${(this.made += 1)}`;
    const body = { ...SEED_SESSION, external_sesion_id: name, idUser: this.owner.id };
    return { id: (await this.office<{ id: number }>('POST', '/sessions/create', body)).id, name };
  }

  private as<T>(person: Person, method: string, path: string, body?: object) {
    return this.world.call<T>(person, method, path, body);
  }

  private callOffice(method: string, path: string, body?: object) {
    const headers = { authorization: this.credentials.secret };
    return this.world.call(null, method, `/api-clockify${path}`, body, headers);
  }

  private async office<T>(method: string, path: string, body?: object): Promise<T> {
    const answer = await this.callOffice(method, path, body);
    if (answer.status >= 300) throw new Error(`${method} ${path} answered ${answer.status}: ${answer.text}`);
    return answer.body as unknown as T;
  }
}

const REPORT = { startDate: '2025-07-14', endDate: '2025-07-20', emailToSend: 'a@example.com' };

const mapValues = (ids: Ids, map: (id: string | number) => string | number): Ids =>
  Object.fromEntries(Object.entries(ids).map(([name, id]) => [name, map(id)]));

const JSON_TYPE = { 'content-type': 'application/json' };

function bodyOf({ body }: Row, ids: Ids): { body?: FormData | string; type: Record<string, string> } {
  if (body === undefined) return { type: {} };
  if (body === 'file') return { body: fileForm(), type: {} };
  if (body === 'clockify') return { body: JSON.stringify(delivery()), type: JSON_TYPE };
  if (body === 'toggl')
    return {
      body: writeBigJson(togglEvent({ payload: togglEntry({ user_id: 1_000_001, workspace_id: 2_000_001 }) })),
      type: JSON_TYPE,
    };
  const text = JSON.stringify(body).replaceAll(/"\{(\w+)\}"/g, (_all, name: string) => JSON.stringify(ids[name]));
  return { body: text, type: JSON_TYPE };
}

function fileForm(): FormData {
  const form = new FormData();
  form.set('kind', 'apple_health');
  form.set('file', new Blob([healthDocument(RUN)]), 'export.xml');
  return form;
}
