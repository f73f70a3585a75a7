import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ClockifyUser } from '../../simulators/clockify/model.js';
import { LedgerWriter } from '../../src/sync/ledger-writer.js';
import { SyncWorker } from '../../src/sync/sync-worker.js';
import { TimeEntriesService } from '../../src/time-entries/time-entries.service.js';
import { UsersService } from '../../src/users/users.service.js';
import { at, ClockifyApp, type Caller } from '../support/clockify.js';

interface Row {
  id: number;
  user_id: number;
  integration_id: number | null;
  external_id: string;
  description: string;
  is_running: boolean;
  deleted_at: Date | null;
  time_zone: string;
  project_name: string | null;
}

let world: ClockifyApp;
let coordinator: Caller;
let everybody: number;

beforeEach(async () => {
  world = await ClockifyApp.start({ env: { ROLE: 'api' } });
  coordinator = await world.addCaller('coordinator');
  everybody = await world.connectEverybody(coordinator);
  // Who joins from now on is in the next list of people.
  world.clock.advance(3_600_000);
});

afterEach(() => world.close());

const typed = (user: ClockifyUser, description: string, hour = 8): string => {
  const time = (h: number) => at(`${String(h).padStart(2, '0')}:00:00`);
  return world.clockify.startInApp({
    user,
    description,
    start: time(hour),
    stop: time(hour + 1),
    workspaceId: world.workspaceId,
  });
};
const sync = (more: object = {}) => world.sync(coordinator, everybody, more);
const rows = () => world.app.database.query<Row & Record<string, unknown>>('select * from time_entries order by id');
const row = async (externalId: string) => (await rows()).find((one) => one.external_id === externalId)!;
const history = () => world.count('sessions_binnacle');
/** One cycle by the clock. */
async function cycle(): Promise<number> {
  const before = world.clockify.calls.length;
  await world.app.database.execute(
    `update sync_states set next_at = case when id = $1 then now() else now() + interval '1 day' end, lease_until = null`,
    [everybody],
  );
  expect(await world.app.get(SyncWorker).syncDue()).toBe(1);
  return world.clockify.calls.length - before;
}
const NOTHING = { created: 0, updated: 0, deleted: 0, conflicts: 0, skipped: 0 };

describe('a sync of a whole workspace', () => {
  it('brings everybody’s entries to whoever is behind the account, and a second time writes nothing', async () => {
    const [ana, bea] = [world.addMember('Ana López'), world.addMember('Bea')];
    const ids = [typed(ana, 'of Ana'), typed(bea, 'of Bea'), typed(world.boss, 'of the boss')];
    expect(await sync()).toMatchObject({ state: 'done', counts: { ...NOTHING, created: 3 } });
    const found = await Promise.all(ids.map(row));
    expect(found.map(({ user_id: id }) => id)).toEqual([
      await world.ownerOf(ana),
      await world.ownerOf(bea),
      coordinator.id,
    ]);
    expect(found.map((one) => one.integration_id)).toEqual([everybody, everybody, everybody]);
    const person = await world.app.get(UsersService).get(found[0]!.user_id);
    expect(person).toMatchObject({ username: null, name: 'Ana López', email: null, isEnabled: true });
    const before = await history();
    expect(await sync()).toMatchObject({ counts: { ...NOTHING, unchanged: 3 } });
    expect(await history()).toBe(before);
  });

  it('keeps each one’s own time zone', async () => {
    const user = world.clockify.addUser({
      defaultWorkspaceId: world.workspaceId,
      timeZone: 'America/Lima',
      role: 'MEMBER',
    });
    const id = typed(user, 'in Lima');
    await sync();
    expect((await row(id)).time_zone).toBe('America/Lima');
  });

  it('brings later edits and removals of each member', async () => {
    const [ana, bea] = [world.addMember('Ana'), world.addMember('Bea')];
    const [edited, removed] = [typed(ana, 'one'), typed(bea, 'two')];
    await sync();
    world.clockify.editInApp(edited, { description: 'one, corrected' });
    world.clockify.deleteInApp(removed);
    expect(await sync()).toMatchObject({ counts: { ...NOTHING, updated: 1, deleted: 1 } });
    expect(await row(edited)).toMatchObject({ description: 'one, corrected' });
    expect((await row(removed)).deleted_at).not.toBeNull();
  });

  it('removes nothing of a member whose entries could not be read, and says so', async () => {
    const [ana, bea] = [world.addMember('Ana'), world.addMember('Bea')];
    const [ofAna, ofBea] = [typed(ana, 'one'), typed(bea, 'two')];
    await sync();
    world.clockify.deleteInApp(ofAna);
    world.clockify.deleteInApp(ofBea);
    const refuse = { method: 'GET', path: new RegExp(`user/${ana.id}/`), times: 100 };
    world.clockify.faults.add({ ...refuse, action: { status: 403, body: '{"message":"Access Denied","code":403}' } });
    expect(await sync()).toMatchObject({ counts: { deleted: 1, skipped: 1 } });
    expect([(await row(ofAna)).deleted_at, (await row(ofBea)).deleted_at === null]).toEqual([null, false]);
    const [status] = await coordinator.api.expect<{ last_error: string }[]>(200, 'GET', '/v1/resources/sync');
    expect(status!.last_error).toContain('entries of Ana cannot be read: Access Denied');
    world.clockify.faults.clear();
    world.clockify.faults.add({ ...refuse, times: 100, action: { status: 500, body: '' } });
    expect(await sync()).toMatchObject({ state: 'error' });
    expect((await row(ofAna)).deleted_at).toBeNull();
  });

  it('does not take what was only typed in here, or waits to be sent, for removed', async () => {
    const ana = world.addMember('Ana');
    const id = typed(ana, 'one');
    await sync();
    const { id: entryId, user_id: userId } = await row(id);
    await world.app.transactions.run((tx) =>
      world.app
        .get(TimeEntriesService)
        .apply([{ kind: 'edit', id: entryId, patch: { description: 'ours' } }], AUTHOR, tx),
    );
    await world.app.database.execute(
      `update time_entries set external_id = 'typed-by-hand', remote_seen = false, integration_id = null where id = $1`,
      [entryId],
    );
    world.clockify.deleteInApp(id);
    expect(await sync()).toMatchObject({ counts: NOTHING });
    expect(userId).toBe(await world.ownerOf(ana));
    expect((await row('typed-by-hand')).deleted_at).toBeNull();
  });
});

