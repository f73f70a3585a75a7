import { describe, expect, it } from 'vitest';
import { Secret } from '../../src/common/secret.js';
import { connectionOf } from './clockify.harness.js';
import { useClockify } from './clockify-world.js';
import { at, draftOf, errorOf, idsOf, MINUTE, NOW } from './support.js';

const world = useClockify();
const HOUR = 60 * MINUTE;
const window = { from: at('08:00:00'), to: at('18:00:00') };
const finished = { start: at('09:00:00'), stop: at('10:00:00') };
const startInApp = (more: object = {}) => world.simulator.startInApp({ user: world.user, ...finished, ...more });
const listed = async () => idsOf(await world.provider.listEntries(world.connection, window));

describe('a window at Clockify', () => {
  it.each(['Pacific/Kiritimati', 'Pacific/Pago_Pago', 'Asia/Kathmandu', 'Europe/Belgrade', 'UTC'])(
    'is the same for an account in %s, with and without the shift of its zone',
    async (timeZone) => {
      await world.begin({ user: { timeZone } });
      const ids = [
        startInApp({ start: window.from, stop: window.from }),
        startInApp({ start: at('17:59:59'), stop: at('18:10:00') }),
        startInApp({ start: at('07:00:00'), stop: at('08:00:01') }),
      ];
      startInApp({ start: at('06:00:00'), stop: window.from });
      startInApp({ start: window.to, stop: new Date(window.to.getTime() + HOUR) });
      expect(await listed()).toEqual(ids.toSorted());
      world.simulator.hasWindowQuirk = false;
      expect(await listed()).toEqual(ids.toSorted());
    },
  );

  it('brings the names of project, task and tags along, in one call', async () => {
    const { model } = world.simulator;
    const project = model.addProject(world.connection.workspaceId, { name: 'A project' });
    const task = model.addTask(project.id, 'A task');
    startInApp({ projectId: project.id, taskId: task.id, tags: ['a', 'b'] });
    const [entry] = await world.provider.listEntries(world.connection, window);
    expect(entry).toMatchObject({ projectExternalId: project.id, projectName: 'A project', taskName: 'A task' });
    expect(entry!.tags).toEqual(['a', 'b']);
    expect(world.simulator.calls).toHaveLength(1);
  });

  it('is read to the end where the service does not say which page is the last', async () => {
    world.simulator.hasLastPage = false;
    for (let index = 0; index < 1001; index += 1) startInApp();
    expect(await listed()).toHaveLength(1001);
    expect(world.simulator.calls).toHaveLength(2);
  });

  it('is read in smaller pages when an answer is too large', async () => {
    for (let index = 0; index < 250; index += 1) startInApp();
    world.simulator.faults.add({ action: 'oversize' });
    expect(await listed()).toHaveLength(250);
    expect(world.simulator.calls.map(({ query }) => query.get('page-size'))).toEqual(['1000', '200', '200']);
  });
});

describe('projects at Clockify', () => {
  it('have their clients’ names even where the row has only the id', async () => {
    const { model } = world.simulator;
    const { workspaceId } = world.connection;
    const clientIds = [
      model.addClient(workspaceId, 'Current').id,
      model.addClient(workspaceId, 'Former', true).id,
      null,
    ];
    for (const clientId of clientIds) model.addProject(workspaceId, { name: 'P', clientId });
    world.simulator.hasClientNames = false;
    const projects = await world.provider.listProjects(world.connection);
    expect(projects.map(({ client }) => client)).toEqual(['Current', 'Former', null]);
  });

  it('do not need them', async () => {
    const { model } = world.simulator;
    model.addProject(world.connection.workspaceId, { name: 'P', clientId: world.user.id });
    world.simulator.hasClientNames = false;
    world.simulator.faults.add({ path: /clients$/, action: { status: 403, body: '{"message":"No","code":403}' } });
    expect(await world.provider.listProjects(world.connection)).toMatchObject([{ name: 'P', client: null }]);
  });

  it('tell their tasks', async () => {
    const { model } = world.simulator;
    const project = model.addProject(world.connection.workspaceId, { name: 'P' });
    const tasks = [model.addTask(project.id, 'open'), model.addTask(project.id, 'finished', 'DONE')];
    const expected = tasks.map(({ id, name }) => ({ id, name }));
    expect(await world.provider.listTasks(world.connection, project.id)).toEqual(expected);
  });
});

