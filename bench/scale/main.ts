import { mkdtempSync, readFileSync, rmSync, existsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Client } from 'pg';
import { startEmbeddedPostgres } from '../../src/database/embedded-postgres.js';
import { migrateDatabase } from '../../src/database/open-database.js';
import { describeMachine } from '../support/report.js';
import { fill, shapeOf } from './fill.js';
import { measure } from './measure.js';
import { EXPLAIN_EVERYTHING, PlanLog } from './plans.js';
import { costs, notFlat, plans, type Size } from './tables.js';

const USAGE = `npm run scale [-- --rows 10000,100000,1000000]
  --rows <n,n,…>  how many entries, deliveries and lines of history each database gets; 1 million takes about 5 GB of disk`;
const DEFAULT = '10000,100000';

/** Measures and never fails for a figure: what it finds is for a person to read. */
async function main(rows: readonly number[]): Promise<void> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'timesheet-scale-'));
  const databaseFolder = mkdtempSync(path.join(os.tmpdir(), 'timesheet-scale-database-'));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
  process.once('exit', () => {
    const data = whereItLies(databaseFolder);
    for (const own of new Set([folder, databaseFolder, data]))
      rmSync(own, { recursive: true, force: true, maxRetries: 5 });
  });
  const server = await startEmbeddedPostgres({ dir: databaseFolder });
  const log = new PlanLog(path.join(whereItLies(databaseFolder), 'postgres.log'));
  try {
    console.log(describeMachine());
    const sizes: Size[] = [];
    for (const entries of rows) {
      sizes.push(await measureSize(server.url, entries, { folder, log }));
      console.log(`\n${costs(sizes)}\n\n${plans(sizes.at(-1)!)}\n`);
    }
    const growing = notFlat(sizes);
    console.log(growing.length === 0 ? 'Everything stays flat.' : `Not flat:\n${growing.join('\n')}`);
  } finally {
    await server.stop();
  }
}

/** Where the folder is closed to the server's account, its data lie elsewhere. */
function whereItLies(databaseFolder: string): string {
  const pointer = path.join(databaseFolder, 'location.txt');
  return existsSync(pointer) ? readFileSync(pointer, 'utf8').trim() : databaseFolder;
}

async function measureSize(
  serverUrl: string,
  entries: number,
  { folder, log }: { folder: string; log: PlanLog },
): Promise<Size> {
  const name = `scale_${entries}`;
  const url = serverUrl.replace(/\/postgres$/, `/${name}`);
  await run(serverUrl, [`create database ${name}`]);
  await migrateDatabase(url);
  const shape = shapeOf(entries);
  const began = performance.now();
  const client = new Client({ connectionString: url });
  await client.connect();
  await fill(client, shape, (line) => process.stderr.write(`\r\u001B[2K${line}`));
  process.stderr.write('\r\u001B[2K');
  const fillSeconds = (performance.now() - began) / 1000;
  const { rows } = await client.query<{ bytes: string }>('select pg_database_size(current_database()) as bytes');
  await client.end();
  const explain = () =>
    run(
      serverUrl,
      EXPLAIN_EVERYTHING.map((setting) => `alter database ${name} set ${setting}`),
    );
  const measured = await measure({ url, folder, log, explain }, shape);
  await run(serverUrl, [`drop database ${name} with (force)`]);
  return { ...shape, bytes: Number(rows[0]!.bytes), fillSeconds, measured };
}

async function run(url: string, statements: readonly string[]): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

function readRows(args: string[]): number[] {
  const { values } = parseArgs({ args, options: { rows: { type: 'string', default: DEFAULT } } });
  const rows = values.rows.split(',').map(Number);
  if (rows.every((count) => Number.isSafeInteger(count) && count >= 1000 && count <= 100_000_000)) return rows;
  throw new Error('--rows must be whole numbers from 1,000 to 100,000,000 with commas between them');
}

let rows: number[];
try {
  rows = readRows(process.argv.slice(2));
} catch (error) {
  console.error(`${(error as Error).message}\n\n${USAGE}`);
  process.exit(2);
}
try {
  await main(rows);
} catch (error) {
  console.error(error);
  process.exit(1);
}
