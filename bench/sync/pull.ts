import type { Benchmark } from '../benchmark.js';
import { startApplication } from '../support/application.js';
import type { Served } from '../support/children.js';
import { backendCpuSeconds, cpuSeconds } from '../support/cpu-time.js';
import { peakMegabytes } from '../support/memory.js';
import type { BenchmarkResult, Speed } from '../support/results.js';
import { createPeople, type Person } from '../support/seed.js';
import type { World } from '../support/world.js';
import { clockifyService, togglService, type Account, type Service } from './services.js';
import { writesSince } from './writes.js';

/** As many as the contract allows to walk at once. */
const DAYS = 75;
const SECONDS = 10;
/** With as much heap as it likes, Node puts collecting off, and a peak says nothing of what is kept. */
const SMALL_HEAP = ['--max-old-space-size=160', '--max-semi-space-size=16'];

interface Sizes {
  many: number;
  /** Pulled first by somebody else: what the process needs at all is then there. */
  few: number;
}

const pullOf = (key: string, serviceOf: () => Service): Benchmark => ({
  key,
  async run(world) {
    const sizes = world.isQuick ? { many: 1000, few: 200 } : { many: 10_000, few: 1000 };
    const service = serviceOf();
    await service.start();
    try {
      return await measure(world, service, sizes);
    } finally {
      await service.stop();
    }
  },
});

/** A whole account comes into the ledger, and then once more, when there is nothing to write. */
export const pullToggl = pullOf('pull-toggl', togglService);
export const pullClockify = pullOf('pull-clockify', clockifyService);

async function measure(world: World, service: Service, { many, few }: Sizes): Promise<BenchmarkResult> {
  const { children, databaseUrl, folder, client } = world;
  const application = { databaseUrl, folder, name: service.name, env: service.env(), flags: SMALL_HEAP };
  const app = await startApplication(children, application);
  const people = await createPeople(client, `${service.name.toLowerCase()}-puller`, 3);
  const pull = async (who: Person, entries: number, expected: Partial<Counts>) => {
    const account = service.addAccount(entries);
    const integrationId = await connect(app, who, account);
    return { integrationId, ...(await pullOnce(app, who, integrationId, expected)) };
  };
  const small = await peakMegabytes(app.pid, () => pull(people[0]!, few, { created: few }));
  const computedBefore = await backendCpuSeconds(client);
  const first = await peakMegabytes(app.pid, () => pull(people[1]!, many, { created: many }));
  const computed = first.result.cpu + (await backendCpuSeconds(client)) - computedBefore;
  const before = await writesSince(client);
  const second = await pullOnce(app, people[1]!, first.result.integrationId, { created: 0, updated: 0 });
  const written = await writesSince(client, before);
  const other = await peakMegabytes(app.pid, () => pull(people[2]!, many, { created: many }));
  return {
    title: `${service.name}: ${many.toLocaleString('en')} entries pulled`,
    speeds: [
      { name: 'into an empty ledger', speed: speedOf(many, first.result) },
      { name: 'once more, nothing new', speed: speedOf(many, second) },
    ],
    comparisons: [
      // The bar is for ten thousand.
      { reference: `${SECONDS} s`, ratio: first.result.seconds / SECONDS, bar: { atMost: many / 10_000 } },
      {
        reference: `${SECONDS} s of CPU, application and database together`,
        ratio: computed / SECONDS,
        bar: { atMost: many / 10_000 },
      },
      { reference: 'rows written by the second pull', ratio: written.rows, bar: { atMost: 0 } },
      {
        reference: `peak memory of ${few.toLocaleString('en')} (${Math.round(small.peak)} MB)`,
        ratio: first.peak / small.peak,
        bar: { atMost: 1.25 },
      },
      {
        reference: `the same for another account, peak memory (${Math.round(first.peak)} MB before)`,
        ratio: other.peak / first.peak,
        bar: { atMost: 1.25 },
      },
    ],
  };
}

interface Counts {
  created: number;
  updated: number;
}

interface Pulled {
  seconds: number;
  cpu: number;
}

const speedOf = (entries: number, { seconds, cpu }: Pulled): Speed => ({
  perSecond: entries / seconds,
  cpuMicroseconds: (cpu / entries) * 1e6,
});

/** Syncs by itself are off, so that nothing but the measured pull reads the account. */
async function connect(app: Served, person: Person, account: Account): Promise<number> {
  await call(app, person, 'PUT', '/v1/resources/sync', { auto: false });
  return (await call<{ id: number }>(app, person, 'POST', '/v1/resources/integrations', account)).id;
}

async function pullOnce(
  app: Served,
  person: Person,
  integrationId: number,
  expected: Partial<Counts>,
): Promise<Pulled> {
  const [began, computed] = [performance.now(), cpuSeconds(app.pid)];
  const body = { integration_id: integrationId, days: DAYS };
  const [run] = await call<{ state: string; counts: Counts }[]>(app, person, 'POST', '/v1/rpc/sync', body);
  const seconds = (performance.now() - began) / 1000;
  const isExpected = (Object.keys(expected) as (keyof Counts)[]).every((name) => run?.counts[name] === expected[name]);
  if (run?.state !== 'done' || !isExpected) throw new Error(`the pull answered ${JSON.stringify(run)}`);
  return { seconds, cpu: cpuSeconds(app.pid) - computed };
}

async function call<T>({ port }: Served, { token }: Person, method: string, path: string, body: object): Promise<T> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method, headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${await answer.text()}`);
  return ((await answer.json()) as { result: T }).result;
}
