import { createReadStream } from 'node:fs';
import { lstat, open, readdir } from 'node:fs/promises';
import path from 'node:path';
import { listArchive, readMember, type ArchiveMember } from '../archive.js';
import { ImportRefusal, type FileReader, type ImportLimits, type ReadItem } from '../file-reader.js';
import { ElementScanner } from './element-scanner.js';
import { parseElement } from './health-element.js';

/** A document that may be the export: its name and size, and its bytes. */
interface Candidate {
  name: string;
  bytes: number;
  /** What a whole reading is measured by. */
  sourceBytes: number;
  read(onRead: (sourceBytes: number) => void): AsyncGenerator<Buffer>;
}

const CHUNK_BYTES = 256 * 1024;
/** Beside the export lies one other document at most, the clinical one. */
const MOST_CANDIDATES = 5;

/**
 * Opens the archive a phone has written, the folder it was unpacked to, or the bare document.
 * @throws ImportRefusal when there is no export in it
 */
export async function openHealthExport(file: string, limits: ImportLimits): Promise<FileReader> {
  const candidates = await findCandidates(file, limits);
  let refusal = new ImportRefusal('holds no Apple Health export');
  // The names are in the language of the phone: the largest document that begins like an export is it.
  for (const candidate of candidates.toSorted((a, b) => b.bytes - a.bytes).slice(0, MOST_CANDIDATES)) {
    try {
      await refuseOtherDocuments(candidate);
      return readerOf(candidate);
    } catch (error) {
      if (!(error instanceof ImportRefusal)) throw error;
      refusal = error;
    }
  }
  throw refusal;
}

async function findCandidates(file: string, limits: ImportLimits): Promise<Candidate[]> {
  const found = await lstat(file);
  if (found.isDirectory()) return inFolder(file);
  if (!found.isFile()) throw new ImportRefusal('is no file');
  if (await isArchive(file)) {
    const members = await listArchive(file, limits);
    return members.filter(({ name }) => isDocument(name.split('/'))).map((member) => inArchive(file, member, limits));
  }
  return [asFile(file, found.size)];
}

/** At the top, or in the one folder that phones put everything into. */
const isDocument = (parts: readonly string[]): boolean =>
  parts.length <= 2 && parts[0] !== '__MACOSX' && parts.at(-1)!.toLowerCase().endsWith('.xml');

const inArchive = (file: string, member: ArchiveMember, limits: ImportLimits): Candidate => ({
  name: member.name,
  bytes: member.declaredBytes,
  sourceBytes: member.compressedBytes,
  read: (onRead) => readMember(file, member, limits, onRead),
});

async function inFolder(folder: string): Promise<Candidate[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const inner = entries.filter((entry) => entry.isDirectory()).map(({ name }) => path.join(folder, name));
  const nested = await Promise.all(inner.map((directory) => documentsIn(directory)));
  return [...(await documentsIn(folder)), ...nested.flat()];
}

async function documentsIn(folder: string): Promise<Candidate[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && isDocument([entry.name]));
  return Promise.all(
    files.map(async ({ name }) => asFile(path.join(folder, name), (await lstat(path.join(folder, name))).size)),
  );
}

const asFile = (file: string, size: number): Candidate => ({
  name: path.basename(file),
  bytes: size,
  sourceBytes: size,
  read: (onRead) => readFileChunks(file, onRead),
});

async function* readFileChunks(file: string, onRead: (bytes: number) => void): AsyncGenerator<Buffer> {
  const stream = createReadStream(file, { highWaterMark: CHUNK_BYTES });
  for await (const chunk of stream) {
    onRead(stream.bytesRead);
    yield chunk as Buffer;
  }
}

async function isArchive(file: string): Promise<boolean> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4), 0, 4, 0);
    return bytesRead === 4 && buffer.readUInt32BE(0) === 0x504b0304;
  } finally {
    await handle.close();
  }
}

/** Reads as much as is needed to know. */
async function refuseOtherDocuments(candidate: Candidate): Promise<void> {
  const scanner = new ElementScanner();
  for await (const chunk of candidate.read(() => undefined)) {
    scanner.feed(chunk);
    if (scanner.hasBegun) return;
  }
  scanner.end();
}

function readerOf(candidate: Candidate): FileReader {
  let read = 0;
  return {
    items: () => readItems(candidate, (bytes) => (read = bytes)),
    fraction: () => (candidate.sourceBytes === 0 ? 0 : Math.min(1, read / candidate.sourceBytes)),
  };
}

async function* readItems(candidate: Candidate, onRead: (bytes: number) => void): AsyncGenerator<ReadItem> {
  const scanner = new ElementScanner();
  for await (const chunk of candidate.read(onRead)) {
    for (const element of scanner.feed(chunk)) {
      const parsed = parseElement(element);
      if (parsed === null) continue;
      const { line } = element;
      yield 'reason' in parsed ? { kind: 'rejected', line, ...parsed } : { kind: 'health', line, ...parsed };
    }
    yield { kind: 'progress' };
  }
  scanner.end();
}
