import path from 'node:path';
import { IMPORT_KINDS, type ImportKind } from '../imports/file-reader.js';
import { FileImports } from '../imports/file-imports.js';
import { DATE_ORDERS, type ImportOptions, type Tally } from '../imports/import.js';
import { ImportsModule } from '../imports/imports.module.js';
import { SyncModule } from '../sync/sync.module.js';
import { UsersModule } from '../users/users.module.js';
import { UsersService } from '../users/users.service.js';
import { UsageError, type Call, type Command } from './command.js';
import { withServices } from './context.js';
import { writeTogglCsv } from './timeorg-to-toggl.js';
import type { Terminal } from './terminal.js';

export const IMPORT: Command = {
  words: 'import',
  summary: 'brings a file into a user’s ledger: Apple Health, TimeOrg, Toggl or Clockify CSV',
  parameters: ['kind', 'file'],
  options: {
    user: { type: 'string' },
    integration: { type: 'string' },
    'date-order': { type: 'string' },
    'to-toggl-csv': { type: 'string' },
    email: { type: 'string' },
    client: { type: 'string' },
    project: { type: 'string' },
    tags: { type: 'string' },
    billable: { type: 'string' },
  },
  help: [
    `kind is one of ${IMPORT_KINDS.join(', ')}; Apple Health may be the archive, its folder or export.xml`,
    '--user <username>       whose time it is',
    '--integration <id>      also push the entries to this account of theirs; not for health',
    `--date-order <order>    how a CSV writes its dates, where it cannot be seen: ${DATE_ORDERS.join(', ')}`,
    '--to-toggl-csv <file>   timeorg only: import nothing, write Toggl’s import file instead (- prints it)',
    '  with --email <address>, and --client, --project, --tags, --billable <Y|N> for every row',
  ],
  async run(call) {
    const kind = IMPORT_KINDS.find((one) => one === call.parameters[0]);
    if (kind === undefined) throw new UsageError(`The kind must be one of ${IMPORT_KINDS.join(', ')}`);
    if (call.options['to-toggl-csv'] === undefined) await bringIn(kind, call);
    else await writeTogglCsv(kind, call);
  },
};

async function bringIn(kind: ImportKind, { parameters, options, env, terminal }: Call): Promise<void> {
  const username = options.user;
  if (typeof username !== 'string') throw new UsageError('--user must say whose time it is');
  const file = { kind, path: path.resolve(parameters[1]!), options: readOptions(options) };
  // Pushes go out before it ends, where the rows are to go to an account.
  await withServices(env, [UsersModule, ImportsModule, SyncModule], async (services) => {
    const user = await services.get(UsersService).findByUsername(username);
    if (user?.username == null || !user.isEnabled) throw new Error(`There is no user "${username}".`);
    let last: Tally | undefined;
    const show = (percent: number, tally: Tally) => {
      last = tally;
      terminal.showProgress?.(`${bar(percent)} ${String(percent).padStart(3)} %  ${tally.newCount} new`);
    };
    try {
      await services.get(FileImports).read(user, file, show);
    } catch (error) {
      throw readableError(error, parameters[1]!);
    } finally {
      terminal.showProgress?.(null);
      if (last !== undefined) tell(last, terminal);
    }
  });
}

function readOptions({ integration, 'date-order': order }: Call['options']): ImportOptions {
  const dateOrder = DATE_ORDERS.find((one) => one === order);
  if (order !== undefined && dateOrder === undefined) {
    throw new UsageError(`--date-order must be one of ${DATE_ORDERS.join(', ')}`);
  }
  if (integration === undefined) return { dateOrder };
  if (typeof integration !== 'string' || !/^[1-9]\d{0,14}$/.test(integration)) {
    throw new UsageError('--integration must be the number of an integration');
  }
  return { dateOrder, integrationId: Number(integration) };
}

const BAR_WIDTH = 30;

function bar(percent: number): string {
  const full = Math.round((percent / 100) * BAR_WIDTH);
  return `[${'#'.repeat(full)}${'.'.repeat(BAR_WIDTH - full)}]`;
}

function tell({ newCount, duplicateCount, rejectedCount, rejected }: Tally, terminal: Terminal): void {
  terminal.write(`${newCount} new, ${duplicateCount} known already, ${rejectedCount} left out.`);
  for (const { line, reason } of rejected) terminal.write(`line ${line}: ${reason.replaceAll(/\p{Cc}/gu, ' ')}`);
  if (rejectedCount > rejected.length) terminal.write(`… and ${rejectedCount - rejected.length} more.`);
}

/** Refusals are said of the file; what the system says names it already. */
function readableError(error: unknown, file: string): unknown {
  if (!(error instanceof Error)) return error;
  if (error.name === 'ImportRefusal') return new Error(`${file} ${error.message}.`);
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'EACCES' ? new Error(`${file} cannot be read (${code}).`) : error;
}
