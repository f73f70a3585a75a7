import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { DateTime } from 'luxon';
import type { Log } from './api.js';
import { LOGS, minutesAgo, type Stage } from './morning.js';

const WAIT_MILLISECONDS = 20_000;

/** What comes by itself or from elsewhere: a push of Toggl, a workout of the phone, an old file. */
export async function takeInTheRest(stage: Stage): Promise<void> {
  await pushFromToggl(stage);
  await workoutFromThePhone(stage);
  await importAFile(stage);
}

async function pushFromToggl({ api, paper, services, url }: Stage): Promise<void> {
  paper.happens('Toggl is asked to push what happens there. She tracks something in its app (POST /webhooks/toggl).');
  await services.subscribe(`${url}/webhooks/toggl`);
  const [start, stop] = [minutesAgo(345), minutesAgo(335)].map((seconds) => new Date(seconds * 1000));
  services.toggl.startInApp({ user: services.atToggl, description: 'Sprint planning', start, stop });
  const statuses = await services.togglWebhooks.deliver({ copies: 2 });
  const { start: from, end } = await arrived(api, 'Sprint planning');
  paper.answers(
    `${paper.span(from, end)} Sprint planning: here without a sync, pushed ${statuses.length} times, in once.`,
  );
}

async function workoutFromThePhone({ api, paper }: Stage): Promise<void> {
  paper.happens('Her phone sends the workout of her watch, and does so again (POST /webhooks/health).');
  const time = (minutes: number) =>
    DateTime.fromSeconds(minutesAgo(minutes), { zone: paper.timeZone }).toFormat('yyyy-MM-dd HH:mm:ss ZZZ');
  const workout = { id: randomUUID().toUpperCase(), name: 'Outdoor Run', start: time(430), end: time(395) };
  const distance = { distance: { qty: 6.4, units: 'km' } };
  const send = () =>
    api.send<{ status: string; delivery: number }>('/webhooks/health', {
      data: { workouts: [{ ...workout, ...distance }] },
    });
  const [first, again] = [await send(), await send()];
  paper.answers(`${first.status}, then ${again.status}.`);
  const { start, end, category } = await arrived(api, 'Outdoor Run');
  paper.answers(`${paper.span(start, end)} Outdoor Run, ${category}: hers alone, until she shares her health.`);
}

async function importAFile({ api, paper }: Stage): Promise<void> {
  paper.happens('What she wrote down elsewhere comes as a file, twice by mistake (POST /v1/resources/imports).');
  const local = (minutes: number) => DateTime.fromSeconds(minutesAgo(minutes), { zone: paper.timeZone });
  const [start, end] = [local(385), local(350)];
  const times = [start, end].flatMap((time) => [time.toFormat('yyyy-MM-dd'), time.toFormat('HH:mm:ss')]).join(',');
  const csv =
    'User,Email,Client,Project,Task,Description,Billable,Start date,Start time,End date,End time,Duration,Tags\n' +
    `Ana,ana@example.com,,Archive,,Old archive,No,${times},00:35:00,\n`;
  for (const time of ['The first time', 'The second time']) {
    const tally = await read(api, csv);
    paper.answers(`${time}: ${tally.new} new, ${tally.duplicates} known.`);
  }
}

interface Import {
  id: number;
  state: string;
  new: number;
  duplicates: number;
}

async function read(api: Stage['api'], csv: string): Promise<Import> {
  const { id } = await api.upload<Import>(
    '/v1/resources/imports',
    { kind: 'toggl_csv' },
    { name: 'report.csv', text: csv },
  );
  const deadline = performance.now() + WAIT_MILLISECONDS;
  for (;;) {
    const found = await api.get<Import>(`/v1/resources/imports?id=${id}`);
    if (found.state === 'done') return found;
    if (found.state === 'failed' || performance.now() > deadline) throw new Error(`the import is ${found.state}`);
    await sleep(100);
  }
}

/** A delivery is answered once it is on disk, and becomes an entry a moment later. */
async function arrived(api: Stage['api'], task: string): Promise<Log> {
  const deadline = performance.now() + WAIT_MILLISECONDS;
  for (;;) {
    const found = (await api.get<Log[]>(LOGS)).filter((log) => log.task === task);
    if (found.length > 1) throw new Error(`${task} is there ${found.length} times`);
    if (found[0] !== undefined) return found[0];
    if (performance.now() > deadline) throw new Error(`${task} does not arrive`);
    await sleep(50);
  }
}
