import type { Writable } from 'node:stream';
import type { ClientBase, Pool, PoolClient, QueryConfig, QueryResult, QueryResultRow } from 'pg';

interface Lane {
  client: Promise<PoolClient>;
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
      this.leave(lane);
    }
  }

  private enter(): Lane {
    const lane = (this.lane ??= { client: this.connect(), underWay: 0, isBroken: false });
    lane.underWay += 1;
    return lane;
  }

  private leave(lane: Lane): void {
    lane.underWay -= 1;
    if (lane.underWay > 0) return;
    this.close(lane);
    lane.client.then((client) => {
      client.off('error', ignore);
      client.release(lane.isBroken);
    }, ignore);
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
export const socketOf = (client: ClientBase): Writable | undefined =>
  (client as unknown as { connection?: { stream?: Writable } }).connection?.stream;
