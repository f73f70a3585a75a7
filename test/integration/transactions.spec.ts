import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { Database } from '../../src/database/database.js';
import { poolOf } from '../../src/database/data-source.js';
import { Transactions } from '../../src/database/transactions.js';
import { cloneDatabase, connectTo, type TestDatabase } from '../support/postgres.js';

let testDatabase: TestDatabase;
let dataSource: DataSource;
let database: Database;
let transactions: Transactions;

const INSERT = { name: 'test.insert', text: 'insert into notes (id) values ($1)' };
const stored = async () =>
  (await database.query<{ id: number }>('select id from notes order by id')).map(({ id }) => id);

beforeAll(async () => {
  testDatabase = await cloneDatabase();
  dataSource = await connectTo(testDatabase);
  database = new Database(poolOf(dataSource));
  transactions = new Transactions(dataSource);
  await database.execute('create table notes (id int primary key)');
});

beforeEach(() => database.execute('truncate notes'));

afterAll(async () => {
  await dataSource.destroy();
  await testDatabase.drop();
});

it('carries out held statements in their order, before the next one and before the commit', async () => {
  const seen = await transactions.run(async (tx) => {
    tx.later(INSERT, [1]);
    tx.later('update notes set id = 2');
    const rows = await tx.query<{ id: number }>('select id from notes');
    tx.later(INSERT, [3]);
    return rows;
  });

  expect(seen).toEqual([{ id: 2 }]);
  expect(await stored()).toEqual([2, 3]);
});

it('shows TypeORM what is held', async () => {
  await transactions.run(async (tx) => {
    tx.later(INSERT, [1]);
    expect(await tx.manager.query('select id from notes')).toEqual([{ id: 1 }]);
  });
});

it('stores nothing when the work throws, whatever was held or sent', async () => {
  const work = transactions.run(async (tx) => {
    tx.later(INSERT, [1]);
    await tx.query('select 1');
    tx.later(INSERT, [2]);
    throw new Error('changed my mind');
  });

  await expect(work).rejects.toThrow('changed my mind');
  expect(await stored()).toEqual([]);
});

it('sends nothing at all when the work throws before its first statement', async () => {
  await expect(transactions.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
});

it('fails with the error of the held statement and stores nothing, even when it is the last', async () => {
  let isCommitted = false;
  const work = transactions.run(async (tx) => {
    tx.afterCommit(() => (isCommitted = true));
    await tx.execute(INSERT, [1]);
    tx.later(INSERT, [1]);
    tx.later(INSERT, [2]);
  });

  await expect(work).rejects.toMatchObject({ code: '23505' });
  expect(await stored()).toEqual([]);
  expect(isCommitted).toBe(false);
});

it('tells the cause, not that a later statement met an aborted transaction', async () => {
  const work = transactions.run(async (tx) => {
    await tx.execute(INSERT, [1]);
    tx.later(INSERT, [1]);
    await tx.query('select 1');
  });

  await expect(work).rejects.toMatchObject({ code: '23505' });
});

it('does not report as committed what the server rolled back because an error was swallowed', async () => {
  const work = transactions.run(async (tx) => {
    await tx.execute(INSERT, [1]);
    await tx.execute(INSERT, [1]).catch(() => undefined);
  });

  await expect(work).rejects.toThrow('rolled back');
  expect(await stored()).toEqual([]);
});

it('runs the work again when a held statement lost a deadlock', async () => {
  await database.execute('insert into notes (id) values (1), (2)');
  const lock = 'select id from notes where id = $1 for update';
  let runs = 0;
  let bothHold = () => {};
  const held = new Promise<void>((resolve) => {
    let holders = 0;
    bothHold = () => ++holders >= 2 && resolve();
  });
  const crossing = (first: number, second: number) =>
    transactions.run(async (tx) => {
      runs += 1;
      await tx.query(lock, [first]);
      bothHold();
      await held;
      tx.later(lock, [second]);
    });

  await Promise.all([crossing(1, 2), crossing(2, 1)]);
  expect(runs).toBe(3);
});

it('leaves the connection fit for the next transaction', async () => {
  const size = 12; // more than the pool has
  const failing = Array.from({ length: size }, () =>
    transactions.run(async (tx) => {
      tx.later('select 1 / 0');
    }),
  );
  const outcomes = await Promise.allSettled(failing);

  expect(outcomes.every((outcome) => outcome.status === 'rejected')).toBe(true);
  await Promise.all(Array.from({ length: size }, (_, id) => transactions.run((tx) => tx.execute(INSERT, [id]))));
  expect(await stored()).toHaveLength(size);
});
