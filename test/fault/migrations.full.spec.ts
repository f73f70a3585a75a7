import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MIGRATIONS } from '../../migrations/index.js';
import { dataSourceOptions } from '../../src/database/data-source.js';
import { migrate } from '../../src/database/migrate.js';
import { DataSource } from 'typeorm';
import { DeliveryDriver, tellStory } from '../support/delivery-driver.js';
import { DeliveryFaults } from '../support/delivery-faults.js';
import type { FaultWorld } from '../support/fault-world.js';
import { emptyDatabase } from '../support/postgres.js';
import { sized } from '../support/size.js';

const NAMES = MIGRATIONS.map(({ name }) => name);
const LAST = NAMES.at(-1)!;
/** How many steps a new build brings along. */
const NEW = 3;

/** What a later build may add while this one runs. */
const ADDITIVE = `
  alter table time_entries add column later_text text, add column later_flag boolean not null default false;
  alter table deliveries add column later_text text, add column later_count integer not null default 0;
  alter table users add column later_text text;
  alter table mail_outbox add column later_text text;
  alter table pushes add column later_text text;
  alter table leases add column later_text text;
  alter table report_runs add column later_text text;
  create table later_things (id bigint primary key);
  insert into migrations (timestamp, name) values (1999999999999, 'LaterThings1999999999999')`;

/** Every column, index and constraint there is, as text. */
const SCHEMA = `
  select 'column ' || table_name || '.' || column_name || ' ' || data_type as line from information_schema.columns
    where table_schema = 'public'
  union all select 'index ' || indexdef from pg_indexes where schemaname = 'public'
  union all select 'constraint ' || conrelid::regclass || ' ' || pg_get_constraintdef(oid) from pg_constraint
    where connamespace = 'public'::regnamespace
  union all select 'trigger ' || tgname from pg_trigger where not tgisinternal
  union all select 'migration ' || name from migrations
  order by 1`;

describe('migrations', () => {
  let faults: DeliveryFaults;
  let world: FaultWorld;

  const open = async (testDatabase?: Awaited<ReturnType<typeof emptyDatabase>>) => {
    faults = await DeliveryFaults.open({ testDatabase });
    ({ world } = faults);
  };

  afterEach(() => faults.close());

  const applied = () => world.query<{ name: string }>('select name from migrations order by timestamp');

  describe('of a database that is behind', () => {
    beforeEach(async () => open(await emptyDatabase()));

    it('are made once by replicas that start at the same moment, and all of them are ready then', async () => {
      const apps = await Promise.all(Array.from({ length: sized(4, 6) }, () => faults.start()));
      expect((await applied()).map(({ name }) => name)).toEqual(NAMES);
      const ready = await Promise.all(apps.map(({ url }) => fetch(`${url}/health/ready`)));
      expect(ready.map(({ status }) => status)).toEqual(apps.map(() => 200));
    }, 300_000);

    it('leave everything as it was when one of them fails, and are made up for when it can be', async () => {
      const before = { ...dataSourceOptions({ url: world.testDatabase.url }), migrations: MIGRATIONS.slice(0, -NEW) };
      const dataSource = await new DataSource(before).initialize();
      await migrate(dataSource);
      await dataSource.destroy();
      await world.query(`
        create function refuse() returns trigger language plpgsql as $$ begin raise 'not this one'; end $$;
        create trigger refuse before insert on migrations for each row when (new.name = '${LAST}') execute function refuse()`);
      const schema = await world.query(SCHEMA);

      const { code, stderr } = await world.runUntilEnd({});
      expect([code, stderr]).toEqual([1, expect.stringContaining('not this one') as string]);
      expect(await world.query(SCHEMA)).toEqual(schema);

      await world.query('drop trigger refuse on migrations');
      const app = await faults.start();
      expect((await applied()).map(({ name }) => name)).toEqual(NAMES);
      expect((await fetch(`${app.url}/health/ready`)).status).toBe(200);
    }, 300_000);
  });

  describe('of a later build', () => {
    beforeEach(() => open());

    it('do not disturb a replica of this one, nor its next start', async () => {
      const app = await faults.start();
      const ana = await world.addUser('ana');
      await world.connectToggl(ana);
      const driver = new DeliveryDriver(() => world.url);
      let count = 0;
      const useEverything = async () => {
        for (let index = 0; index < 4; index += 1) {
          const story = tellStory((count += 1));
          driver.told.push(story);
          await driver.tell(story);
        }
        await faults.settle();
        const start = 1_750_000_000 + count * 3600;
        const { id } = await ana.expect<{ id: number }>(201, 'POST', '/v1/resources/logs', {
          task: `log ${count}`,
          start,
          end: start + 60,
        });
        await ana.expect(200, 'PUT', `/v1/resources/logs/${id}`, { task: `log ${count} again` });
        await ana.expect(200, 'GET', '/v1/resources/logs');
        await ana.expect(200, 'GET', `/v1/resources/reports?from=${start}&to=${start + 60}`);
        await ana.expect(200, 'POST', '/v1/rpc/timer/start', { task: 'Timer' });
        await ana.expect(200, 'POST', '/v1/rpc/timer/stop');
        expect((await fetch(`${world.url}/health/ready`)).status).toBe(200);
      };
      // Often enough that every connection has met every statement.
      for (let time = 0; time < sized(3, 10); time += 1) await useEverything();
      await world.query(ADDITIVE);
      for (let time = 0; time < sized(3, 10); time += 1) await useEverything();
      await app.stop('SIGTERM');
      await faults.start();
      await useEverything();
      await faults.settle();
      expect(app.output()).not.toMatch(/"level":(50|60)/);
      expect(driver.refusals).toEqual([]);
      await faults.expectTold(driver);
    }, 300_000);
  });
});
