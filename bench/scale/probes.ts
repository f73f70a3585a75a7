import type { INestApplicationContext } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import type { UserCaller } from '../../src/auth/caller.js';
import { ReportsService } from '../../src/reports/reports.service.js';
import { HistoryService } from '../../src/sessions/history.service.js';
import { SessionsService } from '../../src/sessions/sessions.service.js';
import { TimelineService } from '../../src/timeline/timeline.service.js';
import { DeliveryWorker } from '../../src/webhooks/delivery-worker.js';
import { IntakeService } from '../../src/webhooks/intake.service.js';
import { clockifyDelivery, keptHeaders } from '../webhooks/clockify-delivery.js';
import { LAST_DAY, accountOf, externalIdOf, type Shape } from './fill.js';

/** Something the application does, done once; always with other rows than the time before. */
export interface Probe {
  key: string;
  name: string;
  run(): Promise<unknown>;
}

export const EDIT_TOKEN = 'the-token-of-the-scale-benchmark';
const DAY = 86_400_000;
const MIDNIGHT = Date.parse(`${LAST_DAY}T00:00:00Z`);

/** Far apart, so that neighbours are not warm already. */
const STRIDE = 7919;

export function probesOf(app: INestApplicationContext, { entries, users }: Shape): Probe[] {
  const [intake, worker] = [app.get(IntakeService, LOOSE), app.get(DeliveryWorker, LOOSE)];
  const [timeline, reports] = [app.get(TimelineService, LOOSE), app.get(ReportsService, LOOSE)];
  const [sessions, history] = [app.get(SessionsService, LOOSE), app.get(HistoryService, LOOSE)];
  let count = 0;
  const next = (most: number) => 1 + (((count += 1) * STRIDE) % most);
  return [
    { key: 'ingest', name: 'delivery: taken', run: () => deliver(intake, next(entries), users) },
    { key: 'process', name: 'delivery: worked off', run: () => worker.processDue() },
    { key: 'idle', name: 'workers: nothing is due', run: () => worker.processDue() },
    {
      key: 'day',
      name: "one person's day",
      run: () => timeline.get(caller(next(users)), { start: new Date(MIDNIGHT), end: new Date(MIDNIGHT + DAY) }, ZONE),
    },
    {
      key: 'month',
      name: "report: one person's 28 days",
      run: () => drain(reports, next(users), MIDNIGHT - 27 * DAY),
    },
    { key: 'everybody', name: "report: everybody's day", run: () => drain(reports, null, MIDNIGHT) },
    {
      key: 'search',
      name: 'coordinator: a page of a project, by day',
      run: async () => {
        const search = { projectName: `Project ${next(40)}`, fromDate: '2026-07-01', toDate: LAST_DAY };
        return (await sessions.search(search))({ limit: 100, cursor: undefined });
      },
    },
    {
      key: 'history',
      name: 'history: a page of a project, of a day',
      run: async () => {
        const search = { projectName: `Project ${next(40)}`, startDate: LAST_DAY };
        return (await history.search(search))({ limit: 100, cursor: undefined });
      },
    },
  ];
}

const LOOSE = { strict: false } as const;
const ZONE = 'Europe/Madrid';

const caller = (userId: number): UserCaller => ({
  kind: 'user',
  userId,
  username: accountOf(userId),
  role: 'member',
  timeZone: ZONE,
  credential: `token:${userId}`,
});

/** Another text for an entry that is there. */
function deliver(intake: IntakeService, entry: number, users: number): Promise<unknown> {
  const user = 1 + ((entry - 1) % users);
  const body = {
    ...clockifyDelivery(accountOf(user)),
    id: externalIdOf(entry),
    description: `Ticket ${entry}: changed, ${randomUUID()}`,
  };
  const headers: Record<string, string> = { ...keptHeaders('TIME_ENTRY_UPDATED'), 'clockify-signature': EDIT_TOKEN };
  const header = (name: string) => (headers[name] === undefined ? [] : [headers[name]]);
  return intake.receive({ provider: 'clockify', event: 'edit', header, body: Buffer.from(JSON.stringify(body)) });
}

async function drain(reports: ReportsService, userId: number | null, from: number): Promise<number> {
  const when = { start: new Date(from), end: new Date(MIDNIGHT + DAY) };
  const report = await reports.open({ userId, when });
  let rows = 0;
  for await (const batch of report.batches) rows += batch.length;
  return rows;
}
