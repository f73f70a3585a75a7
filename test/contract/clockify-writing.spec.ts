import { describe, expect, it } from 'vitest';
import { HttpClient, type HttpRequest, type HttpResponse } from '../../src/common/http-client.js';
import { Secret } from '../../src/common/secret.js';
import { ClockifyProvider } from '../../src/integrations/providers/clockify/clockify.provider.js';
import { connectionOf } from './clockify.harness.js';
import { UncountedQuotas } from '../support/quotas.js';
import { useClockify } from './clockify-world.js';
import { at, draftOf, errorOf, MINUTE, NOW } from './support.js';

const world = useClockify();
const startInApp = (more: object = {}) =>
  world.simulator.startInApp({ user: world.user, start: at('11:00:00'), ...more });
const held = (id: string) => world.simulator.entry(id)!;
const tagIdOf = (name: string) => world.simulator.model.findTag(world.connection.workspaceId, name)!.id;

describe('an update at Clockify, which replaces the whole entry,', () => {
  it('keeps what the draft does not speak of: custom fields, type and the very tags', async () => {
    const { simulator, provider, connection, user } = world;
    const { model } = simulator;
    const field = model.addCustomField(connection.workspaceId, 'Ticket');
    const project = model.addProject(connection.workspaceId, { name: 'A project' });
    const task = model.addTask(project.id, 'A task');
    const archived = model.addTag(connection.workspaceId, 'old', true);
    const body = { start: '2026-03-02T09:00:00Z', end: '2026-03-02T10:00:00Z', type: 'BREAK', tagIds: [archived.id] };
    const customFields = [{ customFieldId: field.id, value: 'T-1', sourceType: 'TIMEENTRY' }];
    const workspace = model.workspaces.get(connection.workspaceId)!;
    const { id } = simulator.rules.create(user, workspace, { ...body, customFields }, 'app');
    const draft = draftOf({ tags: ['old', 'new'], projectExternalId: project.id, taskExternalId: task.id });
    const updated = await provider.updateEntry(connection, id, draft);
    expect(updated).toMatchObject({ tags: ['old', 'new'], taskExternalId: task.id });
    expect(held(id)).toMatchObject({
      type: 'BREAK',
      customValues: customFields,
      tagIds: [archived.id, tagIdOf('new')],
    });
    const renamed = await provider.updateEntry(connection, id, { ...draft, description: 'Only the text' });
    expect(renamed).toMatchObject({ projectName: 'A project', taskName: 'A task' });
    expect(held(id)).toMatchObject({
      type: 'BREAK',
      customValues: customFields,
      taskId: task.id,
      projectId: project.id,
    });
  });

  it('leaves the end somebody gave it, unless it shall run again', async () => {
    const id = startInApp({ stop: at('11:30:00') });
    const draft = draftOf({ start: at('11:00:00'), end: null, isRunning: true });
    expect(await world.provider.updateEntry(world.connection, id, draft)).toMatchObject({ end: at('11:30:00') });
    const reopened = await world.provider.updateEntry(world.connection, id, draft, { reopen: true });
    expect([reopened.isRunning, held(id).end]).toEqual([true, null]);
  });
});

