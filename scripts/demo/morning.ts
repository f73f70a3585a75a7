import { setTimeout as sleep } from 'node:timers/promises';
import type { SmtpSimulator } from '../../simulators/smtp/simulator.js';
import type { Api, Log, Project } from './api.js';
import type { ClockifyDeliveries } from './clockify-deliveries.js';
import type { Paper } from './paper.js';
import type { Services } from './services.js';

export interface Stage {
  api: Api;
  paper: Paper;
  services: Services;
  /** Where the application is, for callers who are no client of its API. */
  url: string;
  deliveries: ClockifyDeliveries;
  /** Takes the mails, and keeps them. */
  mailbox: SmtpSimulator;
}

export const LOGS = '/v1/resources/logs';
export const SYNC_MILLISECONDS = 20_000;
/** Two presses within a second and a half are one. */
const BETWEEN_PRESSES_MILLISECONDS = 2500;

/** Unix seconds of a moment before now, on a whole minute. */
export const minutesAgo = (minutes: number): number => (Math.floor(Date.now() / 60_000) - minutes) * 60;

/** Everything Ana does this morning with her button and her Toggl. */
export async function playMorning(stage: Stage): Promise<void> {
  const { projects, integrationId } = await connectToggl(stage);
  await typeEarlierHours(stage, projects);
  const worked = await pressTheButton(stage);
  await correctIt(stage, worked);
  await stopWhatTheAppStarted(stage, projects);
  const mail = await loseAnAnswer(stage, integrationId);
  await editInTheApp(stage, mail);
}

async function connectToggl({ api, paper, services }: Stage): Promise<{ projects: Project[]; integrationId: number }> {
  await api.put('/v1/resources/me', { name: 'Ana', time_zone: paper.timeZone });
  paper.happens('Ana connects her Toggl account with its API token.');
  const account = await api.post<{ id: number; name: string; account_name: string }>(
    '/v1/resources/integrations',
    services.accounts.toggl,
  );
  const projects = await api.get<Project[]>('/v1/resources/projects');
  const names = projects.map(({ name }) => name).join(', ');
  paper.answers(`${account.name} of ${account.account_name}, with the projects ${names}.`);
  return { projects, integrationId: account.id };
}

async function typeEarlierHours({ api, paper }: Stage, projects: readonly Project[]): Promise<void> {
  const projectId = (name: string) => projects.find((project) => project.name === name)?.id;
  paper.happens('She types what she did before the badge was on her desk.');
  const earlier = [
    { task: 'Stand-up', project_id: projectId('Internal'), start: minutesAgo(240), end: minutesAgo(225) },
    { task: 'Landing page', project_id: projectId('Website'), start: minutesAgo(220), end: minutesAgo(130) },
  ];
  for (const log of earlier) {
    const { id, task, start, end } = await api.post<Log>(LOGS, log);
    const { state } = (await untilSynced(api, id)).sync;
    paper.answers(`${paper.span(start, end)} ${task}: ${state}.`);
  }
}

async function pressTheButton({ api, paper }: Stage): Promise<Log> {
  paper.happens('She presses the button on her badge. Phone and hub both report the press.');
  const [first, second] = await Promise.all([api.press(), api.press()]);
  paper.answers(first.startsWith('Ignored') ? second : first);
  paper.answers(first.startsWith('Ignored') ? first : second);
  await sleep(BETWEEN_PRESSES_MILLISECONDS);
  paper.happens('A little later she presses it again.');
  paper.answers(await api.press());
  const [latest] = await api.get<Log[]>(LOGS);
  if (latest === undefined) throw new Error('the press wrote no log');
  return untilSynced(api, latest.id);
}

async function correctIt({ api, paper }: Stage, { id, task }: Log): Promise<void> {
  paper.happens(`She had been at it all along: she corrects the hours of ${task}.`);
  const { start, end } = await api.put<Log>(`${LOGS}/${id}`, { start: minutesAgo(125), end: minutesAgo(80) });
  const { state } = (await untilSynced(api, id)).sync;
  paper.answers(`${paper.span(start, end)} ${task}: ${state}.`);
}

async function stopWhatTheAppStarted({ api, paper, services }: Stage, projects: readonly Project[]) {
  paper.happens('In the Toggl app, an hour ago, she had started a call with a client. It still runs.');
  services.toggl.startInApp({
    user: services.atToggl,
    description: 'Call with a client',
    projectId: projects.find(({ name }) => name === 'Support')?.external_id,
    start: new Date(minutesAgo(75) * 1000),
  });
  const running = await api.get<Log | null>('/v1/resources/timer');
  if (running === null) throw new Error('the timer of the app is not seen');
  paper.answers(`Running since ${paper.clock(running.start)}: ${running.task}.`);
  await sleep(BETWEEN_PRESSES_MILLISECONDS);
  paper.happens('The call is over. She presses the button.');
  paper.answers(await api.press());
}

async function loseAnAnswer({ api, paper, services: { toggl } }: Stage, integrationId: number): Promise<Log> {
  const task = 'Mail';
  const isCreate = { method: 'POST', path: /\/time_entries$/ };
  paper.happens('She adds five minutes of mail. Toggl takes them, and the line breaks before it can say so.');
  toggl.faults.add({ ...isCreate, action: 'create-then-reset' });
  const mail = { task, integration_id: integrationId, start: minutesAgo(80), end: minutesAgo(75) };
  const { id, start, end } = await api.post<Log>(LOGS, mail);
  const log = await untilSynced(api, id);
  const asked = toggl.callsTo(isCreate.method, isCreate.path).filter(({ body }) => body.includes(`"${task}"`)).length;
  const there = [...toggl.model.entries.values()].filter(({ description }) => description === task).length;
  paper.answers(`${paper.span(start, end)} ${task}: ${log.sync.state}. Looked for, found there, not sent again.`);
  paper.answers(`Toggl was sent it ${times(asked)} and has it ${times(there)}.`);
  if (there !== 1) throw new Error(`Toggl has ${there} entries called ${task}`);
  return log;
}

async function editInTheApp(
  { api, paper, services: { toggl } }: Stage,
  { id, external_id: externalId, task }: Log,
): Promise<void> {
  const description = 'Mail and tickets';
  paper.happens(`In the Toggl app she calls it ${description}. Sync would find it within five minutes; she asks now.`);
  toggl.editInApp(externalId!, { description });
  const deadline = performance.now() + SYNC_MILLISECONDS;
  for (let now = task; now !== description; now = (await api.get<Log>(`${LOGS}/${id}`)).task) {
    if (performance.now() > deadline) throw new Error('the change in the app does not arrive');
    // Answers at once when Toggl is being read at this very moment.
    await api.post('/v1/rpc/sync', {});
    await sleep(100);
  }
  paper.answers(`${task} is now called ${description} here, too.`);
}

const times = (count: number): string => (count === 1 ? 'once' : `${count} times`);

/** A write is answered as soon as it is safe here, and pushed right after. */
export async function untilSynced(api: Api, id: number): Promise<Log> {
  const deadline = performance.now() + SYNC_MILLISECONDS;
  for (;;) {
    const log = await api.get<Log>(`${LOGS}/${id}`);
    if (log.sync.state === 'synced') return log;
    if (performance.now() > deadline) throw new Error(`${log.task} is ${log.sync.state}: ${log.sync.error}`);
    await sleep(100);
  }
}
