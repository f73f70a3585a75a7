import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { DataSource } from 'typeorm';
import { createBinnacle, namesOf, TestLedger } from '../support/binnacle-ledger.js';
import { cloneDatabase, connectTo, type TestDatabase } from '../support/postgres.js';

const NOW = new Date('2026-03-02T00:05:00.001Z');

describe('binnacle checkpoints', () => {
  let database: TestDatabase;
  let dataSource: DataSource;
  let ledger: TestLedger;
  let userId: number;
  let ids: [number, number];

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
    userId = await ledger.addUser();
    ids = (await ledger.create(userId, 2)) as typeof ids;
    await ledger.change(ids[0], 'first');
    await ledger.binnacle.makeCheckpoint('2026-03-01', NOW);
    await ledger.change(ids[0], 'second');
    await ledger.create(userId);
    await ledger.binnacle.makeCheckpoint('2026-03-02', NOW);
    await ledger.binnacle.makeCheckpoint('2026-03-03', NOW);
  });

  afterAll(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  async function foundAfter(...statements: string[]): Promise<string[]> {
    await ledger.tamper(...statements);
    return namesOf((await ledger.verify()).findings);
  }

  it('records only the chains that moved since the one before', async () => {
    const heads = await dataSource.query(
      'select checkpoint_id, entry_id, sequence from binnacle_checkpoint_heads order by 1, 2',
    );
    expect(heads).toEqual([
      { checkpoint_id: 1, entry_id: ids[0], sequence: 2 },
      { checkpoint_id: 1, entry_id: ids[1], sequence: 1 },
      { checkpoint_id: 2, entry_id: ids[0], sequence: 3 },
      { checkpoint_id: 2, entry_id: ids[1] + 1, sequence: 1 },
    ]);
    await expect(ledger.verify()).resolves.toMatchObject({ intact: true, counts: { entries: 3, checkpoints: 3 } });
  });

  it('makes one a day, also when two replicas try at once', async () => {
    await ledger.change(ids[1], 'moved');
    const lines = await Promise.all([1, 2, 3].map(() => ledger.binnacle.makeCheckpoint('2026-03-04', NOW)));
    expect(lines.filter((line) => line.isNew)).toHaveLength(1);
    expect(new Set(lines.map((line) => line.mac)).size).toBe(1);
    expect(lines[0]).toMatchObject({ day: '2026-03-04', entryCount: 3, rowCount: 6, keyId: 'k1' });
    expect((await ledger.verify()).findings).toEqual([]);
  });

  it('sees one state of the ledger while others write', async () => {
    const stop = new AbortController();
    const writing = (async () => {
      while (!stop.signal.aborted) await ledger.change((await ledger.create(userId))[0]!, 'changed');
    })();
    for (let day = 10; day < 20; day++) await ledger.binnacle.makeCheckpoint(`2026-03-${day}`, NOW);
    stop.abort();
    await writing;
    expect((await ledger.verify()).findings).toEqual([]);
  });

  it('finds an entry turned back together with its rows', async () => {
    const found = await foundAfter(
      `delete from sessions_binnacle where entry_id = ${ids[0]} and sequence = 3`,
      `update time_entries e set binnacle_sequence = 2, binnacle_head = b.hash, description = b.snapshot->>'description'
       from sessions_binnacle b where b.entry_id = e.id and b.sequence = 2 and e.id = ${ids[0]}`,
    );
    expect(found).toEqual([`checkpoint_mismatch ${ids[0]} 3`]);
    expect(namesOf((await ledger.verify(ids[0])).findings)).toEqual(found);
  });

  it('names every entry of a user whose entries, chains and register all vanished', async () => {
    const found = await foundAfter('truncate time_entries cascade', 'truncate sessions_binnacle, ledger_registers');
    expect(new Set(found)).toEqual(
      new Set([
        `checkpoint_mismatch ${ids[0]} 2`,
        `checkpoint_mismatch ${ids[1]} 1`,
        `checkpoint_mismatch ${ids[0]} 3`,
        `checkpoint_mismatch ${ids[1] + 1} 1`,
      ]),
    );
  });

  it.each([
    ['entry_count', 'entry_count + 1'],
    ['row_count', 'row_count - 1'],
    ['day', `day - 10`],
    ['made_at', `made_at + interval '1 millisecond'`],
    ['made_at', `'infinity'`],
    ['mac', `sha256('x')`],
    ['heads_hash', `sha256('x')`],
    ['previous_mac', `sha256('x')`],
  ])('notices a checkpoint whose %s was set to %s', async (column, value) => {
    const found = await foundAfter(`update binnacle_checkpoints set ${column} = ${value} where id = 2`);
    expect(new Set(found)).toEqual(new Set(['checkpoint_altered -']));
  });

  it('notices a recorded head that was altered, removed or added', async () => {
    await expect(
      foundAfter(
        `update binnacle_checkpoint_heads set head = sha256('x') where checkpoint_id = 1 and entry_id = ${ids[1]}`,
      ),
    ).resolves.toEqual([`checkpoint_mismatch ${ids[1]} 1`, 'checkpoint_altered -']);
    await expect(
      foundAfter(`delete from binnacle_checkpoint_heads where checkpoint_id = 1 and entry_id = ${ids[1]}`),
    ).resolves.toEqual(['checkpoint_altered -']);
  });

  it.each([1, 2])('notices that checkpoint %i is missing', async (id) => {
    const statements = ['binnacle_checkpoint_heads where checkpoint_id', 'binnacle_checkpoints where id'];
    const found = await foundAfter(...statements.map((from) => `delete from ${from} = ${id}`));
    expect(found).toEqual(['checkpoint_altered -']);
  });

  it('notices a newest checkpoint whose heads stayed behind', async () => {
    await ledger.change(ids[1], 'again');
    await ledger.binnacle.makeCheckpoint('2026-03-04', NOW);
    await expect(foundAfter('delete from binnacle_checkpoints where id = 4')).resolves.toEqual([
      'checkpoint_altered -',
    ]);
  });

  it('says when a checkpoint was signed with a key that is missing', async () => {
    const other = `k2:${Buffer.alloc(32, 9).toString('base64')}`;
    const stranger = new TestLedger(dataSource, await createBinnacle(dataSource, other));
    const { findings } = await stranger.verify();
    expect(new Set(findings.map((finding) => finding.kind))).toEqual(new Set(['unverifiable']));
    expect(findings).toHaveLength(5 + 1 + 3);
  });
});