describe('a stop at Clockify, which names no entry,', () => {
  it('never reaches another entry that runs', async () => {
    const ended = startInApp({ stop: at('11:10:00') });
    const other = startInApp();
    const stopped = await world.provider.timer.stop(world.connection, ended, NOW);
    expect(stopped).toMatchObject({ externalId: ended, end: at('11:10:00') });
    expect(held(other).end).toBeNull();
    expect(world.simulator.callsTo('PATCH', /./)).toEqual([]);
  });

  it('lets another entry run on that was started in the very moment', async () => {
    const ours = startInApp({ description: 'ours' });
    let theirs = '';
    const theyAreFaster = () => {
      world.simulator.stopInApp(ours, at('11:59:00'));
      theirs = startInApp({ description: 'theirs', tags: ['x'], start: at('11:59:00') });
      return false;
    };
    world.simulator.faults.add({ method: 'PATCH', when: theyAreFaster, action: 'timeout' });
    const stopped = await world.provider.timer.stop(world.connection, ours, NOW);
    expect(stopped).toMatchObject({ externalId: ours, end: at('11:59:00') });
    expect(held(theirs)).toMatchObject({ end: null, description: 'theirs', tagIds: [tagIdOf('x')] });
  });

  it('takes "nothing runs" for somebody else’s stop', async () => {
    const ours = startInApp();
    const theyAreFaster = () => {
      world.simulator.stopInApp(ours, at('11:59:00'));
      return false;
    };
    world.simulator.faults.add({ method: 'PATCH', when: theyAreFaster, action: 'timeout' });
    expect(await world.provider.timer.stop(world.connection, ours, NOW)).toMatchObject({ end: at('11:59:00') });
  });

  it('ends one of several by itself, and keeps its fields and names', async () => {
    const ours = startInApp({ tags: ['x'], description: 'ours' });
    const second = startInApp();
    held(ours).end = null;
    expect((await world.provider.timer.current(world.connection))!.externalId).toBe(second);
    const stopped = await world.provider.timer.stop(world.connection, ours, at('11:20:00'));
    expect(stopped).toMatchObject({ end: at('11:20:00'), tags: ['x'], description: 'ours' });
    expect(held(second).end).toBeNull();
  });

  it('never ends before the start', async () => {
    const id = startInApp();
    const stopped = await world.provider.timer.stop(world.connection, id, at('10:00:00'));
    expect(stopped.end).toEqual(at('11:00:00'));
  });

  it('is refused with the reason while the workspace demands a project', async () => {
    world.simulator.model.workspaces.get(world.connection.workspaceId)!.requiresProject = true;
    const id = startInApp();
    for (const work of [
      () => world.provider.timer.stop(world.connection, id, NOW),
      () => world.provider.createEntry(world.connection, draftOf()),
    ]) {
      const error = await errorOf(work());
      expect([error.kind, error.message]).toEqual(['rejected', expect.stringContaining('Project is either required')]);
    }
    expect(held(id).end).toBeNull();
  });
});

describe('tags at Clockify', () => {
  const createWith = (...tags: string[]) => world.provider.createEntry(world.connection, draftOf({ tags }));
  const tagCalls = () => world.simulator.calls.filter(({ path }) => path.endsWith('/tags')).map(({ method }) => method);

  it('are found or made by name, and the list is kept for an hour', async () => {
    world.simulator.model.addTag(world.connection.workspaceId, 'known');
    const first = await createWith('known', 'new', 'new');
    expect(first.tags).toEqual(['known', 'new']);
    expect(await createWith('new', 'known')).toMatchObject({ tags: ['new', 'known'] });
    expect(tagCalls()).toEqual(['GET', 'POST']);
    expect(await world.provider.listTags(world.connection)).toEqual(['known', 'new']);
    world.clock.advance(61 * MINUTE);
    await createWith('new');
    expect(tagCalls()).toEqual(['GET', 'POST', 'GET']);
  });

  it('that exist by now, are archived or differ in case are taken as they are', async () => {
    await createWith('first');
    const younger = world.simulator.model.addTag(world.connection.workspaceId, 'younger');
    const archived = world.simulator.model.addTag(world.connection.workspaceId, 'old', true);
    world.simulator.model.addTag(world.connection.workspaceId, 'Case');
    const created = await createWith('younger', 'old', 'case');
    expect(created.tags).toEqual(['younger', 'old', 'Case']);
    expect(held(created.externalId).tagIds).toEqual([younger.id, archived.id, tagIdOf('Case')]);
  });

  it('that were deleted there are made again, and the entry is written once', async () => {
    await createWith('gone');
    world.simulator.model.tags.delete(tagIdOf('gone'));
    const created = await createWith('gone');
    expect(held(created.externalId).tagIds).toEqual([tagIdOf('gone')]);
    expect(world.simulator.ledger.created).toHaveLength(2);
  });

  it('that cannot be made leave no doubt about the entry', async () => {
    world.simulator.faults.add({ method: 'POST', path: /tags$/, action: 'create-then-reset' });
    const error = await errorOf(createWith('new'));
    expect([error.kind, error.isAmbiguous]).toEqual(['unavailable', false]);
    expect(world.simulator.ledger.created).toEqual([]);
    expect((await createWith('new')).tags).toEqual(['new']);
    world.simulator.faults.add({ method: 'POST', path: /tags$/, action: { status: 400, body: '{"message":"No"}' } });
    expect(await errorOf(createWith('other'))).toMatchObject({ kind: 'rejected', message: 'No' });
  });

  it('that take too long keep the entry from being written late', async () => {
    const slowly = () => {
      world.clock.advance(21_000);
      return false;
    };
    world.simulator.faults.add({ method: 'GET', path: /tags$/, when: slowly, action: 'timeout' });
    expect(await errorOf(createWith('known'))).toMatchObject({ kind: 'unavailable', isAmbiguous: false });
    expect(world.simulator.ledger.created).toEqual([]);
  });
});

