import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ClockifySimulator } from '../../simulators/clockify/simulator.js';
import type { ZohoDeskSimulator } from '../../simulators/zoho-desk/simulator.js';
import type { ZohoSimulator } from '../../simulators/zoho/simulator.js';
import type { SyncNow, SyncStatus } from '../../src/sync/sync.service.js';
import { clockify } from '../contract/clockify.harness.js';
import type { ProviderUnderContract } from '../contract/harness.js';
import { zohoDesk } from '../contract/zoho-desk.harness.js';
import { zoho } from '../contract/zoho.harness.js';
import type { LogItem } from '../support/app-caller.js';
import { ServiceApp, type Member } from '../support/service-app.js';
import { at } from '../support/toggl.js';
import { endPauses } from '../support/quotas.js';

const LOGS = '/v1/resources/logs';
const BEYOND_2_53 = 2n ** 53n;
const TIMES = { start: at('06:00:00'), end: at('07:00:00') };
const instant = (time: string): Date => new Date(at(time) * 1000);

let world: ServiceApp;
let ana: Member;
let people = 0;

function useService(subject: ProviderUnderContract, options: { hasHugeIds?: boolean } = {}): void {
  beforeAll(async () => {
    world = await ServiceApp.start(subject, { env: { ROLE: 'api' }, ...options });
  });
  beforeEach(async () => {
    ana = await world.addMember(`ana${(people += 1)}`);
  });
  afterEach(() => world.simulator.faults.clear());
  afterAll(() => world.close());
}

async function sync(body: object = { days: 7 }): Promise<SyncNow> {
  const { integrationId } = ana;
  const answer = await world.call<SyncNow[]>(ana, 'POST', '/v1/rpc/sync', { integration_id: integrationId, ...body });
  return answer.body.result[0]!;
}

const status = async (): Promise<SyncStatus> =>
  (await world.call<SyncStatus[]>(ana, 'GET', '/v1/resources/sync')).body.result[0]!;

async function write(fields: object = {}): Promise<LogItem> {
  const log = await world.addLog(ana, { task: 'Work', ...world.placeOf(ana), ...TIMES, ...fields }, '');
  await world.deliver();
  return world.getLog(ana, log.id);
}

async function change(id: number, fields: object): Promise<LogItem> {
  expect((await world.call(ana, 'PUT', `${LOGS}/${id}`, fields)).status).toBe(200);
  await world.deliver();
  return world.getLog(ana, id);
}

interface Project {
  name: string;
  external_id: string;
  archived: boolean;
}

const projects = async (): Promise<Project[]> => {
  const path = `/v1/resources/projects?refresh=true&integration_id=${ana.integrationId}`;
  return (await world.call<Project[]>(ana, 'GET', path)).body.result;
};

