import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { SmtpSimulator } from '../../simulators/smtp/simulator.js';
import { TogglSimulator } from '../../simulators/toggl/simulator.js';
import type { Benchmark } from '../benchmark.js';
import { startApplication } from '../support/application.js';
import { freePort, type Served } from '../support/children.js';
import { cpuSeconds } from '../support/cpu-time.js';
import { createPeople } from '../support/seed.js';
import type { World } from '../support/world.js';
import { deliverSessions, keepLogs, pressButton, type Stage } from './actors.js';
import { depthsOf, growthPerTenMinutes, sampleOf, worstBloat, type Sample } from './gauges.js';
import { LiveHeap } from './live-heap.js';
import { Caller } from './person.js';

/** A day passes in twenty minutes. */
const SPEED = 72;
const PEOPLE = 4;
const SAMPLE_MILLISECONDS = 5000;
const WARM_UP_SHARE = 0.4;
const DRAIN_MINUTES = 5;
const MOST_GROWTH_MEGABYTES = 1;
const MOST_BLOAT = 2;
/** With as much heap as it likes, Node puts collecting off. */
const SMALL_HEAP = ['--max-old-space-size=160', '--max-semi-space-size=8'];
const EVENTS = ['START', 'END', 'EDIT', 'DELETE', 'MANUAL_CREATE'];

/** A long day of everything at once: what grows, what is left waiting, what is left lying about. */
export const soak: Benchmark = {
  key: 'soak',
  isLong: true,
  async run(world) {
    const since = Date.now();
    const now = () => since + (Date.now() - since) * SPEED;
    const toggl = new TogglSimulator({ now });
    const smtp = new SmtpSimulator();
    await Promise.all([toggl.start(), smtp.start()]);
    try {
      return await measure(world, { toggl, smtp, since, now });
    } finally {
      await Promise.all([toggl.stop(), smtp.stop()]);
    }
  },
};

interface Surroundings {
  toggl: TogglSimulator;
  smtp: SmtpSimulator;
  since: number;
  now: () => number;
}

async function measure(world: World, around: Surroundings) {
  const { client, soakMinutes } = world;
  const token = randomBytes(24).toString('hex');
  const app = await startSoaked(world, around, token);
  const heap = await LiveHeap.connect(app.inspectorPort);
  const done = new Map<string, number>();
  const over = new AbortController();
  const did = (what: string) => void done.set(what, (done.get(what) ?? 0) + 1);
  const actors = await begin(world, app, { token, ...around, stage: { now: around.now, stop: over.signal, did } });
  const finished = Promise.all(actors);
  const began = performance.now();
  const computed = cpuSeconds(app.pid);
  const samples = await Promise.race([watch(world, { pid: app.pid, heap }, began), failureOf(finished)]);
  heap.close();
  over.abort();
  await finished;
  const events = [...done.values()].reduce((sum, count) => sum + count, 0);
  const cpu = cpuSeconds(app.pid) - computed;
  const drainSeconds = await untilEmpty(world);
  const warmUp = soakMinutes * WARM_UP_SHARE;
  const live = growthPerTenMinutes(samples, warmUp, ({ liveMegabytes }) => liveMegabytes);
  const resident = growthPerTenMinutes(samples, warmUp, ({ megabytes }) => megabytes);
  const bloat = await worstBloat(client);
  const left = await depthsOf(client);
  const deepest = (['deliveries', 'pushes', 'mails'] as const)
    .map((queue) => Math.max(...samples.map(({ depths }) => depths[queue])))
    .join(', ');
  return {
    title: `soak of ${soakMinutes} min, ${((soakMinutes * SPEED) / 60).toFixed(1)} h by the clock of the application`,
    speeds: [
      {
        name: [...done].map(([what, count]) => `${count.toLocaleString('en')} ${what}`).join(', '),
        speed: { perSecond: events / (soakMinutes * 60), cpuMicroseconds: (cpu / events) * 1e6 },
      },
      ...memoryLines(samples),
    ],
    comparisons: [
      {
        reference: `${MOST_GROWTH_MEGABYTES} MB more in use after ten minutes`,
        ratio: live / MOST_GROWTH_MEGABYTES,
        bar: { atMost: 1 },
      },
      { reference: `${MOST_GROWTH_MEGABYTES} MB more held after ten minutes`, ratio: resident / MOST_GROWTH_MEGABYTES },
      {
        reference: `left of deliveries, pushes and mails after ${drainSeconds.toFixed(0)} s (at the most ${deepest})`,
        ratio: left.deliveries + left.pushes + left.mails,
        bar: { atMost: 0 },
      },
      {
        reference: `the least a table can take (${bloat.table})`,
        ratio: bloat.ratio,
        bar: { atMost: MOST_BLOAT },
      },
    ],
  };
}

