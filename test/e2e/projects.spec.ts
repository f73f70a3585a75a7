import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { addPerson, type Person } from '../support/people.js';
import { TogglApp, type Answer, type Tracker } from '../support/toggl.js';
import { stopwatch } from '../support/stopwatch.js';

const PATH = '/v1/resources/projects';

interface Item {
  id: number;
  integration_id: number;
  name: string;
  external_id: string;
  provider: string;
  client: string | null;
  archived: boolean;
}

interface Warning {
  integration_id: number;
  provider: string;
  message: string;
}

describe('projects', () => {
  let world: TogglApp;
  let count = 0;

  beforeAll(async () => {
    world = await TogglApp.start();
  });

  afterEach(() => {
    world.toggl.faults.clear();
    world.toggl.isThrottling = false;
  });

  afterAll(() => world.close());

  /** The fetch that connecting began is over: a project added now is a change. */
  const newcomer = async () => {
    const tracker = await world.addTracker(`person${(count += 1)}`);
    await get(tracker);
    return tracker;
  };
  const get = (person: Person, query = ''): Promise<Answer<Item[]>> => world.call(person, 'GET', `${PATH}${query}`);
  const names = async (person: Person, query = '') => (await get(person, query)).body.result.map(({ name }) => name);
  const warnings = ({ body }: Answer<Item[]>) => (body.warnings ?? []) as Warning[];
  const add = (ana: Tracker, ...all: string[]) =>
    all.map((name) => world.toggl.model.addProject(ana.toggl.defaultWorkspaceId, { name }));
  const fetches = () => world.toggl.callsTo('GET', /\/projects$/).length;

  it('are there at the first call after connecting, all of them without a limit, under ids of ours', async () => {
    const berta = await addPerson(world.app, 'berta');
    const user = world.toggl.addUser();
    const client = world.toggl.model.addClient(user.defaultWorkspaceId, 'Client');
    for (let number = 0; number < 450; number += 1) {
      world.toggl.model.addProject(user.defaultWorkspaceId, { name: `Project ${number}`, clientId: client.id });
    }
    const { id } = (await world.connect(berta, user)).body.result;
    const first = await get(berta);
    expect(first).toMatchObject({ status: 200, body: { warnings: [] } });
    expect(first.body.result).toHaveLength(450);
    const item = first.body.result.find(({ name }) => name === 'Project 7')!;
    const there = [...world.toggl.model.projects.values()].find(({ name }) => name === 'Project 7')!;
    expect(item).toEqual({
      id: expect.any(Number) as number,
      integration_id: id,
      name: 'Project 7',
      external_id: there.id.toString(),
      provider: 'toggl',
      client: 'Client',
      archived: false,
    });
    expect(item.id).not.toBe(Number(item.external_id));
    const again = await get(berta, '?refresh=true');
    expect(again.body.result).toEqual(first.body.result);
    expect((await get(berta, '?limit=7')).body.result).toHaveLength(7);
    expect((await get(berta, '?limit=10000')).body.result).toHaveLength(450);
  });

  it('come best match first: the name, its beginning, a word’s, inside, alike, then the rest', async () => {
    const ana = await newcomer();
    add(ana, 'Brand new', 'Timesheet', 'Timesheet API', 'Zoho Timesheet', 'MyTimesheet', 'Timeshet (old)', 'Xylophone');
    const ranked = await names(ana, '?query=timesheet&refresh=true');
    expect(ranked.slice(0, 5)).toEqual([
      'Timesheet',
      'Timesheet API',
      'Zoho Timesheet',
      'MyTimesheet',
      'Timeshet (old)',
    ]);
    expect(ranked).toHaveLength(7);
    expect(await names(ana, '?query=timesheet&limit=1')).toEqual(['Timesheet']);
    expect(await names(ana, '?query=zoho%20time')).toHaveLength(7);
  });

  it('are found by words that stand after a sign as well as after a blank', async () => {
    const ana = await newcomer();
    add(ana, 'Awebsite', 'ACME/Website', 'Shop-Website', '(Website) relaunch', 'Zebra');
    expect((await names(ana, '?query=website&refresh=true')).slice(0, 4).at(-1)).toBe('Awebsite');
  });

  it.each([
    ['planeacion', 'Planeación'],
    ['PLANEACIÓN', 'Planeación'],
    ['ÅNGSTRÖM', 'Angstrom works'],
    ['  zoho   timesheet ', 'Zoho Timesheet'],
    ['100%', '100% done'],
    ['%', '100% done'],
    ['_', 'snake_case'],
    ['\\', 'back\\slash'],
    ["'; drop table projects --", "'; drop table projects --"],
    ['$1', '$1 budget'],
    ['日本', '日本プロジェクト'],
    ['👩‍👩', 'Team 👩‍👩‍👧'],
  ])('match %j literally, whatever its case and accents: %j first', async (query, best) => {
    const ana = await newcomer();
    const all = ['Planeación', 'Angstrom works', 'Zoho Timesheet', '100% done', 'snake_case', 'back\\slash'];
    add(ana, ...all, "'; drop table projects --", '$1 budget', '日本プロジェクト', 'Team 👩‍👩‍👧', 'Other', 'snake case');
    const found = await names(ana, `?refresh=true&query=${encodeURIComponent(query)}`);
    expect(found[0]).toBe(best);
    expect(found).toHaveLength(12);
  });

  it.each([
    'limit=0',
    'limit=-1',
    'limit=abc',
    'limit=1e9',
    'limit=1000000000',
    'limit=99999999999999999999',
    'limit=1.5',
    'limit=0x10',
    'limit=',
    'limit=5&limit=6',
    `query=${'x'.repeat(10_240)}`,
    'query=a&query=b',
    'query[like]=a',
    'integration_id=0',
    'integration_id=abc',
    'integration_id=1;drop',
    'integration_id=1&integration_id=2',
    'refresh=yes',
    'refresh=1',
    'sort=name',
  ])('refuse ?%s with 400 naming the argument', async (query) => {
    const ana = await newcomer();
    const answer = await get(ana, `?${query}`);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ statusCode: 400, code: 'VALIDATION.FAILED', requestId: expect.any(String) });
    expect(answer.body.message).toContain(/^[a-z_]+/.exec(query)![0]);
  });

  it('of other users are never shown, and their integrations are as absent as those that never were', async () => {
    const [ana, berta] = [await newcomer(), await newcomer()];
    add(ana, 'Ana’s secret');
    await get(ana, '?refresh=true');
    expect(await names(berta, '?refresh=true')).toEqual([]);
    const calls = world.toggl.calls.length;
    const foreign = await get(berta, `?integration_id=${ana.integrationId}&refresh=true`);
    const absent = await get(berta, '?integration_id=987654321&refresh=true');
    expect(foreign).toMatchObject({ status: 404, body: { code: 'INTEGRATION.NOT_FOUND' } });
    expect({ ...foreign.body, requestId: 0 }).toEqual({ ...absent.body, requestId: 0 });
    expect(world.toggl.calls.length).toBe(calls);
  });

  it('are asked for again only by refresh=true, and those removed there disappear while their ids stay', async () => {
    const ana = await newcomer();
    const [kept, gone] = add(ana, 'Kept', 'Gone');
    const before = (await get(ana, '?refresh=true')).body.result;
    world.toggl.model.projects.delete(gone!.id);
    kept!.name = 'Renamed';
    add(ana, 'New');
    expect(await names(ana)).toEqual(['Gone', 'Kept']);
    const after = (await get(ana, '?refresh=true')).body.result;
    expect(after.map(({ name }) => name)).toEqual(['New', 'Renamed']);
    expect(after[1]!.id).toBe(before.find(({ name }) => name === 'Kept')!.id);
    world.toggl.model.projects.set(gone!.id, gone!);
    const back = (await get(ana, '?refresh=true')).body.result.find(({ name }) => name === 'Gone');
    expect(back?.id).toBe(before.find(({ name }) => name === 'Gone')!.id);
  });

  it('say when they are archived', async () => {
    const ana = await newcomer();
    world.toggl.model.addProject(ana.toggl.defaultWorkspaceId, { name: 'Old', isActive: false });
    expect((await get(ana, '?refresh=true')).body.result).toMatchObject([{ name: 'Old', archived: true }]);
  });

  it('are fetched once for twenty who ask at the same moment', async () => {
    const ana = await newcomer();
    add(ana, 'One');
    await get(ana, '?refresh=true');
    const before = fetches();
    world.toggl.dripMilliseconds = 4;
    world.toggl.faults.add({ path: /\/projects$/, action: 'slow' });
    const answers = await Promise.all(Array.from({ length: 20 }, () => get(ana, '?refresh=true')));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(fetches() - before).toBe(1);
  });

  it('of a service that breaks cost a warning, and hide nothing: neither the others’ nor its own from before', async () => {
    const ana = await newcomer();
    const second = world.toggl.addUser();
    const other = (await world.connect(ana, second, { name: 'Second' })).body.result.id;
    add(ana, 'From the first');
    world.toggl.model.addProject(second.defaultWorkspaceId, { name: 'From the second' });
    await get(ana, '?refresh=true');
    const path = `/workspaces/${second.defaultWorkspaceId}/projects`;
    world.toggl.model.addProject(ana.toggl.defaultWorkspaceId, { name: 'Fresh' });
    world.toggl.faults.add({ path, times: 3, action: { status: 500, body: 'oops' } });
    const answer = await get(ana, '?refresh=true');
    expect(answer.status).toBe(200);
    expect(answer.body.result.map(({ name }) => name)).toEqual(['Fresh', 'From the first', 'From the second']);
    expect(warnings(answer)).toEqual([
      { integration_id: other, provider: 'toggl', message: expect.stringContaining('Second') as string },
    ]);
    expect(warnings(await get(ana, '?refresh=true'))).toEqual([]);
  });

  it('that could not be fetched at first make later calls wait no more, and appear once the service answers', async () => {
    const berta = await addPerson(world.app, 'berta of the outage');
    const user = world.toggl.addUser();
    world.toggl.model.addProject(user.defaultWorkspaceId, { name: 'Late' });
    world.toggl.faults.add({ path: /\/projects$/, times: 3, action: { status: 500, body: 'oops' } });
    await world.connect(berta, user);
    expect(warnings(await get(berta))).toHaveLength(1);
    world.toggl.faults.clear();
    world.toggl.dripMilliseconds = 10;
    world.toggl.faults.add({ path: /\/projects$/, action: 'slow' });
    const took = stopwatch();
    expect(warnings(await get(berta))).toMatchObject([{ message: expect.stringContaining('500') as string }]);
    expect(took()).toBeLessThan(1000);
    await expect.poll(() => names(berta)).toEqual(['Late']);
    expect(warnings(await get(berta))).toEqual([]);
  });

  it('of a service that refuses the key cost a warning and mark the integration', async () => {
    const ana = await newcomer();
    add(ana, 'Known');
    await get(ana, '?refresh=true');
    world.toggl.model.users.delete(ana.toggl.token);
    const answer = await get(ana, '?refresh=true');
    expect(answer.body.result.map(({ name }) => name)).toEqual(['Known']);
    expect(warnings(answer)).toMatchObject([{ integration_id: ana.integrationId }]);
    const [integration] = (await world.call<object[]>(ana, 'GET', '/v1/resources/integrations')).body.result;
    expect(integration).toMatchObject({ state: 'needs_reauth' });
    const calls = world.toggl.calls.length;
    expect(warnings(await get(ana, '?refresh=true'))).toHaveLength(1);
    expect(world.toggl.calls.length).toBe(calls);
    world.toggl.model.users.set(ana.toggl.token, ana.toggl);
    await world.connect(ana, ana.toggl);
    expect((await get(ana)).body).toMatchObject({ result: [{ name: 'Known' }], warnings: [] });
  });

  it('of a service that keeps silent make nobody wait longer than ten seconds', async () => {
    const ana = await newcomer();
    add(ana, 'Known');
    await get(ana, '?refresh=true');
    world.toggl.faults.add({ path: /\/projects$/, action: 'timeout', times: 1 });
    const took = stopwatch();
    const answer = await get(ana, '?refresh=true');
    expect(took()).toBeLessThan(11_000);
    expect(answer.body.result.map(({ name }) => name)).toEqual(['Known']);
    expect(warnings(answer)).toMatchObject([{ integration_id: ana.integrationId }]);
  });

  it('of a person without integrations are an empty list', async () => {
    const nobody = await addPerson(world.app, 'nobody');
    expect((await get(nobody, '?query=x')).body).toEqual({ result: [], warnings: [] });
  });
});
