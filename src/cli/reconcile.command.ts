import { createWriteStream } from 'node:fs';
import { DateTime } from 'luxon';
import { cellText } from '../common/spreadsheet-text.js';
import { startOf, type Row, type Window } from '../reconciliation/compare.js';
import { ReconciliationModule } from '../reconciliation/reconciliation.module.js';
import { ReconciliationService, type Reconciliation } from '../reconciliation/reconciliation.service.js';
import { durationText } from '../common/csv-table.js';
import { describeDifferences } from '../reconciliation/row-columns.js';
import { writeWorkbook } from '../reconciliation/workbook.js';
import { UsersModule } from '../users/users.module.js';
import { UsersService } from '../users/users.service.js';
import { UsageError, type Call, type Command } from './command.js';
import { withServices } from './context.js';
import type { Terminal } from './terminal.js';

export const RECONCILE: Command = {
  words: 'reconcile',
  summary: 'tells what a service and the ledger say differently; changes nothing',
  parameters: ['username'],
  options: {
    integration: { type: 'string' },
    from: { type: 'string' },
    to: { type: 'string' },
    xlsx: { type: 'string' },
  },
  help: [
    '--integration <id>  which of the user’s accounts',
    '--from <day>        YYYY-MM-DD in the user’s time zone; what starts on it or later',
    '--to <day>          the last day',
    '--xlsx <file>       writes the whole list as a workbook, too',
    'The exit code is 0 only when the service could be compared as far back as was asked, and nothing differs.',
  ],
  async run(call) {
    const integrationId = readId(call.options.integration);
    const days = { from: readDay(call, 'from'), to: readDay(call, 'to') };
    const found = await withServices(call.env, [UsersModule, ReconciliationModule], async (services) => {
      const user = await services.get(UsersService).findByUsername(call.parameters[0]!);
      if (user?.username == null || !user.isEnabled) throw new Error(`There is no user "${call.parameters[0]}".`);
      return services.get(ReconciliationService).reconcile(user.id, integrationId, windowOf(days, user.timeZone));
    });
    tell(found, call.terminal);
    if (typeof call.options.xlsx === 'string') await save(found, call.options.xlsx, call.terminal);
    refuseDifferences(found);
  },
};

function readId(text: string | boolean | undefined): number {
  const id = Number(text ?? Number.NaN);
  if (!Number.isSafeInteger(id) || id < 1) throw new UsageError('--integration must be the number of an integration');
  return id;
}

function readDay({ options }: Call, name: 'from' | 'to'): string {
  const text = options[name];
  const isDay = typeof text === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(text) && DateTime.fromISO(text).isValid;
  if (!isDay) throw new UsageError(`--${name} must be a day such as 2026-03-02`);
  return text;
}

/** Both days are meant as a whole. */
const windowOf = ({ from, to }: { from: string; to: string }, zone: string): Window => ({
  from: DateTime.fromISO(from, { zone }).toJSDate(),
  to: DateTime.fromISO(to, { zone }).plus({ days: 1 }).startOf('day').toJSDate(),
});

function tell({ integrationName, completeFrom, summary, rows }: Reconciliation, terminal: Terminal): void {
  const { matched, different, only_there, only_here, locked, secondsThere, secondsHere } = summary;
  if (completeFrom !== null) terminal.write(`The service shows nothing before ${completeFrom.toISOString()}.`);
  terminal.write(
    `${printable(integrationName)}: ${matched} matched, ${different} different, ${only_there} only there, ` +
      `${only_here} only here, ${locked} locked.`,
  );
  terminal.write(`${durationText(secondsThere)} there, ${durationText(secondsHere)} here.`);
  for (const row of rows) if (row.status !== 'matched') terminal.write(lineOf(row));
}

function lineOf(row: Row): string {
  const { task } = (row.here ?? row.there)!;
  const parts = [task === '' ? '(no text)' : task, describeDifferences(row), row.reason ?? '', row.detail ?? ''];
  const about = parts.filter((part) => part !== '').map((part) => printable(part.replaceAll('_', ' ')));
  return [startOf(row).toISOString(), row.status.replace('_', ' ').padEnd(10), ...about].join('  ');
}

/** Texts come from people and services: in one line, and without what steers a terminal. */
const printable = (text: string): string => cellText(text).replaceAll(/\s+/g, ' ');

async function save(found: Reconciliation, file: string, terminal: Terminal): Promise<void> {
  await writeWorkbook(found, createWriteStream(file));
  terminal.write(`The whole list is in ${file}.`);
}

function refuseDifferences({ summary, rows, completeFrom }: Reconciliation): void {
  const differing = rows.length - summary.matched;
  if (differing > 0) throw new Error(`${differing} ${differing === 1 ? 'entry differs' : 'entries differ'}.`);
  if (completeFrom !== null) throw new Error('What starts before could not be compared.');
}
