import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../support/app.js';
import { addPerson, signIn, type Person } from '../support/people.js';

interface Answer {
  status: number;
  code?: string;
  message?: string;
  result?: Record<string, unknown>;
  text: string;
}

describe('users', () => {
  let app: TestApp;
  let root: Person;
  let ana: Person;

  beforeAll(async () => {
    app = await startTestApp();
    root = await addPerson(app, 'root', 'admin');
    ana = await addPerson(app, 'ana');
  });

  afterAll(() => app.close());

  const call = async (method: string, tail = '', body?: unknown, person: Person | null = root): Promise<Answer> => {
    const answer = await fetch(`${app.url}/v1/resources/users${tail}`, {
      method,
      headers: { ...person?.bearer, ...(body !== undefined && { 'content-type': 'application/json' }) },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await answer.text();
    const parsed = text.startsWith('{') ? (JSON.parse(text) as object) : {};
    return { status: answer.status, text, ...parsed };
  };
  const row = async (id: number) =>
    (await app.database.query<Record<string, unknown>>('select * from users where id = $1', [id]))[0]!;
  const countOf = async (table: string, id: number) =>
    (await app.database.query(`select id from ${table} where user_id = $1`, [id])).length;

  const newUser = (username: string) => ({ username, password: 'a long password' });

  describe('POST', () => {
    it('adds a user who can sign in at once', async () => {
      const { status, result } = await call('POST', '', {
        ...newUser('berta'),
        name: 'Berta',
        email: 'berta@example.com',
        role: 'coordinator',
        time_zone: 'Europe/Madrid',
      });
      expect(status).toBe(201);
      expect(result).toEqual({
        id: expect.any(Number) as number,
        username: 'berta',
        name: 'Berta',
        email: 'berta@example.com',
        role: 'coordinator',
        time_zone: 'Europe/Madrid',
        enabled: true,
        created_at: expect.any(Number) as number,
      });
      await expect(signIn(app, 'BERTA', 'a long password')).resolves.toContain('timesheet_session');
    });

    it('makes a member named like the login when nothing else is said', async () => {
      const { result } = await call('POST', '', newUser('carl'));
      expect(result).toMatchObject({ name: 'carl', role: 'member', email: null, time_zone: 'UTC' });
    });

    it('gives a username to one of many who ask for it at once, whatever the case', async () => {
      const answers = await Promise.all(
        ['dora', 'Dora', 'DORA', 'dOrA'].map((username) => call('POST', '', newUser(username))),
      );
      expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409, 409, 409]);
      expect(answers.find(({ status }) => status === 409)!.code).toBe('USER.USERNAME_TAKEN');
    });

    it.each([
      ['username', { password: 'a long password' }],
      ['password', { username: 'eva' }],
      ['username', newUser('e va')],
      ['username', newUser('ñu')],
      ['username', newUser('x'.repeat(65))],
      ['password', { username: 'eva', password: '1234567' }],
      ['password', { username: 'eva', password: 'x'.repeat(1025) }],
      ['role', { ...newUser('eva'), role: 'owner' }],
      ['role', { ...newUser('eva'), role: null }],
      ['email', { ...newUser('eva'), email: 'a@b.c,d@e.f' }],
      ['id', { ...newUser('eva'), id: 1 }],
      ['isAdmin', { ...newUser('eva'), isAdmin: true }],
      ['enabled', { ...newUser('eva'), enabled: false }],
      ['createdAt', { ...newUser('eva'), createdAt: 0 }],
      ['deletedAt', { ...newUser('eva'), deletedAt: null }],
    ])('refuses a body by naming %s', async (field, body) => {
      const { status, code, message } = await call('POST', '', body);
      expect([status, code]).toEqual([400, 'VALIDATION.FAILED']);
      expect(message).toContain(field);
    });

    it('refuses a time zone that does not exist', async () => {
      expect(await call('POST', '', { ...newUser('eva'), time_zone: 'Europe/Atlantis' })).toMatchObject({
        status: 422,
        code: 'VALIDATION.IMPOSSIBLE',
      });
    });
  });

  describe('GET', () => {
    it('lists everybody in pages that neither skip nor repeat', async () => {
      const all = (await call('GET')).result as unknown as { id: number }[];
      const seen: number[] = [];
      let cursor = '';
      do {
        const answer = await call('GET', `?limit=2${cursor && `&cursor=${cursor}`}`);
        const page = answer.result as unknown as { id: number }[];
        expect(page.length).toBeLessThanOrEqual(2);
        seen.push(...page.map(({ id }) => id));
        cursor = (answer as unknown as { next_cursor?: string }).next_cursor ?? '';
      } while (cursor !== '');
      expect(seen).toEqual(all.map(({ id }) => id));
      expect(seen.length).toBeGreaterThan(3);
    });

    it('answers one by id, and 404 for nobody', async () => {
      expect((await call('GET', `?id=${ana.id}`)).result).toMatchObject({ id: ana.id, username: 'ana' });
      expect(await call('GET', '?id=999999')).toMatchObject({ status: 404, code: 'USER.NOT_FOUND' });
    });

    it('shows no hash and no settings', async () => {
      const { text } = await call('GET');
      expect(text).not.toMatch(/argon2|hash|settings/i);
    });

    it.each([
      '?id=',
      '?id=0',
      '?id=1e3',
      '?id=1&id=2',
      '?limit=0',
      '?limit=1001',
      '?limit=1.5',
      '?limit=',
      '?role=admin',
    ])('refuses %s', async (tail) => {
      expect(await call('GET', tail)).toMatchObject({ status: 400, code: 'VALIDATION.FAILED' });
    });

    it.each(['x', 'WzFd=', 'WyIxIl0', 'WzEsMl0'])('refuses the cursor %s', async (cursor) => {
      expect(await call('GET', `?cursor=${cursor}`)).toMatchObject({ status: 400, code: 'PAGE.BAD_CURSOR' });
    });
  });

  describe('PUT', () => {
    it('takes the id from the body or the path, and refuses two that differ', async () => {
      expect((await call('PUT', '', { id: ana.id, name: 'One' })).result).toMatchObject({ name: 'One' });
      expect((await call('PUT', `/${ana.id}`, { name: 'Two' })).result).toMatchObject({ name: 'Two' });
      expect((await call('PUT', `/${ana.id}`, { id: ana.id, name: 'Three' })).result).toMatchObject({ name: 'Three' });
      for (const [tail, body] of [
        [`/${root.id}`, { id: ana.id, name: 'Four' }],
        ['', { name: 'Four' }],
        ['', { id: String(ana.id), name: 'Four' }],
        ['', { id: null, name: 'Four' }],
        ['/0', { name: 'Four' }],
        ['/x', { name: 'Four' }],
      ] as const) {
        const answer = await call('PUT', tail, body);
        expect({ tail, body, ...answer }).toMatchObject({ tail, body, status: 400, code: 'VALIDATION.FAILED' });
        expect(answer.message).toContain('id');
      }
      expect(await call('PUT', '/999999', { name: 'Four' })).toMatchObject({ status: 404, code: 'USER.NOT_FOUND' });
      expect((await row(ana.id)).name).toBe('Three');
    });

    it('resets a password without the old one, and ends the cookies but not the tokens', async () => {
      const person = await addPerson(app, 'reset');
      await person.signIn();
      await call('PUT', '', { id: person.id, password: 'another long password' });
      expect(await countOf('cookie_sessions', person.id)).toBe(0);
      expect(await countOf('api_tokens', person.id)).toBe(1);
      await expect(signIn(app, 'reset', person.password)).rejects.toThrow('401');
      await expect(signIn(app, 'reset', 'another long password')).resolves.toContain('timesheet_session');
    });

    it.each([
      ['enabled', { enabled: 'false' }],
      ['enabled', { enabled: 0 }],
      ['enabled', { enabled: null }],
      ['enabled', { enabled: [] }],
      ['username', { username: 'other' }],
      ['settings', { settings: {} }],
      ['role', { role: 'ADMIN' }],
    ])('refuses a body by naming %s', async (field, body) => {
      const before = await row(ana.id);
      const { status, message } = await call('PUT', `/${ana.id}`, body);
      expect(status).toBe(400);
      expect(message).toContain(field);
      expect(await row(ana.id)).toEqual(before);
    });

    it('gives no password, role or email to a person known only from a provider', async () => {
      const [{ id }] = (await app.database.query<{ id: number }>(
        `insert into users (name, provider_name) values ('From Clockify', 'From Clockify') returning id`,
      )) as [{ id: number }];
      for (const body of [{ password: 'a long password' }, { role: 'admin' }, { email: 'x@example.com' }]) {
        expect(await call('PUT', `/${id}`, body)).toMatchObject({ status: 409, code: 'USER.NO_LOGIN' });
      }
      expect((await call('PUT', `/${id}`, { name: 'Paula' })).result).toMatchObject({ name: 'Paula', username: null });
    });
  });

  describe('DELETE', () => {
    it('disables, keeps the row, and ends cookies and tokens', async () => {
      const person = await addPerson(app, 'gone');
      await person.signIn();
      const answer = await call('DELETE', `?id=${person.id}`);
      expect([answer.status, answer.text]).toEqual([200, 'Success']);
      expect(await row(person.id)).toMatchObject({ is_enabled: false, disabled_at: expect.any(Date) as Date });
      expect([await countOf('cookie_sessions', person.id), await countOf('api_tokens', person.id)]).toEqual([0, 0]);
    });

    it('is final for cookies and tokens: an enabled user comes back without those of before', async () => {
      const person = await addPerson(app, 'gone-elsewhere');
      await person.signIn();
      await app.database.execute('update users set is_enabled = false where id = $1', [person.id]);
      expect((await call('PUT', `/${person.id}`, { enabled: true })).status).toBe(200);
      expect([await countOf('cookie_sessions', person.id), await countOf('api_tokens', person.id)]).toEqual([0, 0]);
      const active = await addPerson(app, 'never-gone');
      await call('PUT', `/${active.id}`, { enabled: true });
      expect(await countOf('api_tokens', active.id)).toBe(1);
    });

    it('is the same when repeated', async () => {
      const person = await addPerson(app, 'gone-twice');
      await call('DELETE', `/${person.id}`);
      const { disabled_at } = await row(person.id);
      expect((await call('DELETE', `/${person.id}`)).status).toBe(200);
      expect((await row(person.id)).disabled_at).toEqual(disabled_at);
    });

    it.each([
      '',
      '?id=',
      '?id=undefined',
      '?id=null',
      '?id=1&id=2',
      '?id[]=1',
      '?id[gt]=0',
      '?id=-1',
      '/undefined',
      '/0',
    ])('disables nobody for %j', async (tail) => {
      expect(await call('DELETE', tail)).toMatchObject({ status: 400 });
      const disabled = await app.database.query(
        `select id from users where not is_enabled and username not like 'gone%'`,
      );
      expect(disabled).toEqual([]);
    });

    it('answers 404 for nobody', async () => {
      expect(await call('DELETE', '?id=999999')).toMatchObject({ status: 404, code: 'USER.NOT_FOUND' });
    });
  });

  it('are for admins with a login only', async () => {
    const coordinator = await addPerson(app, 'cora', 'coordinator');
    for (const [method, tail] of [
      ['GET', ''],
      ['POST', ''],
      ['PUT', ''],
      ['PUT', `/${ana.id}`],
      ['DELETE', ''],
      ['DELETE', `/${ana.id}`],
    ] as const) {
      expect((await call(method, tail, undefined, null)).status).toBe(401);
      expect(await call(method, tail, undefined, ana)).toMatchObject({ status: 403, code: 'AUTH.ROLE' });
      expect(await call(method, tail, undefined, coordinator)).toMatchObject({ status: 403, code: 'AUTH.ROLE' });
      const bySecret = await fetch(`${app.url}/v1/resources/users${tail}`, {
        method,
        headers: { authorization: app.secrets.secretToken.reveal() },
      });
      expect(bySecret.status).toBe(401);
    }
  });
});
