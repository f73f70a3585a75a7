import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DataSource } from 'typeorm';
import { cloneDatabase, connectTo, type TestDatabase } from '../support/postgres.js';

describe('schema', () => {
  let database: TestDatabase;
  let dataSource: DataSource;

  beforeAll(async () => {
    database = await cloneDatabase();
    dataSource = await connectTo(database);
  });

  afterAll(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  it('is what the entities say: the migrations leave no drift', async () => {
    const missing = await dataSource.driver.createSchemaBuilder().log();
    expect(missing.upQueries.map((query) => query.query)).toEqual([]);
  });

  it('keeps every instant with its zone and to the millisecond', async () => {
    const columns: { table_name: string; column_name: string }[] = await dataSource.query(`
      select table_name, column_name from information_schema.columns
      where table_schema = 'public' and table_name <> 'migrations'
        and (data_type = 'timestamp without time zone'
          or (data_type = 'timestamp with time zone' and datetime_precision <> 3))`);
    expect(columns).toEqual([]);
  });
});
