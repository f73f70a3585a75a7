import { IMPORT_LIMITS, type FileReader, type ImportKind } from './file-reader.js';
import { openCsv } from './csv/csv-file.js';
import { openHealthExport } from './health/health-export.js';
import type { ImportOptions } from './import.js';

export interface OpenContext {
  timeZone: string;
  email: string | null;
  options: ImportOptions;
}

/**
 * Looks into a file and makes it ready to be read.
 * @throws ImportRefusal when it is not of that kind, or unsafe
 */
export async function openFile(kind: ImportKind, file: string, context: OpenContext): Promise<FileReader> {
  switch (kind) {
    case 'apple_health':
      return openHealthExport(file, IMPORT_LIMITS);
    case 'timeorg': {
      // Loaded only where it is used: most installations never see such a file.
      const { openTimeOrgBackup } = await import('./timeorg/timeorg-backup.js');
      return openTimeOrgBackup(file, context.timeZone);
    }
    case 'toggl_csv':
    case 'clockify_csv':
      return openCsv(kind, file, context);
  }
}
