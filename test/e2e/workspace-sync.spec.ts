import { describe, expect, it } from 'vitest';
import { LedgerWriter } from '../../src/sync/ledger-writer.js';
import { UsersService } from '../../src/users/users.service.js';
import { endPauses } from '../support/quotas.js';
import { NOTHING_DONE, useSharedWorkspace } from '../support/shared-workspace.js';

const shared = useSharedWorkspace();

describe('a sync of a whole workspace', () => {
  it('brings everybody’s entries to whoever is behind the account, and a second time writes nothing', async () => {
    const [ana, bea] = [shared.world.addMember('Ana López'), shared.world.addMember('Bea')];
    const ids = [
      shared.typed(ana, 'of Ana'),
      shared.typed(bea, 'of Bea'),
      shared.typed(shared.world.boss, 'of the boss'),
    ];
    expect(await shared.sync()).toMatchObject({ state: 'done', counts: { ...NOTHING_DONE, created: 3 } });
    const found = await Promise.all(ids.map((id) => shared.row(id)));
    expect(found.map(({ user_id: id }) => id)).toEqual([
      await shared.world.ownerOf(ana),
      await shared.world.ownerOf(bea),
      shared.coordinator.id,
    ]);
    expect(found.map((one) => one.integration_id)).toEqual([shared.everybody, shared.everybody, shared.everybody]);
    const person = await shared.world.app.get(UsersService).get(found[0]!.user_id);
    expect(person).toMatchObject({ username: null, name: 'Ana López', email: null, isEnabled: true });
    const before = await shared.history();
    expect(await shared.sync()).toMatchObject({ counts: { ...NOTHING_DONE, unchanged: 3 } });
    expect(await shared.history()).toBe(before);
  });

  it('keeps each one’s own time zone', async () => {
    const user = shared.world.clockify.addUser({
      defaultWorkspaceId: shared.world.workspaceId,
      timeZone: 'America/Lima',
      role: 'MEMBER',
    });
    const id = shared.typed(user, 'in Lima');
    await shared.sync();
    expect((await shared.row(id)).time_zone).toBe('America/Lima');
  });

  it('brings later edits and removals of each member', async () => {
    const [ana, bea] = [shared.world.addMember('Ana'), shared.world.addMember('Bea')];
    const [edited, removed] = [shared.typed(ana, 'one'), shared.typed(bea, 'two')];
    await shared.sync();
    shared.world.clockify.editInApp(edited, { description: 'one, corrected' });
    shared.world.clockify.deleteInApp(removed);
    expect(await shared.sync()).toMatchObject({ counts: { ...NOTHING_DONE, updated: 1, deleted: 1 } });
    expect(await shared.row(edited)).toMatchObject({ description: 'one, corrected' });
    expect((await shared.row(removed)).deleted_at).not.toBeNull();
  });

  it('removes nothing of a member whose entries could not be read, and says so', async () => {
    const [ana, bea] = [shared.world.addMember('Ana'), shared.world.addMember('Bea')];
    const [ofAna, ofBea] = [shared.typed(ana, 'one'), shared.typed(bea, 'two')];
    await shared.sync();
    shared.world.clockify.deleteInApp(ofAna);
    shared.world.clockify.deleteInApp(ofBea);
    const refuse = { method: 'GET', path: new RegExp(`user/${ana.id}/`), times: 100 };
    shared.world.clockify.faults.add({
      ...refuse,
      action: { status: 403, body: '{"message":"Access Denied","code":403}' },
    });
    expect(await shared.sync()).toMatchObject({ counts: { deleted: 1, skipped: 1 } });
    expect([(await shared.row(ofAna)).deleted_at, (await shared.row(ofBea)).deleted_at === null]).toEqual([
      null,
      false,
    ]);
    const [status] = await shared.coordinator.api.expect<{ last_error: string }[]>(200, 'GET', '/v1/resources/sync');
    expect(status!.last_error).toContain('entries of Ana cannot be read: Access Denied');
    shared.world.clockify.faults.clear();
    shared.world.clockify.faults.add({ ...refuse, times: 100, action: { status: 500, body: '' } });
    expect(await shared.sync()).toMatchObject({ state: 'error' });
    expect((await shared.row(ofAna)).deleted_at).toBeNull();
  });

  it('does not take what was only typed in here, or waits to be sent, for removed', async () => {
    const ana = shared.world.addMember('Ana');
    const id = shared.typed(ana, 'one');
    await shared.sync();
    const { id: entryId, user_id: userId } = await shared.row(id);
    await shared.edit(entryId, 'ours');
    await shared.world.app.database.execute(
      `update time_entries set external_id = 'typed-by-hand', remote_seen = false, integration_id = null where id = $1`,
      [entryId],
    );
    shared.world.clockify.deleteInApp(id);
    expect(await shared.sync()).toMatchObject({ counts: NOTHING_DONE });
    expect(userId).toBe(await shared.world.ownerOf(ana));
    expect((await shared.row('typed-by-hand')).deleted_at).toBeNull();
  });
});

