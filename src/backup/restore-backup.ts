import type { KeyRing } from '../config/key-ring.js';
import { knownMigrations, rebuild } from '../database/rebuild.js';
import { makeScratchDatabase, takePlaceOf } from '../database/scratch-database.js';
import { settleAfterRestore, type Aftercare } from './aftercare.repository.js';
export { settleDatabase, type Aftercare } from './aftercare.repository.js';
import { ArchiveProblem } from './archive.js';
import { LOOK_ONLY, readArchive, type Archive } from './archive-reader.js';
import { checkSeal } from './archive-seal.js';
import { clearBornFull, fillTable, findFilledTable, refuseInUse, setSequences } from './restore.repository.js';

export interface RestoreOptions {
  url: string;
  file: string;
  /** `null` restores without knowing the keys it was made with. */
  ring: KeyRing | null;
  /** Puts a database that has rows out of the way instead of refusing. */
  isForced: boolean;
  /** Nothing has happened since the backup: nothing is set aside, and nobody has to sign in again. */
  isMove: boolean;
  mailsSince: Date | null;
  told: (table: string, rows: number) => void;
}

export interface RestoreReport {
  createdAt: string;
  rows: number;
  /** What `isMove` leaves out. */
  aftercare: Aftercare | null;
  /** The name of the database as it was before, where there was one. */
  formerDatabase: string | null;
}

/**
 * Puts the rows of a backup into an empty database, all or none, and brings them up to this build. Everything that could speak
 * against it is looked at before anything is touched.
 * @throws ArchiveProblem saying why not
 */
export async function restoreBackup(options: RestoreOptions): Promise<RestoreReport> {
  const { url, file, ring, isForced } = options;
  const archive = await readArchive(file, LOOK_ONLY);
  if (ring !== null) checkSeal(archive.header, archive.manifest, archive.seal, ring);
  refuseNewer(archive);
  await refuseInUse(url);
  const filled = await findFilledTable(url);
  if (filled === undefined) return { ...(await fill(url, archive, options)), formerDatabase: null };
  if (isForced) return fillAnother(archive, options);
  throw new ArchiveProblem(
    `The database is not empty (${filled} has rows), and nothing is overwritten. --force restores into a new database that ` +
      'takes its place; the present one is kept under another name.',
  );
}

function refuseNewer({ header }: Archive): void {
  const known = new Set(knownMigrations());
  const unknown = header.migrations.filter((name) => !known.has(name));
  if (unknown.length === 0) return;
  throw new ArchiveProblem(`A newer build has made it: this one does not know ${unknown.join(', ')}.`);
}

type Filled = Omit<RestoreReport, 'formerDatabase'>;

async function fill(url: string, { header, manifest }: Archive, options: RestoreOptions): Promise<Filled> {
  let rows = 0;
  let aftercare: Aftercare | null = null;
  await rebuild(url, header.migrations, {
    async fill(client) {
      await clearBornFull(client, header.tables);
      const again = await readArchive(options.file, {
        async table(table, blocks) {
          const written = await fillTable(client, table, blocks);
          const wanted = manifest.tables.find(({ name }) => name === table.name)?.rows;
          if (written !== wanted) throw new Error(`${written} of ${wanted} rows of ${table.name} were written.`);
          rows += written;
          options.told(table.name, rows);
        },
      });
      if (JSON.stringify(again.manifest) !== JSON.stringify(manifest)) {
        throw new ArchiveProblem('It was changed while it was read.');
      }
      await setSequences(client, manifest.sequences);
    },
    async finish(client) {
      if (!options.isMove) aftercare = await settleAfterRestore(client, options.mailsSince);
    },
  });
  return { createdAt: header.createdAt, rows, aftercare };
}

/** Beside the present database, which stays as it is until the other one is whole. */
async function fillAnother(archive: Archive, options: RestoreOptions): Promise<RestoreReport> {
  const fresh = await makeScratchDatabase(options.url);
  try {
    const filled = await fill(fresh.url, archive, options);
    return { ...filled, formerDatabase: await takePlaceOf(options.url, fresh.url) };
  } catch (error) {
    await fresh.drop();
    throw error;
  }
}
