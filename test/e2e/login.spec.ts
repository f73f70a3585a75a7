import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FixedClock } from '../../src/common/clock.js';
import { sha256 } from '../../src/common/hashing.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { addPerson, cookiesOf, type Person } from '../support/people.js';

const DAY = 86_400_000;

describe('login', () => {
  const clock = new FixedClock(new Date('2026-03-02T09:00:00Z'));
  let app: TestApp;
  let ana: Person;

  beforeAll(async () => {
    app = await startTestApp({ clock });
    ana = await addPerson(app, 'Ana');
  });

  afterAll(() => app.close());

  const login = (body: unknown, headers: Record<string, string> = {}) =>
    fetch(`${app.url}/v1/rpc/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  const me = (cookie: string) => fetch(`${app.url}/v1/resources/me`, { headers: { cookie } });

  describe('POST', () => {
    it('answers Success and a cookie that identifies the user', async () => {
      const answer = await login({ username: 'ana', password: ana.password });
      expect(answer.status).toBe(200);
      expect(answer.headers.get('content-type')).toMatch(/^text\/plain/);
      expect(await answer.text()).toBe('Success');
      const [cookie] = cookiesOf(answer);
      const { result } = (await (await me(cookie!.split(';')[0]!)).json()) as { result: object };
      expect(result).toMatchObject({ id: ana.id, username: 'Ana' });
    });

    it('sets a cookie no script can read and no other site can send along', async () => {
      const [session, device] = cookiesOf(await login({ username: 'ana', password: ana.password }));
      expect(session).toMatch(/^timesheet_session=[\w-]{43}; Max-Age=2592000; Path=\/; HttpOnly; SameSite=Lax$/);
      expect(device).toMatch(/^timesheet_device=\d+\.[\w-]+\.[\w-]+; Max-Age=\d+; Path=\/; HttpOnly; SameSite=Lax$/);
    });

    it('gives a new value at each sign-in, whatever cookie came along, and stores only its hash', async () => {
      const planted = 'a'.repeat(43);
      const answer = await login(
        { username: 'ana', password: ana.password },
        { cookie: `timesheet_session=${planted}` },
      );
      const value = /timesheet_session=([^;]+)/.exec(cookiesOf(answer)[0]!)![1]!;
      expect(value).not.toBe(planted);
      expect((await me(`timesheet_session=${planted}`)).status).toBe(401);
      const rows = await app.database.query('select id from cookie_sessions where token_hash = $1', [sha256(value)]);
      expect(rows).toHaveLength(1);
    });

    it('answers an unknown user and a wrong password alike: the same body, after the same work', async () => {
      await addPerson(app, 'timed');
      const fastest: Record<string, number> = { timed: Infinity, nobody: Infinity };
      const bodies = new Set<string>();
      for (let round = 0; round < 9; round++) {
        for (const username of ['timed', 'nobody']) {
          const start = performance.now();
          const answer = await login({ username, password: 'wrong password' });
          fastest[username] = Math.min(fastest[username]!, performance.now() - start);
          const { requestId, ...body } = (await answer.json()) as Record<string, unknown>;
          expect(requestId).toBeDefined();
          bodies.add(JSON.stringify(body));
        }
      }
      expect([...bodies]).toEqual([
        JSON.stringify({ statusCode: 401, code: 'AUTH.REQUIRED', message: 'Valid credentials are required.' }),
      ]);
      // The fastest of nine, because other tests share the machine; hashing is most of a login.
      expect(fastest.nobody).toBeGreaterThan(fastest.timed! / 2);
      expect(fastest.nobody).toBeLessThan(fastest.timed! * 2);
    });

    it.each([
      ['username', { password: 'x' }],
      ['password', { username: 'ana' }],
      ['username', { username: 7, password: 'x' }],
      ['password', { username: 'ana', password: 'x'.repeat(1025) }],
      ['role', { username: 'ana', password: 'x', role: 'admin' }],
    ])('refuses a body by naming %s', async (field, body) => {
      const answer = await login(body);
      expect(answer.status).toBe(400);
      expect(await answer.json()).toMatchObject({
        code: 'VALIDATION.FAILED',
        message: expect.stringContaining(field) as string,
      });
    });

    it('reads a password in either Unicode form', async () => {
      const { id } = await addPerson(app, 'inaki');
      const boss = await addPerson(app, 'boss', 'admin');
      await fetch(`${app.url}/v1/resources/users/${id}`, {
        method: 'PUT',
        headers: { ...boss.bearer, 'content-type': 'application/json' },
        body: JSON.stringify({ password: 'contraseña larga'.normalize('NFD') }),
      });
      const answer = await login({ username: 'inaki', password: 'contraseña larga'.normalize('NFC') });
      expect(answer.status).toBe(200);
    });

    it('takes nothing from the query, where passwords end up in logs', async () => {
      const answer = await fetch(`${app.url}/v1/rpc/login?username=ana&password=${encodeURIComponent(ana.password)}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ username: 'ana' }),
      });
      expect(answer.status).toBe(400);
    });

    it('is not open to forms of other sites', async () => {
      const foreign = await login({ username: 'ana', password: ana.password }, { origin: 'https://evil.example' });
      expect(foreign.status).toBe(403);
      expect(await foreign.json()).toMatchObject({ code: 'AUTH.ORIGIN' });
      const asText = await login({ username: 'ana', password: ana.password }, { 'content-type': 'text/plain' });
      expect(asText.status).toBe(415);
    });
  });

  describe('DELETE', () => {
    const logout = (headers: Record<string, string>) => fetch(`${app.url}/v1/rpc/login`, { method: 'DELETE', headers });

    it('ends the cookie for good and takes it from the browser', async () => {
      const cookie = await ana.signIn();
      const answer = await logout({ cookie });
      expect([answer.status, await answer.text()]).toEqual([200, 'Success']);
      expect(cookiesOf(answer)[0]).toMatch(/^timesheet_session=; Max-Age=0;/);
      expect((await me(cookie)).status).toBe(401);
    });

    it('leaves the other browsers of the user signed in', async () => {
      const [first, second] = [await ana.signIn(), await ana.signIn()];
      await logout({ cookie: first });
      expect((await me(second)).status).toBe(200);
    });

    it('needs somebody who is signed in', async () => {
      expect((await logout({})).status).toBe(401);
    });
  });

  describe('the cookie', () => {
    it('opens nothing after 30 days', async () => {
      const cookie = await ana.signIn();
      clock.advance(30 * DAY - 1000);
      expect((await me(cookie)).status).toBe(200);
      clock.advance(1000);
      expect((await me(cookie)).status).toBe(401);
    });

    it('opens nothing when altered, empty, or sent twice', async () => {
      const value = (await ana.signIn()).split(';')[0]!;
      const altered = value.slice(0, -1) + (value.endsWith('A') ? 'B' : 'A');
      for (const cookie of [altered, 'timesheet_session=', `${value}; ${altered}`, `${value}; ${value}`]) {
        expect([cookie, (await me(cookie)).status]).toEqual([cookie, 401]);
      }
    });

    it('opens nothing once the user is disabled, and nothing again when enabled', async () => {
      const person = await addPerson(app, 'leaver');
      const cookie = await person.signIn();
      const admin = await addPerson(app, 'admin2', 'admin');
      const users = `${app.url}/v1/resources/users`;
      await fetch(`${users}/${person.id}`, { method: 'DELETE', headers: admin.bearer });
      expect((await me(cookie)).status).toBe(401);
      expect((await login({ username: 'leaver', password: person.password })).status).toBe(401);
      await fetch(users, {
        method: 'PUT',
        headers: { ...admin.bearer, 'content-type': 'application/json' },
        body: JSON.stringify({ id: person.id, enabled: true }),
      });
      expect((await me(cookie)).status).toBe(401);
      expect((await login({ username: 'leaver', password: person.password })).status).toBe(200);
    });
  });
});

