import { Injectable } from '@nestjs/common';
import { claimDue, type Claim } from '../database/claims.js';
import { Database, prepared, type Queryable, type Tx } from '../database/database.js';
import type { ImportKind } from './file-reader.js';
import type { Import, ImportOptions, Tally } from './import.js';

const RETURNED = `id, user_id as "userId", kind, options, file_name as "fileName", state, percent, position,
  new_count as "newCount", duplicate_count as "duplicateCount", rejected_count as "rejectedCount", rejected, attempts,
  last_error as error`;

const CREATE = prepared(
  'imports.create',
  `insert into imports (user_id, kind, options, home, file_name, next_at)
   values ($1, $2, $3, $4, $5, date_trunc('milliseconds', now())) returning ${RETURNED}`,
);

const FIND = prepared('imports.find', `select ${RETURNED} from imports where id = $1 and user_id = $2`);

const COUNT_OPEN = prepared(
  'imports.count_open',
  `select count(*)::int as count from imports where user_id = $1 and state in ('queued', 'running')`,
);

/** Counted when it begins: a try that takes the process with it is one too. */
const BEGIN = prepared(
  'imports.begin',
  `update imports set attempts = attempts + 1 where id = $1 and lease_token = $2 returning ${RETURNED}`,
);

const RENEW = prepared(
  'imports.renew',
  'update imports set lease_until = now() + make_interval(secs => $3) where id = $1 and lease_token = $2',
);

const PROGRESS = prepared(
  'imports.progress',
  `update imports set percent = $3, position = $4, new_count = $5, duplicate_count = $6, rejected_count = $7, rejected = $8,
     modified_at = now()
   where id = $1 and lease_token = $2`,
);

const SETTLE = prepared(
  'imports.settle',
  `update imports set state = $3, last_error = $4, lease_token = null, lease_until = null,
     percent = case when $3 = 'done' then 100 else percent end,
     next_at = now() + make_interval(secs => $5), modified_at = now(),
     finished_at = case when $3 = 'queued' then null else date_trunc('milliseconds', now()) end
   where id = $1 and lease_token = $2`,
);

const OPEN_FILES = prepared(
  'imports.open_files',
  `select id, file_name as "fileName" from imports where home = $1 and state in ('queued', 'running')`,
);

const LOSE = prepared(
  'imports.lose',
  `update imports set state = 'failed', last_error = $2, lease_token = null, lease_until = null,
     finished_at = date_trunc('milliseconds', now()), modified_at = now()
   where id = any($1) and state in ('queued', 'running') and (lease_until is null or lease_until < now())`,
);

/** Batches of one person follow each other, so that two imports of one file see what the other has written. */
const TAKE_TURN = prepared('imports.take_turn', `select pg_advisory_xact_lock(hashtext('imports'), $1::int)`);

type Row = Import & Record<string, unknown>;

@Injectable()
export class ImportsRepository {
  constructor(private readonly database: Database) {}

  async create(
    userId: number,
    file: { kind: ImportKind; options: ImportOptions; home: string; fileName: string },
  ): Promise<Import> {
    const values = [userId, file.kind, JSON.stringify(file.options), file.home, file.fileName];
    return (await this.database.query<Row>(CREATE, values))[0]!;
  }

  async findOwned(userId: number, id: number): Promise<Import | null> {
    return (await this.database.query<Row>(FIND, [id, userId]))[0] ?? null;
  }

  async countOpen(userId: number): Promise<number> {
    return (await this.database.query<{ count: number }>(COUNT_OPEN, [userId]))[0]!.count;
  }

  /** One whose file lies in the data directory `home`. */
  async claim(home: string, leaseSeconds: number): Promise<Claim | null> {
    const claimable = {
      table: 'imports',
      waiting: ['queued'],
      busy: 'running',
      condition: 't.home = $5',
      leaseSeconds,
    } as const;
    return (await claimDue(this.database, claimable, 1, [home]))[0] ?? null;
  }

  /** @returns `null` when another worker has taken it over */
  async begin({ id, leaseToken }: Claim): Promise<Import | null> {
    return (await this.database.query<Row>(BEGIN, [id, leaseToken]))[0] ?? null;
  }

  async renew({ id, leaseToken }: Claim, leaseSeconds: number): Promise<boolean> {
    return (await this.database.execute(RENEW, [id, leaseToken, leaseSeconds])) === 1;
  }

  /** @returns false when another worker has taken it over: nothing is written then */
  async saveProgress(
    { id, leaseToken }: Claim,
    tally: Tally,
    percent: number,
    queryable: Queryable = this.database,
  ): Promise<boolean> {
    const { position, newCount, duplicateCount, rejectedCount, rejected } = tally;
    const counts = [percent, position, newCount, duplicateCount, rejectedCount, JSON.stringify(rejected)];
    return (await queryable.execute(PROGRESS, [id, leaseToken, ...counts])) === 1;
  }

  async settle(
    { id, leaseToken }: Claim,
    end: { state: 'queued' | 'done' | 'failed'; error: string | null; delaySeconds: number },
  ): Promise<boolean> {
    return (await this.database.execute(SETTLE, [id, leaseToken, end.state, end.error, end.delaySeconds])) === 1;
  }

  findOpenFiles(home: string): Promise<{ id: number; fileName: string }[]> {
    return this.database.query(OPEN_FILES, [home]);
  }

  async lose(ids: readonly number[], reason: string): Promise<void> {
    await this.database.execute(LOSE, [ids, reason]);
  }

  async takeTurn(userId: number, tx: Tx): Promise<void> {
    await tx.query(TAKE_TURN, [userId % 2_147_483_647]);
  }
}
