import { describe, expect, it } from 'vitest';
import { PROVIDERS, useProvider, NOW, at, MINUTE, errorOf } from './support.js';

describe.each(PROVIDERS)('$name keeps the contract', (subject) => {
  const contract = useProvider(subject);

  describe('verify', () => {
    it('answers whom the credentials belong to', async () => {
      const { provider, connection } = contract.harness;
      const account = await provider.verify(connection.credentials, null, {});
      expect(account).toMatchObject({ accountId: connection.accountId, workspaceId: connection.workspaceId });
      expect(account.accountName).not.toBe('');
      expect(JSON.stringify(account)).not.toContain(Object.values(connection.credentials)[0]!.reveal());
    });

    it('takes the workspace of the settings, and only one of the account', async () => {
      const { provider, connection, otherConnection } = contract.harness;
      const settings = { workspace_id: otherConnection.workspaceId };
      const account = await provider.verify(connection.credentials, null, settings);
      expect(account.workspaceId).toBe(otherConnection.workspaceId);
      const error = await errorOf(
        provider.verify(connection.credentials, null, { workspace_id: subject.unknownProjectId ?? subject.unknownId }),
      );
      expect(error.kind).toBe('rejected');
    });

    it('says so when the credentials are wrong or missing', async () => {
      const { provider, credentials } = contract.harness;
      const error = await errorOf(provider.verify(credentials.wrong, null, {}));
      expect(error.kind).toBe('invalid_credentials');
      expect(error.message).toContain(contract.harness.credentials.refusal);
      expect((await errorOf(provider.verify({}, null, {}))).kind).toBe('invalid_credentials');
    });
  });

  describe('listProjects', () => {
    it('answers every page, archived ones marked', async () => {
      const expected = Array.from({ length: 450 }, (_, index) => {
        const isArchived = index % 10 === 0;
        const client = subject.hasClients && index % 2 === 0 ? 'A client' : undefined;
        const name = `Project ${index}`;
        const externalId = contract.harness.addProject(name, { isArchived, client });
        return { externalId, name, client: client ?? null, isArchived };
      });
      const projects = await contract.harness.provider.listProjects(contract.harness.connection);
      expect(new Set(projects)).toEqual(new Set(expected));
    });

    it('answers none where there are none', async () => {
      expect(await contract.harness.provider.listProjects(contract.harness.connection)).toEqual([]);
    });

    it('gives up on a service that repeats its page for ever', async () => {
      contract.harness.repeatProjectsPage();
      expect((await errorOf(contract.harness.provider.listProjects(contract.harness.connection))).kind).toBe(
        'unavailable',
      );
      expect(contract.harness.simulator.calls.length).toBeLessThan(5);
    });
  });

  describe('an entry', () => {
    it('makes the round trip', async () => {
      const { provider, connection } = contract.harness;
      const project = contract.harness.addProject('A project');
      const draft = contract.draft({ projectExternalId: project, tags: ['b', 'a'], isBillable: true });
      const created = await provider.createEntry(connection, draft);
      const fields = {
        description: draft.description,
        projectExternalId: project,
        isBillable: true,
        start: draft.start,
        end: contract.kept(draft.end!),
      };
      expect(created).toMatchObject({ ...fields, isRunning: false, isDeleted: false });
      expect(created).toMatchObject({ workspaceId: connection.workspaceId, accountId: connection.accountId });
      const read = await provider.getEntry(connection, created.externalId);
      expect(read).toMatchObject(fields);
      expect(read!.tags?.toSorted()).toEqual(subject.hasTags ? ['a', 'b'] : undefined);
      expect(contract.harness.held(created.externalId)).toMatchObject(fields);
      await provider.deleteEntry(connection, created.externalId);
      expect(contract.harness.held(created.externalId)).toBeNull();
      expect(await provider.getEntry(connection, created.externalId)).toBeNull();
    });

    it('loses no field in an update, and is cleared of what the draft clears', async () => {
      const { provider, connection } = contract.harness;
      const project = contract.harness.addProject('A project');
      const full = contract.draft({ projectExternalId: project, tags: ['a', 'b'], isBillable: true });
      const { externalId } = await provider.createEntry(connection, full);
      const later = { ...full, description: 'Only this changes' };
      await provider.updateEntry(connection, externalId, later);
      const { description, projectExternalId, isBillable, start, end } = later;
      const rest = { projectExternalId, isBillable, start, end: contract.kept(end!) };
      const tags = subject.hasTags ? ['a', 'b'] : [];
      expect(contract.harness.held(externalId)).toEqual({ description, ...rest, tags });
      const bare = contract.draft({ description: subject.needsProject ? 'Bare' : '', end: at('09:30:00') });
      const answered = await provider.updateEntry(connection, externalId, bare);
      const cleared = { description: bare.description, projectExternalId: bare.projectExternalId, isBillable: false };
      expect(answered).toMatchObject({ ...cleared, tags: subject.hasTags ? [] : undefined });
      const held = contract.harness.held(answered.externalId);
      expect(held).toMatchObject({ ...cleared, tags: [], end: at('09:30:00') });
    });

    it('is cut to what the service keeps, so that what is answered can be compared', async () => {
      const draft = contract.draft({ start: at('09:00:00.900'), end: at('10:00:00.100') });
      const created = await contract.harness.provider.createEntry(contract.harness.connection, draft);
      expect([created.start, created.end]).toEqual([at('09:00:00'), at('10:00:00')]);
    });

    it('that is unknown is null to read, gone to delete, and not found to change', async () => {
      const { provider, connection } = contract.harness;
      expect(await provider.getEntry(connection, subject.unknownId)).toBeNull();
      await provider.deleteEntry(connection, subject.unknownId);
      const error = await errorOf(provider.updateEntry(connection, subject.unknownId, contract.draft()));
      expect(error.kind).toBe('not_found');
    });

    it('that has no end and does not run is not complete, and is never sent', async () => {
      const { provider, connection } = contract.harness;
      const draft = contract.draft({ end: null });
      expect(provider.missingFields(draft)).toEqual(['end']);
      expect(provider.missingFields(contract.draft())).toEqual([]);
      expect((await errorOf(provider.createEntry(connection, draft))).kind).toBe('rejected');
      expect(contract.harness.simulator.calls).toEqual([]);
    });

    it('is refused with the reason when the service does not want it', async () => {
      const draft = contract.draft({ projectExternalId: subject.unknownProjectId ?? subject.unknownId });
      const error = await errorOf(contract.harness.provider.createEntry(contract.harness.connection, draft));
      expect([error.kind, error.isAmbiguous]).toEqual(['rejected', false]);
      expect(error.message).toMatch(/project/i);
    });

    it('that ends before it starts is never sent', async () => {
      const draft = contract.draft({ start: at('10:00:00'), end: at('09:00:00') });
      const { provider, connection } = contract.harness;
      expect((await errorOf(provider.createEntry(connection, draft))).kind).toBe('rejected');
      expect((await errorOf(provider.updateEntry(connection, subject.unknownId, draft))).kind).toBe('rejected');
      expect(contract.harness.simulator.calls).toEqual([]);
    });
  });

  describe.runIf(subject.timer !== null)('timer', () => {
    it('tells what runs, and nothing when nothing does', async () => {
      const { provider, connection } = contract.harness;
      expect(await provider.timer!.current(connection)).toBeNull();
      const id = contract.harness.startElsewhere({ start: at('11:00:00'), description: 'there' });
      const running = await provider.timer!.current(connection);
      expect(running).toMatchObject({ externalId: id, isRunning: true, end: null, start: at('11:00:00') });
    });

    it('does not tell of another workspace', async () => {
      const { provider, connection, otherConnection } = contract.harness;
      contract.harness.startElsewhere({ start: at('11:00:00') }, otherConnection);
      expect(await provider.timer!.current(connection)).toBeNull();
      expect(await provider.timer!.current(otherConnection)).not.toBeNull();
    });

    it('starts, and the running one before it ends', async () => {
      const { provider, connection } = contract.harness;
      const before = contract.harness.startElsewhere({ start: at('11:00:00') });
      const draft = contract.draft({ start: NOW, end: null, isRunning: true });
      const started = await provider.timer!.start(connection, draft);
      expect(started).toMatchObject({ isRunning: true, end: null, start: NOW, description: draft.description });
      expect(contract.harness.held(before)!.end).toEqual(NOW);
      expect((await provider.timer!.current(connection))!.externalId).toBe(started.externalId);
    });

    it('stops with one write when it stops now', async () => {
      const { provider, connection } = contract.harness;
      const id = contract.harness.startElsewhere({ start: at('11:00:00') });
      const stopped = await provider.timer!.stop(connection, id, NOW);
      expect(stopped).toMatchObject({ externalId: id, isRunning: false, end: NOW });
      expect(contract.harness.simulator.calls).toHaveLength(subject.timer!.stop.reads + 1);
    });

    it('stops at the wanted end, also when that was a while ago', async () => {
      const { provider, connection } = contract.harness;
      const id = contract.harness.startElsewhere({ start: at('11:00:00') });
      const stopped = await provider.timer!.stop(connection, id, at('11:20:00'));
      expect(stopped.end).toEqual(at('11:20:00'));
      expect(contract.harness.held(id)!.end).toEqual(at('11:20:00'));
    });

    it('leaves and answers the end somebody else gave it', async () => {
      const { provider, connection } = contract.harness;
      const id = contract.harness.startElsewhere({ start: at('11:00:00') });
      contract.harness.stopElsewhere(id, at('11:30:00'));
      const stopped = await provider.timer!.stop(connection, id, NOW);
      expect(stopped).toMatchObject({ externalId: id, isRunning: false, end: at('11:30:00') });
      expect(contract.harness.held(id)!.end).toEqual(at('11:30:00'));
    });

    it('finishes its own half-done stop instead of taking it for somebody else’s', async () => {
      const { provider, connection } = contract.harness;
      const id = contract.harness.startElsewhere({ start: at('11:00:00') });
      contract.harness.simulator.faults.add({ method: subject.timer!.stop.writes.at(-1), action: { status: 503 } });
      expect((await errorOf(provider.timer!.stop(connection, id, at('11:20:00')))).isAmbiguous).toBe(true);
      contract.clock.advance(MINUTE);
      expect((await provider.timer!.stop(connection, id, at('11:20:00'))).end).toEqual(at('11:20:00'));
    });

    it('cannot stop what is not there', async () => {
      const { provider, connection } = contract.harness;
      const error = await errorOf(provider.timer!.stop(connection, subject.unknownId, NOW));
      expect(error.kind).toBe('not_found');
    });
  });

  it('sends every call the way the vendor asks for', async () => {
    const { provider, connection } = contract.harness;
    await provider.verify(connection.credentials, null, {});
    await provider.listProjects(connection);
    const { externalId } = await provider.createEntry(connection, contract.draft());
    await provider.updateEntry(connection, externalId, contract.draft());
    await provider.listEntries(connection, { from: at('08:00:00'), to: NOW });
    const timer = provider.timer;
    const draft = contract.draft({ start: at('11:00:00'), end: null, isRunning: true });
    const running = await timer?.start(connection, draft);
    await timer?.stop(connection, running!.externalId, at('11:30:00'));
    await provider.deleteEntry(connection, externalId);
    expect(contract.harness.simulator.calls.length).toBeGreaterThanOrEqual(9);
    for (const call of contract.harness.simulator.calls) contract.harness.assertWellFormed(call);
  });
});
