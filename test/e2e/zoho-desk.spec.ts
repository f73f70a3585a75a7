import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ZohoDeskSimulator, type DeskAccount } from '../../simulators/zoho-desk/simulator.js';
import { FixedClock } from '../../src/common/clock.js';
import { PushWorker } from '../../src/sync/push-worker.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { addPerson, type Person } from '../support/people.js';

const NOW = new Date('2026-03-02T12:00:00Z');
const at = (time: string): number => Date.parse(`2026-03-02T${time}Z`) / 1000;
const LOGS = '/v1/resources/logs';

interface Log {
  id: number;
  start: number;
  end: number;
  task: string;
  external_id: string | null;
  sync: { state: string; error: string | null };
}

describe('Zoho Desk, connected', () => {
  const clock = new FixedClock(NOW);
  let desk: ZohoDeskSimulator;
  let operator: DeskAccount;
  let account: DeskAccount;
  let app: TestApp;
  let ana: Person;
  let integrationId: number;
  let projectId: number;
  let ticketId: string;

  beforeAll(async () => {
    desk = new ZohoDeskSimulator({ now: () => clock.now().getTime() });
    await desk.start();
    operator = desk.addAccount('The Operator');
    account = desk.addAccount('Ana at Desk');
    ticketId = desk.model.addTicket(account.agent, 'The printer is on fire', { accountName: 'Zylker' }).id;
    app = await startTestApp({
      clock,
      env: {
        ZOHO_ACCOUNTS_URL: desk.url,
        ZOHO_PROJECTS_URL: desk.url,
        ZOHO_DESK_URL: desk.url,
        ZOHO_CLIENT_ID: operator.client.id,
        ZOHO_CLIENT_SECRET: operator.client.secret,
        ZOHO_REFRESH_TOKEN: operator.refreshToken,
        ZOHO_ORG_ID: operator.portal.id,
        TEST_CONTROL: JSON.stringify({ withoutJobs: true, retryScale: 0.001, callTimeoutMilliseconds: 1000 }),
      },
    });
    ana = await addPerson(app, 'ana');
    const { client, refreshToken } = account;
    const credentials = { client_id: client.id, client_secret: client.secret, refresh_token: refreshToken };
    const connected = await call<{ id: number }>('POST', '/v1/resources/integrations', {
      provider: 'zoho_desk',
      credentials,
    });
    integrationId = connected.id;
    const projects = await call<{ id: number; external_id: string }[]>('GET', '/v1/resources/projects');
    projectId = projects.find((project) => project.external_id === ticketId)!.id;
  });

  afterAll(async () => {
    await app.close();
    await desk.stop();
  });

  async function call<T>(method: string, path: string, body?: object): Promise<T> {
    const type: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
    const headers = { ...ana.bearer, ...type };
    const answer = await fetch(app.url + path, { method, headers, body: body && JSON.stringify(body) });
    return ((await answer.json()) as { result: T }).result;
  }
  const write = (fields: object): Promise<Log> =>
    call('POST', `${LOGS}?wait=true`, {
      project_id: projectId,
      task: 'Work',
      start: at('09:00:00'),
      end: at('10:00:00'),
      ...fields,
    });
  const read = (id: number): Promise<Log> => call('GET', `${LOGS}/${id}`);
  const sync = () => call('POST', '/v1/rpc/sync', { integration_id: integrationId });

  it('is connected for the first admin when the environment names an organization', async () => {
    const sql = "SELECT workspace_id FROM integrations WHERE provider = 'zoho_desk'";
    const find = () => app.dataSource.query<object[]>(sql);
    await expect.poll(find).toContainEqual({ workspace_id: operator.portal.id });
  });

  it('takes a log, and a pull changes nothing', async () => {
    const log = await write({
      start: at('09:00:20'),
      end: at('10:30:35'),
      task: 'Customer Service',
      notes: 'by phone',
    });
    expect(log.sync).toMatchObject({ state: 'synced', error: null });
    expect(log.external_id).toMatch(new RegExp(`^tickets:${ticketId}:\\d+$`));
    const held = desk.ledger.created.at(-1)!;
    expect(held).toMatchObject({ requestChargeType: 'Customer Service', description: 'by phone', seconds: 15 });
    await sync();
    expect(await read(log.id)).toEqual(log);
    desk.editInApp(held.id, { description: 'at their desk', requestChargeType: null });
    await sync();
    expect((await read(log.id)).task).toBe('at their desk');
    desk.deleteInApp(held.id);
    await sync();
    expect(await read(log.id)).toBeUndefined();
  });

  it('does not get an entry twice when its answer was lost', async () => {
    desk.faults.add({ method: 'POST', path: /timeEntry$/, action: 'create-then-reset' });
    const before = desk.ledger.created.length;
    const log = await write({ task: 'Lost and found' });
    for (let tries = 0; tries < 20 && (await read(log.id)).sync.state !== 'synced'; tries += 1) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      await app.get(PushWorker).deliverDue();
    }
    expect((await read(log.id)).sync.state).toBe('synced');
    expect(desk.ledger.created).toHaveLength(before + 1);
  });
});
