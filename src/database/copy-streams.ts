import { once } from 'node:events';
import type { ClientBase, Connection, Submittable } from 'pg';

/** Rows come one message each; they travel on in blocks. */
const BLOCK_BYTES = 256 * 1024;
const MAX_BLOCKS_WAITING = 16;

/** What the driver's connection can do during COPY; its types leave it out. */
interface CopyConnection extends Connection {
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
  sendCopyFail(message: string): void;
}

/**
 * Rows in COPY's text format, in blocks that end anywhere.
 * @param source what stands between COPY and TO
 * @param client one of its own, without pipelining, on which nothing else runs meanwhile
 */
export function copyOut(client: ClientBase, source: string): AsyncGenerator<Buffer> {
  return client.query(new CopyOut(`copy ${source} to stdout`)).blocks();
}

/**
 * Writes rows in COPY's text format.
 * @param target what stands between COPY and FROM
 * @returns how many rows were written
 * @throws what reading `blocks` threw, or the server's error
 */
export function copyIn(client: ClientBase, target: string, blocks: AsyncIterable<Buffer>): Promise<number> {
  return client.query(new CopyIn(`copy ${target} from stdin`, blocks)).written;
}

class CopyOut implements Submittable {
  private readonly waiting: { bytes: Buffer; rows: number }[] = [];
  private rows: Buffer[] = [];
  private rowBytes = 0;
  private rowsSent = 0;
  private hasEnded = false;
  private failure: Error | undefined;
  private connection: Connection | undefined;
  private signal = Promise.withResolvers<void>();

  constructor(private readonly text: string) {}

  async *blocks(): AsyncGenerator<Buffer> {
    let rows = 0;
    for (;;) {
      const block = this.waiting.shift();
      if (block !== undefined) {
        rows += block.rows;
        yield block.bytes;
        continue;
      }
      if (this.failure !== undefined) throw this.failure;
      if (this.hasEnded) break;
      this.connection?.stream.resume();
      await this.signal.promise;
      this.signal = Promise.withResolvers<void>();
    }
    if (rows !== this.rowsSent) throw new Error(`${this.text}: ${this.rowsSent} rows were sent, and ${rows} arrived`);
  }

  submit(connection: Connection): void {
    this.connection = connection;
    connection.query(this.text);
  }

  handleCopyData({ chunk }: { chunk: Buffer }): void {
    // The driver reads into the same memory again.
    this.rows.push(Buffer.from(chunk));
    this.rowBytes += chunk.length;
    if (this.rowBytes >= BLOCK_BYTES) this.passOn();
    if (this.waiting.length >= MAX_BLOCKS_WAITING) this.connection?.stream.pause();
  }

  handleCommandComplete({ text }: { text: string }): void {
    this.rowsSent = countIn(text);
    if (this.rowBytes > 0) this.passOn();
  }

  handleReadyForQuery(): void {
    this.hasEnded = true;
    this.signal.resolve();
  }

  handleError(error: Error): void {
    this.failure = error;
    this.signal.resolve();
  }

  private passOn(): void {
    this.waiting.push({ bytes: Buffer.concat(this.rows, this.rowBytes), rows: this.rows.length });
    this.rows = [];
    this.rowBytes = 0;
    this.signal.resolve();
  }
}

class CopyIn implements Submittable {
  private readonly outcome = Promise.withResolvers<number>();
  private readonly refusal = Promise.withResolvers<void>();
  private isRefused = false;
  private rows = 0;
  private failure: unknown;

  constructor(
    private readonly text: string,
    private readonly source: AsyncIterable<Buffer>,
  ) {}

  get written(): Promise<number> {
    return this.outcome.promise;
  }

  submit(connection: Connection): void {
    connection.query(this.text);
  }

  handleCopyInResponse(connection: CopyConnection): void {
    void this.send(connection);
  }

  handleCommandComplete({ text }: { text: string }): void {
    this.rows = countIn(text);
  }

  handleReadyForQuery(): void {
    this.outcome.resolve(this.rows);
  }

  handleError(error: Error): void {
    this.isRefused = true;
    this.refusal.resolve();
    this.outcome.reject(this.failure ?? error);
  }

  /** Never throws: what went wrong is the outcome. */
  private async send(connection: CopyConnection): Promise<void> {
    try {
      for await (const block of this.source) {
        if (this.isRefused) return;
        connection.sendCopyFromChunk(block);
        const { stream } = connection;
        if (stream.writableNeedDrain) await Promise.race([once(stream, 'drain'), this.refusal.promise]);
      }
      if (!this.isRefused) connection.endCopyFrom();
    } catch (error) {
      this.failure = error;
      connection.sendCopyFail('what was to be copied cannot be read');
    }
  }
}

/** Of a tag such as `COPY 12`. */
const countIn = (tag: string): number => Number(tag.split(' ').at(-1));