describe('Clockify, through the whole app,', () => {
  useService(clockify);

  const there = () => world.simulator as ClockifySimulator;
  const account = () => there().model.users.get(ana.account.connection.accountId)!;
  const inApp = (times: { stop?: Date } = { stop: instant('07:00:00') }) =>
    there().startInApp({
      user: account(),
      description: 'There',
      start: instant('06:00:00'),
      tags: ['focus'],
      ...times,
    });
  const firstLog = async (): Promise<LogItem> => (await world.listLogs(ana))[0]!;

  it('loses nothing of an entry when its text is changed here', async () => {
    const id = inApp();
    const field = there().model.addCustomField(ana.account.connection.workspaceId, 'Ticket');
    const customValues = [{ customFieldId: field.id, value: 'kept', sourceType: 'TIMEENTRY' }];
    const entry = there().entry(id)!;
    Object.assign(entry, { type: 'BREAK', isBillable: true, customValues });
    entry.projectId = ana.account.addProject('A project there');
    const { tagIds, projectId, start, end } = { ...entry };
    await sync();
    expect((await change((await firstLog()).id, { task: 'Here' })).sync).toMatchObject({
      state: 'synced',
      error: null,
    });
    expect(there().entry(id)).toMatchObject({ description: 'Here', type: 'BREAK', isBillable: true, customValues });
    expect(there().entry(id)).toMatchObject({ tagIds, projectId, start, end });
  });

  it('says that an entry is locked there, whose own words then hold, and takes a change once it is not', async () => {
    const id = inApp();
    await sync();
    there().lockInApp(id);
    const log = await change((await firstLog()).id, { task: 'Here' });
    expect(log.sync).toMatchObject({ state: 'failed', error: expect.stringContaining('locked') as string });
    expect(there().entry(id)!.description).toBe('There');
    await sync();
    expect((await firstLog()).task).toBe('There');
    there().lockInApp(id, false);
    expect((await change(log.id, { task: 'Here again' })).sync).toMatchObject({ state: 'synced', error: null });
    expect(there().entry(id)!.description).toBe('Here again');
  });

  it('says that its workspace demands a project, and takes the log once it has one', async () => {
    there().model.workspaces.get(ana.account.connection.workspaceId)!.requiresProject = true;
    const log = await write();
    expect(log.sync).toMatchObject({ state: 'failed', error: expect.stringContaining('Project is either') as string });
    ana.account.addProject('The project');
    const project = (await projects()).find(({ name }) => name === 'The project') as Project & { id: number };
    expect((await change(log.id, { project_id: project.id })).sync.state).toBe('synced');
    expect(ana.account.heldIds()).toHaveLength(1);
  });

  it('shows what runs there, and ends it there', async () => {
    const id = inApp({});
    const running = await world.current(ana);
    expect(running).toMatchObject({ external_id: id, task: 'There', running: true });
    const log = await change(running!.id, { end: at('06:30:00') });
    expect([log.running, there().entry(id)!.end]).toEqual([false, instant('06:30:00').getTime()]);
  });

  it('shows every project, however many pages, and which are archived', async () => {
    for (let index = 0; index < 430; index += 1) {
      ana.account.addProject(`Project ${index}`, { isArchived: index % 5 === 0 });
    }
    const shown = await projects();
    expect(shown).toHaveLength(430);
    expect(shown.filter(({ archived }) => archived)).toHaveLength(86);
  });

  it('brings more entries than one of its pages holds', async () => {
    for (let index = 0; index < 1100; index += 1) {
      const start = new Date(instant('00:00:00').getTime() + index * 10_000);
      ana.account.startElsewhere({ description: `${index}`, start, stop: new Date(start.getTime() + 5000) });
    }
    expect((await sync()).counts).toMatchObject({ created: 1100 });
    expect((await sync()).counts).toMatchObject({ created: 0, updated: 0, unchanged: 1100 });
  });

  it('knows an entry that is gone there by its 400', async () => {
    const log = await write();
    ana.account.deleteElsewhere(log.external_id!);
    await world.call(ana, 'PUT', `${LOGS}/${log.id}`, { task: 'Too late' });
    await world.deliver();
    expect(await world.listLogs(ana)).toEqual([]);
    expect(ana.account.heldIds()).toEqual([]);
  });
});

