import { describe, expect, it } from 'vitest';
import { PROVIDERS, useProvider, NOW, at, MINUTE, errorOf, idsOf } from './support.js';

describe.each(PROVIDERS)('$name lists what there is', (subject) => {
  const contract = useProvider(subject);

  describe('listEntries', () => {
    const window = { from: at('08:00:00'), to: at('18:00:00') };

    it('answers the entries that touch the window, of this workspace', async () => {
      const { provider, connection, otherConnection } = contract.harness;
      const day = 24 * 60 * MINUTE;
      contract.harness.startElsewhere({ start: new Date(window.from.getTime() - 2 * MINUTE), stop: window.from });
      contract.harness.startElsewhere({ start: window.to, stop: new Date(window.to.getTime() + MINUTE) });
      contract.harness.startElsewhere({ start: at('09:00:00'), stop: at('10:00:00') }, otherConnection);
      const deleted = contract.harness.startElsewhere({ start: at('09:00:00'), stop: at('10:00:00') });
      contract.harness.deleteElsewhere(deleted);
      const touching = [
        contract.harness.startElsewhere({
          start: new Date(window.from.getTime() - 3 * day),
          stop: new Date(window.from.getTime() + subject.resolution),
        }),
        contract.harness.startElsewhere({ start: window.from, stop: window.from }),
        contract.harness.startElsewhere({
          start: new Date(window.to.getTime() - subject.resolution),
          stop: at('19:00:00'),
        }),
      ];
      if (subject.timer !== null) {
        touching.push(contract.harness.startElsewhere({ start: new Date(window.from.getTime() - 20 * day) }));
      }
      expect(idsOf(await provider.listEntries(connection, window))).toEqual(touching.sort());
    });

    it('walks past the cap of one answer, also where starts are equal at its edge', async () => {
      const { provider, connection } = contract.harness;
      const count = subject.pageSize * 2 + 150;
      const ids = Array.from({ length: count }, (_, index) => {
        const start = new Date(window.from.getTime() + Math.floor(index / 3) * 1000);
        return contract.harness.startElsewhere({ start, stop: new Date(start.getTime() + MINUTE) });
      });
      const found = idsOf(await provider.listEntries(connection, window));
      expect(found).toHaveLength(count);
      expect(found).toEqual(ids.sort());
    });

    it.runIf(subject.hasHistoryLimit)('goes on from where history begins, and says what is missing', async () => {
      const { provider, connection } = contract.harness;
      const id = contract.harness.startElsewhere({ start: at('09:00:00'), stop: at('10:00:00') });
      const years = { from: new Date('2020-01-01T00:00:00Z'), to: window.to };
      let completeFrom: Date | null = null;
      const onIncomplete = (date: Date) => (completeFrom = date);
      expect(idsOf(await provider.listEntries(connection, { ...years, onIncomplete }))).toEqual([id]);
      expect(completeFrom).toEqual(new Date('2025-12-01T00:00:00Z'));
      expect(await provider.listEntries(connection, { from: years.from, to: new Date('2020-02-01') })).toEqual([]);
    });

    it.runIf(!subject.hasHistoryLimit)('answers entries of any age', async () => {
      const { provider, connection } = contract.harness;
      const id = contract.harness.startElsewhere({
        start: new Date('2021-03-02T09:00:00Z'),
        stop: new Date('2021-03-02T10:00:00Z'),
      });
      const onIncomplete = () => expect.unreachable();
      const years = { from: new Date('2020-01-01T00:00:00Z'), to: window.to, onIncomplete };
      expect(idsOf(await provider.listEntries(connection, years))).toEqual([id]);
      expect(provider.limits.historyDays).toBeNull();
    });

    it('says nothing of missing ones when the window lies within history', async () => {
      const from = new Date(NOW.getTime() - 80 * 24 * 60 * MINUTE);
      const onIncomplete = () => expect.unreachable();
      await contract.harness.provider.listEntries(contract.harness.connection, { from, to: NOW, onIncomplete });
    });

    it('gives up on a service that repeats its page for ever', async () => {
      contract.harness.repeatEntriesPage();
      expect((await errorOf(contract.harness.provider.listEntries(contract.harness.connection, window))).kind).toBe(
        'unavailable',
      );
      expect(contract.harness.simulator.calls.length).toBeLessThan(6);
    });

    it('gives up on a service whose pages have no end', async () => {
      contract.harness.inventEntries();
      const error = await errorOf(contract.harness.provider.listEntries(contract.harness.connection, window));
      expect([error.kind, error.message]).toEqual(['unavailable', expect.stringContaining('pages') as string]);
      expect(contract.harness.simulator.calls.length).toBeLessThanOrEqual(400);
    });
  });

  it('has the capabilities under test', () => {
    const { incremental, limits, timer } = contract.harness.provider;
    expect([incremental !== undefined, limits.historyDays !== null, timer !== undefined]).toEqual([
      subject.hasChanges,
      subject.hasHistoryLimit,
      subject.timer !== null,
    ]);
    expect(limits.pageSize).toBe(subject.pageSize);
  });

  describe.runIf(subject.hasChanges)('listChanges', () => {
    it('answers what was created, changed and deleted since, of this workspace', async () => {
      const { provider, connection, otherConnection } = contract.harness;
      const finished = { start: at('09:00:00'), stop: at('10:00:00') };
      const untouched = contract.harness.startElsewhere(finished);
      const renamed = contract.harness.startElsewhere(finished);
      const removed = contract.harness.startElsewhere(finished);
      contract.clock.advance(10 * MINUTE);
      const since = contract.clock.now();
      contract.clock.advance(MINUTE);
      contract.harness.renameElsewhere(renamed, 'New words');
      contract.harness.deleteElsewhere(removed);
      const created = contract.harness.startElsewhere({ start: contract.clock.now() });
      contract.harness.startElsewhere(finished, otherConnection);
      const changes = await provider.incremental!.listChanges(connection, { since });
      const byId = new Map(changes.map((entry) => [entry.externalId, entry]));
      expect([...byId.keys()].sort()).toEqual([renamed, removed, created].sort());
      expect(byId.has(untouched)).toBe(false);
      expect(byId.get(renamed)).toMatchObject({ description: 'New words', isDeleted: false });
      expect(byId.get(removed)).toMatchObject({ isDeleted: true });
      expect(byId.get(created)).toMatchObject({ isRunning: true });
      expect(contract.harness.simulator.calls).toHaveLength(1);
    });

    it('gives later changes later versions', async () => {
      const { provider, connection } = contract.harness;
      const { externalId, version } = await provider.createEntry(connection, contract.draft());
      contract.clock.advance(1000);
      contract.harness.renameElsewhere(externalId, 'Newer');
      const read = await provider.getEntry(connection, externalId);
      expect(read!.version!.getTime()).toBeGreaterThan(version!.getTime());
    });

    it('says when it cannot answer all of them', async () => {
      const { provider, connection } = contract.harness;
      const ask = async (since: Date) => {
        let isComplete = true;
        const onIncomplete = () => (isComplete = false);
        const entries = await provider.incremental!.listChanges(connection, { since, onIncomplete });
        return [entries.length, isComplete];
      };
      contract.harness.startElsewhere({ start: at('09:00:00'), stop: at('10:00:00') });
      expect(await ask(at('08:00:00'))).toEqual([1, true]);
      expect(await ask(new Date('2024-01-01T00:00:00Z'))).toEqual([1, false]);
      for (let more = 1; more <= subject.pageSize; more += 1) {
        contract.harness.startElsewhere({ start: at('09:00:00'), stop: at('10:00:00') });
      }
      expect(await ask(at('08:00:00'))).toEqual([subject.pageSize, false]);
    });
  });
});

describe.each(PROVIDERS.filter(({ hasNumericIds }) => hasNumericIds))('$name with ids beyond 2^53', (subject) => {
  const contract = useProvider(subject, { hasHugeIds: true });

  it('carries them unharmed', async () => {
    const { provider, connection } = contract.harness;
    expect(BigInt(connection.workspaceId)).toBeGreaterThan(2n ** 53n);
    const project = contract.harness.addProject('A project');
    const account = await provider.verify(connection.credentials, null, {});
    expect(account).toMatchObject({ accountId: connection.accountId, workspaceId: connection.workspaceId });
    expect((await provider.listProjects(connection))[0]!.externalId).toBe(project);
    const { externalId } = await provider.createEntry(connection, contract.draft({ projectExternalId: project }));
    expect(contract.harness.held(externalId)!.projectExternalId).toBe(project);
    const entries = await provider.listEntries(connection, { from: at('08:00:00'), to: NOW });
    expect(idsOf(entries)).toEqual([externalId]);
    const updated = await provider.updateEntry(connection, externalId, contract.draft());
    expect(contract.harness.held(updated.externalId)).not.toBeNull();
    await provider.deleteEntry(connection, updated.externalId);
    expect(contract.harness.held(updated.externalId)).toBeNull();
  });
});
