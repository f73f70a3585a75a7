import { Test } from '@nestjs/testing';
import type { DataSource } from 'typeorm';
import { BinnacleModule } from '../../src/binnacle/binnacle.module.js';
import { BinnacleService } from '../../src/binnacle/binnacle.service.js';
import { GENESIS, type BinnacleDraft, type Snapshot } from '../../src/binnacle/chain.js';
import type { CurrentEntry, Finding, VerifyReport } from '../../src/binnacle/findings.js';
import { Clock, SystemClock } from '../../src/common/clock.js';
import { Secret } from '../../src/common/secret.js';
import { KeyRing } from '../../src/config/key-ring.js';
import { poolOf } from '../../src/database/data-source.js';
import { Database, type Queryable, type Tx } from '../../src/database/database.js';
import { Transactions } from '../../src/database/transactions.js';

const KEY = Buffer.alloc(32, 7).toString('base64');
export const RECORDED_AT = new Date('2026-03-01T10:00:00.123Z');

/** A binnacle over a test database, as the application wires it. */
export async function createBinnacle(dataSource: DataSource, keys = `k1:${KEY}`): Promise<BinnacleService> {
  const provided = [
    { provide: Database, useValue: new Database(poolOf(dataSource)) },
    { provide: Transactions, useValue: new Transactions(dataSource) },
    { provide: Clock, useValue: new SystemClock() },
    { provide: KeyRing, useValue: new KeyRing(new Secret(keys)) },
  ];
  const surroundings = { module: class Surroundings {}, global: true, providers: provided, exports: provided };
  const module = await Test.createTestingModule({ imports: [surroundings, BinnacleModule] }).compile();
  return module.get(BinnacleService);
}

/** The smallest honest writer: entries with a description, sealed and registered as the ledger does it. */
export class TestLedger {
  constructor(
    readonly dataSource: DataSource,
    readonly binnacle: BinnacleService,
  ) {}

  get transactions(): Transactions {
    return new Transactions(this.dataSource);
  }

  async addUser(): Promise<number> {
    const [user] = await this.dataSource.query(`insert into users (name) values ('Somebody') returning id`);
    return user.id as number;
  }

  /** Births of one user in one transaction, in the order a batch has them; returns their ids. */
  create(userId: number, count = 1): Promise<number[]> {
    return this.transactions.run((tx) => this.createIn(tx, userId, count));
  }

  async createIn(tx: Tx, userId: number, count: number): Promise<number[]> {
    const ids = (
      await tx.query<{ id: number }>(`select nextval('time_entries_id_seq') as id from generate_series(1, $1)`, [count])
    ).map((row) => row.id);
    const places = await this.binnacle.enrol(
      ids.map((entryId) => ({ entryId, userId })),
      tx,
    );
    const drafts = ids.map((entryId) => draftOf(entryId, 1, 'created', bornAs(entryId, userId, places.get(entryId)!)));
    const rows = this.binnacle.seal(drafts);
    await tx.execute(
      `insert into time_entries (id, user_id, source, description, started_at, register_number, register_user_id,
         register_previous_id, binnacle_sequence, binnacle_head, created_at, modified_at)
       select id, $2, 'local', 'Entry ' || id, $3, number, $2, previous_id, 1, head, $3, $3
       from unnest($1::bigint[], $4::integer[], $5::bigint[], $6::bytea[]) as n(id, number, previous_id, head)`,
      [
        ids,
        userId,
        RECORDED_AT,
        ids.map((id) => places.get(id)!.number),
        ids.map((id) => places.get(id)!.previousEntryId),
        rows.map((row) => row.hash),
      ],
    );
    this.binnacle.insert(rows, tx);
    return ids;
  }

  /** One honest change with its binnacle row. */
  change(entryId: number, description: string): Promise<void> {
    return this.transactions.run(async (tx) => {
      await tx.query('select from time_entries where id = $1 for update', [entryId]);
      const current = (await loadSnapshots([entryId], tx)).get(entryId)!;
      const next = { ...current.snapshot, description };
      const draft = draftOf(entryId, current.sequence + 1, 'edited', next, current.head);
      draft.diff = { description: { from: current.snapshot.description ?? null, to: description } };
      const rows = this.binnacle.seal([draft]);
      await tx.execute(
        'update time_entries set description = $2, binnacle_sequence = $3, binnacle_head = $4 where id = $1',
        [entryId, description, draft.sequence, rows[0]!.hash],
      );
      this.binnacle.insert(rows, tx);
    });
  }

  verify(entryId?: number): Promise<VerifyReport> {
    return this.binnacle.verify({ loadSnapshots, entryId });
  }

  /** What somebody with the database's password can do: the triggers and foreign keys are off. */
  async tamper(...statements: string[]): Promise<void> {
    const runner = this.dataSource.createQueryRunner();
    try {
      await runner.startTransaction();
      await runner.query('set local session_replication_role = replica');
      for (const statement of statements) await runner.query(statement);
      await runner.commitTransaction();
    } catch (error) {
      await runner.rollbackTransaction();
      throw error;
    } finally {
      await runner.release();
    }
  }
}

export const namesOf = (findings: Finding[]): string[] =>
  findings.map(({ kind, entryId, sequence }) =>
    [kind, entryId ?? '-', ...(sequence === undefined ? [] : [sequence])].join(' '),
  );

const bornAs = (
  entryId: number,
  userId: number,
  place: { number: number; previousEntryId: number | null },
): Snapshot => ({
  description: `Entry ${entryId}`,
  registerNumber: place.number,
  registerUserId: userId,
  registerPreviousId: place.previousEntryId,
});

function draftOf(
  entryId: number,
  sequence: number,
  action: string,
  snapshot: Snapshot,
  previousHash = GENESIS,
): BinnacleDraft {
  return {
    entryId,
    sequence,
    action,
    actor: { kind: 'user', id: '1' },
    reason: null,
    origin: { kind: 'request', id: 'r-1' },
    snapshot,
    diff: {},
    recordedAt: RECORDED_AT,
    previousHash,
  };
}

async function loadSnapshots(entryIds: number[], queryable: Queryable): Promise<Map<number, CurrentEntry>> {
  const rows = await queryable.query<{
    id: number;
    description: string;
    register_number: number | null;
    register_user_id: number | null;
    register_previous_id: number | null;
    binnacle_sequence: number;
    binnacle_head: Buffer;
  }>('select * from time_entries where id = any($1)', [entryIds]);
  return new Map(
    rows.map((row) => [
      row.id,
      {
        snapshot: {
          description: row.description,
          registerNumber: row.register_number,
          registerUserId: row.register_user_id,
          registerPreviousId: row.register_previous_id,
        },
        sequence: row.binnacle_sequence,
        head: row.binnacle_head,
      },
    ]),
  );
}
