import { setTimeout as sleep } from 'node:timers/promises';
import { clockifyDelivery } from '../webhooks/clockify-delivery.js';
import type { Caller } from './person.js';

/** What goes on while a soak lasts. */
export interface Stage {
  /** Of the application's clock, in milliseconds. */
  now: () => number;
  stop: AbortSignal;
  /** Counts what was done. */
  did: (what: string) => void;
}

const MINUTE = 60_000;
const PAUSE_MILLISECONDS = 60;
/** Each session is two letters, and letters leave one after the other. */
const SESSION_PAUSE_MILLISECONDS = 1000;
/** One press within a second and a half counts. */
const PRESS_MILLISECONDS = 4000;
const REPORT_EVERY = 40;

type Deliver = (event: 'start' | 'edit' | 'end', body: object) => Promise<unknown>;

/** Somebody whose sessions are reported by a service: each is begun, changed and ended, and sometimes told twice. */
export async function deliverSessions(deliver: Deliver, accountId: string, { now, stop, did }: Stage): Promise<void> {
  for (let turn = 0; !stop.aborted; turn++) {
    const start = Math.floor(now() / 1000) * 1000 - 30 * MINUTE;
    const id = (BigInt(`0x${accountId.slice(-6)}`) * 10_000_000n + BigInt(turn)).toString().padStart(24, '0');
    const session = { ...clockifyDelivery(accountId), id, description: `Ticket ${turn}` };
    const running = { ...session, currentlyRunning: true, timeInterval: intervalOf(start, null) };
    await deliver('start', running);
    if (turn % 10 === 0) await deliver('start', running);
    await deliver('edit', { ...running, description: `Ticket ${turn}: called back` });
    await deliver('end', { ...session, timeInterval: intervalOf(start, start + 25 * MINUTE) });
    did('sessions of a service');
    await sleep(SESSION_PAUSE_MILLISECONDS, undefined, { signal: stop }).catch(() => undefined);
  }
}

const intervalOf = (start: number, end: number | null) => ({
  start: new Date(start).toISOString(),
  end: end === null ? null : new Date(end).toISOString(),
  duration: end === null ? null : `PT${(end - start) / 1000}S`,
  timeZone: 'Europe/Madrid',
});

/** Somebody who writes logs down, corrects and removes them, and looks at what there is. */
export async function keepLogs(person: Caller, integrationId: number, { now, stop, did }: Stage): Promise<void> {
  for (let turn = 1; !stop.aborted; turn++) {
    const end = Math.floor(now() / 1000) - 60;
    const body = { task: `Call ${turn}`, start: end - 1500, end, tags: ['support'], integration_id: integrationId };
    const { id } = await person.ask<{ id: number }>('POST', '/v1/resources/logs', body);
    await person.send('PUT', `/v1/resources/logs/${id}`, { task: `Call ${turn}, and back`, end: end + 30 });
    await person.send('GET', `/v1/resources/logs?limit=50`);
    if (turn % 3 === 0) await person.send('DELETE', `/v1/resources/logs/${id}`);
    did('logs written and corrected');
    if (turn % REPORT_EVERY === 0) {
      await lookBack(person, now());
      did('reports and timelines');
    }
    await sleep(PAUSE_MILLISECONDS);
  }
}

async function lookBack(person: Caller, now: number): Promise<void> {
  const [from, to] = [now - 7 * 1440 * MINUTE, now].map((time) => new Date(time).toISOString());
  await person.send('GET', `/v1/resources/reports?from=${from}&to=${to}&format=xlsx`);
  await person.send('GET', `/v1/resources/timeline?from=${from}&to=${to}`);
}

/** Somebody who presses a button, now and then. */
export async function pressButton(person: Caller, { stop, did }: Stage): Promise<void> {
  while (!stop.aborted) {
    await person.send('POST', '/v1/rpc/flic/click');
    did('presses');
    await sleep(PRESS_MILLISECONDS, undefined, { signal: stop }).catch(() => undefined);
  }
}
