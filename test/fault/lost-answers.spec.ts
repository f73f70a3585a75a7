import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FaultAction } from '../../simulators/support/faults.js';
import type { SimulatedRequest } from '../../simulators/support/http-simulator.js';
import type { TestControl } from '../../src/config/test-control.js';
import type { ApiClient } from '../support/api-client.js';
import { FaultWorld } from '../support/fault-world.js';
import { eventually, expectSound } from '../support/oracle.js';
import { seededRandom, shuffled } from '../support/random.js';
import { sized } from '../support/size.js';

const CREATE = { method: 'POST', path: /^\/workspaces\/\d+\/time_entries$/ };
const LIST = { method: 'GET', path: '/me/time_entries' };

const DEATHS = ['push.answered', 'push.confirmed', 'push.answered', 'push.answered'];

/** Days pass in seconds: a wait of an hour takes 0.36 s. */
const HURRY = { retryScale: 1e-4, callTimeoutMilliseconds: 1500, leaseSeconds: 4 };

interface Log {
  id: number;
  task: string;
  external_id: string | null;
  sync: { state: string; error: string | null };
}

describe('a write whose answer is lost', () => {
  let world: FaultWorld;
  let person: ApiClient;
  let integrations: number[];

  beforeEach(async () => {
    world = await FaultWorld.create({ testControl: HURRY });
  });

  afterEach(() => world.close());

  async function begin(accounts: number): Promise<void> {
    await world.start();
    person = await world.addUser('ana');
    integrations = [];
    for (let count = 0; count < accounts; count += 1) integrations.push(await world.connectToggl(person));
  }

  async function restart(testControl: TestControl) {
    await world.apps.at(-1)!.stop('SIGTERM');
    return world.start(testControl);
  }

  const START = Math.floor(Date.now() / 1000) - 5 * 86_400;

  const contentOf = (index: number) => ({
    task: `Log ${index}`,
    start: START + index * 60,
    end: START + index * 60 + 30,
    integration_id: integrations[index % integrations.length],
  });

  /** Sent again with its key until a process has answered. */
  async function create(index: number): Promise<Log> {
    for (;;) {
      const key = { 'idempotency-key': `log-${index}` };
      const answer = await person.call<Log>('POST', '/v1/resources/logs', contentOf(index), key).catch(() => null);
      if (answer?.status === 201) return answer.body.result;
      if (answer !== null && answer.status !== 503) throw new Error(`answered ${answer.status}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** The one log of a test, whose create is lost. */
  async function createLost(action: FaultAction, changes: object = {}): Promise<Log> {
    world.toggl.faults.add({ ...CREATE, action });
    const log = await person.expect<Log>(201, 'POST', '/v1/resources/logs', { ...contentOf(0), ...changes });
    await eventually('the create was sent', 5, () => world.toggl.callsTo('POST', CREATE.path).length > 0);
    return log;
  }

  const logOf = (id: number) => person.expect<Log>(200, 'GET', `/v1/resources/logs/${id}`);

  /** Ten at a time; answers the ids. */
  async function createAll(count: number): Promise<Set<number>> {
    const acknowledged = new Set<number>();
    const indexes = Array.from({ length: count }, (_, index) => index);
    const lanes = Array.from({ length: 10 }, async () => {
      for (let index = indexes.shift(); index !== undefined; index = indexes.shift()) {
        acknowledged.add((await create(index)).id);
      }
    });
    await Promise.all(lanes);
    return acknowledged;
  }

  const logs = () => person.expect<Log[]>(200, 'GET', '/v1/resources/logs');

  const open = () =>
    world.value<number>(`select count(*)::int from pushes where state in ('pending', 'sending', 'unknown')`);

  const settled = (seconds: number) => eventually('every push is settled', seconds, async () => (await open()) === 0);

  /** The nth create of the run suffers the nth action of the plan. */
  function play(plan: readonly (FaultAction | null)[]): void {
    let call = -1;
    world.toggl.faults.add({ ...CREATE, action: 'timeout', when: () => (call += 1) < 0 });
    for (const action of new Set(plan.filter((one) => one !== null))) {
      world.toggl.faults.add({ ...CREATE, action, times: Infinity, when: () => plan[call] === action });
    }
  }

  async function expectOneToOne(acknowledged: ReadonlySet<number>): Promise<void> {
    const all = await logs();
    expect(new Set(all.map(({ id }) => id))).toEqual(acknowledged);
    expect(all.filter(({ sync }) => sync.state !== 'synced')).toEqual([]);
    const there = [...world.toggl.model.entries.values()].filter(({ deletedAt }) => deletedAt === null);
    expect(there.length).toBe(acknowledged.size);
    expect(new Set(all.map((log) => log.external_id)).size).toBe(acknowledged.size);
    for (const log of all) expect(world.toggl.entry(log.external_id!)?.description).toBe(log.task);
    await expectSound(world);
  }

  it('leaves each log as one entry when every fifth answer breaks off, is garbage, is empty or never comes', async () => {
    const random = seededRandom('lost answers');
    const times = sized(1, 5);
    const lost: (FaultAction | null)[] = [
      ...Array.from({ length: 9 * times }, () => 'create-then-reset' as const),
      ...Array.from({ length: 9 * times }, () => 'create-then-garbage' as const),
      ...Array.from({ length: 9 * times }, () => 'create-then-empty' as const),
      ...Array.from({ length: 5 * times }, () => 'create-then-timeout' as const),
      ...Array.from({ length: 8 * times }, () => 'reset-before' as const),
    ];
    await begin(4);
    play(shuffled([...lost, ...Array.from({ length: 160 * times }, () => null)], random));
    const acknowledged = await createAll(200 * times);
    await settled(60);
    expect(world.toggl.calls.filter(({ fault }) => fault !== null).length).toBe(40 * times);
    await expectOneToOne(acknowledged);
  }, 300_000);

  it('writes each log once when the process is killed between the answer and its confirmation, and after it', async () => {
    const random = seededRandom('killed while pushing');
    const count = sized(120, 240);
    await begin(3);
    const whole = createAll(count);
    for (const place of sized(['push.answered', 'push.confirmed'], DEATHS)) {
      await world.apps.at(-1)!.stop('SIGKILL');
      const nth = 1 + Math.floor(random() * 40);
      await world.start({ failpoints: [`${place}#${nth}`], leaseSeconds: 1 });
      await world.apps.at(-1)!.ended;
    }
    await world.start({ leaseSeconds: 1 });
    const acknowledged = await whole;
    await settled(30);
    expect(acknowledged.size).toBe(count);
    await expectOneToOne(acknowledged);
  }, 300_000);

  it('is not written down by a worker that was paused past its lease: another one speaks for the log by then', async () => {
    await begin(1);
    const paused = await restart({ leaseSeconds: 1, callTimeoutMilliseconds: 60_000 });
    const pause = () => paused.process.kill('SIGSTOP');
    world.toggl.faults.add({ ...CREATE, action: 'timeout', when: () => pause() && false });
    const { id } = await person.expect<Log>(201, 'POST', '/v1/resources/logs', contentOf(0));
    await eventually('the create was carried out', 10, () => world.toggl.ledger.created.length === 1);
    await world.start({ leaseSeconds: 1 });
    await settled(20);
    const state = () => world.query('select * from pushes');
    const before = await state();
    paused.process.kill('SIGCONT');
    await eventually('the paused process goes on', 10, () => fetch(`${paused.url}/health`).then(({ ok }) => ok));
    await paused.stop('SIGTERM'); // which waits for the calls under way
    expect(await state()).toEqual(before);
    await expectOneToOne(new Set([id]));
  }, 300_000);

  it('stays unknown and is not sent again while the service does not list its entries', async () => {
    await begin(1);
    world.toggl.faults.add({ ...LIST, times: Infinity, action: { status: 500 } });
    const { id } = await createLost('create-then-reset');
    await eventually('it was looked for', 10, () => world.toggl.callsTo('GET', /^\/me\/time_entries$/).length >= 9);
    expect((await logOf(id)).sync).toMatchObject({ state: 'unknown', error: expect.stringContaining('500') as string });
    expect(world.toggl.callsTo('POST', CREATE.path).length).toBe(1);
    world.toggl.faults.clear();
    await settled(10);
    await expectOneToOne(new Set([id]));
  }, 300_000);

  it('stays unknown when the service keeps no history that old', async () => {
    await begin(1);
    const start = Math.floor(Date.now() / 1000) - 200 * 86_400;
    const { id } = await createLost('create-then-reset', { start, end: start + 60 });
    const lookUps = () => world.toggl.callsTo('GET', /^\/me\/time_entries$/).length;
    await eventually('it was looked for', 10, () => lookUps() >= 3);
    expect((await logOf(id)).sync).toMatchObject({
      state: 'unknown',
      error: expect.stringContaining('history') as string,
    });
    expect(world.toggl.callsTo('POST', CREATE.path).length).toBe(1);
    await expectSound(world);
  }, 300_000);

  it('is found again by what was sent, not by what the log says by now', async () => {
    await begin(1);
    world.toggl.faults.add({ ...LIST, times: 3, action: { status: 500 } });
    world.toggl.faults.add({ method: 'PUT', action: 'create-then-reset' });
    const { id } = await createLost('create-then-garbage');
    await person.expect(200, 'PUT', `/v1/resources/logs/${id}`, { task: 'Renamed', start: START - 3600 });
    await settled(10);
    await expectOneToOne(new Set([id]));
  }, 300_000);

  it.each([
    [
      'changed',
      async (id: number) => void (await person.expect(200, 'PUT', `/v1/resources/logs/${id}`, { task: 'Renamed' })),
    ],
    ['deleted', async (id: number) => void (await person.expect(200, 'DELETE', `/v1/resources/logs/${id}`))],
  ])(
    'is not taken for somebody else’s entry by a sync, also when the log was %s meanwhile',
    async (_what, change) => {
      await begin(1);
      const sync = () => person.expect(200, 'POST', '/v1/rpc/sync', { integration_id: integrations[0] });
      await sync(); // the first one walks, the next asks for changes
      const isLookUp = (call: object) => (call as SimulatedRequest).query.has('start_date');
      world.toggl.faults.add({ ...LIST, times: Infinity, when: isLookUp, action: { status: 500 } });
      const { id } = await createLost('create-then-garbage');
      await eventually('it is looked for', 10, () => world.toggl.callsTo('GET', /time_entries$/).some(isLookUp));
      await change(id);
      await sync();
      const remaining = (await logs()).map((log) => log.id);
      expect(remaining.filter((one) => one !== id)).toEqual([]);
      world.toggl.faults.clear();
      await settled(10);
      await sync();
      await expectOneToOne(new Set(remaining));
    },
    300_000,
  );

  it('is removed at the service when the log was deleted meanwhile', async () => {
    await begin(1);
    world.toggl.faults.add({ ...LIST, times: 3, action: { status: 500 } });
    const { id } = await createLost('create-then-timeout');
    await person.expect(200, 'PUT', `/v1/resources/logs/${id}`, { task: 'Renamed' });
    await person.expect(200, 'DELETE', `/v1/resources/logs/${id}`);
    await settled(10);
    expect(world.toggl.ledger.created.map(({ deletedAt }) => deletedAt === null)).toEqual([false]);
    await expectSound(world);
  }, 300_000);
});
