import type { EntityManager } from 'typeorm';
import type { Pool, PoolClient, QueryResultRow } from 'pg';
import { LookUps, socketOf } from './look-ups.js';

/** A statement the server plans once per connection. The name must be unique in the product. */
export interface PreparedStatement {
  name: string;
  text: string;
}

export const prepared = (name: string, text: string): PreparedStatement => ({ name, text });

/** Runs SQL: either the pool, or the one connection of a transaction. */
export interface Queryable {
  query<Row extends QueryResultRow>(statement: string | PreparedStatement, values?: unknown[]): Promise<Row[]>;
  /** Runs a statement for its effect; returns the number of rows it touched. */
  execute(statement: string | PreparedStatement, values?: unknown[]): Promise<number>;
}

abstract class Runner implements Queryable {
  protected abstract connection(): Pool | PoolClient;

  async query<Row extends QueryResultRow>(
    statement: string | PreparedStatement,
    values: unknown[] = [],
  ): Promise<Row[]> {
    return (await this.send<Row>(statement, values)).rows;
  }

  async execute(statement: string | PreparedStatement, values: unknown[] = []): Promise<number> {
    return (await this.send(statement, values)).rowCount ?? 0;
  }

  protected send<Row extends QueryResultRow>(statement: string | PreparedStatement, values: unknown[]) {
    const config = typeof statement === 'string' ? { text: statement } : statement;
    return this.connection().query<Row>({ ...config, values });
  }
}

/** The connection pool. Every statement is its own transaction. */
export class Database extends Runner {
  private readonly lookUps: LookUps;

  constructor(readonly pool: Pool) {
    super();
    this.lookUps = new LookUps(pool);
  }

  /** Reads a row by a unique index, together with what other requests look up at this moment (see `LookUps`). */
  async lookUp<Row extends QueryResultRow>(statement: PreparedStatement, values: unknown[]): Promise<Row | undefined> {
    return (await this.lookUps.query<Row>({ ...statement, values })).rows[0];
  }

  protected connection(): Pool {
    return this.pool;
  }
}

interface HeldStatement {
  statement: string | PreparedStatement;
  values: unknown[];
}

/** One open transaction. It begins with the first statement that is sent. */
export class Tx extends Runner {
  readonly afterCommitCallbacks: (() => void)[] = [];
  private held: HeldStatement[] = [{ statement: 'begin', values: [] }];
  private readonly outcomes: Promise<unknown>[] = [];
  private hasBegun = false;

  constructor(
    private readonly client: PoolClient,
    private readonly entityManager: EntityManager,
  ) {
    super();
  }

  /** TypeORM on this transaction. Ask for it at each use: what is held goes out before. */
  get manager(): EntityManager {
    this.sendHeld();
    return this.entityManager;
  }

  /**
   * Runs a statement nobody needs the result of. It travels with the next one that somebody waits for, the commit at the
   * latest: one way to the server for all of them, and its locks are held for that much less. When it fails, so does the
   * transaction.
   */
  later(statement: string | PreparedStatement, values: unknown[] = []): void {
    this.held.push({ statement, values });
  }

  /** Runs once the commit is on disk; never when the transaction is rolled back. Must not throw. */
  afterCommit(callback: () => void): void {
    this.afterCommitCallbacks.push(callback);
  }

  /** @throws what the first statement that failed threw; the server has then rolled back */
  async commit(): Promise<void> {
    const committed = this.send('commit', []);
    // The held ones too: had `begin` failed alone, the server would still answer COMMIT.
    await Promise.all([...this.outcomes, committed]);
    // The server answers COMMIT with ROLLBACK after an error that somebody has swallowed.
    if ((await committed).command !== 'COMMIT') throw new Error('the transaction was rolled back by the server');
  }

  /** @returns why the transaction failed: a held statement's error, of which `error` may only be the consequence */
  async rollback(error: unknown): Promise<unknown> {
    this.held = [];
    if (this.hasBegun) await this.client.query('rollback').catch(() => undefined);
    const outcomes = await Promise.allSettled(this.outcomes);
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    return failed === undefined ? error : failed.reason;
  }

  protected connection(): PoolClient {
    return this.client;
  }

  protected override send<Row extends QueryResultRow>(statement: string | PreparedStatement, values: unknown[]) {
    if (this.held.length === 0) return super.send<Row>(statement, values);
    const socket = socketOf(this.client);
    socket?.cork();
    try {
      this.sendHeld();
      return super.send<Row>(statement, values);
    } finally {
      socket?.uncork();
    }
  }

  private sendHeld(): void {
    for (const { statement, values } of this.held.splice(0)) {
      this.hasBegun = true;
      const outcome = super.send(statement, values);
      outcome.catch(() => undefined); // told by `commit` or `rollback`
      this.outcomes.push(outcome);
    }
  }
}
