import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { sha256 } from '../common/hashing.js';
import { ArchiveProblem, FORMAT, type ArchiveHeader, type ArchiveManifest, type TableSum } from './archive.js';
import { Sections } from './sections.js';

const NO_BACKUP = 'It is no backup of Timesheet, or it is damaged.';

export interface Archive {
  header: ArchiveHeader;
  manifest: ArchiveManifest;
  seal: string;
}

export interface ArchiveVisitor {
  /** Must read the blocks to their end. */
  table(table: ArchiveHeader['tables'][number], blocks: AsyncIterable<Buffer>): Promise<void>;
}

/** Looks at everything, and does nothing with it. */
export const LOOK_ONLY: ArchiveVisitor = {
  async table(_table, blocks) {
    for await (const block of blocks) void block;
  },
};

/**
 * Reads an archive to its end and compares it with its own checksums.
 * @throws ArchiveProblem when it is cut off, damaged or no archive; what the visitor was shown until then is worth nothing
 */
export async function readArchive(file: string, visitor: ArchiveVisitor): Promise<Archive> {
  const sections = new Sections(unpacked(file));
  try {
    const headerLine = await sections.line();
    const header = parseHeader(headerLine);
    const sums: TableSum[] = [];
    for (const table of header.tables) sums.push(await readTable(table, sections, visitor));
    const { seal, ...manifest } = parseManifest(await sections.line());
    await sections.expectEnd();
    compare({ headerSha256: sha256(`${headerLine}\n`).toString('hex'), tables: sums }, manifest);
    return { header, manifest, seal };
  } catch (error) {
    throw readable(error);
  } finally {
    await sections.close();
  }
}

/** Failures of either stream arrive with the blocks. */
function unpacked(file: string): AsyncGenerator<Buffer> {
  const gunzip = createGunzip();
  pipeline(fs.createReadStream(file, { highWaterMark: 256 * 1024 }), gunzip, () => undefined);
  return gunzip[Symbol.asyncIterator]() as AsyncGenerator<Buffer>;
}

async function readTable(
  table: ArchiveHeader['tables'][number],
  sections: Sections,
  visitor: ArchiveVisitor,
): Promise<TableSum> {
  const hash = createHash('sha256');
  const sum = { name: table.name, rows: 0, bytes: 0 };
  async function* summed(): AsyncGenerator<Buffer> {
    for await (const block of sections.table()) {
      hash.update(block);
      sum.bytes += block.length;
      for (let at = block.indexOf(10); at !== -1; at = block.indexOf(10, at + 1)) sum.rows += 1;
      yield block;
    }
  }
  await visitor.table(table, summed());
  return { ...sum, sha256: hash.digest('hex') };
}

function parseHeader(line: string): ArchiveHeader {
  const header = parseJson(line);
  const format = typeof header.format === 'string' ? header.format : '';
  if (format === FORMAT) return header as unknown as ArchiveHeader;
  throw new ArchiveProblem(
    format.startsWith('timesheet-backup/')
      ? `Its format is ${format}, and this build knows ${FORMAT}: a newer build has made it.`
      : NO_BACKUP,
  );
}

function parseManifest(line: string): ArchiveManifest & { seal: string } {
  const manifest = parseJson(line);
  if (typeof manifest.seal === 'string' && Array.isArray(manifest.tables)) {
    return manifest as unknown as ArchiveManifest & { seal: string };
  }
  throw new ArchiveProblem('It is damaged: what stands at its end is no manifest.');
}

function parseJson(line: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch {
    // Told below.
  }
  throw new ArchiveProblem(NO_BACKUP);
}

function compare(read: Omit<ArchiveManifest, 'sequences'>, said: ArchiveManifest): void {
  if (read.headerSha256 !== said.headerSha256) throw new ArchiveProblem('It is damaged: its first line was changed.');
  read.tables.forEach(({ name, rows, bytes, sha256: sum }, index) => {
    const wanted = said.tables[index];
    const isSame = wanted?.name === name && wanted.rows === rows && wanted.bytes === bytes && wanted.sha256 === sum;
    if (!isSame) throw new ArchiveProblem(`It is damaged: its table ${name} is not what its manifest says.`);
  });
}

/** What zlib and the system say, in words about the file. */
function readable(error: unknown): unknown {
  const { code } = error as { code?: unknown };
  if (typeof code !== 'string') return error;
  if (code === 'Z_BUF_ERROR') return new ArchiveProblem('It is cut off.');
  if (code.startsWith('Z_')) return new ArchiveProblem(NO_BACKUP);
  if (['ENOENT', 'EACCES', 'EISDIR', 'EIO'].includes(code)) return new ArchiveProblem(`It cannot be read (${code}).`);
  return error;
}
