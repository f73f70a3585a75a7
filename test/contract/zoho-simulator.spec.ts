import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ZohoSimulator } from '../../simulators/zoho/simulator.js';
import { FixedClock } from '../../src/common/clock.js';

const NOW = new Date('2026-03-02T12:00:00Z');
const MINUTE = 60_000;

/** The stand-in must be as awkward as the service: a contract proven against a kinder one proves nothing. */
describe('the Zoho simulator', () => {
  let clock: FixedClock;
  let simulator: ZohoSimulator;
  let account: ReturnType<ZohoSimulator['addAccount']>;
  let projectId: string;
  let token: string;

  beforeEach(async () => {
    clock = new FixedClock(NOW);
    simulator = new ZohoSimulator({ now: () => clock.now().getTime(), firstId: 9_007_199_254_740_993n });
    await simulator.start();
    account = simulator.addAccount();
    projectId = simulator.model.addProject(account.portal.id, 'Website').id;
    token = (await refresh()).access_token!;
  });
  afterEach(() => simulator.stop());

  const post = async (fields: Record<string, string>) => {
    const response = await fetch(`${simulator.url}/oauth/v2/token`, {
      method: 'POST',
      body: new URLSearchParams(fields),
    });
    return { ...((await response.json()) as { access_token?: string; error?: string }), status: response.status };
  };
  const client = () => ({ client_id: account.client.id, client_secret: account.client.secret });
  const refresh = () => post({ grant_type: 'refresh_token', refresh_token: account.refreshToken, ...client() });
  const call = async (method: string, path: string, init: RequestInit = {}) => {
    const response = await fetch(`${simulator.url}/api/v3${path}`, {
      ...init,
      method,
      headers: { authorization: `Zoho-oauthtoken ${token}`, ...(init.headers as object) },
    });
    const text = await response.text();
    return { status: response.status, text, body: (text === '' ? null : JSON.parse(text)) as never };
  };
  const portal = () => `/portal/${account.portal.id}`;
  const json = (value: object): RequestInit => ({
    body: JSON.stringify(value),
    headers: { 'content-type': 'application/json' },
  });
  const row = (changes: object = {}) => ({
    project_id: projectId,
    type: 'general',
    log_name: 'Work',
    date: '2026-03-02',
    hours: '01:30',
    bill_status: 'Billable',
    ...changes,
  });
  const add = (changes: object = {}) =>
    call('POST', `${portal()}/addbulktimelogs`, {
      body: new URLSearchParams({ log_object: JSON.stringify([row(changes)]) }),
    });

  it('refuses tokens with status 200, and makes out ten of them in ten minutes', async () => {
    expect(await post({ grant_type: 'refresh_token', refresh_token: 'x', ...client() })).toEqual({
      status: 200,
      error: 'invalid_code',
    });
    expect(await post({ grant_type: 'refresh_token', refresh_token: 'x' })).toEqual({
      status: 200,
      error: 'invalid_client',
    });
    for (let more = 2; more <= 10; more += 1) expect(await refresh()).not.toHaveProperty('refresh_token');
    expect(await refresh()).toMatchObject({ status: 200, error: 'Access Denied' });
    simulator.advance(10 * MINUTE);
    expect((await refresh()).access_token).toMatch(/^1000\./);
  });

  it('takes a code once and for three minutes', async () => {
    const exchange = (code: string) => post({ grant_type: 'authorization_code', code, ...client() });
    const code = simulator.accounts.addGrantCode(account.client.id, account.person.id);
    expect(await exchange(code)).toHaveProperty('refresh_token');
    expect(await exchange(code)).toMatchObject({ error: 'invalid_code' });
    const late = simulator.accounts.addGrantCode(account.client.id, account.person.id);
    simulator.advance(3 * MINUTE);
    expect(await exchange(late)).toMatchObject({ error: 'invalid_code' });
  });

  it('lets the twenty-first refresh token end the first', async () => {
    for (let more = 2; more <= 21; more += 1) simulator.accounts.addRefreshToken(account.client.id, account.person.id);
    expect(await refresh()).toMatchObject({ error: 'invalid_code' });
  });

  it('answers 401 to a token that has expired', async () => {
    simulator.advance(60 * MINUTE);
    const { status, body } = await call('GET', '/portals');
    expect([status, body]).toMatchObject([401, { error: { title: 'INVALID_OAUTHTOKEN', status_code: '401' } }]);
  });

  it('answers portals and projects bare, and ids as text that no number holds', async () => {
    const { body } = await call('GET', `${portal()}/projects`);
    expect(body).toEqual([expect.objectContaining({ id: projectId, status: expect.anything() as object })]);
    expect(Number.isSafeInteger(Number(projectId))).toBe(false);
  });

  it('takes new logs as a form only', async () => {
    const created = (await add()).body as { time_logs: [{ log_details: [{ id: string; log_hour: string }] }] };
    expect(created.time_logs[0].log_details[0].log_hour).toBe('01:30');
    const refused = await call('POST', `${portal()}/addbulktimelogs`, json({ log_object: [row()] }));
    expect([refused.status, refused.body]).toMatchObject([400, { error: { title: 'Input Parameter Missing' } }]);
  });

  it.each([
    [{ bill_status: undefined }, 'Input Parameter Missing'],
    [{ type: 'task' }, 'Input Parameter Missing'],
    [{ date: '03-02-2026' }, 'PATTERN_NOT_MATCHED'],
    [{ hours: '0:00' }, 'INVALID_HOURS'],
    [{ hours: '25:00' }, 'DAILY_LIMIT'],
    [{ start_time: '9:00' }, 'PATTERN_NOT_MATCHED'],
  ])('refuses a log with %j', async (changes, title) => {
    const { status, body } = await add(changes);
    expect([status, body]).toMatchObject([400, { error: { title } }]);
    expect(simulator.ledger.created).toEqual([]);
  });

  it('refuses logs that overlap, unless told otherwise', async () => {
    const times = { start_time: '10:00 AM', end_time: '11:30 AM' };
    await add(times);
    expect((await add(times)).body).toMatchObject({ error: { title: 'LOG_OVERLAP' } });
    expect((await add({ ...times, force_allow: { overlap: true } })).status).toBe(200);
  });

  it('wants the type of a log as an object to change it, and as a text to delete it', async () => {
    await add();
    const path = `${portal()}/projects/${projectId}/logs/${simulator.ledger.created[0]!.id}`;
    expect((await call('PATCH', path, json({ hours: '2:00' }))).status).toBe(400);
    const changed = await call('PATCH', path, json({ hours: '2:00', module: { type: 'general' } }));
    expect(changed.body).toMatchObject({ log_hour: '02:00' });
    expect((await call('GET', `${path}?type=task`)).status).toBe(404);
    expect((await call('DELETE', path, json({}))).status).toBe(400);
    expect((await call('DELETE', path, json({ module: { type: 'general' } }))).status).toBe(400);
    expect((await call('DELETE', path, json({ module: 'general' }))).status).toBe(204);
    expect((await call('GET', `${path}?type=general`)).status).toBe(404);
  });

  it('answers the whole ISO week, of one type, grouped by day', async () => {
    for (const date of ['2026-03-01', '2026-03-02', '2026-03-08', '2026-03-09']) await add({ date });
    const query = new URLSearchParams({
      module: '{"type":"general"}',
      view_type: 'day',
      start_date: '2026-03-04',
      end_date: '2026-03-04',
    });
    const { body } = await call('GET', `${portal()}/timelogs?${query.toString()}`);
    const { time_logs: days } = body as { time_logs: { date: string }[] };
    expect(days.map(({ date }) => date)).toEqual(['2026-03-02', '2026-03-08']);
    query.set('module', '{"type":"task"}');
    expect((await call('GET', `${portal()}/timelogs?${query.toString()}`)).body).toMatchObject({ time_logs: [] });
    expect((await call('GET', `${portal()}/timelogs`)).status).toBe(400);
  });

  it('has no 404 for what it does not know', async () => {
    expect((await call('GET', '/nowhere')).body).toMatchObject({ error: { title: 'URL_RULE_NOT_CONFIGURED' } });
    expect((await call('POST', '/portals')).status).toBe(405);
  });
});
