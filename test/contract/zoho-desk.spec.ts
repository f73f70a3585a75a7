import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FixedClock } from '../../src/common/clock.js';
import { Secret } from '../../src/common/secret.js';
import { startDesk, type DeskWorld } from '../support/zoho-desk.js';
import { at, draftOf, errorOf, idsOf, MINUTE, NOW } from './support.js';

const DAY = 24 * 60 * MINUTE;
const LIST = /\/agents\/\d+\/timeEntry$/;

describe('Zoho Desk', () => {
  let clock: FixedClock;
  let world: DeskWorld;

  beforeEach(async () => {
    clock = new FixedClock(NOW);
    world = await startDesk({ clock });
  });
  afterEach(() => world.simulator.stop());

  const window = { from: at('08:00:00'), to: at('18:00:00') };
  const log = (changes: object = {}) =>
    world.simulator.logInApp({
      agent: world.account.agent,
      parentId: world.ticketId,
      start: at('09:00:00'),
      seconds: 3600,
      ...changes,
    });
  const list = () => world.provider.listEntries(world.connection, window);
  const draft = (changes: object = {}) => draftOf({ projectExternalId: world.ticketId, ...changes });
  const create = (changes: object = {}) => world.provider.createEntry(world.connection, draft(changes));
  const update = (id: string, changes: object = {}) => world.provider.updateEntry(world.connection, id, draft(changes));
  const verify = (changes: object = {}, settings = {}) =>
    world.provider.verify({ ...world.connection.credentials, ...changes }, null, settings);
  const onTicket = (id: string) => `tickets:${world.ticketId}:${id}`;
  const writes = () =>
    world.simulator.calls
      .filter(({ method, path }) => method !== 'GET' && path.startsWith('/api'))
      .map(({ method }) => method);

  describe('verify', () => {
    it('fills the organization in when there is exactly one, and asks otherwise', async () => {
      const unnamed = { org_id: new Secret('') };
      expect(await verify(unnamed)).toMatchObject({
        workspaceId: world.connection.workspaceId,
        workspaceName: 'Test portal',
        accountName: 'Test Person',
        timeZone: 'Europe/Madrid',
      });
      const other = world.simulator.model.addPortal('Other');
      world.simulator.model.addAgent(other, world.account.agent.personId);
      const error = await errorOf(verify(unnamed));
      expect([error.kind, error.message]).toEqual(['rejected', expect.stringContaining(`${other.id} (Other)`)]);
      expect((await verify(unnamed, { workspace_id: other.id })).workspaceId).toBe(other.id);
    });

    it('never sends an organization that is no number', async () => {
      expect((await errorOf(verify({ org_id: new Secret('acme') }))).kind).toBe('rejected');
      expect(world.simulator.calls).toEqual([]);
    });

    it('proves that the agent’s time may be read', async () => {
      world.simulator.missingScopes.add('Desk.settings.READ');
      const error = await errorOf(verify());
      expect([error.kind, error.message]).toEqual(['invalid_credentials', expect.stringContaining('SCOPE_MISMATCH')]);
    });
  });

  it('renews a token that was refused, under any status', async () => {
    for (const hidesErrors of [false, true]) {
      world.simulator.hidesErrors = hidesErrors;
      await list();
      world.simulator.accounts.expireAccessTokens();
      expect(await list()).toEqual([]);
    }
  });

  it('names tickets by number, subject and customer, and finds those of others', async () => {
    const { provider, connection, simulator, account } = world;
    const colleague = simulator.model.addAgent(account.portal, undefined, 'A Colleague');
    const ticket = simulator.model.addTicket(colleague, 'A new laptop', { accountName: 'Zylker' });
    expect(await provider.listProjects(connection)).toMatchObject([{ name: '#1001 The printer is on fire' }]);
    const found = { externalId: ticket.id, name: '#1002 A new laptop', isArchived: false };
    for (const query of ['laptop', '#1002', '1002', ' *new* ']) {
      expect(await provider.projectSearch.searchProjects(connection, query, 10)).toMatchObject([found]);
    }
    expect(await provider.projectSearch.searchProjects(connection, 'nothing of the kind', 10)).toEqual([]);
    expect(await provider.projectSearch.searchProjects(connection, ' * ', 10)).toEqual([]);
  });

  describe('reading', () => {
    it.each([
      {},
      { times: 'milliseconds', numbers: 'number' },
      { hasListedType: true, hasTextTrashed: true },
      { isOneBased: true, deleted: 'stays' },
    ])('understands Desk in all its ways (%j)', async (odd) => {
      Object.assign(world.simulator.odd, odd);
      const ids = Array.from({ length: 250 }, (_, index) => onTicket(log({ seconds: index })));
      const never = log();
      world.simulator.model.entries.get(never)!.executedTime = null;
      world.simulator.deleteInApp(log());
      const entries = await list();
      expect(idsOf(entries)).toEqual(ids.toSorted());
      expect(entries.find(({ externalId }) => externalId === ids[90])).toMatchObject({
        start: at('09:00:00'),
        end: at('09:01:30'),
        projectExternalId: world.ticketId,
        projectName: '#1001 The printer is on fire',
        tags: undefined,
        version: null,
      });
    });

    it('stops where nothing can touch the window any more', async () => {
      const start = new Date(NOW.getTime() - 100 * DAY);
      for (let more = 1; more <= 350; more += 1) log({ start });
      const id = log();
      expect(idsOf(await list())).toEqual([onTicket(id)]);
      const calls = world.simulator.callsTo('GET', LIST);
      expect(calls.map(({ query }) => [query.get('module'), query.get('orderBy'), query.get('from')])).toEqual([
        ['tickets', 'DESC', '0'],
        ['tasks', 'DESC', '0'],
      ]);
    });

    it('knows time on tasks by its ticket', async () => {
      const task = world.simulator.model.addTask(world.ticketId, 'Buy toner');
      const id = log({ module: 'tasks', parentId: task.id });
      const [entry] = await list();
      expect(entry).toMatchObject({
        externalId: `tasks:${task.id}:${id}`,
        projectExternalId: world.ticketId,
        taskExternalId: task.id,
        taskName: 'Buy toner',
      });
      const changes = { taskExternalId: task.id, description: 'Bought' };
      expect((await update(entry!.externalId, changes)).description).toBe('Bought');
      expect(writes()).toEqual(['PATCH']);
      const error = await errorOf(world.provider.deleteEntry(world.connection, entry!.externalId));
      expect([error.kind, error.message]).toEqual(['rejected', expect.stringContaining('cannot delete')]);
      world.simulator.deleteInApp(id);
      await world.provider.deleteEntry(world.connection, entry!.externalId);
      expect(writes()).toEqual(['PATCH']);
    });

    it('reads nobody else’s entries', async () => {
      const colleague = world.simulator.model.addAgent(world.account.portal, undefined, 'A Colleague');
      const id = log({ agent: colleague });
      expect(await list()).toEqual([]);
      expect(await world.provider.getEntry(world.connection, onTicket(id))).toBeNull();
    });

    it.each(['stays', 'vanishes'] as const)('takes a deleted entry that %s for none', async (deleted) => {
      for (const unknownStatus of [404, 422] as const) {
        Object.assign(world.simulator.odd, { deleted, unknownStatus });
        const id = onTicket(log());
        await world.provider.deleteEntry(world.connection, id);
        expect(await world.provider.getEntry(world.connection, id)).toBeNull();
        await world.provider.deleteEntry(world.connection, id);
      }
    });
  });

  describe('writing', () => {
    it('keeps task and notes in one text', async () => {
      const { externalId } = await create({ description: 'First\nline', notes: 'more\n\nlines' });
      const read = await world.provider.getEntry(world.connection, externalId);
      expect(read).toMatchObject({ description: 'First line', notes: 'more\n\nlines' });
      await update(externalId, { description: '', notes: null });
      expect(await world.provider.getEntry(world.connection, externalId)).toMatchObject({
        description: '',
        notes: null,
      });
    });

    it('takes a task that is a charge type for one, and forgets it with the next text', async () => {
      const { externalId } = await create({ description: 'Upgrade Request', notes: 'to 4.2' });
      const held = world.simulator.ledger.created[0]!;
      expect(held).toMatchObject({ requestChargeType: 'Upgrade Request', description: 'to 4.2' });
      const words = { description: 'Upgrade Request', notes: 'to 4.2' };
      expect(await world.provider.getEntry(world.connection, externalId)).toMatchObject(words);
      expect(await update(externalId, { description: 'Other work' })).toMatchObject({ description: 'Other work' });
      expect(held.requestChargeType).toBeNull();
      expect(writes()).toEqual(['POST', 'PUT', 'PUT']);
    });

    it('changes with PUT, or with PATCH where that is not allowed, which it remembers', async () => {
      const { externalId } = await create();
      world.simulator.odd.updateVerb = 'PATCH';
      await update(externalId, { description: 'One' });
      await update(externalId, { description: 'Two' });
      expect(writes()).toEqual(['POST', 'PUT', 'PATCH', 'PATCH']);
      expect(world.simulator.ledger.created[0]!.description).toBe('Two');
    });

    it('writes an entry anew on another ticket, once, also when it was interrupted', async () => {
      const { externalId } = await create();
      const other = world.simulator.model.addTicket(world.account.agent, 'Another').id;
      world.simulator.faults.add({ method: 'DELETE', action: { status: 503 } });
      expect((await errorOf(update(externalId, { projectExternalId: other }))).kind).toBe('unavailable');
      const moved = await update(externalId, { projectExternalId: other });
      expect(await list()).toMatchObject([{ externalId: moved.externalId, projectExternalId: other }]);
      expect(world.simulator.ledger.created).toHaveLength(2);
      // The answer of the last step was lost as well.
      expect(await update(externalId, { projectExternalId: other })).toMatchObject({ externalId: moved.externalId });
    });

    it('knows an entry that was billed for one that cannot be changed', async () => {
      const { externalId } = await create();
      world.simulator.billInApp(externalId.split(':')[2]!);
      const other = world.simulator.model.addTicket(world.account.agent, 'Another').id;
      for (const refused of [
        () => update(externalId),
        () => update(externalId, { projectExternalId: other }),
        () => world.provider.deleteEntry(world.connection, externalId),
      ]) {
        expect(await errorOf(refused())).toMatchObject({
          kind: 'conflict',
          message: expect.stringContaining('billed') as string,
        });
      }
    });

    it('says which fields are wrong', async () => {
      world.simulator.odd.needsChargeType = true;
      const error = await errorOf(create());
      expect([error.kind, error.message]).toEqual(['rejected', expect.stringContaining('/requestChargeType missing')]);
    });

    it('tells bad data from an entry that is gone, where both are 422', async () => {
      world.simulator.odd.unknownStatus = 422;
      expect((await errorOf(update(onTicket('424242')))).kind).toBe('not_found');
      const { externalId } = await create();
      const body = JSON.stringify({
        errorCode: 'INVALID_DATA',
        message: 'No.',
        errors: [{ fieldName: '/description' }],
      });
      world.simulator.faults.add({ method: 'PUT', action: { status: 422, body } });
      const error = await errorOf(update(externalId));
      expect([error.kind, error.message]).toEqual(['rejected', expect.stringContaining('/description')]);
    });

    it('keeps at least a second and at most 999 hours', async () => {
      const short = await create({ start: at('09:00:00.100'), end: at('09:00:00.900') });
      expect([short.start, short.end]).toEqual([at('09:00:00'), at('09:00:01')]);
      expect(short.roundingNote).toContain('seconds');
      const end = new Date(at('09:00:00').getTime() + 1000 * 60 * MINUTE);
      expect((await errorOf(create({ end }))).message).toContain('999 hours');
    });

    it.each(['tickets', 'tasks'])('finds a create on %s whose answer was lost', async (module) => {
      const taskExternalId = module === 'tasks' ? world.simulator.model.addTask(world.ticketId, 'Task').id : null;
      world.simulator.faults.add({ method: 'POST', path: /timeEntry$/, action: 'create-then-reset' });
      const sent = draft({ start: at('09:00:00.500'), taskExternalId });
      expect((await errorOf(world.provider.createEntry(world.connection, sent))).isAmbiguous).toBe(true);
      await create({ start: at('09:00:01') });
      clock.advance(3 * DAY);
      const found = await world.provider.findCreated(world.connection, sent);
      expect(found.map(({ externalId }) => externalId.split(':')[2])).toEqual([world.simulator.ledger.created[0]!.id]);
      clock.advance(2 * DAY);
      expect(await world.provider.findCreated(world.connection, sent)).toEqual([]);
    });
  });
});
