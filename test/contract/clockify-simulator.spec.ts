import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ClockifyUser } from '../../simulators/clockify/model.js';
import { ClockifySimulator, type ClockifySimulatorOptions } from '../../simulators/clockify/simulator.js';
import { FixedClock } from '../../src/common/clock.js';
import { MINUTE, NOW } from './support.js';

/** Of the documented example, in alphabetical order. */
const ENTRY_KEYS =
  'billable costRate customFieldValues description hourlyRate id isLocked kioskId projectId tagIds taskId timeInterval type userId workspaceId';
const UNKNOWN = '64c777ddd3fcab07cfbb210c';
const HOUR_ENTRY = { start: '2026-03-02T10:00:00Z', end: '2026-03-02T11:00:00Z' };

/** A body, of which the id is what tests go on with. */
type Row = Record<string, unknown> & { id: string };

/** The stand-in must be as awkward as the service: a contract proven against a kinder one proves nothing. */
describe('the Clockify simulator', () => {
  let clock: FixedClock;
  let simulator: ClockifySimulator;
  let user: ClockifyUser;
  let workspace: string;
  let entries: string;
  let own: string;

  const begin = async (options: ClockifySimulatorOptions = {}) => {
    await simulator?.stop();
    clock = new FixedClock(NOW);
    simulator = new ClockifySimulator({ now: () => clock.now().getTime(), ...options });
    await simulator.start();
    user = simulator.addUser();
    workspace = `/workspaces/${user.defaultWorkspaceId}`;
    entries = `${workspace}/time-entries`;
    own = `${workspace}/user/${user.id}/time-entries`;
  };

  const callWith = async (headers: Record<string, string>, method: string, path: string, body?: object) => {
    const response = await fetch(simulator.url + path, { method, headers, body: body && JSON.stringify(body) });
    const text = await response.text();
    const json = (text === '' ? null : JSON.parse(text)) as Row;
    return { status: response.status, headers: response.headers, text, json };
  };
  const call = (method: string, path: string, body?: object) =>
    callWith({ 'x-api-key': user.apiKey }, method, path, body);
  const create = async (body: object = HOUR_ENTRY) => (await call('POST', entries, body)).json;

  beforeEach(() => begin());
  afterEach(() => simulator.stop());

  it.each([
    ['nothing', {}, 1000, 'Multiple or none auth tokens present'],
    ['a bearer token', { authorization: 'Bearer x' }, 1000, 'Multiple or none auth tokens present'],
    ['two tokens', { 'x-api-key': 'x', 'x-addon-token': 'y' }, 1000, 'Multiple or none auth tokens present'],
    ['an unknown key', { 'x-api-key': 'x' }, 4003, 'Api key does not exist'],
    ['an add-on token', { 'x-addon-token': 'y' }, 4017, 'Token is not valid'],
  ] as [string, Record<string, string>, number, string][])(
    'answers 401 with a numeric code to %s',
    async (_what, headers, code, message) => {
      const { status, json } = await callWith(headers, 'GET', '/user');
      expect([status, json]).toEqual([401, { message, code }]);
    },
  );

  it('has no 404 for rows: what is unknown, deleted or foreign is a 400 with code 501', async () => {
    const { id } = await create();
    await call('DELETE', `${entries}/${id}`);
    for (const path of [`${entries}/${UNKNOWN}`, `${entries}/${id}`]) {
      const { status, json } = await call('GET', path);
      expect([status, json]).toEqual([400, { message: "Time entry doesn't belong to Workspace", code: 501 }]);
    }
    const { json } = await call('POST', entries, { ...HOUR_ENTRY, projectId: UNKNOWN });
    expect(json).toEqual({ message: "Project doesn't belong to Workspace", code: 501 });
  });

  it.each([
    ['GET', '/nowhere', 404, /^No static resource/],
    ['PATCH', '/workspaces/W/user/U/time-entries/stop', 404, /^No static resource/],
    ['PATCH', '/user', 405, /'PATCH' is not supported/],
    ['GET', '/workspaces/W/projects?archived=maybe', 400, /^Method parameter 'archived': Failed to convert/],
    ['GET', '/workspaces/W/projects?page=0', 400, /^Method parameter 'page'/],
    ['GET', '/workspaces/W/time-entries/status/in-progress?page-size=1001', 400, /^Method parameter 'page-size'/],
  ])('answers %s %s with %i and the code 3000', async (method, path, status, message) => {
    const answer = await call(method, path.replace('W', user.defaultWorkspaceId).replace('U', user.id));
    expect([answer.status, answer.json.code]).toEqual([status, 3000]);
    expect(answer.json.message).toMatch(message);
    expect(answer.headers.get('allow')).toBe(status === 405 ? 'GET' : null);
  });

  it('creates with 201, ends with 200, deletes with an empty 204', async () => {
    const running = await call('POST', entries, { start: '2026-03-02T11:00:00.900Z' });
    expect([running.status, running.json.timeInterval]).toEqual([
      201,
      { start: '2026-03-02T11:00:00Z', end: null, duration: null },
    ]);
    expect(Object.keys(running.json).sort().join(' ')).toBe(ENTRY_KEYS);
    const stopped = await call('PATCH', own, { end: '2026-03-02T11:30:00Z' });
    expect([stopped.status, stopped.json.timeInterval]).toMatchObject([200, { duration: 'PT30M' }]);
    const again = await call('PATCH', own, { end: '2026-03-02T11:30:00Z' });
    expect([again.status, again.json.code]).toEqual([404, 404]);
    const deleted = await call('DELETE', `${entries}/${stopped.json.id}`);
    expect([deleted.status, deleted.text]).toEqual([204, '']);
  });

  it('pages from 1, says which is the last, and is empty beyond the end', async () => {
    for (let index = 0; index < 51; index += 1) simulator.model.addProject(user.defaultWorkspaceId, { name: 'P' });
    const pages = await Promise.all([1, 2, 3].map((page) => call('GET', `${workspace}/projects?page=${page}`)));
    const shown = pages.map(({ json, headers }) => [(json as never as Row[]).length, headers.get('last-page')]);
    expect(shown).toEqual([
      [50, 'false'],
      [1, 'true'],
      [0, 'true'],
    ]);
    expect((await call('GET', '/workspaces')).headers.get('last-page')).toBeNull();
  });

  it('shifts the window of a list by the offset of the account’s zone, unless told not to', async () => {
    const { id } = await create();
    const shown = async (start: string, end: string) =>
      ((await call('GET', `${own}?start=${start}&end=${end}`)).json as never as Row[]).map((row) => row.id);
    // Belgrade is an hour ahead in March: 10:30Z is read as 10:30 there, which is 09:30Z.
    expect(await shown('2026-03-02T10:30:00Z', '2026-03-02T12:00:00Z')).toEqual([id]);
    expect(await shown('2026-03-02T09:30:00Z', '2026-03-02T10:30:00Z')).toEqual([]);
    simulator.hasWindowQuirk = false;
    expect(await shown('2026-03-02T10:30:00Z', '2026-03-02T12:00:00Z')).toEqual([]);
    expect(await shown('2026-03-02T09:30:00Z', '2026-03-02T10:30:00Z')).toEqual([id]);
  });

  it('loses in a PUT what is left out, and custom fields under the key they are read under', async () => {
    const field = simulator.model.addCustomField(user.defaultWorkspaceId, 'Ticket');
    const tag = simulator.model.addTag(user.defaultWorkspaceId, 'x');
    const customFields = [{ customFieldId: field.id, value: 'T-1', sourceType: 'TIMEENTRY' }];
    const full = { ...HOUR_ENTRY, description: 'text', tagIds: [tag.id], billable: true, customFields };
    const created = (await call('POST', entries, full)).json;
    expect(created.customFieldValues).toMatchObject([{ customFieldId: field.id, name: 'Ticket', value: 'T-1' }]);
    const bare = { start: HOUR_ENTRY.start, customFieldValues: created.customFieldValues };
    const { status, json } = await call('PUT', `${entries}/${created.id}`, bare);
    expect([status, json]).toMatchObject([
      200,
      { description: '', tagIds: [], billable: false, customFieldValues: [], timeInterval: { end: null } },
    ]);
    expect((await call('PUT', `${entries}/${created.id}`, {})).status).toBe(400);
  });

  it('puts things in place of ids when hydrated', async () => {
    const project = simulator.model.addProject(user.defaultWorkspaceId, { name: 'P' });
    const { id } = await create({ ...HOUR_ENTRY, projectId: project.id });
    const { json } = await call('GET', `${entries}/${id}?hydrated=true`);
    expect(json).toMatchObject({ project: { id: project.id, name: 'P' }, task: null, tags: [] });
    expect([json.projectId, json.tagIds]).toEqual([undefined, undefined]);
  });

  it.each([
    ['now', '2026-03-02T12:00:00Z'],
    ['start', '2026-03-02T11:30:00Z'],
  ] as const)('stops the running entry when another starts, at its %s', async (autoStopAt, end) => {
    await begin({ autoStopAt });
    const { id } = await create({ start: '2026-03-02T11:00:00Z' });
    await create({ start: '2026-03-02T11:30:00Z' });
    expect((await call('GET', `${entries}/${id}`)).json.timeInterval).toMatchObject({ end });
    const running = (await call('GET', `${workspace}/time-entries/status/in-progress`)).json;
    expect(running).toHaveLength(1);
  });

  it('refuses tags of a name that is taken, by whatever case', async () => {
    expect((await call('POST', `${workspace}/tags`, { name: 'x' })).status).toBe(201);
    const again = await call('POST', `${workspace}/tags`, { name: 'X' });
    expect([again.status, again.json.code]).toEqual([400, 501]);
  });

  it('throttles without a word about when to come back', async () => {
    simulator.isThrottling = true;
    const { status, headers, json } = await call('GET', '/user');
    expect([status, headers.get('retry-after'), json]).toEqual([
      429,
      null,
      { message: 'Too Many Requests', code: 429 },
    ]);
  });

  it('grants a free workspace 30 calls an hour on its own clock, and paid ones any', async () => {
    await begin({ quota: true, timeScale: 60 });
    const paid = simulator.addUser({ plan: 'PRO' });
    const statuses = async (count: number) =>
      (
        await Promise.all(Array.from({ length: count }, () => call('GET', entries.replace('time-entries', 'tags'))))
      ).map(({ status }) => status);
    expect(new Set(await statuses(30))).toEqual(new Set([200]));
    expect(await statuses(1)).toEqual([429]);
    clock.advance(MINUTE);
    expect(await statuses(1)).toEqual([200]);
    for (let calls = 0; calls < 31; calls += 1) {
      const headers = { 'x-api-key': paid.apiKey };
      const { status } = await callWith(headers, 'GET', `/workspaces/${paid.defaultWorkspaceId}/tags`);
      expect(status).toBe(200);
    }
  });

  describe('with webhooks', () => {
    let receiver: Server;
    let url: string;
    let received: { headers: Record<string, unknown>; body: Record<string, unknown> }[];

    const register = (webhookEvent: string, more: object = { name: 'Mine' }) =>
      call('POST', `${workspace}/webhooks`, { url, webhookEvent, triggerSource: [], ...more });

    beforeEach(async () => {
      received = [];
      receiver = createServer((request, response) => {
        const chunks: Buffer[] = [];
        request.on('data', (chunk: Buffer) => chunks.push(chunk));
        request.on('end', () => {
          const body = JSON.parse(Buffer.concat(chunks).toString('utf8')) as Record<string, unknown>;
          received.push({ headers: request.headers, body });
          response.end('{}');
        });
      });
      await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
      url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/webhook/clockify`;
    });
    afterEach(() => new Promise((resolve) => receiver.close(resolve)));

    it('delivers the flat entry with its token and event, twice if asked to', async () => {
      const { status, json } = await register('TIMER_STOPPED');
      expect([status, json.webhookEvent]).toEqual([201, 'TIMER_STOPPED']);
      const { id } = await create({ start: '2026-03-02T11:00:00Z', description: 'text' });
      await call('PATCH', own, { end: '2026-03-02T11:30:00Z' });
      expect(await simulator.webhooks.deliver({ copies: 2 })).toEqual([200, 200]);
      expect(received).toHaveLength(2);
      expect(received[0]!.headers).toMatchObject({
        'clockify-signature': json.authToken,
        'clockify-webhook-event-type': 'TIMER_STOPPED',
      });
      expect(received[0]!.body).toMatchObject({
        id,
        description: 'text',
        currentlyRunning: false,
        user: { id: user.id, name: 'Test User', status: 'ACTIVE' },
        timeInterval: {
          start: '2026-03-02T11:00:00Z',
          duration: 'PT30M',
          timeZone: 'Europe/Belgrade',
          offsetStart: 3600,
          zonedEnd: '2026-03-02T12:30:00',
        },
      });
      expect(received[1]!.body).toEqual(received[0]!.body);
    });

    it('tells every kind of change to the webhook of its event', async () => {
      simulator.model.workspaces.get(user.defaultWorkspaceId)!.plan = 'PRO';
      const events = [
        'NEW_TIMER_STARTED',
        'TIMER_STOPPED',
        'NEW_TIME_ENTRY',
        'TIME_ENTRY_UPDATED',
        'TIME_ENTRY_DELETED',
      ];
      for (const event of events) await register(event);
      const id = simulator.startInApp({ user });
      simulator.stopInApp(id);
      simulator.startInApp({ user, start: NOW, stop: NOW });
      simulator.editInApp(id, { description: 'other' });
      simulator.deleteInApp(id);
      await simulator.webhooks.deliver();
      expect(received.map(({ headers }) => headers['clockify-webhook-event-type'])).toEqual(events);
      expect(await simulator.webhooks.deliver()).toEqual([]);
    });

    it('allows as many as the plan does, to administrators, and misleads about a missing name', async () => {
      simulator.model.workspaces.get(user.defaultWorkspaceId)!.plan = 'FREE';
      expect((await register('TIMER_STOPPED', {})).json).toEqual({ message: 'Webhook already exists', code: 501 });
      for (let count = 1; count <= 3; count += 1) expect((await register('TIMER_STOPPED')).status).toBe(201);
      expect((await register('TIMER_STOPPED')).status).toBe(400);
      expect((await call('GET', `${workspace}/webhooks`)).json).toMatchObject({ workspaceWebhookCount: 3 });
      const member = simulator.addUser({ defaultWorkspaceId: user.defaultWorkspaceId });
      const body = { url, webhookEvent: 'TIMER_STOPPED', triggerSource: [], name: 'Mine' };
      const refused = await callWith({ 'x-api-key': member.apiKey }, 'POST', `${workspace}/webhooks`, body);
      expect(refused.status).toBe(403);
    });
  });
});
