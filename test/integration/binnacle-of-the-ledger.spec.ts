import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BinnacleService } from '../../src/binnacle/binnacle.service.js';
import { toSnapshot } from '../../src/time-entries/snapshot.js';
import { TimeEntriesModule } from '../../src/time-entries/time-entries.module.js';
import { TimeEntriesService } from '../../src/time-entries/time-entries.service.js';
import type { EntryContent } from '../../src/time-entries/time-entry.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { addPerson, type Person } from '../support/people.js';

const AUTHOR = { actor: { kind: 'user', id: '1' }, origin: { kind: 'request', id: 'r-1' } } as const;

describe('binnacle of the ledger', () => {
  let app: TestApp;
  let ana: Person;

  beforeAll(async () => {
    app = await startTestApp({ imports: [TimeEntriesModule] });
    ana = await addPerson(app, 'ana');
  });

  afterAll(() => app.close());

  const verify = () =>
    app.get(BinnacleService).verify({
      loadSnapshots: async (ids, tx) => {
        const entries = await app.get(TimeEntriesService).findByIds(ids, tx);
        return new Map(
          entries.map((entry) => [
            entry.id,
            { snapshot: toSnapshot(entry), sequence: entry.binnacleSequence, head: entry.binnacleHead },
          ]),
        );
      },
    });

  const content: EntryContent = {
    source: 'local',
    workspaceId: null,
    integrationId: null,
    projectId: null,
    projectExternalId: null,
    projectName: null,
    taskExternalId: null,
    taskName: null,
    description: 'ñ "quoted" \\ 👍',
    notes: null,
    tags: ['b', 'a'],
    category: null,
    isBillable: true,
    startedAt: new Date('2026-03-01T10:00:00.123Z'),
    endedAt: null,
    isRunning: true,
    timeZone: 'Europe/Madrid',
    timePrecision: 'second',
  };

  it('is intact after births, edits, ends and deletions, several of one entry in one batch included', async () => {
    const ledger = app.get(TimeEntriesService);
    const born = await app.transactions.run((tx) =>
      ledger.apply(
        [1, 2, 3].map(() => ({ kind: 'create', userId: ana.id, content })),
        AUTHOR,
        tx,
      ),
    );
    const ids = born.map(({ entry }) => entry!.id);
    await app.transactions.run((tx) =>
      ledger.apply(
        [
          { kind: 'end', id: ids[0]!, end: new Date('2026-03-01T12:00:00Z') },
          { kind: 'edit', id: ids[0]!, patch: { description: 'edited', tags: [] } },
          { kind: 'delete', id: ids[1]! },
        ],
        AUTHOR,
        tx,
      ),
    );
    await expect(verify()).resolves.toEqual({
      intact: true,
      findings: [],
      findingCount: 0,
      counts: { entries: 3, rows: 6, checkpoints: 0 },
    });
  });

  it('does not agree with a column that was changed behind the back of the ledger', async () => {
    await app.database.execute(`update time_entries set started_at = started_at - interval '1 hour' where id = 3`);
    const { findings } = await verify();
    expect(findings).toMatchObject([
      { kind: 'entry_altered', entryId: 3, message: expect.stringContaining('startedAt') as string },
    ]);
  });
});
