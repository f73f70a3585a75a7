import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { TogglApp, type Tracker } from '../support/toggl.js';
import { stopwatch } from '../support/stopwatch.js';

const MINUTE = 60_000;

describe('timers in trouble', () => {
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

  const newcomer = () => world.addTracker(`person${(count += 1)}`);
  const now = () => world.clock.now().getTime() / 1000;
  const later = (minutes: number) => world.clock.advance(minutes * MINUTE);
  const warningsOf = async (person: Tracker) =>
    (await world.call(person, 'GET', '/v1/resources/timer')).body.warnings as unknown[] | undefined;
  const warning = (person: Tracker, text: string) => ({
    integration_id: person.integrationId,
    provider: 'toggl',
    message: expect.stringContaining(text) as string,
  });

  it('are decided by the ledger, with a warning, while the service does not answer', async () => {
    const ana = await newcomer();
    const { id, external_id: externalId } = (await world.timer(ana, 'start', { task: 'x' })).body.result;
    world.toggl.faults.add({ times: Infinity, action: { status: 503, body: 'away' } });
    expect(await warningsOf(ana)).toEqual([warning(ana, 'Toggl Track')]);
    expect(await world.current(ana)).toMatchObject({ id, running: true });
    later(10);
    const stopped = await world.timer(ana, 'toggle');
    expect(stopped.body.result).toMatchObject({ id, action: 'stopped', end: now(), sync: { state: 'pending' } });
    expect(stopped.body.warnings).toHaveLength(1);
    const end = now();
    world.toggl.faults.clear();
    expect(await world.current(ana)).toBeNull();
    await expect.poll(() => world.toggl.entry(externalId!)?.stop).toBe(end);
    await expect.poll(async () => (await world.getLog(ana, id)).sync.state).toBe('synced');
    expect(await world.getLog(ana, id)).toMatchObject({ end });
  });

  it('begun while the service does not answer reach it later, once', async () => {
    const ana = await newcomer();
    world.toggl.faults.add({ times: Infinity, action: 'reset-before' });
    const started = await world.timer(ana, 'toggle', { task: 'offline' });
    expect(started.body.result).toMatchObject({ action: 'started', running: true, external_id: null });
    world.toggl.faults.clear();
    await expect.poll(async () => (await world.getLog(ana, started.body.result.id)).sync.state).toBe('synced');
    expect(world.there(ana)).toMatchObject([{ description: 'offline', start: started.body.result.start, stop: null }]);
  });

  it('keep nobody waiting longer than the service may take', async () => {
    const ana = await newcomer();
    world.toggl.faults.add({ path: '/me/time_entries/current', action: 'timeout' });
    const took = stopwatch();
    const answer = await world.call(ana, 'GET', '/v1/resources/timer');
    expect(took()).toBeLessThan(9500);
    expect(answer).toMatchObject({ status: 200, body: { result: null } });
    expect(answer.body.warnings).toHaveLength(1);
  });

  it('mark an integration whose key was revoked, warn at once and every time, and go on here', async () => {
    const ana = await newcomer();
    world.toggl.model.users.delete(ana.toggl.token);
    expect(await warningsOf(ana)).toHaveLength(1);
    const [integration] = (await world.call<object[]>(ana, 'GET', '/v1/resources/integrations')).body.result;
    expect(integration).toMatchObject({ state: 'needs_reauth', last_error: 'Incorrect username and/or password' });
    expect(await warningsOf(ana)).toEqual([warning(ana, 'credentials')]);
    const calls = world.toggl.calls.length;
    const took = stopwatch();
    const started = await world.timer(ana, 'toggle', { task: 'locked out' });
    expect(started.body.result).toMatchObject({ action: 'started', running: true });
    expect(started.body.warnings).toHaveLength(1);
    later(5);
    expect((await world.timer(ana, 'toggle')).body.result).toMatchObject({ action: 'stopped', end: now() });
    expect(took()).toBeLessThan(3000);
    expect(world.toggl.calls.length).toBe(calls);
    world.toggl.model.users.set(ana.toggl.token, ana.toggl);
    const { id } = started.body.result;
    const path = `/v1/resources/integrations/${ana.integrationId}`;
    const renewed = await world.call(ana, 'PUT', path, { credentials: { api_token: ana.toggl.token } });
    expect(renewed).toMatchObject({ status: 200, body: { result: { state: 'connected', last_error: null } } });
    await expect.poll(async () => (await world.getLog(ana, id)).sync.state).toBe('synced');
    expect(world.there(ana)).toMatchObject([{ description: 'locked out', stop: now() }]);
    expect(await warningsOf(ana)).toBeUndefined();
  });

  it('say so when the service refuses the entry, and keep it here', async () => {
    const ana = await newcomer();
    world.toggl.model.workspaces.get(ana.toggl.defaultWorkspaceId)!.requiredFields.add('project');
    const refused = await world.timer(ana, 'start', { task: 'no project' });
    expect(refused.body.result).toMatchObject({ action: 'started', running: true, sync: { state: 'failed' } });
    expect(refused.body.result.sync.error).toContain('project is required');
    expect(refused.body.warnings).toEqual([warning(ana, 'project is required')]);
    expect(world.there(ana)).toEqual([]);
  });

  it('of one service are not touched by a command for another', async () => {
    const ana = await newcomer();
    const user = world.toggl.addUser();
    const other = (await world.connect(ana, user, { name: 'Other' })).body.result.id;
    const first = (await world.timer(ana, 'start', { integration_id: ana.integrationId })).body.result;
    expect((await world.timer(ana, 'stop', { integration_id: other })).body.result).toBeNull();
    expect(await world.getLog(ana, first.id)).toMatchObject({ running: true });
    expect(await world.current(ana, `?integration_id=${other}`)).toBeNull();
    expect(await world.current(ana, `?integration_id=${ana.integrationId}`)).toMatchObject({ id: first.id });
    later(5);
    const toggled = await world.timer(ana, 'toggle', { integration_id: other, task: 'there' });
    expect(toggled.body.result).toMatchObject({ action: 'started', integration_id: other });
    expect(await world.getLog(ana, first.id)).toMatchObject({ running: false, end: now() });
    await expect.poll(() => world.there(ana)[0]?.stop).toBe(now());
    expect((await world.timer(ana, 'stop')).body.result).toMatchObject({ action: 'stopped', integration_id: other });
  });
});
