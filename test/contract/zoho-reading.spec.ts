import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FixedClock } from '../../src/common/clock.js';
import type { FaultAction } from '../../simulators/support/faults.js';
import type { AppLog } from '../../simulators/zoho/simulator.js';
import { startZoho, type ZohoWorld, type ZohoWorldOptions } from '../support/zoho.js';
import { errorOf, idsOf } from './support.js';

const NOW = new Date('2026-03-02T12:00:00Z');
const MINUTE = 60_000;
const LIST = /\/timelogs$/;

describe('reading from Zoho Projects', () => {
  let clock: FixedClock;
  let world: ZohoWorld;

  const begin = async (options: Partial<ZohoWorldOptions> = {}) => {
    await world?.simulator.stop();
    clock = new FixedClock(NOW);
    world = await startZoho({ clock, timeZone: 'Europe/Madrid', ...options });
  };
  beforeEach(() => begin());
  afterEach(() => world.simulator.stop());

  const day = { from: new Date('2026-03-01T23:00:00Z'), to: new Date('2026-03-02T23:00:00Z') };
  const log = (changes: Partial<AppLog> = {}): string =>
    world.simulator.logInApp({
      person: world.account.person,
      projectId: world.projectId,
      date: '2026-03-02',
      hours: '1:30',
      ...changes,
    });
  const list = (window = day) => world.provider.listEntries(world.connection, window);
  const one = async () => {
    const entries = await list();
    expect(entries).toHaveLength(1);
    return entries[0]!;
  };

  it('knows a log without times by its day', async () => {
    log({ name: 'Sometime', notes: 'n' });
    expect(await one()).toMatchObject({
      description: 'Sometime',
      notes: 'n',
      start: new Date('2026-03-01T23:00:00Z'),
      end: new Date('2026-03-02T00:30:00Z'),
      timePrecision: 'day',
      timeZone: 'Europe/Madrid',
      tags: undefined,
      isRunning: false,
    });
    const evening = { from: new Date('2026-03-02T18:00:00Z'), to: new Date('2026-03-02T19:00:00Z') };
    expect(await list(evening)).toHaveLength(1);
    expect(await list({ from: day.to, to: new Date('2026-03-03T10:00:00Z') })).toEqual([]);
  });

  it('knows the start of one with times, and holds to the hours that were worked', async () => {
    log({ startTime: '10:33 AM', endTime: '03:05 PM', hours: '3:36' });
    expect(await one()).toMatchObject({
      start: new Date('2026-03-02T09:33:00Z'),
      end: new Date('2026-03-02T13:09:00Z'),
      timePrecision: 'second',
    });
  });

  it.each([
    ['01:30 AM', '02:30 AM', '2025-10-25T23:30:00Z'],
    ['02:30 AM', '03:30 AM', '2025-10-26T01:30:00Z'],
    ['02:30 AM', '02:30 AM', '2025-10-26T00:30:00Z'],
    ['12:00 AM', '01:00 AM', '2025-10-25T22:00:00Z'],
    ['12:00 PM', '01:00 PM', '2025-10-26T11:00:00Z'],
  ])('reads %s to %s of the night the clocks go back as %s', async (startTime, endTime, start) => {
    log({ date: '2025-10-26', startTime, endTime, hours: '1:00' });
    const [entry] = await list({ from: new Date('2025-10-25T00:00:00Z'), to: new Date('2025-10-27T00:00:00Z') });
    expect(entry!.start).toEqual(new Date(start));
  });

  it('asks for all three types, and takes what stands on tasks and issues for what it is', async () => {
    const { simulator, projectId } = world;
    const task = simulator.model.addItem(projectId, 'task', 'Design');
    const issue = simulator.model.addItem(projectId, 'issue', '#1 crash');
    const ids = [
      `${projectId}:general:${log()}`,
      `${projectId}:task:${log({ type: 'task', itemId: task.id, notes: 'first\nmore\nlines' })}`,
      `${projectId}:issue:${log({ type: 'issue', itemId: issue.id })}`,
    ];
    const entries = await list();
    expect(idsOf(entries)).toEqual(ids.toSorted());
    const byTask = new Map(entries.map((entry) => [entry.taskName, entry]));
    expect(byTask.get('Design')).toMatchObject({ taskExternalId: task.id, description: 'first', notes: 'more\nlines' });
    expect(byTask.get('#1 crash')).toMatchObject({ taskExternalId: issue.id, description: '#1 crash', notes: null });
    const types = simulator.callsTo('GET', LIST).map(({ query }) => query.get('module'));
    expect(new Set(types)).toEqual(new Set(['{"type":"general"}', '{"type":"task"}', '{"type":"issue"}']));
    for (const id of ids) expect((await world.provider.getEntry(world.connection, id))!.externalId).toBe(id);
  });

  it('reads nobody else’s logs', async () => {
    const colleague = world.simulator.model.addPerson(world.account.portal, 'Colleague');
    log({ person: colleague });
    expect(await list()).toEqual([]);
  });

  it.each([
    { nextPage: 'boolean' },
    { nextPage: 'text' },
    { nextPage: 'always' },
    { nextPage: 'always', hasInfoList: true },
    { ignoresEndDate: false },
    { hasNoContent: true },
  ] as const)('reads all of five weeks once, whatever Zoho makes of the question (%j)', async (odd) => {
    Object.assign(world.simulator.odd, odd);
    const ids = Array.from({ length: 35 }, (_, index) => {
      const date = new Date(NOW.getTime() - index * 24 * 60 * MINUTE).toISOString().slice(0, 10);
      return `${world.projectId}:general:${log({ date })}`;
    });
    for (let more = 1; more <= 410; more += 1) ids.push(`${world.projectId}:general:${log({ hours: '0:01' })}`);
    const entries = await list({ from: new Date('2026-01-20T00:00:00Z'), to: day.to });
    expect(idsOf(entries)).toEqual(ids.toSorted());
  });

  it('strips the HTML of notes, and nothing that people wrote', async () => {
    const texts = ['a < b && c > d', 'line one\nline two', '<name> & co', '100 % &c'];
    world.simulator.odd.hasHtmlNotes = true;
    for (const notes of texts) log({ notes });
    expect(new Set((await list()).map(({ notes }) => notes))).toEqual(new Set(texts));
  });

  it('lists tasks of a project', async () => {
    const { simulator, provider, connection, projectId } = world;
    for (let index = 0; index < 250; index += 1) simulator.model.addItem(projectId, 'task', `Task ${index}`);
    expect(await provider.listTasks(connection, projectId)).toHaveLength(250);
  });

  describe('verify', () => {
    const verify = (settings = {}) => world.provider.verify(world.connection.credentials, null, settings);

    it('takes the zone of the portal, unless the settings name one', async () => {
      expect((await verify()).timeZone).toBe('Europe/Madrid');
      expect((await verify({ time_zone: 'America/Lima' })).timeZone).toBe('America/Lima');
      expect((await errorOf(verify({ time_zone: 'PST8' }))).kind).toBe('rejected');
      expect((await errorOf(verify({ workspace_id: '../1' }))).kind).toBe('rejected');
    });

    it('finds the caller where Zoho does not answer to "me"', async () => {
      world.simulator.odd.hasMe = false;
      expect(await verify()).toMatchObject({ accountId: world.account.person.zpuid });
      world.simulator.model.addPerson(world.account.portal, 'Colleague');
      expect(await errorOf(verify())).toMatchObject({ kind: 'rejected' });
    });
  });

  describe('too many requests', () => {
    const error = (details: unknown, title = 'URL_ROLLING_THROTTLES_LIMIT_EXCEEDED') =>
      JSON.stringify({ error: { status_code: 400, title, error_type: 'OPERATIONAL_VALIDATION_ERROR', details } });
    const words = 'Cannot execute more than 100 requests per API in 2 minutes. Try again after 22 minutes.';
    const disguises: [FaultAction, number][] = [
      [{ status: 400, body: error({ message: words }) }, 22],
      [{ status: 200, body: error([{ message: words }]) }, 22],
      [{ status: 400, body: error({ message: words }, '') }, 22],
      [{ status: 400, body: error({}) }, 30],
      [{ status: 429, headers: { 'retry-after': '300' } }, 5],
      [{ status: 429, body: '{}' }, 2],
    ];

    it.each(disguises)('are seen in %j', async (action, minutes) => {
      world.simulator.faults.add({ path: LIST, times: Infinity, action });
      const failure = await errorOf(list());
      expect([failure.kind, failure.retryAt]).toEqual(['quota', new Date(NOW.getTime() + minutes * MINUTE)]);
    });

    it('lock out for as long as Zoho says', async () => {
      await begin({ throttle: true });
      for (let calls = 1; calls <= 100; calls += 1) await world.provider.listProjects(world.connection);
      const failure = await errorOf(world.provider.listProjects(world.connection));
      expect([failure.kind, failure.retryAt]).toEqual(['quota', new Date(NOW.getTime() + 30 * MINUTE)]);
      // Another route has a count of its own.
      expect(await list()).toEqual([]);
      clock.advance(29 * MINUTE);
      expect((await errorOf(world.provider.listProjects(world.connection))).retryAt).toEqual(
        new Date(NOW.getTime() + 30 * MINUTE),
      );
      clock.advance(MINUTE);
      expect(await world.provider.listProjects(world.connection)).toHaveLength(1);
    });
  });

  it('sees errors that come with status 200', async () => {
    world.simulator.hidesErrors = true;
    expect(await world.provider.getEntry(world.connection, `${world.projectId}:general:999`)).toBeNull();
    await world.provider.listProjects(world.connection);
    world.simulator.accounts.expireAccessTokens();
    expect(await list()).toEqual([]);
  });
});
