import { Pool } from 'pg';
import { DURABLE } from '../database/data-source.js';
import { Database, prepared } from '../database/database.js';
import type { Receipt } from './delivery.js';

/** As many batches as may be under way. */
export const INBOX_CONNECTIONS = 2;
/** Somebody waits for an answer: better "later" soon than an answer after they have given up. */
const CONNECT_MILLISECONDS = 2000;
const WRITE_MILLISECONDS = 4000;
const DEADLOCK = '40P01';
const TRIES = 3;

/**
 * The bytes of all rows travel as one value and are cut up by the server: an array of bytes would have to be spelled out as
 * text. Whoever is first under a key decides what it says; only copies that say the same are counted.
 */
const STORE = prepared(
  'inbox.store',
  `insert into deliveries (provider, event, workspace_id, external_id, dedup_key, content_hash, raw, headers, state,
     delivery_count, noted_count, error, is_late)
   select r.provider, r.event, r.workspace_id, r.external_id,
     substr($6::bytea, (r.place * 32 - 31)::int, 32),
     case when r.has_content then substr($7::bytea, (r.place * 32 - 31)::int, 32) end,
     substr($8::bytea, r.raw_from, r.raw_length), r.headers::jsonb, r.state, r.copies, r.noted, r.error, r.is_late
   from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bool[], $9::int[], $10::int[], $11::text[], $12::text[],
     $13::int[], $14::int[], $15::text[], $16::bool[]) with ordinality
     as r (provider, event, workspace_id, external_id, has_content, raw_from, raw_length, headers, state, copies, noted,
       error, is_late, place)
   order by r.place
   on conflict (provider, dedup_key) do update set
     delivery_count = deliveries.delivery_count +
       case when deliveries.content_hash = excluded.content_hash then excluded.delivery_count else 0 end,
     last_received_at = now()
   returning id, provider, dedup_key, content_hash, (xmax = 0) as is_new`,
);

/** A receipt, and how many copies of it came at once. */
export interface Copies {
  receipt: Receipt;
  count: number;
  /** `conflict`: it contradicts what is kept under its first key. */
  as: Receipt['state'] | 'conflict';
  key: Buffer;
}

export interface StoredRow {
  id: number;
  provider: string;
  dedup_key: Buffer;
  content_hash: Buffer | null;
  is_new: boolean;
}

export function inboxPool(databaseUrl: string): Pool {
  const pool = new Pool({
    connectionString: databaseUrl,
    options: DURABLE,
    max: INBOX_CONNECTIONS,
    application_name: 'timesheet-inbox',
    connectionTimeoutMillis: CONNECT_MILLISECONDS,
    statement_timeout: WRITE_MILLISECONDS,
    // For a server that has fallen silent: nobody there would keep the limit above.
    query_timeout: WRITE_MILLISECONDS + 500,
    keepAlive: true,
  });
  // A lost idle connection is replaced at the next use.
  pool.on('error', () => undefined);
  return pool;
}

/** Writes to the inbox over connections of its own: whatever else the application does, a delivery finds one. */
export class InboxRepository {
  constructor(private readonly database: Database) {}

  static over(databaseUrl: string): InboxRepository {
    return new InboxRepository(new Database(inboxPool(databaseUrl)));
  }

  /** Writes rows with different keys; answers by `keyText`. */
  async store(rows: readonly Copies[]): Promise<Map<string, StoredRow>> {
    const values = valuesOf(rows.toSorted((a, b) => Buffer.compare(a.key, b.key)));
    const stored = await this.storeAgain(values, TRIES);
    return new Map(stored.map((row) => [keyText(row.provider, row.dedup_key), row]));
  }

  /** Two replicas that count copies of the same rows wait for each other in order of the keys; a worker knows no keys. */
  private async storeAgain(values: unknown[], tries: number): Promise<StoredRow[]> {
    try {
      return await this.database.query<StoredRow>(STORE, values);
    } catch (error) {
      if (tries <= 1 || (error as { code?: string }).code !== DEADLOCK) throw error;
      return this.storeAgain(values, tries - 1);
    }
  }

  async close(): Promise<void> {
    await this.database.pool.end();
  }
}

export const keyText = (provider: string, key: Buffer): string => `${provider}/${key.toString('latin1')}`;

const NO_HASH = Buffer.alloc(32);

function valuesOf(rows: readonly Copies[]): unknown[] {
  const receipts = rows.map(({ receipt }) => receipt);
  let next = 1;
  const starts = receipts.map(({ raw }) => (next += raw.length) - raw.length);
  return [
    receipts.map(({ provider }) => provider),
    receipts.map(({ event }) => event),
    receipts.map(({ workspaceId }) => workspaceId),
    receipts.map(({ externalId }) => externalId),
    receipts.map(({ contentHash }) => contentHash !== null),
    Buffer.concat(rows.map(({ key }) => key)),
    Buffer.concat(receipts.map(({ contentHash }) => contentHash ?? NO_HASH)),
    Buffer.concat(receipts.map(({ raw }) => raw)),
    starts,
    receipts.map(({ raw }) => raw.length),
    receipts.map(({ headers }) => JSON.stringify(headers)),
    rows.map(({ as }) => as),
    rows.map(({ count }) => count),
    // What contradicts or cannot be is worth a word each time; of the rest only the repetitions are.
    rows.map(({ as }) => (as === 'conflict' || as === 'rejected' ? 0 : 1)),
    receipts.map(({ error }) => error),
    receipts.map(({ isLate }) => isLate),
  ];
}
