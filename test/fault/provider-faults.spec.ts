import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CannedAnswer } from '../../simulators/support/faults.js';
import type { TogglUser } from '../../simulators/toggl/model.js';
import type { ApiClient } from '../support/api-client.js';
import { FaultWorld } from '../support/fault-world.js';
import { eventually, expectSound } from '../support/oracle.js';

/** A second of the service's time in seconds of ours. */
const SCALE = 1e-4;
const BUDGET_SECONDS = 3 * 86_400;

interface Log {
  id: number;
  external_id: string | null;
  sync: { state: string; error: string | null };
}

interface Fault {
  name: string;
  answer(waitSeconds: number): CannedAnswer;
  /** Told to wait, a push has not failed. */
  usesUpTries: boolean;
}

const httpDate = (seconds: number) => new Date(Date.now() + seconds * 1000).toUTCString();
const quotaHeaders = (seconds: number) => ({
  'x-toggl-quota-remaining': '0',
  'x-toggl-quota-resets-in': String(seconds),
});

const FAULTS: Fault[] = [
  { name: '429', usesUpTries: false, answer: () => ({ status: 429 }) },
  {
    name: '429 with seconds',
    usesUpTries: false,
    answer: (wait) => ({ status: 429, headers: { 'retry-after': String(wait) } }),
  },
  {
    name: '429 with a date',
    usesUpTries: false,
    answer: (wait) => ({ status: 429, headers: { 'retry-after': httpDate(wait) } }),
  },
  { name: '402', usesUpTries: false, answer: (wait) => ({ status: 402, headers: quotaHeaders(wait) }) },
  { name: '500', usesUpTries: true, answer: () => ({ status: 500, body: '"boom"' }) },
  { name: '502', usesUpTries: true, answer: () => ({ status: 502 }) },
  {
    name: '503 with seconds',
    usesUpTries: true,
    answer: (wait) => ({ status: 503, headers: { 'retry-after': String(wait) } }),
  },
];