describe('Zoho Projects, through the whole app,', () => {
  useService(zoho, { hasHugeIds: true });

  const there = () => world.simulator as ZohoSimulator;
  const firstPart = (externalId: string) => there().log(externalId.split(':')[2]!)!;

  afterEach(() => {
    there().hidesErrors = false;
    there().odd.hasHtmlNotes = false;
  });

  it('carries ids that no JavaScript number holds', async () => {
    const { external_id: externalId } = await write();
    const [project, , id] = externalId!.split(':').map((part) => (/^\d+$/.test(part) ? BigInt(part) : 0n));
    expect([project! > BEYOND_2_53, id! > BEYOND_2_53]).toEqual([true, true]);
    expect(ana.account.heldIds()).toEqual([externalId]);
    expect((await sync()).counts).toMatchObject({ unchanged: 1, created: 0, deleted: 0 });
  });

  it('keeps an entry over midnight as one here, whose times can be changed and which can be removed', async () => {
    const night = { start: at('00:00:00') - 3600, end: at('00:00:00') + 5400 };
    const log = await write(night);
    expect(log).toMatchObject({ ...night, sync: { state: 'synced' } });
    const logsThere = () => there().model.logsOf(ana.account.connection.workspaceId);
    expect(logsThere().map(({ date, minutes }) => [date, minutes])).toEqual(
      expect.arrayContaining([
        ['2026-03-01', 60],
        ['2026-03-02', 90],
      ]),
    );
    expect((await sync()).counts).toMatchObject({ unchanged: 1, created: 0, updated: 0 });
    const short = await change(log.id, { end: at('00:00:00') - 600 });
    expect([short.external_id, logsThere().length]).toEqual([log.external_id, 1]);
    await world.call(ana, 'DELETE', `${LOGS}/${log.id}`);
    await world.deliver();
    expect(logsThere()).toEqual([]);
  });

  it('tells a refusal that comes with status 200', async () => {
    const log = await write();
    there().hidesErrors = true;
    there().approve(firstPart(log.external_id!).id);
    const refused = await change(log.id, { task: 'Too late' });
    expect(refused.sync).toMatchObject({ state: 'failed', error: expect.stringContaining('approved') as string });
  });

  it('is waited for, whatever its throttle looks like, and asked nothing until then', async () => {
    const words = 'Cannot execute more than 100 requests per API in 2 minutes. Try again after 22 minutes.';
    const throttle = { title: 'URL_ROLLING_THROTTLES_LIMIT_EXCEEDED', details: { message: words } };
    for (const code of [200, 400]) {
      world.simulator.faults.add({
        path: /timelogs/,
        action: { status: code, body: JSON.stringify({ error: throttle }) },
      });
      expect(await sync()).toMatchObject({
        state: 'error',
        error: expect.stringContaining('Try again after') as string,
      });
      const { state, next_sync: next, reason } = await status();
      expect([state, reason]).toEqual(['waiting', expect.stringContaining('Try again after') as string]);
      expect(next! - Date.now() / 1000).toBeGreaterThan(21 * 60);
      // Whoever asked it now would hear of something else.
      world.simulator.faults.add({ path: /timelogs/, action: { status: 404, body: 'asked' } });
      expect(await sync()).toMatchObject({ state: 'error', error: expect.stringContaining('asked to wait') as string });
      world.simulator.faults.clear();
      await endPauses(world.app);
    }
    expect(await sync()).toMatchObject({ state: 'done' });
  });

  it('shows notes without the web editor’s HTML, and takes them for no change', async () => {
    const log = await write({ notes: 'a < b & c' });
    there().odd.hasHtmlNotes = true;
    expect((await sync()).counts).toMatchObject({ unchanged: 1, updated: 0, conflicts: 0 });
    expect((await world.getLog(ana, log.id)).notes).toBe('a < b & c');
  });
});

describe('Zoho Desk, through the whole app,', () => {
  useService(zohoDesk, { hasHugeIds: true });

  const there = () => world.simulator as ZohoDeskSimulator;

  afterEach(() => {
    there().credits.perDay = 100_000;
    there().busyCalls = 0;
  });

  it('keeps times to the second, under ids that no JavaScript number holds', async () => {
    const log = await write({ start: at('06:00:07'), end: at('07:01:22') });
    expect(log).toMatchObject({ start: at('06:00:07'), end: at('07:01:22'), sync: { state: 'synced' } });
    expect(BigInt(log.external_id!.split(':')[2]!)).toBeGreaterThan(BEYOND_2_53);
    expect(ana.account.held(log.external_id!)).toMatchObject({ start: instant('06:00:07'), end: instant('07:01:22') });
    expect((await sync()).counts).toMatchObject({ unchanged: 1, updated: 0 });
  });

  it('waits for the day’s credits until they begin anew', async () => {
    there().credits.perDay = 0;
    expect(await sync()).toMatchObject({ state: 'error' });
    const { state, next_sync: next } = await status();
    expect(state).toBe('waiting');
    // 09:00 by its clock: credits begin anew at midnight.
    expect(next! - Date.now() / 1000).toBeGreaterThan(14 * 3600);
  });

  it('comes back soon when there were only too many calls at once', async () => {
    const log = await world.addLog(ana, { task: 'Busy', ...world.placeOf(ana), ...TIMES }, '');
    there().busyCalls = 1;
    await world.deliver();
    const synced = async () => (await world.deliver(), (await world.getLog(ana, log.id)).sync.state);
    await expect.poll(synced).toBe('synced');
    expect(ana.account.heldIds()).toHaveLength(1);
    there().busyCalls = 3;
    expect(await sync()).toMatchObject({ state: 'error' });
    expect((await status()).next_sync! - Date.now() / 1000).toBeLessThan(60);
  });
});