/** Everything in one process, as most run it. */
async function startSoaked({ children, databaseUrl, folder }: World, around: Surroundings, token: string) {
  const tokens = Object.fromEntries(EVENTS.map((event) => [`CLOCKIFY_SECRET_TOKEN_${event}`, `${token}${event}`]));
  const env = {
    ...tokens,
    NODE_ENV: 'test',
    TEST_CONTROL: JSON.stringify({ clockFasterSince: { at: around.since, speed: SPEED } }),
    TOGGL_BASE_URL: around.toggl.url,
    MAIL_SERVER: '127.0.0.1',
    MAIL_PORT: String(around.smtp.port),
    MAIL_USE_TLS: 'false',
    MAIL_DEFAULT_SENDER: 'timesheet@example.com',
    MAIL_RECIPIENT: 'coordination@example.com',
  };
  const inspectorPort = await freePort();
  const flags = [...SMALL_HEAP, `--inspect=127.0.0.1:${inspectorPort}`];
  const app = await startApplication(children, { databaseUrl, folder, name: 'soak', env, flags });
  return { ...app, inspectorPort };
}

async function begin(
  { client }: World,
  app: Served,
  { toggl, token, stage }: { toggl: TogglSimulator; token: string; stage: Stage },
): Promise<Promise<void>[]> {
  const actors: Promise<void>[] = [];
  for (const [index, { token: own }] of (await createPeople(client, 'soaked', PEOPLE)).entries()) {
    const person = new Caller(app, { authorization: `Bearer ${own}` });
    const account = { provider: 'toggl', credentials: { api_token: toggl.addUser().token } };
    const { id } = await person.ask<{ id: number }>('POST', '/v1/resources/integrations', account);
    const click = { action: 'toggle', integration_id: id, task: 'Working' };
    await person.send('PUT', '/v1/resources/flic', { default_integration: id, click });
    const accountId = `5a0ab5acb07987125438b${200 + index}`;
    actors.push(keepLogs(person, id, stage), pressButton(person, stage));
    actors.push(deliverSessions((event, body) => deliver(app, token, event, body), accountId, stage));
  }
  return actors;
}

const EVENT_TYPES = { start: 'NEW_TIMER_STARTED', edit: 'TIME_ENTRY_UPDATED', end: 'TIMER_STOPPED' } as const;

function deliver(app: Served, token: string, event: keyof typeof EVENT_TYPES, body: object): Promise<string> {
  const headers = {
    'clockify-signature': token + event.toUpperCase(),
    'clockify-webhook-event-type': EVENT_TYPES[event],
  };
  return new Caller(app, headers).send('POST', `/webhook/clockify/${event}`, body);
}

async function watch(
  { client, soakMinutes }: World,
  app: { pid: number; heap: LiveHeap },
  began: number,
): Promise<Sample[]> {
  const samples: Sample[] = [];
  for (;;) {
    const minutes = (performance.now() - began) / 60_000;
    if (minutes >= soakMinutes) return samples;
    samples.push(await sampleOf(client, app, minutes));
    await sleep(SAMPLE_MILLISECONDS);
  }
}

/** Ends only with an error. */
const failureOf = (work: Promise<unknown>): Promise<never> => work.then(() => new Promise<never>(() => undefined));

/** @returns how long it took; in the end it gives up, and what is left is told */
async function untilEmpty({ client }: World): Promise<number> {
  const began = performance.now();
  for (;;) {
    const { deliveries, pushes, mails } = await depthsOf(client);
    const seconds = (performance.now() - began) / 1000;
    if (deliveries + pushes + mails === 0 || seconds > DRAIN_MINUTES * 60) return seconds;
    await sleep(500);
  }
}

/** How memory went, quarter by quarter. */
function memoryLines(samples: readonly Sample[]) {
  const quarter = Math.ceil(samples.length / 4);
  const by = (of: (sample: Sample) => number) =>
    [0, 1, 2, 3]
      .map((index) => samples.slice(index * quarter, (index + 1) * quarter).map(of))
      .map((part) => `${Math.min(...part).toFixed(0)}–${Math.max(...part).toFixed(0)}`)
      .join(', ');
  const lines = [
    `MB in use, by quarters: ${by(({ liveMegabytes }) => liveMegabytes)}`,
    `MB held, by quarters: ${by(({ megabytes }) => megabytes)}`,
  ];
  return lines.map((name) => ({ name, speed: { perSecond: Number.NaN } }));
}
