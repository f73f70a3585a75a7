import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Pool, types } from 'pg';
import { writeLog } from './bare-write.js';
import type { BareInput, LogRow } from './bare-contract.js';

// The least that can answer these three requests at all: node:http, the same statements on a pool of the same size, and
// JSON.stringify. No routes, no checks of what comes in, no log, no metrics, no error answers.
const { statements, template } = JSON.parse(process.env.BARE_INPUT!) as BareInput;
types.setTypeParser(types.builtins.INT8, Number);
const pool = new Pool({ connectionString: process.env.DATABASE_URL, max: 10 });

const server = createServer((request, response) => {
  void answer(request, response).catch((error: unknown) => {
    response.writeHead(500).end(String(error));
  });
});
server.listen(Number(process.env.PORT), '127.0.0.1');
process.on('SIGTERM', () => process.exit());

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = request.url!;
  if (url === '/health') return send(response, 200, {});
  const token = request.headers.authorization!.slice('Bearer '.length);
  const hash = createHash('sha256').update(token).digest();
  const [user] = (await pool.query({ ...statements.findToken, values: [hash] })).rows;
  if (request.method === 'POST') {
    const log = JSON.parse(await textOf(request)) as Record<string, unknown>;
    const row = await writeLog(pool, { statements, template }, user.userId, log);
    return send(response, 201, { result: logOf(row) });
  }
  const limit = /\?limit=(\d+)$/.exec(url)?.[1];
  if (limit !== undefined) return send(response, 200, await pageOf(user.userId, Number(limit)));
  const id = Number(url.slice(url.lastIndexOf('/') + 1));
  const [row] = (await pool.query({ ...statements.findLog, values: [user.userId, id] })).rows;
  return send(response, 200, { result: logOf(row) });
}

async function pageOf(userId: number, limit: number): Promise<unknown> {
  const values = [userId, null, null, null, null, null, null, limit + 1];
  const { rows } = await pool.query({ ...statements.findPage, values });
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const cursor = Buffer.from(JSON.stringify([last.started_at.getTime(), last.id])).toString('base64url');
  return { result: shown.map(logOf), next_cursor: cursor };
}

const logOf = (row: LogRow): unknown => ({
  id: row.id,
  project_id: row.project_id,
  integration_id: null,
  provider: row.source,
  task: row.description,
  start: row.started_at.getTime() / 1000,
  end: row.ended_at === null ? null : row.ended_at.getTime() / 1000,
  running: row.is_running,
  billable: row.is_billable,
  notes: row.notes,
  tags: row.tags,
  category: row.category,
  external_id: row.external_id,
  sync: { state: 'local', missing: [], error: null, note: null },
});

function textOf(request: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => (text += chunk));
    request.on('end', () => resolve(text));
    request.on('error', reject);
  });
}

function send(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}