describe('a refusal by Clockify', () => {
  it.each([400, 403] as const)('of a locked entry (%i) is a conflict, in its words', async (lockedStatus) => {
    await world.begin({ lockedStatus });
    const id = startInApp({ stop: at('11:30:00') });
    world.simulator.lockInApp(id);
    for (const work of [
      () => world.provider.updateEntry(world.connection, id, draftOf()),
      () => world.provider.deleteEntry(world.connection, id),
    ]) {
      expect(await errorOf(work())).toMatchObject({
        kind: 'conflict',
        message: expect.stringContaining('locked') as string,
      });
    }
  });

  it('of a workspace one has left is never "gone"', async () => {
    const stranger = world.simulator.addUser();
    const id = startInApp();
    const elsewhere = connectionOf(stranger, world.connection.workspaceId);
    expect((await errorOf(world.provider.getEntry(elsewhere, id))).kind).toBe('rejected');
    expect((await errorOf(world.provider.deleteEntry(elsewhere, id))).kind).toBe('rejected');
  });

  it('of an address it does not know is never "gone"', async () => {
    const baseUrl = `${world.simulator.url}/misplaced`;
    const provider = new ClockifyProvider({ http: world.http, clock: world.clock, quotas: world.quotas, baseUrl });
    const error = await errorOf(provider.getEntry(world.connection, startInApp()));
    expect([error.kind, error.status]).toEqual(['rejected', 404]);
  });

  it('comes for ids that cannot be Clockify’s before anything is sent', async () => {
    expect((await errorOf(world.provider.getEntry(world.connection, '../users'))).kind).toBe('rejected');
    expect(
      (await errorOf(world.provider.createEntry(world.connection, draftOf({ projectExternalId: '7' })))).kind,
    ).toBe('rejected');
    expect(world.simulator.calls).toEqual([]);
  });
});

/** Answers like an account without anything, and remembers what was asked. */
class RecordingHttp extends HttpClient {
  readonly requests: HttpRequest[] = [];

  override request(request: HttpRequest): Promise<HttpResponse> {
    this.requests.push(request);
    return Promise.resolve({ status: 200, headers: new Headers({ 'last-page': 'true' }), text: '[]' });
  }
}

describe('regions of Clockify', () => {
  it('are names from a list, each with its own host, at ten calls a second and key', async () => {
    const http = new RecordingHttp();
    const quotas = new UncountedQuotas();
    const provider = new ClockifyProvider({ http, clock: world.clock, quotas });
    for (const region of [null, ...provider.regions]) {
      await provider.listProjects({ ...world.connection, region });
    }
    expect(http.requests.map(({ url }) => new URL(url).origin)).toEqual([
      'https://api.clockify.me',
      'https://api.clockify.me',
      ...['euc1', 'use2', 'euw2', 'apse2'].map((name) => `https://${name}.clockify.me`),
    ]);
    expect(new Set(http.requests.map(({ url }) => new URL(url).pathname.slice(0, 19)))).toEqual(
      new Set(['/api/v1/workspaces/']),
    );
    const [budget] = quotas.budgets[0]!;
    expect(budget!.pace).toEqual({ requestsPerSecond: 10, burst: 1 });
    expect(budget!.key).not.toContain(world.user.apiKey);
    const other = { ...world.connection, credentials: { api_key: new Secret('another-key') } };
    await provider.listProjects(other);
    expect(quotas.budgets.at(-1)![0]!.key).not.toBe(budget!.key);
  });

  it('cannot be made up', async () => {
    const http = new RecordingHttp();
    const quotas = new UncountedQuotas();
    const provider = new ClockifyProvider({ http, clock: world.clock, quotas });
    for (const region of ['evil.example', '__proto__', 'constructor']) {
      expect((await errorOf(provider.listProjects({ ...world.connection, region }))).kind).toBe('rejected');
    }
    expect(http.requests).toEqual([]);
  });

  it('all lead to the operator’s address where one is set, unpaced unless it is Clockify’s own', async () => {
    const http = new RecordingHttp();
    const quotas = new UncountedQuotas();
    const provider = new ClockifyProvider({ http, clock: world.clock, quotas, baseUrl: 'http://127.0.0.1:9/api/v1/' });
    await provider.listProjects({ ...world.connection, region: 'euc1' });
    expect(http.requests[0]!.url).toMatch(/^http:\/\/127\.0\.0\.1:9\/api\/v1\/workspaces\//);
    expect(quotas.budgets[0]![0]!.pace).toBeUndefined();
    const regional = new ClockifyProvider({
      http,
      clock: world.clock,
      quotas,
      baseUrl: 'https://euc1.clockify.me/api/v1',
    });
    await regional.listProjects(world.connection);
    expect(quotas.budgets[1]![0]!.pace).toBeDefined();
  });
});
