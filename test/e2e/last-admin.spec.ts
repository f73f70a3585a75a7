import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AccountsService } from '../../src/auth/accounts.service.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { addPerson, type Person } from '../support/people.js';

describe('the last admin', () => {
  let app: TestApp;
  let first: number;
  let second: Person;

  beforeAll(async () => {
    app = await startTestApp();
    first = (await app.database.query<{ id: number }>('select id from users'))[0]!.id;
    second = await addPerson(app, 'second', 'admin');
  });

  afterAll(() => app.close());

  it('is left over when two admins remove each other at the same moment', async () => {
    const accounts = app.get(AccountsService);
    for (let round = 0; round < 10; round++) {
      const outcomes = await Promise.allSettled([
        accounts.change(first, { role: 'member' }),
        accounts.change(second.id, { role: 'coordinator' }),
        accounts.change(second.id, { isEnabled: false }),
        accounts.disable(first),
      ]);
      const admins = await app.database.query(`select id from users where role = 'admin' and is_enabled`);
      expect(admins).toHaveLength(1);
      const refusals = outcomes
        .filter((outcome) => outcome.status === 'rejected')
        .map(({ reason }) => reason as unknown);
      for (const refusal of refusals) expect(refusal).toMatchObject({ status: 409, code: 'USER.LAST_ADMIN' });
      expect(refusals.length).toBeGreaterThan(0);
      await app.database.execute(`update users set role = 'admin', is_enabled = true, disabled_at = null`);
    }
  });

  it('keeps the role and stays enabled, however it is asked', async () => {
    const last = await addPerson(app, 'last', 'admin');
    await app.database.execute(`update users set role = 'member' where id <> $1`, [last.id]);
    const send = (method: string, body?: object) =>
      fetch(`${app.url}/v1/resources/users/${last.id}`, {
        method,
        headers: { ...last.bearer, ...(body && { 'content-type': 'application/json' }) },
        body: body && JSON.stringify(body),
      });
    for (const answer of [
      await send('PUT', { role: 'member' }),
      await send('PUT', { enabled: false }),
      await send('PUT', { role: 'admin', enabled: false }),
      await send('DELETE'),
    ]) {
      expect(await answer.json()).toMatchObject({ statusCode: 409, code: 'USER.LAST_ADMIN' });
    }
    expect((await send('PUT', { role: 'admin', enabled: true, name: 'Last' })).status).toBe(200);
  });
});
