import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { DataSource } from 'typeorm';
import { createBinnacle, namesOf, TestLedger } from '../support/binnacle-ledger.js';
import { cloneDatabase, connectTo, type TestDatabase } from '../support/postgres.js';
import { stopwatch } from '../support/stopwatch.js';

describe('binnacle', () => {
  let database: TestDatabase;
  let dataSource: DataSource;
  let ledger: TestLedger;
  /** Three entries of one user with three rows each. */
  let ids: [number, number, number];

  beforeAll(async () => {
    database = await cloneDatabase();
    dataSource = await connectTo(database);
    ledger = new TestLedger(dataSource, await createBinnacle(dataSource));
  });

  beforeEach(async () => {
    await ledger.tamper(
      `truncate time_entries, sessions_binnacle, ledger_registers, binnacle_checkpoints, binnacle_checkpoint_heads
       restart identity cascade`,
    );
    const userId = await ledger.addUser();
    ids = [
      ...(await ledger.create(userId)),
      ...(await ledger.create(userId)),
      ...(await ledger.create(userId)),
    ] as typeof ids;
    for (const id of ids) {
      await ledger.change(id, 'ñandú 👍 "quoted"');
      await ledger.change(id, 'second');
    }
  });

  afterAll(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  /** Tampers, verifies, and returns what was found as `kind entry sequence`. */
  async function foundAfter(...statements: string[]): Promise<string[]> {
    await ledger.tamper(...statements);
    const report = await ledger.verify();
    expect(report.intact).toBe(report.findings.length === 0);
    return namesOf(report.findings);
  }

  it('is intact when only the ledger wrote', async () => {
    await expect(ledger.verify()).resolves.toEqual({
      intact: true,
      findings: [],
      findingCount: 0,
      counts: { entries: 3, rows: 9, checkpoints: 0 },
    });
  });

  it.each(['sessions_binnacle', 'binnacle_checkpoints', 'binnacle_checkpoint_heads'])(
    'refuses update, delete and truncate of %s, also to the superuser',
    async (table) => {
      await ledger.binnacle.makeCheckpoint('2026-03-01', new Date('2026-03-02T00:05:00Z'));
      const column =
        table === 'sessions_binnacle' ? 'sequence' : table === 'binnacle_checkpoints' ? 'row_count' : 'sequence';
      await expect(dataSource.query(`update ${table} set ${column} = 1`)).rejects.toThrow('append-only');
      await expect(dataSource.query(`delete from ${table}`)).rejects.toThrow('append-only');
      await expect(dataSource.query(`truncate ${table} cascade`)).rejects.toThrow('append-only');
    },
  );

  it.each([
    ['snapshot', `snapshot || '{"description":"never"}'`],
    ['diff', `'{}'`],
    ['action', `'deleted'`],
    ['actor_kind', `'system'`],
    ['actor_id', `'2'`],
    ['reason', `'because'`],
    ['origin_kind', `'cli'`],
    ['origin_id', 'null'],
    ['recorded_at', `recorded_at + interval '1 millisecond'`],
    ['recorded_at', `'infinity'`],
    ['hash', `sha256('x')`],
    ['previous_hash', `sha256('x')`],
  ])('names the entry and the row whose %s was set to %s', async (column, value) => {
    const found = await foundAfter(
      `update sessions_binnacle set ${column} = ${value} where entry_id = ${ids[1]} and sequence = 2`,
    );
    expect(found).toEqual([`row_altered ${ids[1]} 2`]);
  });

  it('names a row moved to another entry', async () => {
    const found = await foundAfter(
      `delete from sessions_binnacle where entry_id = ${ids[2]} and sequence = 3`,
      `update sessions_binnacle set entry_id = ${ids[2]} where entry_id = ${ids[1]} and sequence = 3`,
    );
    expect(found).toEqual([`row_altered ${ids[2]} 3`, `row_missing ${ids[1]} 3`, `head_mismatch ${ids[2]} 3`]);
  });

  it.each([1, 2, 3])('names row %i when it was deleted', async (sequence) => {
    const found = await foundAfter(
      `delete from sessions_binnacle where entry_id = ${ids[1]} and sequence = ${sequence}`,
    );
    expect(found).toEqual([`row_missing ${ids[1]} ${sequence}`]);
  });

  it.each([0, 4, 9])('names a row inserted by hand at sequence %i', async (sequence) => {
    const found = await foundAfter(copyOfRow(ids[1], 3, sequence));
    expect(found).toEqual([`row_inserted ${ids[1]} ${sequence}`]);
  });

  it('names a row inserted by hand with the entry moved on to it', async () => {
    const found = await foundAfter(
      copyOfRow(ids[1], 3, 4),
      `update time_entries set binnacle_sequence = 4 where id = ${ids[1]}`,
    );
    expect(found).toEqual([`row_altered ${ids[1]} 4`, `head_mismatch ${ids[1]} 4`]);
  });

  it('names an altered entry', async () => {
    const found = await foundAfter(`update time_entries set description = 'never' where id = ${ids[1]}`);
    expect(found).toEqual([`entry_altered ${ids[1]} 3`]);
  });

  it('names an entry turned back while its rows stayed', async () => {
    const found = await foundAfter(
      `update time_entries e set binnacle_sequence = 2, binnacle_head = b.hash, description = b.snapshot->>'description'
       from sessions_binnacle b where b.entry_id = e.id and b.sequence = 2 and e.id = ${ids[1]}`,
    );
    expect(found).toEqual([`head_mismatch ${ids[1]} 3`]);
  });

  it('names an entry that points at another head', async () => {
    const found = await foundAfter(`update time_entries set binnacle_head = sha256('x') where id = ${ids[1]}`);
    expect(found).toEqual([`head_mismatch ${ids[1]} 3`]);
  });

  it('names an entry inserted by hand', async () => {
    const found = await foundAfter(
      `insert into time_entries (id, user_id, source, started_at, binnacle_sequence, binnacle_head, created_at, modified_at)
       select 500, user_id, source, started_at, 0, '', created_at, modified_at from time_entries where id = ${ids[1]}`,
    );
    expect(found).toEqual(['row_missing 500', 'entry_unregistered 500']);
  });

  it('names an entry whose rows stayed behind', async () => {
    const found = await foundAfter(`delete from time_entries where id = ${ids[1]}`);
    expect(found).toEqual([`entry_missing ${ids[1]}`, `entry_removed ${ids[1]}`]);
  });

  it.each([0, 1, 2])('names an entry that vanished with its whole chain: number %i of its user', async (index) => {
    const id = ids[index]!;
    const found = await foundAfter(
      `delete from time_entries where id = ${id}`,
      `delete from sessions_binnacle where entry_id = ${id}`,
    );
    expect(found).toEqual([`entry_removed ${id}`]);
    expect(namesOf((await ledger.verify(id)).findings)).toEqual([`entry_removed ${id}`]);
  });

  it('names the only entry of a user when it vanished with its whole chain', async () => {
    const [only] = await ledger.create(await ledger.addUser());
    const found = await foundAfter(
      `delete from time_entries where id = ${only}`,
      `delete from sessions_binnacle where entry_id = ${only}`,
    );
    expect(found).toEqual([`entry_removed ${only}`]);
  });

  it('names a removed entry although its successor was renumbered', async () => {
    const found = await foundAfter(
      `delete from time_entries where id = ${ids[1]}`,
      `delete from sessions_binnacle where entry_id = ${ids[1]}`,
      `update time_entries set register_number = 2 where id = ${ids[2]}`,
      'update ledger_registers set entry_count = 2',
    );
    expect(found).toEqual([`entry_altered ${ids[2]} 3`, 'register_altered -', `entry_removed ${ids[1]}`]);
  });

  it('notices a register that was changed, turned back or removed', async () => {
    await expect(foundAfter('update ledger_registers set entry_count = 2')).resolves.toEqual([
      'register_altered -',
      'register_altered -',
    ]);
    await expect(foundAfter('truncate ledger_registers')).resolves.toEqual(['register_altered -']);
  });

  it('goes on writing over a register somebody changed, and never signs the change', async () => {
    const userId = await ledger.addUser();
    const [kept, removed] = (await ledger.create(userId, 2)) as [number, number];
    await ledger.tamper(
      `delete from time_entries where id = ${removed}`,
      `delete from sessions_binnacle where entry_id = ${removed}`,
      `update ledger_registers set entry_count = 1, last_entry_id = ${kept} where user_id = ${userId}`,
    );
    await ledger.create(userId);
    await ledger.create(userId);
    expect(namesOf((await ledger.verify()).findings)).toEqual(['register_altered -']);
    await ledger.tamper(`delete from ledger_registers where user_id = ${userId}`);
    await ledger.create(userId);
    expect(namesOf((await ledger.verify()).findings)).toEqual(['register_altered -']);
  });

  it('reports every truncated table', async () => {
    await expect(foundAfter('truncate sessions_binnacle')).resolves.toEqual(ids.map((id) => `row_missing ${id} 1`));
    const found = await foundAfter('truncate time_entries cascade');
    expect(found).toEqual(['entry_removed -', 'entry_removed -', `entry_removed ${ids[2]}`]);
  });

  it('says which rows it cannot verify when a key is missing', async () => {
    const other = `k2:${Buffer.alloc(32, 9).toString('base64')}`;
    const stranger = new TestLedger(dataSource, await createBinnacle(dataSource, other));
    const report = await stranger.verify(ids[0]);
    expect(namesOf(report.findings)).toEqual([1, 2, 3].map((sequence) => `unverifiable ${ids[0]} ${sequence}`));
  });

  it('verifies rows of an older key after a new one took over', async () => {
    const keys = [9, 7].map((fill, index) => `k${2 - index}:${Buffer.alloc(32, fill).toString('base64')}`);
    const rotated = new TestLedger(dataSource, await createBinnacle(dataSource, keys.join(',')));
    await rotated.change(ids[0], 'with the new key');
    await rotated.create(await ledger.addUser());
    expect((await rotated.verify()).findings).toEqual([]);
  });

  it('numbers the entries of a user without a hole, however many writers are at work', async () => {
    const users = [await ledger.addUser(), await ledger.addUser(), await ledger.addUser()];
    await Promise.all(
      Array.from({ length: 6 }, () =>
        ledger.transactions.run(async (tx) => {
          for (const userId of users) await ledger.createIn(tx, userId, 3);
        }),
      ),
    );
    const registers = await dataSource.query(
      'select entry_count from ledger_registers where user_id = any($1) order by user_id',
      [users],
    );
    expect(registers).toEqual([{ entry_count: 18 }, { entry_count: 18 }, { entry_count: 18 }]);
    expect((await ledger.verify()).findings).toEqual([]);
  });

  it('leaves no hole when a birth is rolled back', async () => {
    const userId = await ledger.addUser();
    const failing = ledger.transactions.run(async (tx) => {
      await ledger.createIn(tx, userId, 2);
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    await ledger.create(userId);
    expect((await ledger.verify()).findings).toEqual([]);
  });

  it('finds nothing wrong while others write', async () => {
    const userId = await ledger.addUser();
    const writing = (async () => {
      for (let i = 0; i < 30; i++) await ledger.change((await ledger.create(userId))[0]!, `change ${i}`);
    })();
    for (let i = 0; i < 10; i++) expect((await ledger.verify()).findings).toEqual([]);
    await writing;
  });

  it('verifies 10,000 entries within seconds', async () => {
    const userId = await ledger.addUser();
    for (let i = 0; i < 10; i++) await ledger.create(userId, 1000);
    const took = stopwatch();
    const report = await ledger.verify();
    expect(report).toMatchObject({ intact: true, counts: { entries: 10_003, rows: 10_009 } });
    expect(took()).toBeLessThan(5000);
  });
});

const copyOfRow = (entryId: number, from: number, to: number): string => `
  insert into sessions_binnacle (entry_id, sequence, action, actor_kind, actor_id, origin_kind, origin_id, snapshot, diff,
    recorded_at, key_id, previous_hash, hash)
  select entry_id, ${to}, action, actor_kind, actor_id, origin_kind, origin_id, snapshot, diff, recorded_at, key_id, hash,
    sha256('forged')
  from sessions_binnacle where entry_id = ${entryId} and sequence = ${from}`;
