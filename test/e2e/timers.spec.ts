import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { addPerson } from '../support/people.js';
import { TogglApp, type Tracker } from '../support/toggl.js';

const MINUTE = 60_000;

describe('timers', () => {
  let world: TogglApp;
  let count = 0;

  beforeAll(async () => {
    world = await TogglApp.start();
  });

  afterEach(() => {
    world.toggl.faults.clear();
    world.clock.advance(24 * 60 * MINUTE);
  });

  afterAll(() => world.close());

  const newcomer = () => world.addTracker(`person${(count += 1)}`);
  const now = () => world.clock.now().getTime() / 1000;
  const later = (minutes: number) => world.clock.advance(minutes * MINUTE);
  const running = (ana: Tracker) => world.there(ana).filter(({ stop }) => stop === null);

  it('show nothing when nothing runs, and ask the service each time', async () => {
    const ana = await newcomer();
    const before = world.toggl.callsTo('GET', /current$/).length;
    expect((await world.call(ana, 'GET', '/v1/resources/timer')).body).toEqual({ result: null });
    expect(await world.timer(ana, 'stop')).toMatchObject({ status: 200, body: { result: null } });
    expect(world.toggl.callsTo('GET', /current$/).length).toBe(before + 2);
  });

  it('start and stop at the service and here, to the same second, with all that was said', async () => {
    const ana = await newcomer();
    const [project] = await world.addProjects(ana, 'Alpha');
    const body = { project_id: project, task: 'Deep', category: 'Coding', tags: ['focus'], billable: false };
    const started = await world.timer(ana, 'start', body);
    expect(started).toMatchObject({
      status: 200,
      body: {
        result: {
          ...body,
          action: 'started',
          integration_id: ana.integrationId,
          start: now(),
          end: null,
          running: true,
          sync: { state: 'synced' },
        },
      },
    });
    const { id, external_id: externalId } = started.body.result;
    expect(running(ana)).toMatchObject([{ description: 'Deep', start: now(), isBillable: false }]);
    expect(running(ana)[0]!.id.toString()).toBe(externalId);
    expect(await world.current(ana)).toMatchObject({ id, running: true });
    later(65);
    const stopped = await world.timer(ana, 'stop');
    expect(stopped.body.result).toMatchObject({ id, action: 'stopped', end: now(), running: false });
    expect(stopped.body.result.message).toBe('Stopped *Deep* after 1 h 05 min');
    expect(world.there(ana)).toMatchObject([{ start: now() - 3900, stop: now() }]);
    expect(await world.current(ana)).toBeNull();
    const actions = (await world.binnacle(id)).map(({ action, actor_kind: kind }) => `${action} by ${kind}`);
    expect(actions.slice(0, 3)).toEqual(['created by user', 'linked by provider', 'ended by user']);
  });

  it('started in the app are shown, adopted once however many ask, and stopped from here', async () => {
    const ana = await newcomer();
    const externalId = world.toggl.startInApp({ user: ana.toggl, description: 'From the app', tags: ['a'] });
    const shown = await Promise.all(Array.from({ length: 10 }, () => world.current(ana)));
    expect(new Set(shown.map((entry) => entry?.id)).size).toBe(1);
    expect(shown[0]).toMatchObject({
      external_id: externalId,
      task: 'From the app',
      tags: ['a'],
      running: true,
      sync: { state: 'synced' },
    });
    expect(await world.listLogs(ana)).toHaveLength(1);
    later(10);
    const stopped = await world.timer(ana, 'stop');
    expect(stopped.body.result).toMatchObject({ id: shown[0]!.id, action: 'stopped', end: now() });
    expect(world.toggl.entry(externalId)).toMatchObject({ stop: now() });
    const rows = await world.binnacle(shown[0]!.id);
    expect(rows[0]).toMatchObject({ action: 'created', actor_kind: 'provider', actor_id: 'toggl' });
  });

  it('stopped in the app end here with the app’s end', async () => {
    const ana = await newcomer();
    const { id, external_id: externalId } = (await world.timer(ana, 'start')).body.result;
    later(30);
    world.toggl.stopInApp(externalId!, new Date(world.clock.now().getTime() - 5 * MINUTE));
    expect(await world.current(ana)).toBeNull();
    expect(await world.getLog(ana, id)).toMatchObject({ end: now() - 300, running: false, sync: { state: 'synced' } });
    expect((await world.timer(ana, 'stop')).body.result).toBeNull();
  });

  it('deleted in the app are gone here, with the reason in the binnacle', async () => {
    const ana = await newcomer();
    const { id, external_id: externalId } = (await world.timer(ana, 'start')).body.result;
    world.toggl.deleteInApp(externalId!);
    expect(await world.current(ana)).toBeNull();
    expect((await world.call(ana, 'GET', `/v1/resources/logs/${id}`)).status).toBe(404);
    expect((await world.binnacle(id)).at(-1)).toMatchObject({
      action: 'deleted',
      actor_kind: 'provider',
      reason: expect.any(String) as string,
    });
  });

  it('toggle by what the service shows, not by what was seen here before', async () => {
    const ana = await newcomer();
    const externalId = world.toggl.startInApp({ user: ana.toggl, description: 'Begun in the app' });
    later(5);
    const first = await world.timer(ana, 'toggle', { task: 'Not this' });
    expect(first.body.result).toMatchObject({ action: 'stopped', external_id: externalId, task: 'Begun in the app' });
    const second = await world.timer(ana, 'toggle', { task: 'Next' });
    expect(second.body.result).toMatchObject({ action: 'started', task: 'Next' });
    later(5);
    world.toggl.stopInApp(second.body.result.external_id!);
    later(5);
    expect((await world.timer(ana, 'toggle')).body.result).toMatchObject({ action: 'started', task: 'Working' });
    expect(running(ana)).toHaveLength(1);
  });

  it('started stop the one that runs, here and there, to the same second', async () => {
    const ana = await newcomer();
    const first = (await world.timer(ana, 'start', { task: 'first' })).body.result;
    later(20);
    const second = (await world.timer(ana, 'start', { task: 'second' })).body.result;
    expect(await world.getLog(ana, first.id)).toMatchObject({ end: now(), running: false, sync: { state: 'synced' } });
    expect(await world.current(ana)).toMatchObject({ id: second.id });
    expect(world.there(ana)).toMatchObject([
      { description: 'first', stop: now() },
      { description: 'second', start: now(), stop: null },
    ]);
    expect((await world.binnacle(first.id)).find(({ action }) => action === 'ended')).toMatchObject({
      actor_kind: 'user',
      reason: 'another entry was started',
    });
  });

  it('of a log without an end run as well, and stop the one that runs', async () => {
    const ana = await newcomer();
    const first = (await world.timer(ana, 'start', { task: 'first' })).body.result;
    later(20);
    const log = await world.addLog(ana, { task: 'by log', integration_id: ana.integrationId });
    expect(log).toMatchObject({ running: true, end: null, start: now(), sync: { state: 'synced' } });
    expect(running(ana)).toMatchObject([{ description: 'by log' }]);
    expect(await world.getLog(ana, first.id)).toMatchObject({ running: false, end: now() });
  });

  it('lose no time of the one that runs when a log that runs is said to have begun before it', async () => {
    const ana = await newcomer();
    const first = (await world.timer(ana, 'start', { task: 'first' })).body.result;
    later(20);
    await world.addLog(ana, { task: 'earlier', integration_id: ana.integrationId, start: now() - 7200 });
    expect(await world.getLog(ana, first.id)).toMatchObject({ end: now(), start: now() - 1200 });
    expect(world.toggl.entry(first.external_id!)).toMatchObject({ stop: now() });
  });

  it('run again when their end is taken away, one at a time', async () => {
    const ana = await newcomer();
    const ended = (await world.timer(ana, 'start', { task: 'ended' })).body.result;
    later(10);
    await world.timer(ana, 'stop');
    const other = (await world.timer(ana, 'start', { task: 'other' })).body.result;
    later(10);
    const path = `/v1/resources/logs/${ended.id}?wait=true`;
    const again = await world.call<object>(ana, 'PUT', path, { end: null });
    expect(again.body.result).toMatchObject({ running: true, end: null, sync: { state: 'synced' } });
    expect(await world.getLog(ana, other.id)).toMatchObject({ running: false, end: now() });
    expect(running(ana)).toMatchObject([{ description: 'ended' }]);
    expect(world.toggl.entry(other.external_id!)).toMatchObject({ stop: now() });
  });

  it('run one at a time however many start at the same moment', async () => {
    const ana = await newcomer();
    const body = { task: 'log', integration_id: ana.integrationId };
    for (let round = 1; round <= 6; round += 1) {
      await Promise.all(Array.from({ length: 8 }, () => world.addLog(ana, body, '')));
      const logs = await world.listLogs(ana);
      expect([logs.length, logs.filter((entry) => entry.running).length]).toEqual([8 * round, 1]);
    }
    await Promise.all([world.timer(ana, 'start'), world.addLog(ana, body), world.timer(ana, 'start')]);
    expect((await world.listLogs(ana)).filter((entry) => entry.running)).toHaveLength(1);
    await expect.poll(() => running(ana)).toHaveLength(1);
    expect(await world.current(ana)).toMatchObject({ external_id: running(ana)[0]!.id.toString() });
  });

  it('take parallel toggles of one person one after the other, and those of two at once', async () => {
    const [ana, berta] = [await newcomer(), await newcomer()];
    const people = [ana, berta];
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => people.map((person) => world.timer(person, 'toggle'))).flat(),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200));
    for (const person of people) {
      const logs = await world.listLogs(person);
      expect([logs.length, logs.filter((entry) => entry.running).length]).toEqual([5, 0]);
      expect(world.there(person).map(({ stop }) => stop === null)).toEqual(Array.from({ length: 5 }, () => false));
    }
  });

  it('of a person without a service run here', async () => {
    const carla = await addPerson(world.app, `person${(count += 1)}`);
    const started = (await world.timer(carla, 'toggle', { task: 'Here' })).body.result;
    expect(started).toMatchObject({
      action: 'started',
      integration_id: null,
      provider: 'local',
      running: true,
      sync: { state: 'local' },
    });
    expect(await world.current(carla)).toMatchObject({ id: started.id });
    later(3);
    expect((await world.timer(carla, 'toggle')).body.result).toMatchObject({ action: 'stopped', end: now() });
    expect(await world.current(carla)).toBeNull();
  });

  it('of one person are never another’s', async () => {
    const [ana, berta] = [await newcomer(), await newcomer()];
    const { id } = (await world.timer(ana, 'start')).body.result;
    expect(await world.current(berta)).toBeNull();
    expect((await world.timer(berta, 'stop')).body.result).toBeNull();
    expect(await world.getLog(ana, id)).toMatchObject({ running: true });
    const [project] = await world.addProjects(ana, 'Secret');
    for (const verb of ['start', 'stop', 'toggle'] as const) {
      const foreign = { integration_id: ana.integrationId };
      expect(await world.timer(berta, verb, foreign)).toMatchObject({
        status: 404,
        body: { code: 'INTEGRATION.NOT_FOUND' },
      });
      expect(await world.timer(berta, verb, { project_id: project })).toMatchObject({ status: 404 });
    }
    expect((await world.call(berta, 'GET', `/v1/resources/timer?integration_id=${ana.integrationId}`)).status).toBe(
      404,
    );
    expect(await world.listLogs(berta)).toEqual([]);
  });
});
