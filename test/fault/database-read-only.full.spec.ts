import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ApiClient } from '../support/api-client.js';
import type { ChildApp } from '../support/child-app.js';
import { DeliveryDriver, tellStory } from '../support/delivery-driver.js';
import { DeliveryFaults } from '../support/delivery-faults.js';
import { eventually } from '../support/oracle.js';
import { OwnPostgres } from '../support/own-postgres.js';
import { contentsOf } from '../support/rows.js';
import { deliver } from '../support/webhooks.js';

describe('a database that has become read-only', () => {
  let postgres: OwnPostgres;
  let faults: DeliveryFaults;
  let app: ChildApp;
  let ana: ApiClient;

  beforeEach(async () => {
    postgres = await OwnPostgres.create();
    faults = await DeliveryFaults.open({ testDatabase: postgres.database });
    app = await faults.start();
    ana = await faults.world.addUser('ana');
  });

  afterEach(() => faults.close());

  async function becomeReadOnly(isReadOnly: boolean): Promise<void> {
    const client = await faults.world.database.connect();
    await client.query('set default_transaction_read_only = off');
    await client.query(`alter system set default_transaction_read_only = ${isReadOnly ? 'on' : 'off'}`);
    await client.query('select pg_reload_conf()');
    client.release(true);
  }

  const log = { task: 'Reading', start: 1_750_000_000, end: 1_750_000_600 };

  const writes = (index: number): Promise<{ status: number }>[] => {
    const { event, body } = tellStory(index).steps[0]!;
    return [
      ana.call('POST', '/v1/resources/logs', log),
      ana.call('POST', '/v1/rpc/timer/start', { task: 'Timer' }),
      ana.call('POST', '/v1/resources/tokens', { name: 'another' }),
      deliver(app.url, event, body),
    ];
  };

  it('is read as before; what would be written is refused with 503, and nothing of it is there', async () => {
    const driver = new DeliveryDriver(() => app.url);
    const before = tellStory(0);
    driver.told.push(before);
    await driver.tell(before);
    await ana.expect(201, 'POST', '/v1/resources/logs', log);
    await faults.settle();

    await becomeReadOnly(true);
    await eventually('it refuses to write', 10, async () => (await writes(1)[0]!).status === 503);
    const rows = await contentsOf({ database: faults.world });
    const answers = await Promise.all(Array.from({ length: 10 }, (_, index) => writes(index + 1)).flat());
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([503]));
    expect((await ana.call('GET', '/v1/resources/logs')).status).toBe(200);
    expect(await contentsOf({ database: faults.world })).toEqual(rows);
    expect(app.isRunning()).toBe(true);

    await becomeReadOnly(false);
    await eventually('it writes again', 10, async () => (await writes(100)[0]!).status === 201);
    const after = tellStory(2);
    driver.told.push(after);
    await driver.tell(after);
    await faults.settle();
    await faults.expectTold(driver);
  }, 300_000);
});
