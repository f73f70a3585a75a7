import { describe, expect, it } from 'vitest';
import { LedgerWriter } from '../../src/sync/ledger-writer.js';
import { NOTHING_DONE, useSharedWorkspace } from '../support/shared-workspace.js';

const shared = useSharedWorkspace();

describe('members with a login', () => {
  it('keep the integration of their own, and both syncs leave each other’s work as it is', async () => {
    const member = shared.world.addMember('Ana');
    const project = shared.world.clockify.model.addProject(shared.world.workspaceId, { name: 'Bridge' });
    const ids = [shared.typed(member, 'before', 8)];
    shared.world.clockify.editInApp(ids[0]!, { projectId: project.id, tags: ['deep'] });
    await shared.sync();
    const ana = await shared.world.addCaller('ana');
    const own = (await shared.world.connect(ana, member)).body.result.id;
    await ana.api.expect(200, 'GET', '/v1/resources/projects?refresh=true');
    await shared.coordinator.api.expect(200, 'GET', '/v1/resources/projects?refresh=true');
    ids.push(shared.typed(member, 'after', 9), shared.typed(member, 'later', 10));
    shared.world.clockify.editInApp(ids[1]!, { projectId: project.id });
    await shared.sync();
    expect((await shared.rows()).map((one) => [one.user_id, one.integration_id])).toEqual(ids.map(() => [ana.id, own]));
    await shared.world.sync(ana, own);
    const before = await shared.history();
    for (let round = 0; round < 2; round += 1) {
      expect(await shared.world.sync(ana, own)).toMatchObject({ counts: { ...NOTHING_DONE, unchanged: 3 } });
      expect(await shared.sync()).toMatchObject({ counts: { ...NOTHING_DONE, unchanged: 3 } });
    }
    expect(await shared.history()).toBe(before);
    const logs = await ana.api.expect<{ project_id: number | null }[]>(200, 'GET', '/v1/resources/logs');
    const [bridge] = await ana.api.expect<{ id: number }[]>(200, 'GET', '/v1/resources/projects?query=Bridge');
    expect(logs.filter((log) => log.project_id === bridge!.id)).toHaveLength(2);
    shared.world.clockify.deleteInApp(ids[2]!);
    expect(await shared.sync()).toMatchObject({ counts: { ...NOTHING_DONE, deleted: 1 } });
    expect(await shared.world.sync(ana, own)).toMatchObject({ counts: NOTHING_DONE });
  });

  it('who claim the account between a read and its writing get those entries too', async () => {
    const member = shared.world.addMember('Ana');
    await shared.sync();
    const stranger = await shared.world.ownerOf(member);
    const ana = await shared.world.addCaller('ana');
    const writer = shared.world.app.get(LedgerWriter);
    const write = writer.write.bind(writer);
    writer.write = async (open, changes) => {
      writer.write = write;
      await shared.world.connect(ana, member);
      return write(open, changes);
    };
    const id = shared.typed(member, 'in between');
    await shared.sync();
    expect(await shared.row(id)).toMatchObject({ user_id: ana.id });
    expect(await shared.world.count('time_entries', `user_id = ${stranger}`)).toBe(0);
    const own = await ana.api.expect<{ id: number }[]>(200, 'GET', '/v1/resources/integrations');
    await shared.world.sync(ana, own[0]!.id);
    expect(await shared.row(id)).toMatchObject({ user_id: ana.id, integration_id: own[0]!.id });
    const before = await shared.history();
    await shared.sync();
    await shared.world.sync(ana, own[0]!.id);
    expect(await shared.history()).toBe(before);
  });

  it('find their edit sent, and nothing removed, when the account is claimed while it waits', async () => {
    const member = shared.world.addMember('Ana');
    const id = shared.typed(member, 'before');
    await shared.sync();
    const entryId = (await shared.row(id)).id;
    await shared.edit(entryId, 'corrected');
    await shared.world.connect(await shared.world.addCaller('ana'), member);
    await shared.world.deliver();
    expect(shared.world.clockify.entry(id)).toMatchObject({ description: 'corrected', isDeleted: false });
    expect(await shared.world.count('pushes', `state <> 'done'`)).toBe(0);
  });
});

