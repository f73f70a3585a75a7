import type { Pool, PoolClient } from 'pg';
import type { BareInput, LogRow } from './bare-contract.js';

const UNSEALED = Buffer.alloc(32);

/**
 * The rows of a new log in one transaction, with the application's own statements in the application's order. Nothing is
 * validated, decided, sealed or signed: hashes are zeros.
 * @returns the row, as a later GET would read it
 */
export async function writeLog(
  pool: Pool,
  input: BareInput,
  userId: number,
  log: Record<string, unknown>,
): Promise<LogRow> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    const row = await insert(client, input, userId, log);
    await client.query('commit');
    return row;
  } finally {
    client.release();
  }
}

async function insert(
  client: PoolClient,
  { statements, template }: BareInput,
  userId: number,
  log: Record<string, unknown>,
) {
  const [{ id }] = (await client.query({ ...statements.nextIds, values: [1] })).rows;
  const [register] = (await client.query({ ...statements.lockRegisters, values: [[userId]] })).rows;
  const number = register.entry_count + 1;
  await client.query({
    ...statements.writeRegisters,
    values: [[userId], [number], [id], [register.key_id], [register.mac]],
  });
  const now = new Date();
  const startedAt = new Date(Number(log.start) * 1000);
  const endedAt = new Date(Number(log.end) * 1000);
  const row = {
    ...template.row,
    id,
    user_id: userId,
    description: log.task,
    notes: log.notes,
    tags: log.tags,
    category: log.category,
    started_at: startedAt,
    ended_at: endedAt,
    register_number: number,
    register_user_id: userId,
    register_previous_id: register.last_entry_id === 0 ? null : register.last_entry_id,
    created_at: now,
    modified_at: now,
  };
  await client.query({ ...statements.writeEntries, values: [JSON.stringify([row])] });
  const snapshot = JSON.stringify({ ...template.snapshot, id, userId, registerNumber: number });
  const diff = JSON.stringify(template.diff);
  await client.query({
    ...statements.insertBinnacle,
    values: [
      [id],
      [1],
      ['created'],
      ['user'],
      [String(userId)],
      [null],
      ['request'],
      ['bare'],
      [snapshot],
      [diff],
      [now],
      ['none'],
      [UNSEALED],
      [UNSEALED],
    ],
  });
  return row as unknown as LogRow;
}
