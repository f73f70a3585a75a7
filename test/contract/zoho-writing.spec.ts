import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FixedClock } from '../../src/common/clock.js';
import type { EntryDraft } from '../../src/integrations/contract/remote-entry.js';
import { startZoho, type ZohoWorld, type ZohoWorldOptions } from '../support/zoho.js';
import { draftOf, errorOf } from './support.js';

const NOW = new Date('2026-03-02T12:00:00Z');
const ADD = /addbulktimelogs$/;

describe('writing to Zoho Projects', () => {
  let clock: FixedClock;
  let world: ZohoWorld;

  const begin = async (options: Partial<ZohoWorldOptions> = {}) => {
    await world?.simulator.stop();
    clock = new FixedClock(NOW);
    world = await startZoho({ clock, timeZone: 'Europe/Madrid', ...options });
  };
  beforeEach(() => begin());
  afterEach(() => world.simulator.stop());

  const draft = (changes: Partial<EntryDraft> = {}): EntryDraft =>
    draftOf({
      description: 'Night work',
      notes: 'Some notes',
      projectExternalId: world.projectId,
      start: new Date('2026-03-02T09:00:00Z'),
      end: new Date('2026-03-02T10:30:00Z'),
      ...changes,
    });
  /** 22:30 to 01:15 in Madrid. */
  const overnight = { start: new Date('2026-03-02T21:30:00Z'), end: new Date('2026-03-03T00:15:00Z') };
  const held = () =>
    world.simulator.model
      .logsOf(world.account.portal.id)
      .map(({ date, minutes, startTime, endTime, notes }) => [date, minutes, startTime, endTime, notes])
      .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1));
  const sentRow = () => {
    const call = world.simulator.callsTo('POST', ADD).at(-1)!;
    return (JSON.parse(new URLSearchParams(call.body).get('log_object')!) as Record<string, unknown>[])[0];
  };

  it('says day, hours and times of the account’s zone, in the one field of a form', async () => {
    await world.provider.createEntry(world.connection, draft({ isBillable: true }));
    expect(sentRow()).toEqual({
      project_id: world.projectId,
      type: 'general',
      log_name: 'Night work',
      date: '2026-03-02',
      hours: '01:30',
      start_time: '10:00 AM',
      end_time: '11:30 AM',
      bill_status: 'Billable',
      notes: 'Some notes',
      force_allow: { overlap: true },
    });
  });

  it('writes on a task, with the text as the first line of its notes', async () => {
    const { provider, connection, simulator, projectId, account } = world;
    const task = simulator.model.addItem(projectId, 'task', 'Design');
    const created = await provider.createEntry(connection, draft({ taskExternalId: task.id }));
    expect(sentRow()).toMatchObject({ type: 'task', item_id: task.id, notes: 'Night work\nSome notes' });
    expect(created).toMatchObject({
      externalId: expect.stringMatching(`^${projectId}:task:`) as string,
      description: 'Night work',
      notes: 'Some notes',
      taskExternalId: task.id,
      taskName: 'Design',
    });
    const changed = draft({ taskExternalId: task.id, description: 'Other words', notes: null });
    await provider.updateEntry(connection, created.externalId, changed);
    expect(simulator.model.logsOf(account.portal.id).map(({ notes }) => notes)).toEqual(['Other words']);
    await provider.deleteEntry(connection, created.externalId);
    expect(held()).toEqual([]);
  });

  it('names what is missing', () => {
    const missing = (changes: Partial<EntryDraft>) => world.provider.missingFields(draft(changes));
    expect(missing({ projectExternalId: null, description: ' ', end: null })).toEqual(['project', 'task', 'end']);
    expect(missing({ isBillable: false })).toEqual([]);
  });

  it('rounds to minutes, never to none, and says so', async () => {
    const { provider, connection } = world;
    const exact = await provider.createEntry(connection, draft());
    expect(exact.roundingNote).toBeUndefined();
    const start = new Date('2026-03-02T11:00:40Z');
    const brief = await provider.createEntry(connection, draft({ start, end: new Date('2026-03-02T11:00:41Z') }));
    expect([brief.start, brief.end]).toEqual([new Date('2026-03-02T11:00:00Z'), new Date('2026-03-02T11:01:00Z')]);
    expect(brief.roundingNote).toContain('whole minutes');
  });

  it('makes one log a day of an entry over midnight, and one entry of the logs', async () => {
    const { provider, connection, simulator } = world;
    const created = await provider.createEntry(connection, draft(overnight));
    expect(created).toMatchObject({ ...overnight, notes: 'Some notes', description: 'Night work' });
    expect(held()).toEqual([
      ['2026-03-02', 90, '10:30 PM', '12:00 AM', expect.stringMatching(/^Some notes \[ts:\S+ 1\/2\]$/)],
      ['2026-03-03', 75, '12:00 AM', '01:15 AM', expect.stringMatching(/^Some notes \[ts:\S+ 2\/2\]$/)],
    ]);
    expect(await provider.getEntry(connection, created.externalId)).toEqual(created);
    const window = { from: new Date('2026-03-02T23:30:00Z'), to: new Date('2026-03-02T23:40:00Z') };
    expect(await provider.listEntries(connection, window)).toEqual([created]);
    simulator.odd.hasHtmlNotes = true;
    expect(await provider.listEntries(connection, window)).toEqual([created]);
    await provider.deleteEntry(connection, created.externalId);
    expect(held()).toEqual([]);
  });

  it('keeps an entry’s id while it grows over midnights and shrinks back', async () => {
    const { provider, connection } = world;
    const { externalId } = await provider.createEntry(connection, draft());
    const days = new Date('2026-03-05T09:00:00Z');
    for (const [end, count] of [
      [overnight.end, 2],
      [days, 4],
      [overnight.end, 2],
      [new Date('2026-03-02T10:00:00Z'), 1],
    ] as const) {
      const answer = await provider.updateEntry(connection, externalId, draft({ end }));
      expect([answer.externalId, answer.end]).toEqual([externalId, end]);
      expect(held()).toHaveLength(count);
      expect(await provider.getEntry(connection, externalId)).toEqual(answer);
    }
    expect(held()).toEqual([['2026-03-02', 60, '10:00 AM', '11:00 AM', 'Some notes']]);
  });

  it('keeps its id when all of it moves to other days', async () => {
    const { provider, connection } = world;
    const { externalId } = await provider.createEntry(connection, draft(overnight));
    const later = { start: new Date('2026-03-20T21:00:00Z'), end: new Date('2026-03-20T23:30:00Z') };
    expect(await provider.updateEntry(connection, externalId, draft(later))).toMatchObject({ externalId, ...later });
    expect(held().map(([date]) => date)).toEqual(['2026-03-20', '2026-03-21']);
  });

  it.each([0, 1, 2, 3])('goes on with an update that broke off after %i writes, whatever was lost', async (after) => {
    for (const action of ['reset-before', 'create-then-reset'] as const) {
      await begin();
      const { provider, connection, simulator } = world;
      const { externalId } = await provider.createEntry(connection, draft(overnight));
      const grown = draft({ start: overnight.start, end: new Date('2026-03-04T12:00:00Z') });
      let writes = 0;
      const when = ({ method }: { method: string }) => method !== 'GET' && (writes += 1) > after;
      simulator.faults.add({ when, action });
      const first = await provider.updateEntry(connection, externalId, grown).catch(() => null);
      expect(first === null).toBe(after < 3);
      simulator.faults.clear();
      const answer = await provider.updateEntry(connection, externalId, grown);
      expect(answer).toMatchObject({ externalId, start: grown.start, end: grown.end });
      expect(held().map(([date, minutes]) => [date, minutes])).toEqual([
        ['2026-03-02', 90],
        ['2026-03-03', 1440],
        ['2026-03-04', 780],
      ]);
    }
  });

  it.each([0, 1, 2, 3])(
    'moves to another project exactly once, also when broken off after %i writes',
    async (after) => {
      for (const action of ['reset-before', 'create-then-reset'] as const) {
        await begin();
        const { provider, connection, simulator, account } = world;
        const other = simulator.model.addProject(account.portal.id, 'Other').id;
        const { externalId } = await provider.createEntry(connection, draft(overnight));
        let writes = 0;
        const when = ({ method }: { method: string }) => method !== 'GET' && (writes += 1) > after;
        simulator.faults.add({ when, action });
        const moved = draft({ ...overnight, projectExternalId: other });
        await provider.updateEntry(connection, externalId, moved).catch(() => null);
        const answer = await provider.updateEntry(connection, externalId, moved);
        expect(answer).toMatchObject({ ...overnight, projectExternalId: other, notes: 'Some notes' });
        const logs = simulator.model.logsOf(account.portal.id);
        expect(logs.map((log) => log.projectId)).toEqual([other, other]);
      }
    },
  );

  it('moves between task and project, which Zoho cannot change', async () => {
    const { provider, connection, simulator, projectId } = world;
    const task = simulator.model.addItem(projectId, 'task', 'Design');
    const { externalId } = await provider.createEntry(connection, draft());
    const onTask = await provider.updateEntry(connection, externalId, draft({ taskExternalId: task.id }));
    expect(onTask.externalId.startsWith(`${projectId}:task:`)).toBe(true);
    const back = await provider.updateEntry(connection, onTask.externalId, draft());
    expect(back).toMatchObject({ taskExternalId: null, description: 'Night work', notes: 'Some notes' });
    expect(held()).toHaveLength(1);
  });

  it('leaves nothing of an entry whose second day is refused', async () => {
    const { provider, connection, simulator } = world;
    const body = JSON.stringify({ error: { status_code: 400, title: 'DAILY_LIMIT', details: { message: 'Full.' } } });
    simulator.faults.add({ path: ADD, after: 1, action: { status: 400, body } });
    const failure = await errorOf(provider.createEntry(connection, draft(overnight)));
    expect([failure.kind, failure.isAmbiguous]).toEqual(['rejected', false]);
    expect(held()).toEqual([]);
  });

  it.each(['reset-before', 'create-then-reset'] as const)(
    'finds what a create left that broke off half-way (%s)',
    async (action) => {
      const { provider, connection, simulator } = world;
      simulator.faults.add({ path: ADD, after: 1, action });
      const wanted = draft({ start: new Date('2026-03-02T21:30:20Z'), end: overnight.end });
      expect(await errorOf(provider.createEntry(connection, wanted))).toMatchObject({ isAmbiguous: true });
      const sent = { start: wanted.start, description: wanted.description, projectExternalId: world.projectId };
      const found = await provider.findCreated(connection, sent);
      expect(found).toHaveLength(1);
      expect(await provider.findCreated(connection, { ...sent, description: 'Other' })).toEqual([]);
      await provider.updateEntry(connection, found[0]!.externalId, wanted);
      expect(held().map(([date, minutes]) => [date, minutes])).toEqual([
        ['2026-03-02', 90],
        ['2026-03-03', 75],
      ]);
    },
  );

  it('finds a lost create where Zoho keeps no times of the day', async () => {
    const { provider, connection, simulator } = world;
    simulator.odd.keepsTimes = false;
    simulator.faults.add({ path: ADD, action: 'create-then-reset' });
    const wanted = draft();
    await errorOf(provider.createEntry(connection, wanted));
    const sent = { start: wanted.start, description: wanted.description, projectExternalId: world.projectId };
    expect(await provider.findCreated(connection, sent)).toHaveLength(1);
  });

  it('takes back nothing that was approved', async () => {
    const { provider, connection, simulator, account } = world;
    const { externalId } = await provider.createEntry(connection, draft());
    simulator.approve(simulator.model.logsOf(account.portal.id)[0]!.id);
    expect((await errorOf(provider.updateEntry(connection, externalId, draft({ description: 'x' })))).kind).toBe(
      'conflict',
    );
    expect((await errorOf(provider.deleteEntry(connection, externalId))).kind).toBe('conflict');
  });

  it('tells why Zoho refuses', async () => {
    const { provider, connection, simulator, projectId } = world;
    simulator.odd.needsAssignment = true;
    const task = simulator.model.addItem(projectId, 'task', 'Design');
    const failure = await errorOf(provider.createEntry(connection, draft({ taskExternalId: task.id })));
    expect([failure.kind, failure.isAmbiguous]).toEqual(['rejected', false]);
    expect(failure.message).toBe('The owner of a log must be assigned to the task. (NOT_ASSIGNED)');
  });

  it.each([400, 403, 404] as const)('knows an unknown log by %i', async (status) => {
    const { provider, connection, simulator, projectId } = world;
    simulator.odd.unknownLogStatus = status;
    const id = `${projectId}:general:999`;
    expect(await provider.getEntry(connection, id)).toBeNull();
    await provider.deleteEntry(connection, id);
    expect((await errorOf(provider.updateEntry(connection, id, draft()))).kind).toBe('not_found');
    for (const wrong of ['999', `${projectId}:timer:1`, `${projectId}:general:1:2`, `x:general:1`, '../1:general:1']) {
      expect((await errorOf(provider.getEntry(connection, wrong))).kind).toBe('rejected');
    }
  });

  it('does not take a missing right for a missing log', async () => {
    const { provider, connection, projectId } = world;
    const elsewhere = { ...connection, workspaceId: world.simulator.model.addPortal().id };
    expect((await errorOf(provider.getEntry(elsewhere, `${projectId}:general:999`))).kind).toBe('rejected');
  });
});
