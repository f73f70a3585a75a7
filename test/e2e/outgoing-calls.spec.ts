import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { SimulatedAccounts } from '../../simulators/zoho-accounts/accounts.js';
import type { Harness } from '../contract/harness.js';
import { PROVIDERS } from '../contract/support.js';
import { Egress } from '../support/egress.js';
import { addPerson, type Person } from '../support/people.js';
import { countRows, tablesHolding } from '../support/rows.js';
import { ServiceApp, type Member } from '../support/service-app.js';
import { at, TogglApp, type Tracker } from '../support/toggl.js';

const INTEGRATIONS = '/v1/resources/integrations';
const TIMES = { start: at('06:00:00'), end: at('07:00:00') };
const REGIONS: unknown[] = [
  'evil.com',
  'com.evil.com',
  'com@evil.com',
  'com/../',
  'com#',
  'com%00',
  'COM',
  'US',
  'EUC1',
  'com\r\nHost: x',
  'us\u0000',
  ' us',
  '',
  '__proto__',
  'constructor',
  ['us'],
  { us: true },
  7,
];

const egress = new Egress();

afterAll(() => egress.stop());

describe.each(PROVIDERS)('calls to $name', (subject) => {
  let world: ServiceApp;
  let ana: Member;
  let newcomer: Person;
  let stranger: Server;
  let visits = 0;
  let people = 0;

  beforeAll(async () => {
    world = await ServiceApp.start(subject);
    ana = await world.addMember('ana');
    newcomer = await addPerson(world.app, 'newcomer');
    stranger = createServer((_request, response) => {
      visits += 1;
      response.end('{}');
    });
    await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve));
  });

  afterEach(() => world.simulator.faults.clear());

  afterAll(async () => {
    expect(visits).toBe(0);
    await world.close();
    await new Promise((resolve) => stranger.close(resolve));
  });

  const elsewhere = () => `http://127.0.0.1:${(stranger.address() as AddressInfo).port}`;
  const service = () => new Set([new URL(world.simulator.url).origin]);
  const origins = (work: () => Promise<unknown>) => egress.during(work, { except: world.app.url });
  const connect = (account: Harness) => {
    const body = { provider: account.provider.key, credentials: world.credentialsOf(account) };
    return world.call(newcomer, 'POST', INTEGRATIONS, body);
  };

  it.each(REGIONS)('have no region %j: 400, nothing is kept and nothing leaves', async (region) => {
    const rows = await countRows(world.app);
    const [credentials, provider] = [world.credentialsOf(ana.account), ana.account.provider.key];
    const calls = [
      () => world.call(newcomer, 'POST', INTEGRATIONS, { provider, region, credentials }),
      () => world.call(ana, 'PUT', `${INTEGRATIONS}/${ana.integrationId}`, { region }),
    ];
    for (const call of calls) {
      const left = await origins(async () => {
        const { status, body } = await call();
        expect([status, body.code]).toEqual([400, expect.stringMatching(/^[A-Z._]+$/) as string]);
      });
      expect(left).toEqual(new Set());
    }
    expect(await countRows(world.app)).toEqual(rows);
  });

  it.each([301, 302, 307, 308])('follow no %i, from whichever door', async (status) => {
    const { integrationId } = ana;
    const rows = await countRows(world.app);
    const account = await ana.account.another();
    const action = { status, headers: { location: `${elsewhere()}/latest/meta-data/` } };
    world.simulator.faults.add({ times: Infinity, action });
    const path = `/v1/resources/projects?refresh=true&integration_id=${integrationId}`;
    const left = await origins(async () => {
      expect((await connect(account)).status).toBe(503);
      await world.call(ana, 'GET', path);
      await world.call(ana, 'POST', '/v1/rpc/sync', { integration_id: integrationId, days: 7 });
    });
    expect(await countRows(world.app)).toMatchObject({ 'public.integrations': rows['public.integrations'] });
    world.simulator.faults.clear();
    world.simulator.faults.add({ method: 'POST', action });
    const log = await world.addLog(ana, { task: `redirected ${status}`, ...world.placeOf(ana), ...TIMES });
    await expect.poll(async () => (await world.deliver(), (await world.getLog(ana, log.id)).sync.state)).toBe('synced');
    const held = ana.account.heldIds().map((id) => ana.account.held(id)!.description);
    expect(held.filter((description) => description === `redirected ${status}`)).toHaveLength(1);
    expect(left).toEqual(service());
  });

  it.runIf(subject.name.startsWith('Zoho'))('go to no host that a token’s answer names', async () => {
    const { accounts } = world.simulator as unknown as { accounts: SimulatedAccounts };
    for (const apiDomain of ['http://169.254.169.254', elsewhere(), 'https://www.zohoapis.com.evil.example']) {
      accounts.apiDomain = apiDomain;
      const left = await origins(async () => {
        const member = await world.addMember(`member${(people += 1)}`);
        await world.call(member, 'POST', '/v1/rpc/sync', { days: 7 });
        await world.addLog(member, { task: 'x', ...world.placeOf(member), ...TIMES });
      });
      expect(left).toEqual(service());
      expect(await tablesHolding(world.app, apiDomain)).toEqual([]);
    }
  });
});