describe('a service that does not take a write', () => {
  let world: FaultWorld;
  let person: ApiClient;

  async function begin(retryScale: number): Promise<void> {
    world = await FaultWorld.create({ testControl: { retryScale, leaseSeconds: 10 } });
    await world.start();
    person = await world.addUser('ana');
  }

  afterEach(() => world.close());

  const START = Math.floor(Date.now() / 1000) - 86_400;

  const createLog = (integrationId: number, task: string) =>
    person.expect<Log>(201, 'POST', '/v1/resources/logs', {
      task,
      start: START,
      end: START + 600,
      integration_id: integrationId,
    });

  const logOf = (id: number) => person.expect<Log>(200, 'GET', `/v1/resources/logs/${id}`);

  const createsAt = (path: string) => world.toggl.calls.filter((call) => call.method === 'POST' && call.path === path);

  const pathOf = (account: TogglUser) => `/workspaces/${account.defaultWorkspaceId}/time_entries`;

  describe('and then does', () => {
    beforeEach(() => begin(SCALE));

    interface Case {
      name: string;
      fault: Fault;
      times: number;
      waitSeconds: number;
      path: string;
      logId: number;
    }

    const CASES = FAULTS.flatMap((fault) =>
      [1, 5, 50].map((times) => ({ fault, times, name: `${fault.name} × ${times}` })),
    );

    async function arrange({ name, fault, times }: (typeof CASES)[number]): Promise<Case> {
      const account = world.toggl.addUser();
      const integrationId = await world.connectToggl(person, account);
      const path = pathOf(account);
      const waitSeconds = times === 50 ? 800 : 5000;
      const action = fault.answer(waitSeconds);
      world.toggl.faults.add({ method: 'POST', path, times, action });
      const { id: logId } = await createLog(integrationId, name);
      return { name, fault, times, waitSeconds, path, logId };
    }

    /** The most tries that were counted against each log while it was on its way. */
    async function watchTries(seen: Map<number, number>): Promise<boolean> {
      const rows = await world.query<{ entry_id: string; attempts: number; state: string }>(
        'select entry_id, attempts, state from pushes',
      );
      for (const row of rows)
        seen.set(Number(row.entry_id), Math.max(seen.get(Number(row.entry_id)) ?? 0, row.attempts));
      return rows.length > 0 && rows.every(({ state }) => state === 'done');
    }

    it('gets each write exactly once, not sooner than it asked for', async () => {
      const cases = await Promise.all(CASES.map(arrange));
      const tries = new Map<number, number>();
      await eventually('everything is written', 60, () => watchTries(tries));
      for (const one of cases) {
        const calls = createsAt(one.path);
        expect([one.name, calls.length]).toEqual([one.name, one.times + 1]);
        expect([one.name, (await logOf(one.logId)).sync]).toEqual([
          one.name,
          { state: 'synced', missing: [], error: null, note: null },
        ]);
        if (one.fault.usesUpTries && one.times < 50) continue; // over before anybody could look
        expect([one.name, (tries.get(one.logId) ?? 0) > 0]).toEqual([one.name, one.fault.usesUpTries]);
      }
      expect(tooSoon(cases)).toEqual([]);
      expect(world.toggl.ledger.created.length).toBe(cases.length);
      await expectSound(world);
    }, 300_000);

    /** Repeats before the service's wait was over; a date has whole seconds. */
    const tooSoon = (cases: readonly Case[]): string[] =>
      cases
        .filter(({ fault }) => fault.answer(1).headers !== undefined)
        .flatMap(({ name, path, waitSeconds }) => {
          const times = createsAt(path).map(({ at }) => at.getTime());
          const gaps = times.slice(1).map((time, index) => time - times[index]!);
          // Dates stand still while the calls go on: 50 of them take some real seconds of the time asked for.
          const least = (waitSeconds - 60) * 1000 * SCALE;
          return gaps.filter((gap) => gap < least).map((gap) => `${name}: ${gap} ms instead of ${least}`);
        });

    it('is left alone by all writes of that account while it asks to wait, and only by those', async () => {
      const account = world.toggl.addUser();
      const other = world.toggl.addUser();
      const [throttled, free] = [await world.connectToggl(person, account), await world.connectToggl(person, other)];
      const action = { status: 429, headers: { 'retry-after': '80000' } };
      world.toggl.faults.add({ method: 'POST', path: pathOf(account), times: Infinity, action });
      await Promise.all(Array.from({ length: 20 }, (_, index) => createLog(throttled, `Waits ${index}`)));
      await eventually('it was asked', 5, () => createsAt(pathOf(account)).length > 0);
      const { id } = await createLog(free, 'Does not wait');
      await eventually('the other account is written', 5, async () => (await logOf(id)).sync.state === 'synced');
      expect(createsAt(pathOf(account)).length).toBe(1);
      await eventually('each of them says that it waits', 6, async () => {
        const logs = await person.expect<Log[]>(200, 'GET', `/v1/resources/logs?integration_id=${throttled}`);
        return logs.every(({ sync }) => sync.state === 'pending' && sync.error?.includes('wait') === true);
      });
      expect(createsAt(pathOf(account)).length).toBe(1);
      world.toggl.faults.clear();
      await eventually('everything is written', 30, () => world.toggl.ledger.created.length === 21);
      await expectSound(world);
    }, 300_000);
  });

  it('fails a write after three days, says why, and takes it up again when told to', async () => {
    const scale = 1e-5;
    await begin(scale);
    const account = world.toggl.addUser();
    const integrationId = await world.connectToggl(person, account);
    world.toggl.faults.add({ method: 'POST', times: Infinity, action: { status: 503, body: '"maintenance"' } });
    const { id } = await createLog(integrationId, 'Given up');
    await eventually('it is given up', 20, async () => (await logOf(id)).sync.state === 'failed');
    expect((await logOf(id)).sync.error).toContain('503');
    const calls = createsAt(pathOf(account));
    const milliseconds = calls.at(-1)!.at.getTime() - calls[0]!.at.getTime();
    expect(milliseconds).toBeGreaterThanOrEqual(BUDGET_SECONDS * 1000 * scale);
    expect(calls.length).toBeGreaterThan(10);

    world.toggl.faults.clear();
    const redriven = await world.cli(['push', 'redrive', '--integration', String(integrationId)]).ended;
    expect([redriven.code, redriven.stdout]).toEqual([0, expect.stringContaining('1 ') as string]);
    await eventually('it is written', 10, async () => (await logOf(id)).sync.state === 'synced');
    expect(world.toggl.ledger.created.length).toBe(1);
    await expectSound(world);
  }, 300_000);
});
