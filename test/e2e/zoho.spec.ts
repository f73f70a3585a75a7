import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ZohoSimulator } from '../../simulators/zoho/simulator.js';
import { FixedClock } from '../../src/common/clock.js';
import { PushWorker } from '../../src/sync/push-worker.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { addPerson, type Person } from '../support/people.js';
import { countRows, tablesHolding } from '../support/rows.js';

const NOW = new Date('2026-03-02T12:00:00Z');
const at = (time: string): number => Date.parse(`2026-03-02T${time}Z`) / 1000;
const INTEGRATIONS = '/v1/resources/integrations';
const LOGS = '/v1/resources/logs';

interface Log {
  id: number;
  start: number;
  end: number;
  task: string;
  tags: string[];
  external_id: string | null;
  sync: { state: string; missing: string[]; error: string | null; note: string | null };
}
interface Answer<T> {
  status: number;
  text: string;
  body: { result: T; code?: string; message?: string };
}

describe('Zoho Projects, connected', () => {
  const clock = new FixedClock(NOW);
  let zoho: ZohoSimulator;
  let account: ReturnType<ZohoSimulator['addAccount']>;
  let app: TestApp;
  let ana: Person;
  let integrationId: number;
  let projectId: number;

  beforeAll(async () => {
    zoho = new ZohoSimulator({ now: () => clock.now().getTime() });
    await zoho.start();
    account = zoho.addAccount({ name: 'Ana at Zoho', timeZone: 'Europe/Madrid' });
    const website = zoho.model.addProject(account.portal.id, 'Website');
    app = await startTestApp({
      clock,
      env: {
        ZOHO_ACCOUNTS_URL: zoho.url,
        ZOHO_PROJECTS_URL: zoho.url,
        TEST_CONTROL: JSON.stringify({ withoutJobs: true, retryScale: 0.001, callTimeoutMilliseconds: 1000 }),
      },
    });
    ana = await addPerson(app, 'ana');
    const connected = await call<{ id: number }>(ana, 'POST', INTEGRATIONS, {
      provider: 'zoho',
      credentials: credentials(),
    });
    integrationId = connected.body.result.id;
    const projects = await call<{ id: number; external_id: string }[]>(ana, 'GET', '/v1/resources/projects');
    projectId = projects.body.result.find((project) => project.external_id === website.id)!.id;
  });

  afterAll(async () => {
    await app.close();
    await zoho.stop();
  });

  afterEach(() => zoho.faults.clear());

  const credentials = (from = account) => ({
    client_id: from.client.id,
    client_secret: from.client.secret,
    refresh_token: from.refreshToken,
  });
  async function call<T>(person: Person, method: string, path: string, body?: object): Promise<Answer<T>> {
    const type: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
    const answer = await fetch(app.url + path, {
      method,
      headers: { ...person.bearer, ...type },
      body: body && JSON.stringify(body),
    });
    const text = await answer.text();
    const parsed = answer.headers.get('content-type')?.includes('json') === true ? JSON.parse(text) : {};
    return { status: answer.status, text, body: parsed as Answer<T>['body'] };
  }
  const write = async (fields: object): Promise<Log> => {
    const body = { project_id: projectId, task: 'Work', start: at('09:00:00'), end: at('10:00:00'), ...fields };
    return (await call<Log>(ana, 'POST', `${LOGS}?wait=true`, body)).body.result;
  };
  const read = async (id: number): Promise<Log> => (await call<Log>(ana, 'GET', `${LOGS}/${id}`)).body.result;
  const there = () => zoho.model.logsOf(account.portal.id);
  const sync = () => call(ana, 'POST', '/v1/rpc/sync', { integration_id: integrationId });

  it('is offered with what it asks for', async () => {
    const { body } = await call<{ key: string }[]>(ana, 'GET', '/v1/resources/providers');
    expect(body.result.find(({ key }) => key === 'zoho')).toMatchObject({
      credential_fields: [
        { name: 'client_id', required: true, secret: false },
        { name: 'client_secret', required: true, secret: true },
        { name: 'refresh_token', required: true, secret: true },
        { name: 'grant_code', required: false, secret: true, instead_of: 'refresh_token' },
        { name: 'portal_id', required: false, secret: false },
      ],
      regions: ['us', 'eu', 'in', 'au', 'jp', 'cn', 'ca', 'sa', 'uk'],
      features: ['logs'],
    });
  });

  it.each(['evil.com', 'com.evil.com', 'com@evil.com', 'com/../', 'com#', 'com%00', 'US', 'us\r\nHost: x', ['us']])(
    'has no region %j',
    async (region) => {
      const answer = await call(ana, 'POST', INTEGRATIONS, { provider: 'zoho', region, credentials: credentials() });
      expect(answer.status).toBe(400);
    },
  );

  it('wants a lasting token, or a code for one, which is not kept', async () => {
    const bea = await addPerson(app, 'bea');
    const other = zoho.addAccount();
    const { refresh_token: _lasting, ...client } = credentials(other);
    const bare = await call(bea, 'POST', INTEGRATIONS, { provider: 'zoho', credentials: client });
    expect([bare.status, bare.body.message]).toEqual([400, 'credentials.refresh_token is required']);
    const grantCode = zoho.accounts.addGrantCode(other.client.id, other.person.id);
    const given = { ...client, grant_code: grantCode };
    const answer = await call<{ id: number }>(bea, 'POST', INTEGRATIONS, { provider: 'zoho', credentials: given });
    expect(answer.status).toBe(201);
    clock.advance(3_600_000);
    const renamed = await call(bea, 'PUT', INTEGRATIONS, { id: answer.body.result.id, name: 'Mine' });
    expect(renamed.status).toBe(200);
    clock.set(NOW);
    expect((await call(bea, 'POST', INTEGRATIONS, { provider: 'zoho', credentials: given })).status).toBe(422);
  });

  it('is refused with the reason, and nothing is kept, when the token is wrong', async () => {
    const before = await countRows(app);
    const wrong = { ...credentials(), refresh_token: '1000.canarycanary.canarycanary' };
    const answer = await call(ana, 'POST', INTEGRATIONS, { provider: 'zoho', credentials: wrong });
    expect(answer).toMatchObject({ status: 422, body: { code: 'PROVIDER.INVALID_CREDENTIALS' } });
    expect(answer.body.message).toContain('invalid_code');
    expect(await countRows(app)).toEqual(before);
    expect(app.logLines.join('\n')).not.toContain('canary');
  });

  it('leaves neither its tokens nor its secret in clear', async () => {
    const sent = zoho.calls.find(({ path }) => path === '/api/v3/portals')!.headers.authorization!.split(' ')[1]!;
    for (const secret of [account.refreshToken, account.client.secret, sent]) {
      expect(await tablesHolding(app, secret)).toEqual([]);
      expect(app.logLines.join('\n')).not.toContain(secret);
    }
  });

  it('keeps what is incomplete here, and takes it when it is complete', async () => {
    const draft = await write({ end: undefined });
    expect(draft.sync).toMatchObject({ state: 'incomplete', missing: ['end'] });
    expect(there()).toEqual([]);
    const body = { id: draft.id, end: at('10:00:00') };
    const { body: complete } = await call<Log>(ana, 'PUT', `${LOGS}?wait=true`, body);
    expect(complete.result.sync.state).toBe('synced');
    expect(there()).toHaveLength(1);
    const cut = await call<Log>(ana, 'PUT', `${LOGS}?wait=true`, { id: draft.id, end: null });
    expect([cut.body.result.sync.state, there()]).toEqual(['incomplete', []]);
    await call(ana, 'DELETE', `${LOGS}?id=${draft.id}&wait=true`);
  });

  it('makes the ledger agree with the minutes it keeps, and a pull changes nothing more', async () => {
    const log = await write({ start: at('09:00:20'), end: at('10:30:35'), tags: ['ours'] });
    expect([log.start, log.end]).toEqual([at('09:00:00'), at('10:30:00')]);
    await sync();
    expect(await read(log.id)).toEqual(log);
    expect((await read(log.id)).tags).toEqual(['ours']);
    await call(ana, 'DELETE', `${LOGS}?id=${log.id}&wait=true`);
    expect(there()).toEqual([]);
  });

  it('says on every answer that times were rounded, for as long as they are those', async () => {
    const log = await write({ start: at('09:00:20'), end: at('10:30:35') });
    const note = expect.stringContaining('whole minutes') as string;
    expect(log.sync).toEqual({ state: 'synced', missing: [], error: null, note });
    expect(await read(log.id)).toEqual(log);
    expect((await call<Log[]>(ana, 'GET', LOGS)).body.result).toContainEqual(log);
    const put = async (fields: object) =>
      (await call<Log>(ana, 'PUT', `${LOGS}?wait=true`, { id: log.id, ...fields })).body.result;
    expect((await put({ category: 'Coding' })).sync.note).toEqual(note);
    await sync();
    expect((await read(log.id)).sync.note).toEqual(note);
    expect((await put({ end: at('10:45:00') })).sync).toMatchObject({ state: 'synced', note: null });
    const again = await put({ end: at('10:50:40') });
    expect([again.end, again.sync.note]).toEqual([at('10:51:00'), note]);
    zoho.editInApp(there()[0]!.id, { hours: '3:00' });
    await sync();
    expect(await read(log.id)).toMatchObject({ end: at('12:00:00'), sync: { state: 'synced', note: null } });
    await call(ana, 'DELETE', `${LOGS}?id=${log.id}&wait=true`);
  });

  it('does not get an entry twice when its answer was lost, though it keeps other times', async () => {
    zoho.faults.add({ path: /addbulktimelogs$/, action: 'create-then-reset' });
    const log = await write({ start: at('13:00:40'), end: at('14:00:10'), task: 'Lost and found' });
    for (let tries = 0; tries < 20 && (await read(log.id)).sync.state !== 'synced'; tries += 1) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      await app.get(PushWorker).deliverDue();
    }
    expect((await read(log.id)).sync.state).toBe('synced');
    expect(there().map(({ logName }) => logName)).toEqual(['Lost and found']);
    await call(ana, 'DELETE', `${LOGS}?id=${log.id}&wait=true`);
  });

  it('shows what was written there, entries over midnight as one', async () => {
    const overnight = await write({ start: at('21:00:00'), end: at('21:00:00') + 4 * 3600, task: 'Night' });
    expect(there().map(({ date }) => date)).toEqual(['2026-03-02', '2026-03-03']);
    const website = zoho.model.projectsOf(account.portal.id)[0]!;
    const id = zoho.logInApp({
      person: account.person,
      projectId: website.id,
      name: 'There',
      date: '2026-03-02',
      hours: '2:00',
    });
    await sync();
    const { body } = await call<Log[]>(ana, 'GET', LOGS);
    expect(body.result.map(({ task }) => task).sort()).toEqual(['Night', 'There']);
    expect(body.result.find(({ id: ours }) => ours === overnight.id)).toMatchObject({ end: overnight.end });
    zoho.deleteInApp(id);
    await sync();
    expect((await call<Log[]>(ana, 'GET', LOGS)).body.result.map(({ task }) => task)).toEqual(['Night']);
    await call(ana, 'DELETE', `${LOGS}?id=${overnight.id}&wait=true`);
    expect(there()).toEqual([]);
  });

  it('that is revoked waits for new credentials, without asking again and again', async () => {
    zoho.accounts.revoke(account.refreshToken);
    const log = await write({});
    expect(log.sync.state).toBe('pending');
    const state = async () =>
      (await call<{ id: number; state: string }[]>(ana, 'GET', INTEGRATIONS)).body.result.find(
        ({ id }) => id === integrationId,
      )!.state;
    expect(await state()).toBe('needs_reauth');
    const calls = zoho.calls.length;
    await app.get(PushWorker).deliverDue();
    await sync();
    expect(zoho.calls.length).toBe(calls);
    const refreshToken = zoho.accounts.addRefreshToken(account.client.id, account.person.id);
    const renewed = await call(ana, 'PUT', INTEGRATIONS, {
      id: integrationId,
      credentials: { ...credentials(), refresh_token: refreshToken },
    });
    expect([renewed.status, await state()]).toEqual([200, 'connected']);
    await app.get(PushWorker).deliverDue();
    expect((await read(log.id)).sync.state).toBe('synced');
    expect(there()).toHaveLength(1);
  });
});
