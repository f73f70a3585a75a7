import { Injectable } from '@nestjs/common';
import { Client, TypeOverrides, types, type QueryResultRow } from 'pg';
import { SilenceWatch } from './silence-watch.js';

const STATEMENT_MILLISECONDS = 60_000;

/** Ids and counts as numbers, like everywhere else: all of ours lie below 2^53. */
const TYPES = new TypeOverrides();
TYPES.setTypeParser(types.builtins.INT8, Number);

/**
 * Reads large answers piece by piece, as of one moment, through a connection of its own: a cursor would hold one of the
 * pool's for as long as somebody reads slowly.
 */
@Injectable()
export class RowStream {
  private readonly watch: SilenceWatch;

  /** @param url where to read: a read replica where there is one */
  constructor(private readonly url: string) {
    this.watch = new SilenceWatch(url);
  }

  /**
   * The rows in batches. Ending the loop early closes the connection.
   * @param batch rows at a time
   */
  async *read<Row extends QueryResultRow>(
    text: string,
    values: readonly unknown[],
    batch = 100,
  ): AsyncGenerator<Row[]> {
    const client = new Client({
      connectionString: this.url,
      application_name: 'timesheet-reports',
      connectionTimeoutMillis: 5000,
      statement_timeout: STATEMENT_MILLISECONDS,
      query_timeout: STATEMENT_MILLISECONDS + 2000,
      idle_in_transaction_session_timeout: 600_000,
      keepAlive: true,
      types: TYPES,
    });
    // A connection that breaks between two statements would otherwise be an uncaught exception; the next statement tells it.
    client.on('error', () => {});
    await client.connect();
    this.watch.watch(client);
    try {
      await client.query('begin isolation level repeatable read read only');
      await client.query(`declare rows no scroll cursor for ${text}`, [...values]);
      for (;;) {
        const { rows } = await client.query<Row>(`fetch ${batch} from rows`);
        if (rows.length > 0) yield rows;
        if (rows.length < batch) break;
      }
      await client.query('commit');
    } finally {
      this.watch.forget(client);
      await client.end().catch(() => undefined);
    }
  }
}
