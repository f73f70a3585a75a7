import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TogglUser } from '../../simulators/toggl/model.js';
import { TogglSimulator, type TogglSimulatorOptions } from '../../simulators/toggl/simulator.js';
import { FixedClock } from '../../src/common/clock.js';
import { HttpClient } from '../../src/common/http-client.js';
import { Secret } from '../../src/common/secret.js';
import { useQuotas } from '../support/quotas.js';
import { TogglProvider } from '../../src/integrations/providers/toggl/toggl.provider.js';

const NOW = new Date('2026-03-02T12:00:00.500Z');
const JSON_TYPE = 'application/json; charset=utf-8';
/** Of a recorded answer to a create, in order. */
const ENTRY_KEYS =
  'id workspace_id project_id task_id billable start stop duration description tags tag_ids duronly at server_deleted_at user_id uid wid';

/** The stand-in must be as awkward as the service: a contract proven against a kinder one proves nothing. */
describe('the Toggl simulator', () => {
  const quotas = useQuotas();
  let clock: FixedClock;
  let simulator: TogglSimulator;
  let user: TogglUser;
  let entries: string;

  const begin = async (options: TogglSimulatorOptions = {}) => {
    await simulator?.stop();
    clock = new FixedClock(NOW);
    simulator = new TogglSimulator({ now: () => clock.now().getTime(), ...options });
    await simulator.start();
    user = simulator.addUser();
    entries = `/workspaces/${user.defaultWorkspaceId}/time_entries`;
  };

  const call = async (method: string, path: string, body?: object, token = user.token) => {
    const authorization = `Basic ${Buffer.from(`${token}:api_token`).toString('base64')}`;
    const response = await fetch(simulator.url + path, {
      method,
      headers: { authorization },
      body: body && JSON.stringify(body),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, json: () => JSON.parse(text) as never };
  };

  const create = (fields: object) =>
    call('POST', entries, {
      created_with: 'test',
      workspace_id: Number(user.defaultWorkspaceId),
      start: '2026-03-02T10:00:00Z',
      ...fields,
    });

  beforeEach(() => begin());
  afterEach(() => simulator.stop());

  it('answers 401 without a body when no credentials come, and 403 in plain text to a wrong token', async () => {
    const bare = await fetch(`${simulator.url}/me`);
    expect([bare.status, await bare.text(), bare.headers.get('content-length')]).toEqual([401, '', '0']);
    expect(bare.headers.get('x-authorization-missing')).toBe('true');
    const wrong = await call('GET', '/me', undefined, 'wrong');
    expect([wrong.status, wrong.text]).toEqual([403, 'Incorrect username and/or password']);
  });

  it('answers a create with 200, Z, cut seconds, null tags and the recorded fields', async () => {
    const answer = await create({ start: '2026-03-02T11:00:00.593648+01:00', duration: -1 });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, JSON_TYPE]);
    const row = answer.json() as Record<string, unknown>;
    expect(Object.keys(row).join(' ')).toBe(ENTRY_KEYS);
    expect(row).toMatchObject({ start: '2026-03-02T10:00:00Z', stop: null, duration: -1, tags: null, tag_ids: null });
    expect(row.at).toMatch(/^2026-03-02T12:00:00\.\d{1,6}Z$/);
    const [listed] = (await call('GET', '/me/time_entries')).json() as Record<string, unknown>[];
    expect(listed).toMatchObject({ start: '2026-03-02T10:00:00+00:00', tags: [], tag_ids: [] });
  });

  it('answers a create without stop and duration as neither running nor ended', async () => {
    expect((await create({})).json()).toMatchObject({ stop: null, duration: 0 });
    expect((await call('GET', '/me/time_entries/current')).text).toBe('null');
  });

  it.each([
    [{ created_with: undefined }],
    [{ workspace_id: 1 }],
    [{ start: undefined }],
    [{ start: '2004-01-01T00:00:00Z' }],
    [{ stop: '2026-03-02T09:00:00Z' }],
    [{ stop: '2026-03-02T11:00:00Z', duration: 3599 }],
    [{ project_id: 1 }],
    [{ tags: [' '] }],
  ])('refuses a create with %j', async (fields) => {
    const answer = await create(fields);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([400, JSON_TYPE]);
    expect(answer.text).toMatch(/^".+"\n$/);
    expect(simulator.ledger.created).toEqual([]);
  });

  it('stops the running entry at the moment another starts, whatever its start', async () => {
    const first = (await create({ duration: -1 })).json() as { id: number };
    clock.advance(60_000);
    await create({ duration: -1, start: '2026-03-02T11:00:00Z' });
    const stopped = (await call('GET', `/me/time_entries/${first.id}`)).json();
    expect(stopped).toMatchObject({ stop: '2026-03-02T12:01:00+00:00', duration: 7260 });
  });

  it('refuses a second stop with 409 and an unknown one with 404', async () => {
    const { id } = (await create({ duration: -1 })).json() as { id: number };
    expect((await call('PATCH', `${entries}/${id}/stop`)).json()).toMatchObject({
      tags: [],
      stop: '2026-03-02T12:00:00Z',
    });
    const again = await call('PATCH', `${entries}/${id}/stop`);
    expect([again.status, again.text]).toEqual([409, '"Time entry already stopped"\n']);
    expect((await call('PATCH', `${entries}/1/stop`)).status).toBe(404);
  });

  it('patches many entries, each by itself', async () => {
    const { id } = (await create({ duration: 60 })).json() as { id: number };
    const operations = [{ op: 'replace', path: '/description', value: 'x' }];
    const answer = (await call('PATCH', `${entries}/${id},7`, operations)).json();
    expect(answer).toEqual({ success: [id], failure: [{ id: 7, message: 'Time entry not found' }] });
    const tooMany = Array.from({ length: 101 }, (_, index) => index + 1).join(',');
    expect((await call('PATCH', `${entries}/${tooMany}`, operations)).status).toBe(400);
  });

  it('limits what is asked for at once and how far back', async () => {
    const refused = async (query: string) => (await call('GET', `/me/time_entries?${query}`)).text;
    expect(await refused('since=1772000000&before=2026-03-01')).toContain('can not be present simultaneously');
    expect(await refused('start_date=2020-01-01&end_date=2026-03-01')).toBe(
      '"start_date must not be earlier than 2025-12-01"\n',
    );
    expect((await call('GET', `/workspaces/${user.defaultWorkspaceId}/projects?per_page=201`)).status).toBe(400);
  });

  it('keeps other users’ workspaces and entries to them', async () => {
    const { id } = (await create({ duration: 60 })).json() as { id: number };
    const stranger = simulator.addUser();
    expect((await call('DELETE', `${entries}/${id}`, undefined, stranger.token)).status).toBe(403);
    expect((await call('GET', `/me/time_entries/${id}`, undefined, stranger.token)).status).toBe(404);
  });

  it('counts 30 calls an hour below /me and, apart from them, 30 in a free workspace', async () => {
    await begin({ quota: true });
    for (let calls = 1; calls <= 30; calls += 1) expect((await call('GET', '/me')).status).toBe(200);
    const over = await call('GET', '/me/time_entries/current');
    expect(over.status).toBe(402);
    expect(over.headers.get('x-toggl-quota-remaining')).toBe('0');
    expect(over.headers.get('x-toggl-quota-resets-in')).toBe('3600');
    expect(over.text).toBe('You have hit your hourly limit for API calls. The quota will reset in 3600 seconds.');
    const created = await create({ duration: 60 });
    expect([created.status, created.headers.get('x-toggl-quota-remaining')]).toEqual([200, '29']);
    const overview = (await call('GET', '/me/quota')).json() as object[];
    expect(overview).toContainEqual({ organization_id: null, remaining: 0, resets_in_secs: 3600, total: 30 });
    simulator.advance(3_600_000);
    expect((await call('GET', '/me')).status).toBe(200);
  });

  it('answers every call with a page of nginx while it throttles', async () => {
    simulator.isThrottling = true;
    const answer = await call('GET', '/me');
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, null]);
    expect(answer.text).toContain('<center>nginx</center>');
  });

  it('lets the provider read what is left of the quota', async () => {
    await begin({ quota: true });
    const http = new HttpClient({ clock, retryScale: 0 });
    const provider = new TogglProvider({ http, clock, quotas: quotas.of(clock), baseUrl: simulator.url });
    const connection = {
      integrationId: 1,
      region: null,
      credentials: { api_token: new Secret(user.token) },
      workspaceId: user.defaultWorkspaceId.toString(),
      accountId: user.id.toString(),
      settings: {},
    };
    expect(await provider.quotas(connection)).toEqual([]);
    simulator.hasNullForEmpty = true;
    expect(await provider.listProjects(connection)).toEqual([]);
    for (let calls = 1; calls <= 30; calls += 1) await provider.timer.current(connection);
    const resetsAt = new Date(NOW.getTime() + 3_600_000);
    expect(await provider.quotas(connection)).toEqual([
      { bucket: 'user', remaining: 0, limit: 30, resetsAt, unit: 'calls', callCost: 1, reserve: 6, isAsked: false },
      {
        bucket: 'workspace',
        remaining: 29,
        limit: 30,
        resetsAt,
        unit: 'calls',
        callCost: 0,
        reserve: 6,
        isAsked: false,
      },
    ]);
    await expect(provider.timer.current(connection)).rejects.toMatchObject({ kind: 'quota', retryAt: resetsAt });
    expect(await provider.listTags(connection)).toEqual([]);
    clock.advance(3_600_000);
    expect(await provider.quotas(connection)).toEqual([]);
    expect(await provider.timer.current(connection)).toBeNull();
  });
});
