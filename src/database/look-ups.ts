import type { Writable } from 'node:stream';
import type { Pool, PoolClient, QueryConfig, QueryResult, QueryResultRow } from 'pg';

/** After so many the connection goes back to the pool, which may have a reason to close it. */
const USES_PER_CONNECTION = 10_000;

interface Lane {
  client: Promise<PoolClient>;
  uses: number;
  underWay: number;
  isBroken: boolean;
}

/**
 * Statements that read a row by a unique index share one connection: whatever requests ask in the same turn of the event
 * loop leaves in one packet, and the answers come back together. Each is still a transaction of its own. For nothing that
 * takes long or waits for a lock: those behind it would wait too.
 */
export class LookUps {
  private lane: Lane | undefined;

  constructor(private readonly pool: Pool) {}

  async query<Row extends QueryResultRow>(statement: QueryConfig): Promise<QueryResult<Row>> {
    const lane = this.enter();
    try {
      const client = await lane.client;
      corkUntilTheTurnEnds(client);
      return await client.query<Row>(statement);
    } catch (error) {
      lane.isBroken = true;
      this.close(lane);
      throw error;
    } finally {
      await this.leave(lane);
    }
  }

  private enter(): Lane {
    const lane = (this.lane ??= { client: this.connect(), uses: 0, underWay: 0, isBroken: false });
    lane.underWay += 1;
    lane.uses += 1;
    if (lane.uses === USES_PER_CONNECTION) this.close(lane);
    return lane;
  }

  private async leave(lane: Lane): Promise<void> {
    lane.underWay -= 1;
    if (lane.underWay > 0) return;
    this.close(lane);
    const client = await lane.client.catch(() => undefined);
    client?.off('error', ignore);
    client?.release(lane.isBroken);
  }

  /** Lets nobody in any more. */
  private close(lane: Lane): void {
    if (this.lane === lane) this.lane = undefined;
  }

  private async connect(): Promise<PoolClient> {
    const client = await this.pool.connect();
    // A lost connection is told by the statements under way.
    client.on('error', ignore);
    return client;
  }
}

const ignore = () => {};

function corkUntilTheTurnEnds(client: PoolClient): void {
  const socket = socketOf(client);
  if (socket === undefined || socket.writableCorked > 0) return;
  socket.cork();
  setImmediate(() => socket.uncork());
}

/** The driver's socket: corked, several statements leave in one packet. Not documented, so it may be missing one day. */
export const socketOf = (client: PoolClient): Writable | undefined =>
  (client as unknown as { connection?: { stream?: Writable } }).connection?.stream;
