import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clockifyService, togglService, type Service } from '../../bench/sync/services.js';
import { writesSince } from '../../bench/sync/writes.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { ApiClient } from '../support/api-client.js';
import { addPerson } from '../support/people.js';

const ENTRIES = 1200;

interface Run {
  state: string;
  counts: { created: number; updated: number; deleted: number; conflicts: number };
}

describe.each<[string, () => Service]>([
  ['Toggl', togglService],
  ['Clockify', clockifyService],
])('a pull of %s', (_name, serviceOf) => {
  const service = serviceOf();
  let app: TestApp;
  let client: pg.Client;
  let ana: ApiClient;
  let integrationId: number;

  beforeAll(async () => {
    await service.start();
    app = await startTestApp({ env: service.env() });
    client = new pg.Client({ connectionString: app.databaseUrl });
    await client.connect();
    ana = new ApiClient(() => app.url, (await addPerson(app, 'ana')).bearer);
    const account = service.addAccount(ENTRIES);
    integrationId = (await ana.expect<{ id: number }>(201, 'POST', '/v1/resources/integrations', account)).id;
    await ana.call('GET', '/v1/resources/projects');
  });

  afterAll(async () => {
    await client.end();
    await app.close();
    await service.stop();
  });

  const pull = async (): Promise<Run> => {
    const [run] = await ana.expect<Run[]>(200, 'POST', '/v1/rpc/sync', { integration_id: integrationId, days: 20 });
    return run!;
  };
  const lastId = async () => (await client.query<{ last: string }>(`select last_value as last from ${SEQUENCE}`)).rows;

  it('brings every entry, and the second one of the same days writes no row and takes no id', async () => {
    expect(await pull()).toMatchObject({ state: 'done', counts: { created: ENTRIES, updated: 0 } });
    const [before, id] = [await writesSince(client), await lastId()];
    expect(before.state.time_entries!.rows).toBe(ENTRIES);
    const nothing = { created: 0, updated: 0, deleted: 0, conflicts: 0 };
    expect(await pull()).toMatchObject({ state: 'done', counts: nothing });
    expect((await writesSince(client, before)).rows).toBe(0);
    expect(await lastId()).toEqual(id);
  });

  it('is seen to write when there is something: the counting counts', async () => {
    const before = await writesSince(client);
    await client.query('update time_entries set modified_at = now() where id in (select id from time_entries limit 3)');
    expect((await writesSince(client, before)).rows).toBe(3);
  });
});

const SEQUENCE = 'time_entries_id_seq';
