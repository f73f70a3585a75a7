import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { crc32, createInflateRaw } from 'node:zlib';
import { openPromise, type Entry, type ZipFile } from 'yauzl';
import { ImportRefusal, type ImportLimits } from './file-reader.js';

/** A file within an archive: where it lies, and what it claims to be. */
export interface ArchiveMember {
  name: string;
  compressedBytes: number;
  /** Told by the archive, which may lie. */
  declaredBytes: number;
  headerStart: number;
  isCompressed: boolean;
  checksum: number;
}

const CHUNK_BYTES = 256 * 1024;
const STORED = 0;
const DEFLATED = 8;
const SYMBOLIC_LINK = 0o120000;
const FILE_TYPE = 0o170000;

/**
 * The files an archive holds, read from its directory; nothing is unpacked.
 * @throws ImportRefusal for what no phone or program would have written
 */
export async function listArchive(path: string, limits: ImportLimits): Promise<ArchiveMember[]> {
  const zip = await openArchive(path);
  try {
    if (zip.entryCount > limits.archiveEntries) {
      throw new ImportRefusal(`holds ${zip.entryCount} files; more than ${limits.archiveEntries} are not read`);
    }
    return await readDirectory(zip, limits);
  } catch (error) {
    throw error instanceof ImportRefusal ? error : new ImportRefusal('is a damaged or unsafe ZIP archive');
  } finally {
    zip.close();
  }
}

async function openArchive(path: string): Promise<ZipFile> {
  try {
    // The checks of names and sizes are the library's; those below come on top.
    return await openPromise(path, { lazyEntries: true, autoClose: false, strictFileNames: true });
  } catch {
    throw new ImportRefusal('is no whole ZIP archive: its directory cannot be found');
  }
}

async function readDirectory(zip: ZipFile, limits: ImportLimits): Promise<ArchiveMember[]> {
  const names = new Set<string>();
  const members: ArchiveMember[] = [];
  for await (const entry of zip.eachEntry()) {
    refuseUnsafe(entry, limits);
    if (names.has(entry.fileName)) throw new ImportRefusal('holds two files of one name');
    names.add(entry.fileName);
    if (entry.fileName.endsWith('/')) continue;
    members.push({
      name: entry.fileName,
      compressedBytes: entry.compressedSize,
      declaredBytes: entry.uncompressedSize,
      headerStart: entry.relativeOffsetOfLocalHeader,
      isCompressed: entry.compressionMethod === DEFLATED,
      checksum: entry.crc32,
    });
  }
  refuseOverlaps(members, zip.fileSize);
  return members;
}

function refuseUnsafe(entry: Entry, limits: ImportLimits): void {
  if (entry.fileName.includes('\0')) throw new ImportRefusal('holds a file with an impossible name');
  if (entry.isEncrypted()) throw new ImportRefusal('is encrypted');
  const mode = (entry.externalFileAttributes >>> 16) & FILE_TYPE;
  if (mode === SYMBOLIC_LINK) throw new ImportRefusal('holds a symbolic link');
  if (entry.compressionMethod !== STORED && entry.compressionMethod !== DEFLATED) {
    throw new ImportRefusal('is compressed in a way that is not read');
  }
  refuseBomb(entry.uncompressedSize, entry.compressedSize, limits);
}

/** Small files may well be regular: only what grows large is suspicious. */
const HARMLESS_BYTES = 1024 * 1024;

function refuseBomb(inflated: number, compressed: number, limits: ImportLimits): void {
  if (inflated > limits.inflatedBytes) {
    throw new ImportRefusal(`unpacks to more than ${Math.round(limits.inflatedBytes / 1024 ** 2)} MB`);
  }
  if (inflated > HARMLESS_BYTES && inflated > compressed * limits.ratio) {
    throw new ImportRefusal(`unpacks to more than ${limits.ratio} times its size`);
  }
}

/** Files that share their bytes make a small archive unpack to a large one. */
function refuseOverlaps(members: readonly ArchiveMember[], fileSize: number): void {
  let end = 0;
  for (const member of members.toSorted((a, b) => a.headerStart - b.headerStart)) {
    if (member.headerStart < end) throw new ImportRefusal('holds files that overlap');
    end = member.headerStart + member.compressedBytes;
  }
  if (end > fileSize) throw new ImportRefusal('was cut off');
}

/**
 * The bytes of one file of the archive, piece by piece, counted and checked as they come.
 * @param onRead told how many compressed bytes have been read
 * @throws ImportRefusal when they are more than they may be, or not those the archive was made of
 */
export async function* readMember(
  path: string,
  member: ArchiveMember,
  limits: ImportLimits,
  onRead: (compressedBytes: number) => void,
): AsyncGenerator<Buffer> {
  const start = await findData(path, member);
  const raw = createReadStream(path, {
    start,
    end: Math.max(start, start + member.compressedBytes - 1),
    highWaterMark: CHUNK_BYTES,
  });
  let inflated = 0;
  let checksum = 0;
  try {
    for await (const chunk of member.isCompressed ? inflate(raw) : raw) {
      const bytes = chunk as Buffer;
      inflated += bytes.length;
      refuseBomb(inflated, member.compressedBytes, limits);
      if (inflated > member.declaredBytes) throw new ImportRefusal('lies about the size of its files');
      checksum = crc32(bytes, checksum);
      onRead(raw.bytesRead);
      yield bytes;
    }
  } catch (error) {
    if (error instanceof ImportRefusal || !isDamage(error)) throw error;
    throw new ImportRefusal('is damaged: it cannot be unpacked');
  } finally {
    raw.destroy();
  }
  if (inflated !== member.declaredBytes) throw new ImportRefusal('lies about the size of its files');
  if (checksum !== member.checksum) throw new ImportRefusal('is damaged: its checksum is wrong');
}

async function findData(path: string, member: ArchiveMember): Promise<number> {
  const zip = await openArchive(path);
  try {
    const place = { relativeOffsetOfLocalHeader: member.headerStart, compressedSize: member.compressedBytes } as Entry;
    return (await zip.readLocalFileHeaderPromise(place, { minimal: true })).fileDataStart;
  } catch {
    throw new ImportRefusal('is a damaged or unsafe ZIP archive');
  } finally {
    zip.close();
  }
}

function inflate(raw: NodeJS.ReadableStream) {
  const inflating = createInflateRaw({ chunkSize: CHUNK_BYTES });
  // What breaks is thrown to whoever reads the inflated side.
  pipeline(raw, inflating, () => undefined);
  return inflating;
}

const isDamage = (error: unknown): boolean => /^(Z_|ERR_ZLIB)/.test(String((error as NodeJS.ErrnoException).code));