describe('an integration of somebody else', () => {
  let world: TogglApp;
  let ana: Tracker;
  let berta: Tracker;
  let log: number;
  let project: number;
  let hers: number;

  beforeAll(async () => {
    world = await TogglApp.start({ env: { ROLE: 'api' } });
    ana = await world.addTracker('ana');
    berta = await world.addTracker('berta');
    [project] = (await world.addProjects(berta, 'Hers')) as [number];
    log = (await world.addLog(ana, { task: 'mine', ...TIMES }, '')).id;
    hers = (await world.addLog(berta, { task: 'hers', ...TIMES }, '')).id;
  });

  afterAll(() => world.close());

  const days = `from=${TIMES.start}&to=${TIMES.end}`;
  type Door = [string, string, string, ((id: number) => object)?];
  const DOORS: Door[] = [
    ['projects', 'GET', `/v1/resources/projects?integration_id=ID`],
    ['projects, read anew', 'GET', `/v1/resources/projects?refresh=true&integration_id=ID`],
    ['a new log', 'POST', '/v1/resources/logs', (id) => ({ task: 'x', ...TIMES, integration_id: id })],
    ['a log of ours', 'PUT', '/v1/resources/logs/OURS', (id) => ({ integration_id: id })],
    ['a sync', 'POST', '/v1/rpc/sync', (id) => ({ integration_id: id })],
    ['a walk', 'POST', '/v1/rpc/sync', (id) => ({ integration_id: id, days: 30 })],
    ['a plan', 'POST', '/v1/rpc/sync', (id) => ({ integration_id: id, dry_run: true })],
    ['reconciliation', 'GET', `/v1/resources/reconciliation?integration_id=ID&${days}`],
    ['its file', 'GET', `/v1/resources/reconciliation?integration_id=ID&${days}&format=csv`],
    ['the timer', 'GET', '/v1/resources/timer?integration_id=ID'],
    ['a start', 'POST', '/v1/rpc/timer/start', (id) => ({ integration_id: id })],
    ['a stop', 'POST', '/v1/rpc/timer/stop', (id) => ({ integration_id: id })],
    ['a toggle', 'POST', '/v1/rpc/timer/toggle', (id) => ({ integration_id: id })],
    ['the button', 'PUT', '/v1/resources/flic', (id) => ({ default_integration: id })],
    ['a click', 'PUT', '/v1/resources/flic', (id) => ({ click: { action: 'toggle', integration_id: id } })],
  ];

  it.each(DOORS)(
    'is as absent for %s as one that never was: 404, nothing is kept and nothing leaves',
    async (_name, method, path, bodyFor) => {
      const rows = await countRows(world.app);
      const texts: object[] = [];
      const left = await egress.during(
        async () => {
          for (const id of [berta.integrationId, 987_654_321]) {
            const address = path.replace('ID', String(id)).replace('OURS', String(log));
            const { status, body } = await world.call(ana, method, address, bodyFor?.(id));
            expect(status).toBe(404);
            texts.push({ ...body, requestId: null });
          }
        },
        { except: world.app.url },
      );
      expect(texts[0]).toEqual(texts[1]);
      expect(left).toEqual(new Set());
      expect(await countRows(world.app)).toEqual(rows);
    },
  );

  it.each<Door>([
    ['a new log', 'POST', '/v1/resources/logs', (id) => ({ task: 'x', ...TIMES, project_id: id })],
    ['a log of ours', 'PUT', '/v1/resources/logs/OURS', (id) => ({ project_id: id })],
    ['a start', 'POST', '/v1/rpc/timer/start', (id) => ({ project_id: id })],
    ['a click', 'PUT', '/v1/resources/flic', (id) => ({ click: { action: 'toggle', project_id: id } })],
  ])('keeps its projects to itself, for %s too', async (_name, method, path, bodyFor) => {
    const rows = await countRows(world.app);
    const address = path.replace('ID', String(project)).replace('OURS', String(log));
    const work = async () => expect((await world.call(ana, method, address, bodyFor?.(project))).status).toBe(404);
    expect(await egress.during(work, { except: world.app.url })).toEqual(new Set());
    expect(await countRows(world.app)).toEqual(rows);
  });

  it('has no logs for a filter, like one that never was', async () => {
    for (const filter of [
      `integration_id=${berta.integrationId}`,
      `project_id=${project}`,
      'integration_id=987654321',
    ]) {
      expect(await world.listLogs(ana, `?${filter}`)).toEqual([]);
    }
  });

  it('keeps its plans to itself', async () => {
    const dryRun = { integration_id: berta.integrationId, dry_run: true };
    const { body } = await world.call<{ plan_id: number }[]>(berta, 'POST', '/v1/rpc/sync', dryRun);
    const plan = { plan_id: body.result[0]!.plan_id };
    expect((await world.call(ana, 'POST', '/v1/rpc/sync', plan)).status).toBe(404);
    expect((await world.getLog(berta, hers)).task).toBe('hers');
  });
});
