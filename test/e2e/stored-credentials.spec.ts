import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../support/app.js';
import { callProbe, CallerProbeModule } from '../support/caller-probe.js';
import { addPerson, type Person } from '../support/people.js';

describe('stored credentials', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startTestApp({ imports: [CallerProbeModule] });
  });

  afterAll(() => app.close());

  describe('last_used_at', () => {
    const lastUsed = async (person: Person) => {
      const rows = await app.database.query<{ last_used_at: Date | null }>(
        'select last_used_at from api_tokens where user_id = $1',
        [person.id],
      );
      return rows[0]!.last_used_at;
    };

    it('is written at the first use and at most once an hour', async () => {
      const person = await addPerson(app, 'user-of-tokens');
      expect(await lastUsed(person)).toBeNull();
      await Promise.all(Array.from({ length: 5 }, () => callProbe(app, 'user', person.bearer)));
      await expect.poll(() => lastUsed(person)).toBeInstanceOf(Date);
      const recent = new Date(Date.now() - 59 * 60_000);
      await app.database.execute('update api_tokens set last_used_at = $1 where user_id = $2', [recent, person.id]);
      await callProbe(app, 'user', person.bearer);
      expect(await lastUsed(person)).toEqual(recent);
      const old = new Date(Date.now() - 61 * 60_000);
      await app.database.execute('update api_tokens set last_used_at = $1 where user_id = $2', [old, person.id]);
      await callProbe(app, 'user', person.bearer);
      await expect.poll(async () => (await lastUsed(person))!.getTime()).toBeGreaterThan(recent.getTime());
    });
  });

  it('are hashes: a copy of the tables opens nothing', async () => {
    const ana = await addPerson(app, 'ana');
    const secret = app.secrets.secretToken.reveal();
    const cookie = await ana.signIn();
    const value = /timesheet_session=([^;]+)/.exec(cookie)![1]!;
    const tables = ['users', 'cookie_sessions', 'api_tokens', 'login_failures', 'error_log'];
    const rows = await Promise.all(
      tables.map((table) => app.database.query<{ row: string }>(`select t::text as row from ${table} t`)),
    );
    const dump = rows.flat().map(({ row }) => row);
    expect(dump.length).toBeGreaterThan(5);
    const inBytes = (text: string) => Buffer.from(text).toString('hex');
    for (const canary of [ana.token, value, ana.password, secret, app.secrets.adminPassword.reveal()]) {
      for (const form of [canary, inBytes(canary), Buffer.from(canary, 'base64url').toString('hex')]) {
        expect(dump.filter((row) => row.includes(form))).toEqual([]);
      }
    }
  });
});
