import { setTimeout as sleep } from 'node:timers/promises';
import { DateTime } from 'luxon';
import type { Log, Project } from './api.js';
import { LOGS, minutesAgo, SYNC_MILLISECONDS, untilSynced, type Stage } from './morning.js';

/** The other three services: connected, written to, and read. */
export async function workEverywhere(stage: Stage): Promise<void> {
  await connectTheOthers(stage);
  await writeThere(stage);
  await readFromThere(stage);
}

async function connectTheOthers({ api, paper, services }: Stage): Promise<void> {
  paper.happens('Her customers use other services. She connects Clockify, Zoho Projects and Zoho Desk, too.');
  for (const account of services.accounts.others) {
    const { name, account_name: who } = await api.post<{ name: string; account_name: string }>(
      '/v1/resources/integrations',
      account,
    );
    paper.answers(`${name} of ${who}.`);
  }
}

async function writeThere({ api, paper, services }: Stage): Promise<void> {
  const all = await api.get<Project[]>('/v1/resources/projects');
  const idOf = (name: string) => all.find((project) => project.name === name)?.id;
  paper.happens('She types an entry for each. A ticket is a project at Desk, and a colleague’s is found by searching.');
  const [ticket] = await api.get<Project[]>('/v1/resources/projects?query=scanner&limit=1');
  paper.answers(`“scanner” finds ${ticket?.name}.`);
  const [from, to] = withinOneDay(services.timeZone, minutesAgo(290), minutesAgo(270));
  const logs = [
    { task: 'Prototype', project_id: idOf('Mobile app'), start: minutesAgo(330), end: minutesAgo(300) },
    { task: 'Data move', project_id: idOf('Migration'), start: from + 20, end: to + 35 },
    { task: 'Scanner cleaned', project_id: ticket?.id, start: minutesAgo(255), end: minutesAgo(248) },
  ];
  for (const log of logs) {
    const { id } = await api.post<Log>(LOGS, log);
    const { start, end, task, provider, sync } = await untilSynced(api, id);
    const note = sync.note === null ? '' : ` ${sync.note}`;
    paper.answers(`${paper.span(start, end)} ${task} at ${provider}: ${sync.state}.${note}`);
  }
}

async function readFromThere({ api, paper, services }: Stage): Promise<void> {
  paper.happens('What she had tracked in their own apps comes the other way, with the next sync. She asks now.');
  const expected = trackInTheApps(services);
  const deadline = performance.now() + SYNC_MILLISECONDS;
  for (;;) {
    await api.post('/v1/rpc/sync', { days: 1 });
    const tasks = new Set((await api.get<Log[]>(LOGS)).map(({ task }) => task));
    if (expected.every((task) => tasks.has(task))) break;
    if (performance.now() > deadline) throw new Error('what was tracked in the apps does not arrive');
    await sleep(100);
  }
  paper.answers(`${expected.join(', ')}: here.`);
}

function trackInTheApps(services: Stage['services']): string[] {
  const { clockify, zoho, desk, atClockify, atZoho, atDesk, timeZone } = services;
  const instant = (seconds: number) => new Date(seconds * 1000);
  const [start, stop] = [instant(minutesAgo(300)), instant(minutesAgo(290))];
  const { mobileAppId: projectId, ownTicketId: parentId } = services;
  clockify.startInApp({ user: atClockify, description: 'Design review', projectId, start, stop });
  const [from, to] = withinOneDay(timeZone, minutesAgo(270), minutesAgo(255)).map((seconds) =>
    DateTime.fromSeconds(seconds, { zone: timeZone, locale: 'en-US' }),
  );
  zoho.logInApp({
    person: atZoho.person,
    projectId: services.migrationId,
    name: 'Planning',
    date: from!.toFormat('yyyy-MM-dd'),
    hours: '0:15',
    startTime: from!.toFormat('hh:mm a'),
    endTime: to!.toFormat('hh:mm a'),
  });
  const call = { agent: atDesk.agent, parentId, start: instant(minutesAgo(248)), seconds: 360 };
  desk.logInApp({ ...call, description: 'Call back' });
  return ['Design review', 'Planning', 'Call back'];
}

/** Zoho Projects keeps what crosses midnight as two; an hour earlier tells the same story. */
function withinOneDay(zone: string, start: number, end: number): [number, number] {
  const day = (seconds: number) => DateTime.fromSeconds(seconds, { zone }).toISODate();
  return day(start) === day(end + 60) ? [start, end] : [start - 3600, end - 3600];
}
