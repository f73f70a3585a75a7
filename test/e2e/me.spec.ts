import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../support/app.js';
import { addPerson, cookiesOf, signIn, type Person } from '../support/people.js';

describe('me', () => {
  let app: TestApp;
  let ana: Person;

  beforeAll(async () => {
    app = await startTestApp();
    ana = await addPerson(app, 'ana');
  });

  afterAll(() => app.close());

  const url = () => `${app.url}/v1/resources/me`;
  const get = async (headers: Record<string, string>) => {
    const answer = await fetch(url(), { headers });
    return ((await answer.json()) as { result: Record<string, unknown> }).result;
  };
  const put = (body: unknown, headers: Record<string, string> = ana.bearer) =>
    fetch(url(), {
      method: 'PUT',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  const codeOf = async (answer: Response) => `${answer.status} ${((await answer.json()) as { code?: string }).code}`;

  it('answers the caller, and never a hash', async () => {
    const me = await get(ana.bearer);
    expect(me).toEqual({
      id: ana.id,
      username: 'ana',
      name: 'ana',
      email: null,
      role: 'member',
      time_zone: 'UTC',
      settings: {},
      created_at: expect.closeTo(Date.now() / 1000, -2) as number,
    });
  });

  it('changes what is given and leaves the rest', async () => {
    const answer = await put({ name: 'Ana López', email: 'ana@example.com', time_zone: 'Europe/Madrid' });
    expect(answer.status).toBe(200);
    await put({ settings: { theme: 'dark', nested: { list: [1, null, 'ñ'] } } });
    expect(await get(ana.bearer)).toMatchObject({
      name: 'Ana López',
      email: 'ana@example.com',
      time_zone: 'Europe/Madrid',
      settings: { theme: 'dark', nested: { list: [1, null, 'ñ'] } },
    });
  });

  it('replaces the settings as a whole, and removes the email with null', async () => {
    await put({ settings: { a: 1, b: 2 }, email: 'x@example.com' });
    await put({ settings: { b: 3 }, email: null });
    expect(await get(ana.bearer)).toMatchObject({ settings: { b: 3 }, email: null });
  });

  it.each([
    ['role', { role: 'admin' }],
    ['id', { id: 1 }],
    ['username', { username: 'root' }],
    ['enabled', { enabled: true }],
    ['isAdmin', { isAdmin: true }],
    ['userId', { userId: 1 }],
    ['created_at', { created_at: 0 }],
    ['password_hash', { password_hash: 'x' }],
  ])('refuses %s, which nobody may change of themselves', async (field, body) => {
    const before = await app.database.query('select * from users where id = $1', [ana.id]);
    const answer = await put({ name: 'Other', ...body });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({
      code: 'VALIDATION.FAILED',
      message: `property ${field} should not exist`,
    });
    expect(await app.database.query('select * from users where id = $1', [ana.id])).toEqual(before);
  });

  it.each([
    ['name', 400, { name: '' }],
    ['name', 400, { name: null }],
    ['name', 400, { name: 7 }],
    ['name', 400, { name: 'x'.repeat(201) }],
    ['email', 400, { email: 'ana@example.com\r\nBcc: other@example.com' }],
    ['email', 400, { email: 'Ana <ana@example.com>' }],
    ['time_zone', 422, { time_zone: 'Mars/Olympus' }],
    ['settings', 400, { settings: [] }],
    ['settings', 400, { settings: 'x' }],
    ['settings', 400, { settings: null }],
    ['settings', 400, { settings: { text: 'x'.repeat(16_384) } }],
    ['password', 400, { password: 'short', current_password: 'x' }],
    ['password', 400, { password: 'x'.repeat(1025), current_password: 'x' }],
    ['current_password', 400, { password: 'a long new password' }],
  ])('refuses a wrong %s with %i', async (field, status, body) => {
    const answer = await put(body);
    expect(answer.status).toBe(status);
    expect(((await answer.json()) as { message: string }).message).toContain(field);
  });

  describe('a new password', () => {
    it('needs the current one', async () => {
      const person = await addPerson(app, 'changer');
      const answer = await put({ password: 'a long new password', current_password: 'wrong' }, person.bearer);
      expect(await codeOf(answer)).toBe('403 ME.WRONG_PASSWORD');
      await expect(signIn(app, 'changer', person.password)).resolves.toContain('timesheet_session');
    });

    it('ends every older cookie and gives the calling browser a fresh one', async () => {
      const person = await addPerson(app, 'mover');
      const [here, elsewhere] = [await person.signIn(), await person.signIn()];
      const answer = await put(
        { password: 'a long new password', current_password: person.password },
        { cookie: here },
      );
      expect(answer.status).toBe(200);
      const fresh = cookiesOf(answer)[0]!.split(';')[0]!;
      expect(await get({ cookie: fresh })).toMatchObject({ username: 'mover' });
      for (const cookie of [here, elsewhere]) expect((await fetch(url(), { headers: { cookie } })).status).toBe(401);
      expect(await get(person.bearer)).toMatchObject({ username: 'mover' });
      await expect(signIn(app, 'mover', person.password)).rejects.toThrow('401');
      await expect(signIn(app, 'mover', 'a long new password')).resolves.toContain('timesheet_session');
    });

    it('sets no cookie when a token asked for it', async () => {
      const person = await addPerson(app, 'script');
      const answer = await put({ password: 'a long new password', current_password: person.password }, person.bearer);
      expect([answer.status, cookiesOf(answer)]).toEqual([200, []]);
    });

    it('is chosen once when two changes arrive together', async () => {
      const person = await addPerson(app, 'twice');
      const answers = await Promise.all(
        ['first', 'second', 'third'].map((word) =>
          put({ password: `the ${word} new password`, current_password: person.password }, person.bearer),
        ),
      );
      expect(answers.map((answer) => answer.status).toSorted((a, b) => a - b)).toEqual([200, 403, 403]);
    });

    it('counts a wrong current one like a failed login', async () => {
      const person = await addPerson(app, 'forgetful');
      const wrong = { password: 'a long new password', current_password: 'wrong' };
      for (let round = 0; round < 10; round++) expect((await put(wrong, person.bearer)).status).toBe(403);
      const right = { ...wrong, current_password: person.password };
      const answer = await put(right, person.bearer);
      expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
      expect(await codeOf(answer)).toBe('429 AUTH.TOO_MANY_FAILURES');
      await expect(signIn(app, 'forgetful', person.password)).rejects.toThrow('429');
    });
  });

  it('is for signed-in users', async () => {
    for (const method of ['GET', 'PUT']) expect((await fetch(url(), { method })).status).toBe(401);
  });
});
