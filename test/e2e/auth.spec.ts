import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../support/app.js';
import { callProbe, CallerProbeModule, outcomeOf, type Headers } from '../support/caller-probe.js';
import { addPerson, type Person } from '../support/people.js';

describe('who may call', () => {
  let app: TestApp;
  let ana: Person;
  let berta: Person;
  let coordinator: Person;
  let admin: Person;
  let secret: string;

  beforeAll(async () => {
    app = await startTestApp({
      imports: [CallerProbeModule],
    });
    ana = await addPerson(app, 'Ana');
    berta = await addPerson(app, 'berta');
    coordinator = await addPerson(app, 'cora', 'coordinator');
    admin = await addPerson(app, 'root', 'admin');
    secret = app.secrets.secretToken.reveal();
  });

  afterAll(() => app.close());

  const outcome = (path: string, headers?: Headers, method?: string) => outcomeOf(app, path, headers, method);

  it('is nobody on a route that does not say', async () => {
    expect(await outcome('undeclared')).toBe('403 AUTH.ROUTE_CLOSED');
    expect(await outcome('undeclared', { ...admin.bearer })).toBe('403 AUTH.ROUTE_CLOSED');
  });

  it('is anybody on a public route, and whoever the module itself verifies on a webhook', async () => {
    expect(await outcome('public')).toBe('200 anybody');
    expect(await outcome('webhook')).toBe('200 unverified');
  });

  describe('a user route', () => {
    it('knows a user by bearer, by username and auth_token, by auth-token, and by cookie', async () => {
      expect(await outcome('user', ana.bearer)).toBe('200 Ana');
      expect(await outcome('user', { authorization: `bearer ${ana.token}` })).toBe('200 Ana');
      expect(await outcome('user', { username: 'Ana', auth_token: ana.token })).toBe('200 Ana');
      expect(await outcome('user', { username: 'aNA', 'auth-token': ana.token })).toBe('200 Ana');
      expect(await outcome('user', { cookie: await ana.signIn() })).toBe('200 Ana');
    });

    it('answers every missing or wrong credential with one and the same 401', async () => {
      const cases: Headers[] = [
        {},
        { authorization: 'Bearer nonsense' },
        { authorization: 'Bearer' },
        { authorization: `Basic ${ana.token}` },
        { authorization: ana.token },
        { username: 'ana' },
        { auth_token: ana.token },
        { username: '', auth_token: ana.token },
        { username: 'berta', auth_token: ana.token },
        { username: 'ana', auth_token: '' },
        { username: 'ana', auth_token: 'x'.repeat(10_000) },
        { username: 'berta', ...ana.bearer },
        { username: 'ana', auth_token: ana.token, authorization: 'Bearer nonsense' },
        { cookie: 'timesheet_session=nonsense' },
        { cookie: `timesheet_session=${ana.token}` },
      ];
      for (const headers of cases) {
        const answer = await callProbe(app, 'user', headers);
        const { requestId, ...body } = (await answer.json()) as Record<string, unknown>;
        expect({ headers, requestId, body }).toEqual({
          headers,
          requestId: expect.any(String) as string,
          body: { statusCode: 401, code: 'AUTH.REQUIRED', message: 'Valid credentials are required.' },
        });
      }
    });

    it.each(['username', 'auth_token', 'authorization'])('refuses a repeated %s header', async (name) => {
      const headers: [string, string][] = [
        ['username', 'Ana'],
        ['auth_token', ana.token],
        ['authorization', `Bearer ${ana.token}`],
      ];
      const repeated = headers.find(([key]) => key === name)!;
      const send = (list: [string, string][]) =>
        new Promise<number>((resolve, reject) => {
          const sent = request(
            `${app.url}/probe/user`,
            { headers: ['host', 'localhost', ...list.flat()] },
            (answer) => {
              answer.resume();
              resolve(answer.statusCode ?? 0);
            },
          );
          sent.on('error', reject);
          sent.end();
        });
      expect(await send(headers)).toBe(200);
      expect(await send([...headers, repeated])).toBe(401);
    });

    it('refuses two identities in one request', async () => {
      const cookie = await ana.signIn();
      expect(await outcome('user', { cookie, ...berta.bearer })).toBe('400 AUTH.MIXED_IDENTITIES');
      expect(await outcome('user', { cookie, username: 'berta', auth_token: berta.token })).toBe(
        '400 AUTH.MIXED_IDENTITIES',
      );
      expect(await outcome('user', { cookie, ...ana.bearer })).toBe('200 Ana');
      const both: Headers[] = [
        { username: 'ana', auth_token: ana.token, ...berta.bearer },
        { username: 'ana', auth_token: ana.token, 'auth-token': berta.token },
        { ...ana.bearer, username: 'berta', 'auth-token': berta.token },
      ];
      for (const headers of both) expect(await outcome('user', headers)).toBe('400 AUTH.MIXED_IDENTITIES');
      const same = { username: 'ana', auth_token: ana.token, 'auth-token': ana.token, ...ana.bearer };
      expect(await outcome('user', same)).toBe('200 Ana');
    });

    it('does not fall back on the cookie when the headers are wrong', async () => {
      const cookie = await ana.signIn();
      expect(await outcome('user', { cookie, username: 'ana' })).toBe('401 AUTH.REQUIRED');
      expect(await outcome('user', { cookie, authorization: 'Bearer nonsense' })).toBe('401 AUTH.REQUIRED');
    });

    it('does not know SECRET_TOKEN', async () => {
      for (const headers of <Headers[]>[
        { authorization: secret },
        { authorization: `Bearer ${secret}` },
        { 'x-webhook-token': secret },
        { username: 'admin', auth_token: secret },
      ]) {
        expect(await outcome('user', headers)).toBe('401 AUTH.REQUIRED');
      }
    });

    it('lets only the named roles in', async () => {
      expect(await outcome('admin-user', ana.bearer)).toBe('403 AUTH.ROLE');
      expect(await outcome('admin-user', coordinator.bearer)).toBe('403 AUTH.ROLE');
      expect(await outcome('admin-user', admin.bearer)).toBe('200 root');
    });

    it('forgets a revoked token, a changed role and a disabled user at the very next request', async () => {
      const person = await addPerson(app, 'brief', 'admin');
      expect(await outcome('admin-user', person.bearer)).toBe('200 brief');
      await app.database.execute(`update users set role = 'member' where id = $1`, [person.id]);
      expect(await outcome('admin-user', person.bearer)).toBe('403 AUTH.ROLE');
      const cookie = await person.signIn();
      expect(await outcome('user', { cookie })).toBe('200 brief');
      await app.database.execute('update users set is_enabled = false where id = $1', [person.id]);
      expect(await outcome('user', person.bearer)).toBe('401 AUTH.REQUIRED');
      expect(await outcome('user', { cookie })).toBe('401 AUTH.REQUIRED');
      await app.database.execute('update users set is_enabled = true where id = $1', [person.id]);
      await app.database.execute('delete from api_tokens where user_id = $1', [person.id]);
      expect(await outcome('user', person.bearer)).toBe('401 AUTH.REQUIRED');
    });
  });

  describe('an admin route', () => {
    it('knows SECRET_TOKEN raw, as a bearer, and as X-Webhook-Token', async () => {
      for (const headers of <Headers[]>[
        { authorization: secret },
        { authorization: `Bearer ${secret}` },
        { 'x-webhook-token': secret },
      ]) {
        expect(await outcome('admin-api', headers)).toBe('200 the secret');
        expect(await outcome('admin-api', headers, 'PUT')).toBe('200 the secret');
      }
    });

    it('refuses a wrong secret, also beside a good cookie', async () => {
      const cookie = await admin.signIn();
      for (const headers of <Headers[]>[
        {},
        { authorization: `${secret}x` },
        { authorization: `Bearer ${secret}x` },
        { 'x-webhook-token': secret.slice(1) },
        { 'x-webhook-token': '' },
        { cookie, 'x-webhook-token': 'wrong' },
        { cookie, authorization: 'wrong' },
      ]) {
        expect([headers, await outcome('admin-api', headers)]).toEqual([headers, '401 AUTH.REQUIRED']);
      }
    });

    it('knows signed-in users by role', async () => {
      expect(await outcome('admin-api', ana.bearer)).toBe('403 AUTH.ROLE');
      expect(await outcome('admin-api', { cookie: await ana.signIn() })).toBe('403 AUTH.ROLE');
      expect(await outcome('admin-api', coordinator.bearer)).toBe('200 cora');
      expect(await outcome('admin-api', { cookie: await admin.signIn() })).toBe('200 root');
      expect(await outcome('admin-api', coordinator.bearer, 'PUT')).toBe('403 AUTH.ROLE');
      expect(await outcome('admin-api', admin.bearer, 'PUT')).toBe('200 root');
    });

    it('asks for the origin when the cookie is what opens it', async () => {
      const headers = { cookie: await admin.signIn(), origin: 'https://evil.example' };
      expect(await outcome('admin-api', headers, 'PUT')).toBe('403 AUTH.ORIGIN');
      expect(await outcome('admin-api', { ...headers, authorization: secret }, 'PUT')).toBe('200 the secret');
    });
  });

  describe('a button', () => {
    it('brings its token in a header, in the query or in the path', async () => {
      expect(await outcome('flic', ana.bearer)).toBe('200 Ana');
      expect(await outcome('flic', { username: 'ana', auth_token: ana.token })).toBe('200 Ana');
      expect(await outcome('flic', { auth_token: ana.token })).toBe('200 Ana');
      expect(await outcome('flic', { 'auth-token': ana.token })).toBe('200 Ana');
      expect(await outcome(`flic?token=${ana.token}`)).toBe('200 Ana');
      expect(await outcome(`flic/${ana.token}`)).toBe('200 Ana');
    });

    it('never opens with a cookie, nor with SECRET_TOKEN', async () => {
      expect(await outcome('flic', { cookie: await ana.signIn() })).toBe('401 AUTH.REQUIRED');
      expect(await outcome(`flic/${secret}`)).toBe('401 AUTH.REQUIRED');
      expect(await outcome('flic', { authorization: secret })).toBe('401 AUTH.REQUIRED');
    });

    it('is refused when its tokens differ or one is repeated', async () => {
      expect(await outcome(`flic/${ana.token}`, berta.bearer)).toBe('400 AUTH.MIXED_IDENTITIES');
      expect(await outcome(`flic/${ana.token}?token=nonsense`)).toBe('401 AUTH.REQUIRED');
      expect(await outcome(`flic?token=${ana.token}&token=${ana.token}`)).toBe('401 AUTH.REQUIRED');
      expect(await outcome('flic?token=')).toBe('401 AUTH.REQUIRED');
      expect(await outcome('flic')).toBe('401 AUTH.REQUIRED');
    });

    it('leaves its token in no log line', async () => {
      await outcome(`flic/${ana.token}`);
      await outcome(`flic?token=${ana.token}`);
      expect(app.logLines.join('\n')).not.toContain(ana.token);
    });
  });
});