describe('a cycle by the clock', () => {
  it('costs two calls when nothing moves, and comes to everybody in turn', async () => {
    const members = Array.from({ length: 6 }, (_, index) => shared.world.addMember(`Member ${index}`));
    for (const user of members) shared.typed(user, `of ${user.name}`);
    // The list of people, what runs, and shared.everybody for the first time.
    expect(await shared.cycle()).toBe(2 + 7);
    const before = await shared.history();
    const read = new Set<string>();
    for (let round = 0; round < 7; round += 1) {
      shared.world.clock.advance(5 * 60_000);
      expect(await shared.cycle()).toBe(2);
      read.add(/user\/(\w+)\//.exec(shared.world.clockify.calls.at(-1)!.path)![1]!);
    }
    expect(read).toEqual(new Set([shared.world.boss.id, ...members.map(({ id }) => id)]));
    expect(await shared.history()).toBe(before);
  });

  it('looks at once at whoever starts, changes or stops a timer', async () => {
    const members = Array.from({ length: 4 }, (_, index) => shared.world.addMember(`Member ${index}`));
    await shared.cycle();
    const user = members[2]!;
    shared.world.clock.advance(60_000);
    const id = shared.world.clockify.startInApp({ user, description: 'begun' });
    expect(await shared.cycle()).toBe(3);
    expect(await shared.row(id)).toMatchObject({ is_running: true, user_id: await shared.world.ownerOf(user) });
    const before = await shared.history();
    expect(await shared.cycle()).toBe(2);
    expect(await shared.history()).toBe(before);
    shared.world.clockify.editInApp(id, { description: 'renamed' });
    await shared.cycle();
    expect(await shared.row(id)).toMatchObject({ is_running: true, description: 'renamed' });
    shared.world.clock.advance(60_000);
    shared.world.clockify.stopInApp(id);
    await shared.cycle();
    expect(await shared.row(id)).toMatchObject({ is_running: false });
  });

  it('finds whoever joined since the list of people was read by what they have running', async () => {
    await shared.cycle();
    const late = shared.world.addMember('Late');
    const id = shared.world.clockify.startInApp({ user: late, description: 'first day' });
    await shared.cycle();
    expect(await shared.row(id)).toMatchObject({ is_running: true, user_id: await shared.world.ownerOf(late) });
  });

  it('goes on where it was broken off, with those who were not read yet', async () => {
    const members = Array.from({ length: 5 }, (_, index) => shared.world.addMember(`Member ${index}`));
    const ids = members.map((user) => shared.typed(user, `of ${user.name}`));
    const third = { method: 'GET', path: new RegExp(`user/${members[2]!.id}/`), times: 100 };
    shared.world.clockify.faults.add({ ...third, action: { status: 429, body: '{}' } });
    await shared.cycle();
    const [state] = await shared.coordinator.api.expect<{ state: string }[]>(200, 'GET', '/v1/resources/sync');
    expect(state!.state).toBe('waiting');
    expect((await shared.rows()).map((one) => one.external_id)).toEqual(ids.slice(0, 2));
    expect(await shared.world.count('sync_members', 'walk is not null')).toBe(3);
    shared.world.clockify.faults.clear();
    shared.world.clock.advance(2 * 60_000);
    await endPauses(shared.world.app);
    const from = shared.world.clockify.calls.length;
    await shared.cycle();
    const read = shared.world.clockify.calls.slice(from).flatMap(({ path }) => /user\/(\w+)\//.exec(path)?.[1] ?? []);
    expect(read.slice(0, 3)).toEqual(members.slice(2).map(({ id }) => id));
    expect((await shared.rows()).map((one) => one.external_id).toSorted()).toEqual(ids.toSorted());
    expect(await shared.world.count('sync_members', 'walk is not null')).toBe(0);
  });

  it('stops when another worker has taken over', async () => {
    const members = Array.from({ length: 3 }, (_, index) => shared.world.addMember(`Member ${index}`));
    for (const user of members) shared.typed(user, `of ${user.name}`);
    const writer = shared.world.app.get(LedgerWriter);
    const write = writer.write.bind(writer);
    writer.write = async (open, changes) => {
      if (changes.length > 0) {
        const takeOver = 'update sync_states set lease_token = gen_random_uuid() where id = $1';
        await shared.world.app.database.execute(takeOver, [shared.everybody]);
      }
      return write(open, changes);
    };
    await shared.cycle();
    expect(await shared.rows()).toHaveLength(1);
    expect(shared.world.clockify.calls.some(({ path }) => path.includes(`user/${members[1]!.id}/`))).toBe(false);
    expect(await shared.world.count('sync_members', 'walked_at is not null')).toBe(1);
  });
});

describe('a plan of a whole workspace', () => {
  it('writes nothing, people neither, until it is carried out', async () => {
    const member = shared.world.addMember('Ana');
    const id = shared.typed(member, 'planned');
    const before = [await shared.world.count('users'), await shared.world.count('time_entries')];
    const [plan] = await shared.coordinator.api.expect<{ plan_id: number; counts: object; rows: object[] }[]>(
      200,
      'POST',
      '/v1/rpc/sync',
      { integration_id: shared.everybody, dry_run: true },
    );
    expect(plan).toMatchObject({
      counts: { ...NOTHING_DONE, created: 1 },
      rows: [{ action: 'create', external_id: id }],
    });
    expect([await shared.world.count('users'), await shared.world.count('time_entries')]).toEqual(before);
    await shared.coordinator.api.expect(200, 'POST', '/v1/rpc/sync', { plan_id: plan!.plan_id });
    expect(await shared.row(id)).toMatchObject({
      user_id: await shared.world.ownerOf(member),
      integration_id: shared.everybody,
    });
    expect(await shared.sync()).toMatchObject({ counts: { ...NOTHING_DONE, unchanged: 1 } });
    expect((await shared.world.app.get(UsersService).get(await shared.world.ownerOf(member))).name).toBe('Ana');
  });
});

describe('the scope workspace', () => {
  it('needs a key that may read everybody’s entries', async () => {
    const member = shared.world.addMember('Ana');
    const ana = await shared.world.addCaller('ana');
    const answer = await shared.world.connect(ana, member, { scope: 'workspace' });
    expect(answer).toMatchObject({ status: 422, body: { code: 'PROVIDER.REJECTED' } });
    expect(answer.body.message).toContain('needs the key of an administrator');
    expect(await shared.world.count('integrations', `user_id = ${ana.id}`)).toBe(0);
    expect((await shared.world.connect(ana, member, { scope: 'user' })).status).toBe(201);
  });

  it('may be given up: then its own entries are read', async () => {
    const id = shared.typed(shared.world.addMember('Ana'), 'of Ana');
    const mine = shared.typed(shared.world.boss, 'of the boss');
    const settings = { scope: 'user' };
    await shared.coordinator.api.expect(200, 'PUT', `/v1/resources/integrations/${shared.everybody}`, { settings });
    expect(await shared.sync()).toMatchObject({ counts: { ...NOTHING_DONE, created: 1 } });
    expect((await shared.rows()).map((one) => one.external_id)).toEqual([mine]);
    expect(id).not.toBe(mine);
  });
});
