import { createHash } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { sha256 } from '../common/hashing.js';
import type { KeyRing } from '../config/key-ring.js';
import { TABLE_END, type ArchiveHeader, type TableSum } from './archive.js';
import { sealOf } from './archive-seal.js';

/** Rows are short and alike: more effort would cost much time for little. */
const COMPRESSION_LEVEL = 4;

/** Writes an archive that only its owner can read. It has its name once it is whole and on disk. */
export class ArchiveWriter {
  private readonly gzip = createGzip({ level: COMPRESSION_LEVEL });
  private readonly half: string;
  private readonly written: Promise<void>;
  private readonly headerLine: string;
  private readonly sums: TableSum[] = [];

  constructor(
    private readonly file: string,
    private readonly header: ArchiveHeader,
  ) {
    this.half = `${file}.${process.pid}.new`;
    this.headerLine = `${JSON.stringify(header)}\n`;
    this.written = pipeline(this.gzip, fs.createWriteStream(this.half, { mode: 0o600, flags: 'wx' }));
    // Told by whatever waits for it.
    this.written.catch(() => undefined);
  }

  begin(): Promise<void> {
    return this.write(Buffer.from(this.headerLine));
  }

  /** @returns how many rows it has */
  async table(name: string, blocks: AsyncIterable<Buffer>): Promise<number> {
    const hash = createHash('sha256');
    const sum = { name, rows: 0, bytes: 0 };
    for await (const block of blocks) {
      hash.update(block);
      sum.bytes += block.length;
      sum.rows += countLines(block);
      await this.write(block);
    }
    await this.write(TABLE_END);
    this.sums.push({ ...sum, sha256: hash.digest('hex') });
    return sum.rows;
  }

  /** @returns its size in bytes */
  async finish(sequences: Record<string, number>, ring: KeyRing): Promise<number> {
    const manifest = { headerSha256: sha256(this.headerLine).toString('hex'), tables: this.sums, sequences };
    const seal = sealOf(manifest, ring, this.header.key.id);
    await this.write(Buffer.from(`${JSON.stringify({ ...manifest, seal })}\n`));
    this.gzip.end();
    await this.written;
    flush(this.half);
    fs.renameSync(this.half, this.file);
    flush(path.dirname(this.file));
    return fs.statSync(this.file).size;
  }

  /** Leaves nothing behind. */
  async discard(): Promise<void> {
    this.gzip.destroy();
    await this.written.catch(() => undefined);
    fs.rmSync(this.half, { force: true });
  }

  private async write(block: Buffer): Promise<void> {
    // A disk that is full ends the pipeline, and with it the waiting.
    if (!this.gzip.write(block)) await Promise.race([once(this.gzip, 'drain'), this.written]);
  }
}

function countLines(block: Buffer): number {
  let lines = 0;
  for (let at = block.indexOf(10); at !== -1; at = block.indexOf(10, at + 1)) lines += 1;
  return lines;
}

function flush(what: string): void {
  const handle = fs.openSync(what, 'r');
  try {
    fs.fsyncSync(handle);
  } finally {
    fs.closeSync(handle);
  }
}
