import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Database, prepared } from '../../src/database/database.js';
import { poolOf } from '../../src/database/data-source.js';
import { cloneDatabase, connectTo, runAsSuperuser, type TestDatabase } from '../support/postgres.js';

const ECHO = prepared('test.echo', 'select $1::int as n, pg_backend_pid() as pid');
const DIVIDE = prepared('test.divide', 'select 1 / $1::int as n');

let testDatabase: TestDatabase;
let dataSource: DataSource;
let database: Database;

beforeAll(async () => {
  testDatabase = await cloneDatabase();
  dataSource = await connectTo(testDatabase);
  database = new Database(poolOf(dataSource));
});

afterAll(async () => {
  await dataSource.destroy();
  await testDatabase.drop();
});

const echo = async (n: number) => (await database.lookUp<{ n: number; pid: number }>(ECHO, [n]))!;
const numbers = Array.from({ length: 200 }, (_, index) => index);
const isEverythingReleased = () => database.pool.idleCount === database.pool.totalCount;

it('gives everybody their own answer over one connection', async () => {
  const answers = await Promise.all(numbers.map(echo));

  expect(answers.map(({ n }) => n)).toEqual(numbers);
  expect(new Set(answers.map(({ pid }) => pid)).size).toBe(1);
  await expect.poll(isEverythingReleased).toBe(true);
});

it('answers while the rest of the pool is taken', async () => {
  const taken = await Promise.all(numbers.slice(1, 10).map(() => database.pool.connect()));

  expect(await echo(1)).toMatchObject({ n: 1 });
  for (const client of taken) client.release();
});

it('finds nothing where there is nothing', async () => {
  expect(await database.lookUp(prepared('test.none', 'select 1 where false'), [])).toBeUndefined();
});

it('spoils nothing for the others when one statement fails', async () => {
  const outcomes = await Promise.allSettled([echo(1), database.lookUp(DIVIDE, [0]), echo(2)]);

  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(await echo(3)).toMatchObject({ n: 3 });
  await expect.poll(isEverythingReleased).toBe(true);
});

it('goes on over another connection when the one in use is lost', async () => {
  const { pid } = await echo(1);
  const slow = database.lookUp(prepared('test.slow', 'select pg_sleep(30)'), []);
  await Promise.all([
    expect(slow).rejects.toThrow(/terminat/),
    runAsSuperuser(testDatabase.url, `select pg_sleep(0.1), pg_terminate_backend(${pid})`),
  ]);

  expect((await echo(2)).pid).not.toBe(pid);
  await expect.poll(isEverythingReleased).toBe(true);
});
