import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ImportKind } from '../imports/file-reader.js';
import { togglLine, TOGGL_HEADER, type TogglRowFlags } from '../imports/timeorg/toggl-import-file.js';
import { UsageError, type Call } from './command.js';

/** Writes what Toggl's own import page takes; no database is touched. */
export async function writeTogglCsv(kind: ImportKind, { parameters, options, terminal }: Call): Promise<void> {
  const target = options['to-toggl-csv'] as string;
  if (kind !== 'timeorg') throw new UsageError('--to-toggl-csv is for timeorg');
  const flags = readFlags(options);
  const { readTimeOrgRows, refuseOtherFiles } = await import('../imports/timeorg/timeorg-backup.js');
  const [file, problems] = [parameters[1]!, [] as string[]];
  await refuseOtherFiles(file);
  const lines = function* lines() {
    yield TOGGL_HEADER;
    for (const row of readTimeOrgRows(file)) {
      const line = togglLine(row, flags);
      if (typeof line === 'string') yield line;
      else problems.push(`row ${row.id}: ${line.reason}`);
    }
  };
  if (target === '-') terminal.write([...lines()].join('').trimEnd());
  else await pipeline(Readable.from(lines()), createWriteStream(target));
  for (const problem of problems) terminal.complain(problem);
}

function readFlags({ email, client, project, tags, billable = 'Y' }: Call['options']): TogglRowFlags {
  if (typeof email !== 'string') throw new UsageError('--email must be the address of the Toggl account');
  if (billable !== 'Y' && billable !== 'N') throw new UsageError('--billable must be Y or N');
  const text = (value: string | boolean | undefined): string => (typeof value === 'string' ? value : '');
  return { email, client: text(client), project: text(project), tags: text(tags), billable };
}
