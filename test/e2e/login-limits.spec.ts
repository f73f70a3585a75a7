import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FixedClock } from '../../src/common/clock.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { addPerson } from '../support/people.js';

describe('the limit of failed logins', () => {
  const clock = new FixedClock(new Date('2026-03-02T09:00:00Z'));
  let app: TestApp;

  beforeAll(async () => {
    app = await startTestApp({ clock });
  });

  afterAll(() => app.close());

  const login = (body: unknown, headers: Record<string, string> = {}) =>
    fetch(`${app.url}/v1/rpc/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  const fail = (username: string, cookie = '') => login({ username, password: 'wrong password' }, { cookie });

  it('answers the eleventh wrong password of an account with 429, without hashing it, and the right one too', async () => {
    const person = await addPerson(app, 'guessed');
    for (let round = 0; round < 10; round++) expect((await fail('guessed')).status).toBe(401);
    for (const password of ['wrong password', person.password]) {
      const answer = await login({ username: 'GUESSED', password });
      expect(answer.status).toBe(429);
      expect(answer.headers.get('retry-after')).toBe('900');
      expect(await answer.json()).toMatchObject({ code: 'AUTH.TOO_MANY_FAILURES' });
    }
    const failures = await app.database.query('select id from login_failures where account = $1', ['account:guessed']);
    expect(failures).toHaveLength(10);
  });

  it('ends a quarter of an hour after the failures', async () => {
    const person = await addPerson(app, 'patient');
    for (let round = 0; round < 10; round++) await fail('patient');
    clock.advance(14 * 60_000);
    const early = await login({ username: 'patient', password: person.password });
    expect([early.status, early.headers.get('retry-after')]).toEqual([429, '60']);
    clock.advance(60_000);
    expect((await login({ username: 'patient', password: person.password })).status).toBe(200);
  });

  it('lets nothing slip through when many guesses arrive at once', async () => {
    await addPerson(app, 'hurried');
    const answers = await Promise.all(Array.from({ length: 40 }, () => fail('hurried')));
    const statuses = answers.map((answer) => answer.status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(10);
    expect(statuses.filter((status) => status === 429)).toHaveLength(30);
  });

  it('does not count successes', async () => {
    const person = await addPerson(app, 'frequent');
    const answers = await Promise.all(
      Array.from({ length: 15 }, () => login({ username: 'frequent', password: person.password })),
    );
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([200]));
  });

  it('does not lock out a browser that signed in before, which has its own count of ten', async () => {
    const person = await addPerson(app, 'attacked');
    const browser = await person.signIn();
    for (let round = 0; round < 11; round++) await fail('attacked');
    expect((await fail('attacked')).status).toBe(429);
    const own = await login({ username: 'attacked', password: person.password }, { cookie: browser });
    expect(own.status).toBe(200);
    for (let round = 0; round < 10; round++) expect((await fail('attacked', browser)).status).toBe(401);
    expect((await fail('attacked', browser)).status).toBe(429);
  });

  it('does not believe a device mark of another user, nor a forged one', async () => {
    const person = await addPerson(app, 'target');
    const other = await (await addPerson(app, 'other')).signIn();
    for (let round = 0; round < 10; round++) await fail('target');
    const mark = /timesheet_device=([^;]+)/.exec(other)![1]!;
    const forged = `timesheet_device=${person.id}.${mark.split('.').slice(1).join('.')}`;
    for (const cookie of [other, forged]) {
      const answer = await login({ username: 'target', password: person.password }, { cookie });
      expect(answer.status).toBe(429);
    }
  });

  it('stops an address after a thousand wrong passwords, whatever address the client says it has', async () => {
    const ana = await addPerson(app, 'ana');
    await app.database.execute(
      `insert into login_failures (account, peer, failed_at)
       select 'account:spray' || n, '127.0.0.1', $1 from generate_series(1, 1000) n`,
      [clock.now()],
    );
    for (const headers of <Record<string, string>[]>[{}, { 'x-forwarded-for': '203.0.113.9' }]) {
      expect((await login({ username: 'ana', password: ana.password }, headers)).status).toBe(429);
    }
    clock.advance(15 * 60_000);
  });

  it('forgets failures that no longer count', async () => {
    clock.advance(86_400_000);
    for (let round = 0; round < 12; round++) await fail(`nobody${round}`);
    const old = await app.database.query('select id from login_failures where failed_at < $1 limit 1', [
      new Date(clock.now().getTime() - 15 * 60_000),
    ]);
    expect(old).toEqual([]);
  });
});