describe('login behind TLS', () => {
  it.each([
    ['PUBLIC_URL is https', { PUBLIC_URL: 'https://time.example.com' }, { origin: 'https://time.example.com' }],
    ['a trusted proxy says https', { TRUST_PROXY: '127.0.0.1' }, { 'x-forwarded-proto': 'https' }],
  ])('sets Secure and the __Host- prefix when %s', async (_when, env, headers) => {
    const app = await startTestApp({ env });
    try {
      await addPerson(app, 'ana');
      const answer = await fetch(`${app.url}/v1/rpc/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(headers as Record<string, string>) },
        body: JSON.stringify({ username: 'ana', password: 'password of ana' }),
      });
      const cookies = cookiesOf(answer);
      expect(cookies).toHaveLength(2);
      for (const cookie of cookies) {
        expect(cookie).toMatch(/^__Host-timesheet_\w+=[^;]+; Max-Age=\d+; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
      }
      const [session] = cookies[0]!.split(';');
      const get = (cookie: string) =>
        fetch(`${app.url}/v1/resources/me`, { headers: { cookie, ...(headers as Record<string, string>) } });
      expect((await get(session!)).status).toBe(200);
      expect((await get(session!.replace('__Host-', ''))).status).toBe(401);
    } finally {
      await app.close();
    }
  });
});