const AUTHOR = { actor: { kind: 'user' as const, id: '1' }, origin: null };

describe('a cycle by the clock', () => {
  it('costs two calls when nothing moves, and comes to everybody in turn', async () => {
    const members = Array.from({ length: 6 }, (_, index) => world.addMember(`Member ${index}`));
    for (const user of members) typed(user, `of ${user.name}`);
    // The list of people, what runs, and everybody for the first time.
    expect(await cycle()).toBe(2 + 7);
    const before = await history();
    const read = new Set<string>();
    for (let round = 0; round < 7; round += 1) {
      world.clock.advance(5 * 60_000);
      expect(await cycle()).toBe(2);
      read.add(/user\/(\w+)\//.exec(world.clockify.calls.at(-1)!.path)![1]!);
    }
    expect(read).toEqual(new Set([world.boss.id, ...members.map(({ id }) => id)]));
    expect(await history()).toBe(before);
  });

  it('looks at once at whoever starts, changes or stops a timer', async () => {
    const members = Array.from({ length: 4 }, (_, index) => world.addMember(`Member ${index}`));
    await cycle();
    const user = members[2]!;
    world.clock.advance(60_000);
    const id = world.clockify.startInApp({ user, description: 'begun' });
    expect(await cycle()).toBe(3);
    expect(await row(id)).toMatchObject({ is_running: true, user_id: await world.ownerOf(user) });
    const before = await history();
    expect(await cycle()).toBe(2);
    expect(await history()).toBe(before);
    world.clockify.editInApp(id, { description: 'renamed' });
    await cycle();
    expect(await row(id)).toMatchObject({ is_running: true, description: 'renamed' });
    world.clock.advance(60_000);
    world.clockify.stopInApp(id);
    await cycle();
    expect(await row(id)).toMatchObject({ is_running: false });
  });

  it('finds whoever joined since the list of people was read by what they have running', async () => {
    await cycle();
    const late = world.addMember('Late');
    const id = world.clockify.startInApp({ user: late, description: 'first day' });
    await cycle();
    expect(await row(id)).toMatchObject({ is_running: true, user_id: await world.ownerOf(late) });
  });

  it('goes on where it was broken off, with those who were not read yet', async () => {
    const members = Array.from({ length: 5 }, (_, index) => world.addMember(`Member ${index}`));
    const ids = members.map((user) => typed(user, `of ${user.name}`));
    const third = { method: 'GET', path: new RegExp(`user/${members[2]!.id}/`), times: 100 };
    world.clockify.faults.add({ ...third, action: { status: 429, body: '{}' } });
    await cycle();
    const [state] = await coordinator.api.expect<{ state: string }[]>(200, 'GET', '/v1/resources/sync');
    expect(state!.state).toBe('waiting');
    expect((await rows()).map((one) => one.external_id)).toEqual(ids.slice(0, 2));
    expect(await world.count('sync_members', 'walk is not null')).toBe(3);
    world.clockify.faults.clear();
    world.clock.advance(2 * 60_000);
    const from = world.clockify.calls.length;
    await cycle();
    const read = world.clockify.calls.slice(from).flatMap(({ path }) => /user\/(\w+)\//.exec(path)?.[1] ?? []);
    expect(read.slice(0, 3)).toEqual(members.slice(2).map(({ id }) => id));
    expect((await rows()).map((one) => one.external_id).toSorted()).toEqual(ids.toSorted());
    expect(await world.count('sync_members', 'walk is not null')).toBe(0);
  });

  it('stops when another worker has taken over', async () => {
    const members = Array.from({ length: 3 }, (_, index) => world.addMember(`Member ${index}`));
    for (const user of members) typed(user, `of ${user.name}`);
    const writer = world.app.get(LedgerWriter);
    const write = writer.write.bind(writer);
    writer.write = async (open, changes) => {
      if (changes.length > 0) {
        const takeOver = 'update sync_states set lease_token = gen_random_uuid() where id = $1';
        await world.app.database.execute(takeOver, [everybody]);
      }
      return write(open, changes);
    };
    await cycle();
    expect(await rows()).toHaveLength(1);
    expect(world.clockify.calls.some(({ path }) => path.includes(`user/${members[1]!.id}/`))).toBe(false);
    expect(await world.count('sync_members', 'walked_at is not null')).toBe(1);
  });
});

describe('members with a login', () => {
  it('keep the integration of their own, and both syncs leave each other’s work as it is', async () => {
    const member = world.addMember('Ana');
    const project = world.clockify.model.addProject(world.workspaceId, { name: 'Bridge' });
    const ids = [typed(member, 'before', 8)];
    world.clockify.editInApp(ids[0]!, { projectId: project.id, tags: ['deep'] });
    await sync();
    const ana = await world.addCaller('ana');
    const own = (await world.connect(ana, member)).body.result.id;
    await ana.api.expect(200, 'GET', '/v1/resources/projects?refresh=true');
    await coordinator.api.expect(200, 'GET', '/v1/resources/projects?refresh=true');
    ids.push(typed(member, 'after', 9), typed(member, 'later', 10));
    world.clockify.editInApp(ids[1]!, { projectId: project.id });
    await sync();
    expect((await rows()).map((one) => [one.user_id, one.integration_id])).toEqual(ids.map(() => [ana.id, own]));
    await world.sync(ana, own);
    const before = await history();
    for (let round = 0; round < 2; round += 1) {
      expect(await world.sync(ana, own)).toMatchObject({ counts: { ...NOTHING, unchanged: 3 } });
      expect(await sync()).toMatchObject({ counts: { ...NOTHING, unchanged: 3 } });
    }
    expect(await history()).toBe(before);
    const logs = await ana.api.expect<{ project_id: number | null }[]>(200, 'GET', '/v1/resources/logs');
    const [bridge] = await ana.api.expect<{ id: number }[]>(200, 'GET', '/v1/resources/projects?query=Bridge');
    expect(logs.filter((log) => log.project_id === bridge!.id)).toHaveLength(2);
    world.clockify.deleteInApp(ids[2]!);
    expect(await sync()).toMatchObject({ counts: { ...NOTHING, deleted: 1 } });
    expect(await world.sync(ana, own)).toMatchObject({ counts: NOTHING });
  });

  it('who claim the account between a read and its writing get those entries too', async () => {
    const member = world.addMember('Ana');
    await sync();
    const stranger = await world.ownerOf(member);
    const ana = await world.addCaller('ana');
    const writer = world.app.get(LedgerWriter);
    const write = writer.write.bind(writer);
    writer.write = async (open, changes) => {
      writer.write = write;
      await world.connect(ana, member);
      return write(open, changes);
    };
    const id = typed(member, 'in between');
    await sync();
    expect(await row(id)).toMatchObject({ user_id: ana.id });
    expect(await world.count('time_entries', `user_id = ${stranger}`)).toBe(0);
    const own = await ana.api.expect<{ id: number }[]>(200, 'GET', '/v1/resources/integrations');
    await world.sync(ana, own[0]!.id);
    expect(await row(id)).toMatchObject({ user_id: ana.id, integration_id: own[0]!.id });
    const before = await history();
    await sync();
    await world.sync(ana, own[0]!.id);
    expect(await history()).toBe(before);
  });

  it('find their edit sent, and nothing removed, when the account is claimed while it waits', async () => {
    const member = world.addMember('Ana');
    const id = typed(member, 'before');
    await sync();
    const entryId = (await row(id)).id;
    await world.app.transactions.run((tx) =>
      world.app
        .get(TimeEntriesService)
        .apply([{ kind: 'edit', id: entryId, patch: { description: 'corrected' } }], AUTHOR, tx),
    );
    await world.connect(await world.addCaller('ana'), member);
    await world.deliver();
    expect(world.clockify.entry(id)).toMatchObject({ description: 'corrected', isDeleted: false });
    expect(await world.count('pushes', `state <> 'done'`)).toBe(0);
  });
});

describe('an account that another user connects', () => {
  it('leaves its former owner’s entries alone, and the status says so', async () => {
    const member = world.addMember('Shared');
    const [first, second] = [await world.addCaller('first'), await world.addCaller('second')];
    const one = (await world.connect(first, member)).body.result.id;
    const old = typed(member, 'of the first');
    await world.sync(first, one);
    await world.disconnect(first, one);
    const two = (await world.connect(second, member)).body.result.id;
    const fresh = typed(member, 'of the second', 9);
    world.clockify.editInApp(old, { description: 'changed there' });
    const before = await history();
    expect(await world.sync(second, two)).toMatchObject({ counts: { ...NOTHING, created: 1, skipped: 1 } });
    expect(await row(old)).toMatchObject({ user_id: first.id, integration_id: one, description: 'of the first' });
    expect(await row(fresh)).toMatchObject({ user_id: second.id, integration_id: two });
    expect(await history()).toBe(before + 1);
    const [status] = await second.api.expect<{ last_error: string }[]>(200, 'GET', '/v1/resources/sync');
    expect(status!.last_error).toBe(`Left out: entry ${old} belongs to another user here, with whom it stays`);
    expect(await sync()).toMatchObject({ counts: { ...NOTHING, skipped: 1 } });
    world.clockify.deleteInApp(old);
    await world.sync(second, two);
    expect((await row(old)).deleted_at).toBeNull();
  });

  it('does not get a running entry of its former owner by asking what runs', async () => {
    const member = world.addMember('Shared');
    const [first, second] = [await world.addCaller('first'), await world.addCaller('second')];
    const one = (await world.connect(first, member)).body.result.id;
    const running = world.clockify.startInApp({ user: member, description: 'running' });
    await world.sync(first, one);
    await world.disconnect(first, one);
    await world.connect(second, member);
    world.clockify.editInApp(running, { description: 'changed there' });
    expect(await second.api.expect(200, 'GET', '/v1/resources/timer')).toBeNull();
    expect(await row(running)).toMatchObject({ user_id: first.id, description: 'running' });
  });
});

describe('a plan of a whole workspace', () => {
  it('writes nothing, people neither, until it is carried out', async () => {
    const member = world.addMember('Ana');
    const id = typed(member, 'planned');
    const before = [await world.count('users'), await world.count('time_entries')];
    const [plan] = await coordinator.api.expect<{ plan_id: number; counts: object; rows: object[] }[]>(
      200,
      'POST',
      '/v1/rpc/sync',
      { integration_id: everybody, dry_run: true },
    );
    expect(plan).toMatchObject({ counts: { ...NOTHING, created: 1 }, rows: [{ action: 'create', external_id: id }] });
    expect([await world.count('users'), await world.count('time_entries')]).toEqual(before);
    await coordinator.api.expect(200, 'POST', '/v1/rpc/sync', { plan_id: plan!.plan_id });
    expect(await row(id)).toMatchObject({ user_id: await world.ownerOf(member), integration_id: everybody });
    expect(await sync()).toMatchObject({ counts: { ...NOTHING, unchanged: 1 } });
    expect((await world.app.get(UsersService).get(await world.ownerOf(member))).name).toBe('Ana');
  });
});

describe('the scope workspace', () => {
  it('needs a key that may read everybody’s entries', async () => {
    const member = world.addMember('Ana');
    const ana = await world.addCaller('ana');
    const answer = await world.connect(ana, member, { scope: 'workspace' });
    expect(answer).toMatchObject({ status: 422, body: { code: 'PROVIDER.REJECTED' } });
    expect(answer.body.message).toContain('needs the key of an administrator');
    expect(await world.count('integrations', `user_id = ${ana.id}`)).toBe(0);
    expect((await world.connect(ana, member, { scope: 'user' })).status).toBe(201);
  });

  it('may be given up: then its own entries are read', async () => {
    const id = typed(world.addMember('Ana'), 'of Ana');
    const mine = typed(world.boss, 'of the boss');
    const settings = { scope: 'user' };
    await coordinator.api.expect(200, 'PUT', `/v1/resources/integrations/${everybody}`, { settings });
    expect(await sync()).toMatchObject({ counts: { ...NOTHING, created: 1 } });
    expect((await rows()).map((one) => one.external_id)).toEqual([mine]);
    expect(id).not.toBe(mine);
  });
});
