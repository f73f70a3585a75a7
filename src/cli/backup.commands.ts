import path from 'node:path';
import { ArchiveProblem } from '../backup/archive.js';
import { makeBackup } from '../backup/make-backup.js';
import { restoreBackup, settleDatabase, type Aftercare, type RestoreReport } from '../backup/restore-backup.js';
import { parseInstant } from '../common/instant.js';
import { UsageError, type Call, type Command } from './command.js';
import { withDatabaseAsItIs } from './context.js';
import type { Terminal } from './terminal.js';

const KEYS_APART = [
  'The keys of ENCRYPTION_KEYS (without that variable: DATA_DIR/secrets.json) are NOT in it. Without them nobody can open the',
  'credentials in it or verify its history, you included. Keep a copy of them now, apart from this file: with both together a',
  'thief needs nothing else.',
];

export const BACKUP: Command = {
  words: 'backup',
  summary: 'writes the whole database, as it is at one moment, into one file; the app may go on',
  parameters: ['file'],
  options: {},
  help: [
    'file may be a folder: then it gets a name by its moment. An existing file is never replaced.',
    'With a PostgreSQL of your own, pg_dump --format=custom does as well; after pg_restore run: after-restore',
  ],
  async run({ parameters, env, terminal }) {
    const target = path.resolve(parameters[0]!);
    const report = await withDatabaseAsItIs(env, ({ url, ring }) =>
      makeBackup(url, target, ring, progressOn(terminal)),
    ).finally(() => terminal.showProgress?.(null));
    const { file, rows, tables, createdAt, bytes } = report;
    terminal.write(`${rows} rows of ${tables} tables, as of ${createdAt}: ${file} (${megabytes(bytes)} MB)`);
    for (const line of KEYS_APART) terminal.write(line);
  },
};

const MAILS_SINCE =
  '--mails-since <instant>  still send mails written at or after it, as 2026-07-20T00:00:00Z; without it those that';

export const RESTORE: Command = {
  words: 'restore',
  summary: 'puts a backup into an empty database, all of it or nothing; the app must be stopped',
  parameters: ['file'],
  options: {
    force: { type: 'boolean' },
    moved: { type: 'boolean' },
    'mails-since': { type: 'string' },
    'without-keys': { type: 'boolean' },
  },
  help: [
    '--force                  a new database takes the place of one that is not empty, which is kept under another name',
    '--moved                  nothing has happened since the backup (the app was stopped): nothing is set aside',
    MAILS_SINCE,
    '                         wait are set aside, because they have probably arrived',
    '--without-keys           also without the keys it was made with: its credentials must then be given anew',
  ],
  async run({ parameters, options, env, terminal }) {
    const isMove = options.moved === true;
    const mailsSince = instantOf(options['mails-since']);
    if (isMove && mailsSince !== null)
      throw new UsageError('--moved sends all mails that wait: --mails-since says less');
    const file = path.resolve(parameters[0]!);
    const report = await withDatabaseAsItIs(env, ({ url, ring }) =>
      restoreBackup({
        url,
        file,
        ring: options['without-keys'] === true ? null : ring,
        isForced: options.force === true,
        isMove,
        mailsSince,
        told: progressOn(terminal),
      }),
    )
      .catch((error: unknown) => {
        if (!(error instanceof ArchiveProblem)) throw error;
        throw new Error(`${file} was not restored, and nothing was changed. ${error.message}`);
      })
      .finally(() => terminal.showProgress?.(null));
    tellRestored(report, terminal);
  },
};

export const AFTER_RESTORE: Command = {
  words: 'after-restore',
  summary: 'makes a database that pg_restore (or a copy) has set back fit to go on: nothing is done twice',
  parameters: [],
  options: { 'mails-since': { type: 'string' } },
  help: [
    'Once, before the app is started; `restore` does it by itself.',
    MAILS_SINCE,
    '                         wait are set aside',
  ],
  async run({ options, env, terminal }) {
    const mailsSince = instantOf(options['mails-since']);
    tellAftercare(await withDatabaseAsItIs(env, ({ url }) => settleDatabase(url, mailsSince)), terminal);
  },
};

function instantOf(text: Call['options'][string]): Date | null {
  if (text === undefined) return null;
  const parsed = parseInstant(text);
  if (parsed.ok) return parsed.instant;
  throw new UsageError('--mails-since must be an instant with its zone, such as 2026-07-20T00:00:00Z');
}

const progressOn =
  (terminal: Terminal) =>
  (table: string, rows: number): void =>
    terminal.showProgress?.(`${table} … ${rows} rows`);

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);

function tellRestored({ rows, createdAt, aftercare, formerDatabase }: RestoreReport, terminal: Terminal): void {
  terminal.write(`${rows} rows are restored, as of ${createdAt}.`);
  if (formerDatabase !== null) {
    terminal.write(
      `What was there before is the database "${formerDatabase}" on the same server: drop it when you are sure.`,
    );
  }
  if (aftercare !== null) tellAftercare(aftercare, terminal);
  terminal.write('Now: npm run cli -- verify-binnacle');
}

function tellAftercare(care: Aftercare, terminal: Terminal): void {
  const tell = (count: number, line: string) => count > 0 && terminal.write(`${count} ${line}`);
  tell(care.lookedFor, 'writes to services are sent only if they cannot be found there.');
  tell(care.held, 'changes of what is known there wait ten minutes, so that the services are read first.');
  tell(
    care.mailsSetAside,
    'mails that waited are set aside, as probably sent; npm run cli -- mail redrive sends them after all.',
  );
  tell(care.reportsSetAside, 'reports that waited are set aside, as probably sent; they can be sent again by hand.');
  tell(care.walks, 'accounts are read anew, all their days, as soon as the app runs.');
  tell(care.cookies, 'browsers must sign in again.');
  terminal.write(
    'What was revoked or disabled since (tokens, people, connections) is as it was then: revoke it again.',
  );
}