describe('an account that another user connects', () => {
  it('leaves its former owner’s entries alone, and the status says so', async () => {
    const member = shared.world.addMember('Shared');
    const [first, second] = [await shared.world.addCaller('first'), await shared.world.addCaller('second')];
    const one = (await shared.world.connect(first, member)).body.result.id;
    const old = shared.typed(member, 'of the first');
    await shared.world.sync(first, one);
    await shared.world.disconnect(first, one);
    const two = (await shared.world.connect(second, member)).body.result.id;
    const fresh = shared.typed(member, 'of the second', 9);
    shared.world.clockify.editInApp(old, { description: 'changed there' });
    const before = await shared.history();
    expect(await shared.world.sync(second, two)).toMatchObject({ counts: { ...NOTHING_DONE, created: 1, skipped: 1 } });
    expect(await shared.row(old)).toMatchObject({
      user_id: first.id,
      integration_id: one,
      description: 'of the first',
    });
    expect(await shared.row(fresh)).toMatchObject({ user_id: second.id, integration_id: two });
    expect(await shared.history()).toBe(before + 1);
    const [status] = await second.api.expect<{ last_error: string }[]>(200, 'GET', '/v1/resources/sync');
    expect(status!.last_error).toBe(`Left out: entry ${old} belongs to another user here, with whom it stays`);
    expect(await shared.sync()).toMatchObject({ counts: { ...NOTHING_DONE, skipped: 1 } });
    shared.world.clockify.deleteInApp(old);
    await shared.world.sync(second, two);
    expect((await shared.row(old)).deleted_at).toBeNull();
  });

  it('does not get a running entry of its former owner by asking what runs', async () => {
    const member = shared.world.addMember('Shared');
    const [first, second] = [await shared.world.addCaller('first'), await shared.world.addCaller('second')];
    const one = (await shared.world.connect(first, member)).body.result.id;
    const running = shared.world.clockify.startInApp({ user: member, description: 'running' });
    await shared.world.sync(first, one);
    await shared.world.disconnect(first, one);
    await shared.world.connect(second, member);
    shared.world.clockify.editInApp(running, { description: 'changed there' });
    expect(await second.api.expect(200, 'GET', '/v1/resources/timer')).toBeNull();
    expect(await shared.row(running)).toMatchObject({ user_id: first.id, description: 'running' });
  });
});

describe('the reconciliation of a whole workspace', () => {
  interface Reconciled {
    summary: Record<string, number>;
    rows: { kind: string; external_id: string | null }[];
  }
  const reconcile = () =>
    shared.coordinator.api.expect<Reconciled>(
      200,
      'GET',
      `/v1/resources/reconciliation?integration_id=${shared.everybody}&from=2026-03-02T00:00:00Z&to=2026-03-03T00:00:00Z`,
    );

  it('covers everybody, with and without an integration of their own', async () => {
    const [ana, bea] = [shared.world.addMember('Ana'), shared.world.addMember('Bea')];
    const kept = [shared.typed(ana, 'of Ana'), shared.typed(bea, 'of Bea'), shared.typed(shared.world.boss, 'own')];
    const gone = shared.typed(bea, 'removed there', 10);
    await shared.sync();
    const caller = await shared.world.addCaller('ana');
    await shared.world.connect(caller, ana);
    shared.world.clockify.deleteInApp(gone);
    const unread = shared.typed(ana, 'not read yet', 11);
    const { summary, rows } = await reconcile();
    expect(summary).toMatchObject({ matched: kept.length, only_here: 1, only_there: 1, different: 0 });
    const alone = rows.filter(({ external_id: id }) => id !== null && !kept.includes(id));
    expect(new Set(alone.map(({ external_id: id }) => id))).toEqual(new Set([gone, unread]));
    await shared.sync();
    expect((await reconcile()).summary).toMatchObject({ matched: 4, only_here: 0, only_there: 0, different: 0 });
  });

  it('shows a member with an integration of their own nobody else’s entries', async () => {
    const [ana, bea] = [shared.world.addMember('Ana'), shared.world.addMember('Bea')];
    shared.typed(ana, 'of Ana');
    shared.typed(bea, 'of Bea');
    await shared.sync();
    const caller = await shared.world.addCaller('ana');
    const own = (await shared.world.connect(caller, ana)).body.result.id;
    const { summary } = await caller.api.expect<Reconciled>(
      200,
      'GET',
      `/v1/resources/reconciliation?integration_id=${own}&from=2026-03-02T00:00:00Z&to=2026-03-03T00:00:00Z`,
    );
    expect(summary).toMatchObject({ matched: 1, only_here: 0, only_there: 0, different: 0 });
  });
});
