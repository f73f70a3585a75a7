import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { CannedAnswer, FaultAction } from '../../simulators/support/faults.js';
import type { SyncNow, SyncStatus } from '../../src/sync/sync.service.js';
import { PROVIDERS } from '../contract/support.js';
import { whatIsHere, whatIsThere } from '../support/happenings.js';
import type { LogItem } from '../support/app-caller.js';
import { ServiceApp, type Member } from '../support/service-app.js';
import { at } from '../support/toggl.js';
import { sized } from '../support/size.js';
import { stopwatch } from '../support/stopwatch.js';

/** Short for whom it is waited for; long enough for a busy machine not to make anything else late. */
const TIMEOUT_MILLISECONDS = 1500;
/** A second of a service's wait in seconds of ours. */
const SCALE = 0.0005;
const TIMES = { start: at('06:00:00'), end: at('07:00:00') };
const instant = (time: string): Date => new Date(at(time) * 1000);

const RUBBISH: [string, FaultAction][] = [
  ['a web page', 'html'],
  ['half an answer', 'truncated'],
  ['64 MB of nothing', 'oversize'],
  ['a broken line', 'reset-before'],
  ['a text', { status: 200, body: '"text"' }],
  ['a thing of another kind', { status: 200, body: '{"id":"x"}' }],
  ['rows of another kind', { status: 200, body: '[{"id":1}]' }],
  ['rows in the wrong place', { status: 200, body: '{"data":7,"time_logs":"none"}' }],
  ['a way into the machine', { status: 302, headers: { location: 'http://169.254.169.254/latest/meta-data/' } }],
  ['an error of its own', { status: 500, body: '<html>oops</html>' }],
];

/** Everybody waits in the one HTTP client: at the gate one service stands for the others. */
const SLOWNESS: [string, FaultAction][] = [
  ['a byte now and then', 'slow'],
  ['nothing at all', 'timeout'],
];
const SLOW_PROVIDERS = sized(PROVIDERS.slice(0, 1), PROVIDERS);

