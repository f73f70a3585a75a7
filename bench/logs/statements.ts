import { createHash } from 'node:crypto';
import { IdentitiesRepository } from '../../src/auth/identities.repository.js';
import { BinnacleRepository } from '../../src/binnacle/binnacle.repository.js';
import { GENESIS } from '../../src/binnacle/chain.js';
import { LogsRepository } from '../../src/logs/logs.repository.js';
import { blankEntry } from '../../src/time-entries/blank-entry.js';
import { rowFromEntry } from '../../src/time-entries/columns.js';
import { differences, toSnapshot } from '../../src/time-entries/snapshot.js';
import { TimeEntriesRepository } from '../../src/time-entries/time-entries.repository.js';
import type { TimeEntry } from '../../src/time-entries/time-entry.js';
import { statementOf } from '../support/statements.js';
import type { BareStatements, WriteTemplate } from './bare-contract.js';

/** An entry as `POST log` writes it; the references put their own id, user and number into it. */
const written: TimeEntry = {
  ...blankEntry(1, 1, new Date('2026-07-20T07:00:00Z')),
  description: 'Working 9 till 5',
  endedAt: new Date('2026-07-20T08:00:00Z'),
  notes: 'Called back in the afternoon.',
  tags: ['support', 'deep'],
  category: 'Support',
  timeZone: 'Europe/Madrid',
  offsetStartSeconds: 7200,
  offsetEndSeconds: 7200,
  validStartedAt: new Date('2026-07-20T07:00:00Z'),
  validEndedAt: new Date('2026-07-20T08:00:00Z'),
  version: 1,
  binnacleSequence: 1,
  binnacleHead: createHash('sha256').digest(),
};

/** What a caller sends for that entry. */
export const LOG_BODY = {
  task: written.description,
  start: written.startedAt.getTime() / 1000,
  end: written.endedAt!.getTime() / 1000,
  notes: written.notes,
  tags: written.tags,
  category: written.category,
};

export const WRITE_TEMPLATE: WriteTemplate = {
  row: rowFromEntry(written),
  snapshot: toSnapshot(written),
  diff: differences(null, written),
};

const NO_FILTER = { from: null, to: null, projectId: null, integrationId: null };

/** What the application sends for these requests, asked of its own repositories. */
export async function applicationStatements(): Promise<BareStatements> {
  const nothing = Buffer.alloc(0);
  const register = { userId: 1, entryCount: 0, lastEntryId: 0, keyId: '', mac: nothing };
  const binnacleRow = {
    entryId: 1,
    sequence: 1,
    action: 'created',
    actor: { kind: 'user', id: '1' } as const,
    reason: null,
    origin: null,
    snapshot: {},
    diff: {},
    recordedAt: written.createdAt,
    previousHash: GENESIS,
    keyId: '',
    hash: nothing,
  };
  return {
    findToken: await statementOf((database) => new IdentitiesRepository(database).findByToken(nothing)),
    findLog: await statementOf((database) => new LogsRepository(database).findOwned(1, 1)),
    findPage: await statementOf((database) => new LogsRepository(database).findPage(1, NO_FILTER, null, 1)),
    nextIds: await statementOf((database, tx) => new TimeEntriesRepository(database).nextIds(1, tx)),
    lockRegisters: await statementOf((_database, tx) => new BinnacleRepository().lockRegisters([1], tx)),
    writeRegisters: await statementOf((_database, tx) => new BinnacleRepository().writeRegisters([register], tx)),
    writeEntries: await statementOf((database, tx) => new TimeEntriesRepository(database).write([written], tx)),
    insertBinnacle: await statementOf((_database, tx) => new BinnacleRepository().insertRows([binnacleRow], tx)),
  };
}
