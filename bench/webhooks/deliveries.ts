import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import { startApplication } from '../support/application.js';
import type { Served } from '../support/children.js';
import { httpRequest } from '../support/load-job.js';
import type { World } from '../support/world.js';
import { CONNECTIONS } from '../logs/contenders.js';
import { clockifyDelivery, ENTRY_ID } from './clockify-delivery.js';

export const EVENT_TYPE = 'TIMER_STOPPED';
const MOST_SECONDS = 300;

export const RECIPIENT = 'coordination@example.com';

/** Accounts are told apart by their last three digits. */
export const ACCOUNT_PREFIX = '5a0ab5acb07987125438b';
/** From this one on they are pgbench's. */
export const FIRST_OF_PGBENCH = 100;
const PGBENCH_CLIENTS = 10;

const accountOf = (number: number): string => ACCOUNT_PREFIX + String(number).padStart(3, '0');
const numbers = (first: number, count: number): number[] => Array.from({ length: count }, (_, index) => first + index);

/** An application that takes deliveries and works them off. */
export interface Deliveries extends Served {
  /** For each connection of the load, an account of its own. */
  requests: string[][];
}

/** Its mail server is away: letters are written, and no CPU is spent on sending them. */
export async function startDeliveries(world: World): Promise<Deliveries> {
  const { children, databaseUrl, folder, client } = world;
  const token = randomBytes(24).toString('hex');
  const env = {
    CLOCKIFY_SECRET_TOKEN_END: token,
    MAIL_SERVER: '127.0.0.1',
    MAIL_PORT: '1',
    MAIL_USE_TLS: 'false',
    MAIL_DEFAULT_SENDER: 'timesheet@example.com',
    MAIL_RECIPIENT: RECIPIENT,
    EMAIL_PROCESS_INTERVAL: '60',
  };
  const app = await startApplication(children, { databaseUrl, folder, name: 'deliveries', env });
  const headers = { 'Clockify-Signature': token, 'Clockify-Webhook-Event-Type': EVENT_TYPE };
  const requestOf = (number: number) =>
    httpRequest('POST', '/webhook/clockify/end', { headers, body: clockifyDelivery(accountOf(number)) });
  for (const number of [...numbers(0, CONNECTIONS), ...numbers(FIRST_OF_PGBENCH, PGBENCH_CLIENTS)]) {
    const load = { port: app.port, requests: [[requestOf(number)]], numbered: ENTRY_ID, milliseconds: 0 };
    await world.load.run(load);
  }
  await untilWorkedOff(client);
  return { ...app, requests: numbers(0, CONNECTIONS).map((number) => [requestOf(number)]) };
}

const OLDEST = `select extract(epoch from clock_timestamp() - received_at) * 1000 as milliseconds
  from deliveries where state in ('pending', 'processing') order by id limit 1`;

/** For how long the oldest delivery has waited that is not worked off; `null` when there is none. */
export async function oldestMilliseconds(client: Client): Promise<number | null> {
  const { rows } = await client.query<{ milliseconds: string }>(OLDEST);
  return rows[0] === undefined ? null : Number(rows[0].milliseconds);
}

/** @throws Error when deliveries are left over after a long time, or were given up */
export async function untilWorkedOff(client: Client): Promise<void> {
  const deadline = performance.now() + MOST_SECONDS * 1000;
  while ((await oldestMilliseconds(client)) !== null) {
    if (performance.now() > deadline) throw new Error('the inbox does not become empty');
    await sleep(5);
  }
  const { rows } = await client.query<{ state: string }>(
    `select distinct state from deliveries where state not in ('done', 'duplicate')`,
  );
  if (rows.length > 0) throw new Error(`deliveries are ${rows.map(({ state }) => state).join(', ')}`);
}
