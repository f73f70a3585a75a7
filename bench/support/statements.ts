import type { EntityManager } from 'typeorm';
import type { Pool, PoolClient } from 'pg';
import { Database, Tx, type PreparedStatement } from '../../src/database/database.js';

/**
 * The statement that a repository of the product sends, found out by asking it: what the references run cannot come to
 * differ from what the application runs.
 */
export async function statementOf(send: (database: Database, tx: Tx) => unknown): Promise<PreparedStatement> {
  const sent: PreparedStatement[] = [];
  const listener = {
    query: async ({ name, text }: PreparedStatement) => {
      // `begin` and `commit` have none
      if (name !== undefined) sent.push({ name, text });
      return { rows: [], rowCount: 0, command: 'COMMIT' };
    },
  };
  // The pool, and a client of it.
  const pool = { ...listener, connect: async () => ({ ...listener, on: () => {}, off: () => {}, release: () => {} }) };
  const tx = new Tx(listener as unknown as PoolClient, undefined as unknown as EntityManager);
  await send(new Database(pool as unknown as Pool), tx);
  await tx.commit();
  if (sent.length !== 1) throw new Error(`expected one statement, not ${sent.length}`);
  return sent[0]!;
}

/** The statement for pgbench, each `$n` replaced by the n-th expression. */
export const withExpressions = ({ text }: PreparedStatement, expressions: readonly string[]): string =>
  text
    .replace(/--.*$/gm, '')
    .replace(/\s+/g, ' ')
    .replace(/\$(\d+)/g, (_match, number: string) => {
      const expression = expressions[Number(number) - 1];
      if (expression === undefined) throw new Error(`no expression for $${number} of ${text}`);
      return expression;
    });
