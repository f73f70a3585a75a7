import fs from 'node:fs';
import path from 'node:path';
import type { KeyRing } from '../config/key-ring.js';
import { ArchiveProblem, FORMAT, type ArchiveHeader } from './archive.js';
import { sealingKey } from './archive-seal.js';
import { ArchiveWriter } from './archive-writer.js';
import { Snapshot } from './snapshot.repository.js';

export interface BackupReport {
  file: string;
  createdAt: string;
  tables: number;
  rows: number;
  bytes: number;
}

/**
 * Writes all tables as they are at one moment into a file; the application may go on meanwhile.
 * @param target a file that is not there yet, or a folder, in which it gets a name by its moment
 * @param told is shown how many rows are written
 */
export function makeBackup(
  url: string,
  target: string,
  ring: KeyRing,
  told: (table: string, rows: number) => void,
): Promise<BackupReport> {
  return Snapshot.of(url, async (snapshot) => {
    const facts = await snapshot.describe();
    if (facts.migrations.length === 0)
      throw new ArchiveProblem('There is nothing to back up: the database has no tables.');
    const file = fileFor(target, facts.createdAt);
    const tables = await snapshot.tables();
    const header: ArchiveHeader = { format: FORMAT, ...facts, tables, key: sealingKey(ring) };
    const writer = new ArchiveWriter(file, header);
    try {
      await writer.begin();
      let rows = 0;
      for (const table of tables) {
        rows += await writer.table(table.name, snapshot.rowsOf(table));
        told(table.name, rows);
      }
      const bytes = await writer.finish(await snapshot.sequences(), ring);
      return { file, createdAt: facts.createdAt, tables: tables.length, rows, bytes };
    } catch (error) {
      await writer.discard();
      throw error;
    }
  });
}

function fileFor(target: string, createdAt: string): string {
  const name = `timesheet-${createdAt.slice(0, 19).replaceAll(':', '')}Z.backup.gz`;
  const file = fs.existsSync(target) && fs.statSync(target).isDirectory() ? path.join(target, name) : target;
  if (fs.existsSync(file)) throw new ArchiveProblem(`${file} is there already: a backup never replaces another.`);
  return file;
}