describe.each(PROVIDERS)('$name, when it fails,', (subject) => {
  let world: ServiceApp;
  let members = 0;

  beforeAll(async () => {
    const control = { retryScale: SCALE, withoutJobs: true, callTimeoutMilliseconds: TIMEOUT_MILLISECONDS };
    world = await ServiceApp.start(subject, { env: { ROLE: 'api', TEST_CONTROL: JSON.stringify(control) } });
  });

  afterEach(() => world.simulator.faults.clear());

  afterAll(() => world.close());

  const newcomer = (): Promise<Member> => world.addMember(`person${(members += 1)}`);
  const isApiCall = ({ path }: { path: string }): boolean => !path.includes('/oauth/');

  async function sync(ana: Member, body: object = { days: 7 }): Promise<SyncNow> {
    const { integrationId } = ana;
    const answer = await world.call<SyncNow[]>(ana, 'POST', '/v1/rpc/sync', { integration_id: integrationId, ...body });
    return answer.body.result[0]!;
  }

  const status = async (ana: Member): Promise<SyncStatus> =>
    (await world.call<SyncStatus[]>(ana, 'GET', '/v1/resources/sync')).body.result[0]!;

  const errorRows = (): Promise<{ code: string }[]> => world.app.database.query('select code from error_log');

  const rowsOf = (ana: Member): Promise<unknown[]> =>
    world.app.database.query(`select e.*, (select count(*) from sessions_binnacle b where b.entry_id = e.id) as history
      from time_entries e where user_id = ${ana.id} order by id`);

  /** Delivers until the log's push has come to an end. */
  async function delivered(ana: Member, id: number, seconds = 15): Promise<LogItem> {
    const deadline = performance.now() + seconds * 1000;
    for (;;) {
      await world.deliver();
      const log = await world.getLog(ana, id);
      if (!['pending', 'unknown'].includes(log.sync.state) || performance.now() > deadline) return log;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  describe('while it is read', () => {
    let ana: Member;

    beforeAll(async () => {
      ana = await newcomer();
      for (const description of ['one', 'two']) {
        ana.account.startElsewhere({ description, start: instant('07:00:00'), stop: instant('08:00:00') });
      }
      await world.addLog(ana, { task: 'ours', ...world.placeOf(ana), ...TIMES }, '');
      await world.deliver();
      await sync(ana);
      expect(await whatIsHere(world, ana)).toHaveLength(3);
    });

    async function expectNothingTouched(break_: () => void): Promise<void> {
      await world.app.database.execute('truncate error_log');
      const before = await rowsOf(ana);
      break_();
      const took = stopwatch();
      expect(await sync(ana)).toMatchObject({ state: 'error', error: expect.stringMatching(/./) as string });
      expect(took()).toBeLessThan(10_000);
      expect(await rowsOf(ana)).toEqual(before);
      expect(await status(ana)).toMatchObject({ state: 'error', last_error: expect.stringMatching(/./) as string });
      expect(await errorRows()).toHaveLength(1);
      world.simulator.faults.clear();
      expect(await sync(ana)).toMatchObject({ state: 'done', counts: { unchanged: 3, updated: 0, deleted: 0 } });
      expect(await rowsOf(ana)).toEqual(before);
    }

    it.each([...RUBBISH, ...(SLOW_PROVIDERS.includes(subject) ? SLOWNESS : [])])(
      'and answers %s, nothing changes here, and one line says so',
      async (_name, action) => {
        await expectNothingTouched(() => world.simulator.faults.add({ times: Infinity, when: isApiCall, action }));
      },
    );

    it('and fails again and again, one line says so', async () => {
      await world.app.database.execute('truncate error_log');
      world.simulator.faults.add({ times: Infinity, when: isApiCall, action: 'html' });
      for (let times = 0; times < 3; times += 1) expect(await sync(ana)).toMatchObject({ state: 'error' });
      expect(await errorRows()).toHaveLength(1);
    });

    it('and its pages repeat, nothing changes here', () => expectNothingTouched(() => ana.account.repeatEntriesPage()));

    it('and its pages have no end, nothing changes here', () =>
      expectNothingTouched(() => ana.account.inventEntries()));
  });

  describe('while it is written', () => {
    it.each(['create-then-reset', 'create-then-timeout', 'create-then-empty', 'create-then-garbage'] as const)(
      'and loses the answer to a create (%s), there is one entry there and one here',
      async (action) => {
        const ana = await newcomer();
        world.simulator.faults.add({ method: 'POST', when: isApiCall, action });
        const { id } = await world.addLog(ana, { task: 'once', ...world.placeOf(ana), ...TIMES }, '');
        expect((await delivered(ana, id)).sync).toMatchObject({ state: 'synced', error: null });
        await sync(ana);
        expect(await whatIsHere(world, ana)).toEqual([`${TIMES.start}-${TIMES.end} once`]);
        expect(whatIsThere(ana)).toEqual([`${TIMES.start}-${TIMES.end} once`]);
      },
    );

    it('and loses one answer after the other of an entry over midnight, there is one entry there and one here', async () => {
      const ana = await newcomer();
      world.simulator.faults.add({ method: 'POST', when: isApiCall, times: 2, action: 'create-then-reset' });
      const times = { start: at('00:00:00') - 3600, end: at('00:00:00') + 3600 };
      const { id } = await world.addLog(ana, { task: 'night', ...world.placeOf(ana), ...times }, '');
      expect((await delivered(ana, id)).sync).toMatchObject({ state: 'synced', error: null });
      await sync(ana);
      expect(await whatIsHere(world, ana)).toEqual([`${times.start}-${times.end} night`]);
      expect(whatIsThere(ana)).toEqual([`${times.start}-${times.end} night`]);
    });

    const WAIT = 600;
    const REFUSALS: [string, CannedAnswer, number][] = [
      ['429', { status: 429 }, 0],
      ['429 with seconds', { status: 429, headers: { 'retry-after': String(WAIT) } }, WAIT],
      ['500', { status: 500, body: '"boom"' }, 0],
      ['502', { status: 502 }, 0],
      ['503 with seconds', { status: 503, headers: { 'retry-after': String(WAIT) } }, WAIT],
    ];

    it.each(REFUSALS)(
      'and answers %s three times, it gets the entry once, not sooner than it asked for',
      async (_name, action, waitSeconds) => {
        const ana = await newcomer();
        const calls = world.simulator.calls.length;
        world.simulator.faults.add({ method: 'POST', when: isApiCall, times: 3, action });
        const { id } = await world.addLog(ana, { task: 'late', ...world.placeOf(ana), ...TIMES }, '');
        expect((await delivered(ana, id)).sync).toMatchObject({ state: 'synced', error: null });
        expect(ana.account.heldIds()).toHaveLength(1);
        const writes = world.simulator.calls.slice(calls).filter((call) => call.method === 'POST' && isApiCall(call));
        expect(writes).toHaveLength(4);
        const gaps = writes.slice(1).map((call, index) => call.at.getTime() - writes[index]!.at.getTime());
        expect(Math.min(...gaps)).toBeGreaterThanOrEqual(waitSeconds * SCALE * 1000 * 0.98);
      },
    );

    it('and refuses the credentials, everything waits without another call, and goes on with new ones', async () => {
      const ana = await newcomer();
      const { id } = await world.addLog(ana, { task: 'waits', ...world.placeOf(ana), ...TIMES }, '');
      world.simulator.faults.add({ times: Infinity, when: isApiCall, action: { status: 401 } });
      await world.deliver();
      const calls = world.simulator.calls.length;
      await world.deliver();
      expect(await sync(ana)).toMatchObject({ state: 'error' });
      expect(world.simulator.calls.length).toBe(calls);
      expect((await world.getLog(ana, id)).sync.state).toBe('pending');
      world.simulator.faults.clear();
      const credentials = world.credentialsOf(ana.account);
      const path = `/v1/resources/integrations/${ana.integrationId}`;
      expect((await world.call(ana, 'PUT', path, { credentials })).status).toBe(200);
      expect((await delivered(ana, id)).sync.state).toBe('synced');
      expect(ana.account.heldIds()).toHaveLength(1);
    });
  });

  it('has its missed changes found by a walk, and the next walk finds nothing more', async () => {
    const ana = await newcomer();
    const startOf = (index: number) => new Date(instant('00:00:00').getTime() + index * 15 * 60_000);
    const add = (index: number) => {
      const [start, stop] = [startOf(index), startOf(index + 1)];
      return ana.account.startElsewhere({ description: `entry ${index}`, start, stop });
    };
    const ids = Array.from({ length: 30 }, (_, index) => add(index));
    await sync(ana);
    for (const id of ids.slice(0, 3)) ana.account.deleteElsewhere(id);
    for (const id of ids.slice(3, 6)) ana.account.renameElsewhere(id, `renamed ${id}`);
    for (const [index, id] of ids.slice(6, 9).entries()) {
      ana.account.moveElsewhere(id, { start: startOf(40 + index), stop: startOf(41 + index) });
    }
    for (let index = 60; index < 63; index += 1) add(index);
    expect((await sync(ana)).counts).toMatchObject({ created: 3, updated: 6, deleted: 3, conflicts: 0, skipped: 0 });
    expect(await whatIsHere(world, ana)).toEqual(whatIsThere(ana));
    const before = await rowsOf(ana);
    expect((await sync(ana)).counts).toMatchObject({ created: 0, updated: 0, deleted: 0, unchanged: 30 });
    expect(await rowsOf(ana)).toEqual(before);
  });
});