describe('the team at Clockify', () => {
  const addColleague = (name: string) =>
    world.simulator.addUser({ name, defaultWorkspaceId: world.connection.workspaceId });

  it('is everybody of the workspace, also who has left, at most an hour old', async () => {
    const names = Array.from({ length: 230 }, (_, index) => `Colleague ${index}`);
    const ids = names.map((name) => addColleague(name).id);
    world.simulator.model.workspaces.get(world.connection.workspaceId)!.members.get(ids[0]!)!.status = 'INACTIVE';
    const members = await world.provider.team.listMembers(world.connection);
    const { timeZone } = world.user;
    expect(members).toHaveLength(231);
    expect(members).toContainEqual({ accountId: ids[0], name: 'Colleague 0', status: 'INACTIVE', timeZone });
    expect(members).toContainEqual({ accountId: world.user.id, name: 'Test User', status: 'ACTIVE', timeZone });
    addColleague('Late');
    expect(await world.provider.team.listMembers(world.connection)).toHaveLength(231);
    world.clock.advance(HOUR);
    expect(await world.provider.team.listMembers(world.connection)).toHaveLength(232);
  });

  it('shows each one’s entries to an administrator, and to nobody else', async () => {
    const colleague = addColleague('Colleague');
    const id = world.simulator.startInApp({ user: colleague, ...finished, tags: ['x'] });
    startInApp();
    const entries = await world.provider.team.listMemberEntries(world.connection, colleague.id, window);
    expect(entries).toMatchObject([{ externalId: id, accountId: colleague.id, tags: ['x'] }]);
    const theirs = connectionOf(colleague);
    expect((await errorOf(world.provider.team.listMemberEntries(theirs, world.user.id, window))).kind).toBe('rejected');
  });

  it('shows whatever runs, with names for tags younger than our list', async () => {
    await world.provider.listTags(world.connection);
    const colleagues = Array.from({ length: 12 }, (_, index) => addColleague(`Colleague ${index}`));
    const ids = colleagues.map((user) =>
      world.simulator.startInApp({ user, start: at('11:00:00'), tags: ['young', 'archived'] }),
    );
    world.simulator.model.findTag(world.connection.workspaceId, 'archived')!.isArchived = true;
    startInApp();
    const running = await world.provider.team.listRunning(world.connection);
    expect(idsOf(running)).toEqual(ids.toSorted());
    expect(running[0]).toMatchObject({ isRunning: true, tags: ['young', 'archived'] });
    const seen = await world.provider.team.listRunning(connectionOf(colleagues[0]!));
    expect(idsOf(seen)).toEqual([ids[0]]);
  });
});

describe('an account at Clockify', () => {
  const keyOnly = () => ({ api_key: new Secret(world.user.apiKey) });

  it('is verified with name, zone and the workspace that is meant', async () => {
    const { simulator, user, provider } = world;
    const second = simulator.model.addWorkspace({ name: 'Second', members: { [user.id]: 'MEMBER' } });
    expect(await provider.verify(keyOnly(), 'euc1', {})).toEqual({
      accountId: user.id,
      accountName: 'Test User',
      workspaceId: user.defaultWorkspaceId,
      workspaceName: 'Test workspace',
      timeZone: 'Europe/Belgrade',
    });
    const named = { ...keyOnly(), workspace_id: new Secret(second.id) };
    const settings = { workspace_id: user.defaultWorkspaceId };
    expect(await provider.verify(named, null, settings)).toMatchObject({ workspaceName: 'Second' });
    const foreign = { ...keyOnly(), workspace_id: new Secret(simulator.addUser().defaultWorkspaceId) };
    const error = await errorOf(provider.verify(foreign, null, {}));
    expect([error.kind, error.message]).toEqual([
      'rejected',
      `workspace_id must be one of this account's workspaces: ${user.defaultWorkspaceId} (Test workspace), ${second.id} (Second)`,
    ]);
    expect((await errorOf(provider.verify(keyOnly(), null, { workspace_id: 7 }))).kind).toBe('rejected');
  });

  it('prefers the operator’s workspaces where it has them', async () => {
    const { simulator, user } = world;
    const second = simulator.model.addWorkspace({ name: 'Second', members: { [user.id]: 'MEMBER' } });
    const foreign = simulator.addUser().defaultWorkspaceId;
    const preferring = (...workspaceIds: string[]) => world.providerWith({ workspaceIds }).verify(keyOnly(), null, {});
    expect(await preferring(foreign, second.id)).toMatchObject({ workspaceId: second.id });
    expect(await preferring(foreign)).toMatchObject({ workspaceId: user.defaultWorkspaceId });
  });
});

describe('the quota of a free workspace at Clockify', () => {
  const call = () => world.provider.getEntry(world.connection, world.user.id);

  it('is told where the service tells it', async () => {
    await world.begin({ quota: { isAnnounced: true } });
    expect(await world.provider.quotas(world.connection)).toEqual([]);
    await call();
    const resetsAt = new Date(NOW.getTime() + HOUR);
    expect(await world.provider.quotas(world.connection)).toEqual([
      {
        bucket: 'workspace',
        remaining: 29,
        limit: 30,
        resetsAt,
        unit: 'calls',
        callCost: 1,
        reserve: 6,
        isAsked: false,
      },
    ]);
    for (let calls = 2; calls <= 30; calls += 1) await call();
    expect(await errorOf(call())).toMatchObject({ kind: 'quota', retryAt: resetsAt });
    world.clock.advance(HOUR);
    expect(await world.provider.quotas(world.connection)).toEqual([]);
    expect(await call()).toBeNull();
  });

  it('is waited for twice as long after each refusal where it is silent', async () => {
    world.simulator.isThrottling = true;
    const waits: number[] = [];
    for (let refusals = 1; refusals <= 8; refusals += 1) {
      const error = await errorOf(world.provider.createEntry(world.connection, draftOf()));
      expect([error.kind, error.isAmbiguous]).toEqual(['quota', false]);
      waits.push((error.retryAt!.getTime() - world.clock.now().getTime()) / 1000);
      await world.endPauses();
    }
    expect(waits).toEqual([60, 120, 240, 480, 960, 1920, 3600, 3600]);
    world.simulator.isThrottling = false;
    await call();
    world.simulator.isThrottling = true;
    const error = await errorOf(world.provider.createEntry(world.connection, draftOf()));
    expect(error.retryAt).toEqual(new Date(NOW.getTime() + MINUTE));
  });
});
