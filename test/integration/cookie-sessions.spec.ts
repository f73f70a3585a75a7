import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { DataSource } from 'typeorm';
import { CookieSessionsRepository } from '../../src/auth/cookie-sessions.repository.js';
import { TokensRepository } from '../../src/auth/tokens.repository.js';
import { poolOf } from '../../src/database/data-source.js';
import { Database } from '../../src/database/database.js';
import { Transactions } from '../../src/database/transactions.js';
import { cloneDatabase, connectTo, type TestDatabase } from '../support/postgres.js';

describe('cookies and tokens', () => {
  let testDatabase: TestDatabase;
  let dataSource: DataSource;
  let database: Database;
  let userId: number;

  beforeAll(async () => {
    testDatabase = await cloneDatabase();
    dataSource = await connectTo(testDatabase);
    database = new Database(poolOf(dataSource));
  });

  beforeEach(async () => {
    await database.execute('delete from users');
    const rows = await database.query<{ id: number }>(
      `insert into users (username, password_hash, name) values ('ana', 'old', 'Ana') returning id`,
    );
    userId = rows[0]!.id;
  });

  afterAll(async () => {
    await dataSource.destroy();
    await testDatabase.drop();
  });

  const open = (passwordHash: string, token: string) =>
    new CookieSessionsRepository(database).open(
      { id: userId, passwordHash },
      { tokenHash: Buffer.from(token), createdAt: new Date(), expiresAt: new Date(Date.now() + 60_000) },
    );
  const create = (token: string) =>
    new TokensRepository(database).insert(userId, {
      name: 'test',
      tokenHash: Buffer.from(token),
      createdAt: new Date(),
    });
  const countOf = async (table: string) => (await database.query(`select id from ${table}`)).length;

  it('are not made for a password that is no longer the user’s', async () => {
    expect(await open('old', 'a')).toBe(true);
    expect(await open('other', 'b')).toBe(false);
    expect(await countOf('cookie_sessions')).toBe(1);
  });

  it('are not made for a disabled user', async () => {
    await database.execute('update users set is_enabled = false');
    expect([await open('old', 'a'), await create('b')]).toEqual([false, null]);
  });

  it('do not slip past a change that is under way: it ends them all, or they come too late', async () => {
    let opening: Promise<unknown> = Promise.resolve();
    let creating: Promise<unknown> = Promise.resolve();
    await new Transactions(dataSource).run(async (tx) => {
      await tx.execute(`update users set password_hash = 'new', is_enabled = false`);
      await tx.execute('delete from cookie_sessions');
      await tx.execute('delete from api_tokens');
      opening = open('old', 'a');
      creating = create('b');
      // They wait for this transaction; without the lock they would be done by now.
      const first = await Promise.race([opening, creating, tx.query('select pg_sleep(0.2)').then(() => 'waited')]);
      expect(first).toBe('waited');
    });
    expect([await opening, await creating]).toEqual([false, null]);
    expect([await countOf('cookie_sessions'), await countOf('api_tokens')]).toEqual([0, 0]);
  });
});
