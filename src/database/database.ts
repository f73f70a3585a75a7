import type { EntityManager } from 'typeorm';
import type { Pool, PoolClient, QueryResultRow } from 'pg';

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

  private send<Row extends QueryResultRow>(statement: string | PreparedStatement, values: unknown[]) {
    const config = typeof statement === 'string' ? { text: statement } : statement;
    return this.connection().query<Row>({ ...config, values });
  }
}

/** The connection pool. Every statement is its own transaction. */
export class Database extends Runner {
  constructor(readonly pool: Pool) {
    super();
  }

  protected connection(): Pool {
    return this.pool;
  }
}

/** One open transaction. */
export class Tx extends Runner {
  readonly afterCommitCallbacks: (() => void)[] = [];

  constructor(
    private readonly client: PoolClient,
    readonly manager: EntityManager,
  ) {
    super();
  }

  /** Runs once the commit is on disk; never when the transaction is rolled back. Must not throw. */
  afterCommit(callback: () => void): void {
    this.afterCommitCallbacks.push(callback);
  }

  protected connection(): PoolClient {
    return this.client;
  }
}
