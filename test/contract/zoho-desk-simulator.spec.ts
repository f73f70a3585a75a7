import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RecordedCall } from '../../simulators/support/http-simulator.js';
import { ZohoDeskSimulator, type DeskAccount } from '../../simulators/zoho-desk/simulator.js';

const NOW = Date.parse('2026-03-02T12:00:00Z');

interface Answer {
  status: number;
  headers: Headers;
  body: Record<string, unknown> & { data?: Record<string, unknown>[] };
}

describe('the simulated Zoho Desk', () => {
  let simulator: ZohoDeskSimulator;
  let account: DeskAccount;
  let ticketId: string;
  let token: string;

  beforeEach(async () => {
    simulator = new ZohoDeskSimulator({ now: () => NOW, firstId: 9_007_199_254_740_993n });
    await simulator.start();
    account = simulator.addAccount();
    ticketId = simulator.model.addTicket(account.agent, 'Printer').id;
    const { id, secret } = account.client;
    const form = {
      grant_type: 'refresh_token',
      refresh_token: account.refreshToken,
      client_id: id,
      client_secret: secret,
    };
    const response = await fetch(`${simulator.url}/oauth/v2/token`, {
      method: 'POST',
      body: new URLSearchParams(form),
    });
    token = ((await response.json()) as { access_token: string }).access_token;
  });
  afterEach(() => simulator.stop());

  const call = async (
    method: string,
    path: string,
    { body, orgId = account.portal.id, bearer = token }: { body?: object; orgId?: string | null; bearer?: string } = {},
  ): Promise<Answer> => {
    const response = await fetch(`${simulator.url}/api/v1${path}`, {
      method,
      headers: { authorization: `Zoho-oauthtoken ${bearer}`, ...(orgId !== null && { orgId }) },
      body: body && JSON.stringify(body),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text === '' ? {} : (JSON.parse(text) as never) };
  };
  const entry = (changes: object = {}) => ({ executedTime: '2026-03-02T09:00:00Z', hoursSpent: '1', ...changes });
  const add = (changes: object = {}) => call('POST', `/tickets/${ticketId}/timeEntry`, { body: entry(changes) });
  const list = (query = '') => call('GET', `/agents/${account.agent.id}/timeEntry${query}`);
  const log = (changes: object = {}) =>
    simulator.logInApp({ agent: account.agent, parentId: ticketId, start: new Date(NOW), seconds: 60, ...changes });

  it('answers nobody without a token, and each only in their own organization', async () => {
    const codeOf = async (given: Parameters<typeof call>[2]) => {
      const { status, body } = await call('GET', '/myinfo', given);
      return [status, body.errorCode];
    };
    expect(await codeOf({ bearer: 'x' })).toEqual([401, 'UNAUTHORIZED']);
    expect(await codeOf({ orgId: '4242' })).toEqual([403, 'OAUTH_ORG_MISMATCH']);
    expect(await codeOf({ orgId: 'acme' })).toEqual([500, 'INTERNAL_SERVER_ERROR']);
    expect(await codeOf({ orgId: null })).toEqual([500, 'INTERNAL_SERVER_ERROR']);
    simulator.missingScopes.add('Desk.basic.READ').add('Desk.agents.READ');
    expect(await codeOf({})).toEqual([403, 'SCOPE_MISMATCH']);
    expect((await call('GET', '/organizations', { orgId: null })).body.data).toHaveLength(1);
  });

  it('has no content for an empty list, and 200 for a new entry', async () => {
    expect((await list()).status).toBe(204);
    const created = await add();
    expect([created.status, created.body.ownerId, created.body.hoursSpent]).toEqual([200, account.agent.id, '1']);
    expect(Number.isSafeInteger(Number(created.body.id))).toBe(false);
    expect((await list()).body.data).toHaveLength(1);
    expect(simulator.ledger.created).toHaveLength(1);
  });

  it.each([
    [{ executedTime: undefined }, '/executedTime', 'missing'],
    [{ executedTime: '2026-03-02T09:00:00+02:00' }, '/executedTime', 'invalid'],
    [{ totalCost: 7 }, '/totalCost', 'invalid'],
    [{ hoursSpent: '1000' }, '/hoursSpent', 'invalid'],
    [{ minutesSpent: 60 }, '/minutesSpent', 'invalid'],
    [{ requestChargeType: 'Gossip' }, '/requestChargeType', 'invalid'],
  ])('points at what is wrong with %j', async (changes, fieldName, errorType) => {
    const { status, body } = await add(changes);
    expect([status, body]).toMatchObject([422, { errorCode: 'INVALID_DATA', errors: [{ fieldName, errorType }] }]);
    expect(simulator.ledger.effects).toEqual([]);
  });

  it.each(['?from=-1', '?limit=0', '?limit=101', '?from=x', '?orderBy=UP', '?module=notes'])(
    'refuses %s',
    async (query) => {
      const { status, body } = await list(query);
      expect([status, body.errorCode]).toEqual([422, 'UNPROCESSABLE_ENTITY']);
    },
  );

  it('pages by index, sorts by start, puts those without one last, and may count from 1', async () => {
    const early = log({ start: new Date(NOW - 60_000) });
    const late = log();
    const never = log();
    simulator.model.entries.get(never)!.executedTime = null;
    const idsOf = async (query: string) => (await list(query)).body.data?.map(({ id }) => id);
    expect(await idsOf('')).toEqual([early, late, never]);
    expect(await idsOf('?orderBy=DESC')).toEqual([late, early, never]);
    expect(await idsOf('?from=1&limit=1')).toEqual([late]);
    simulator.odd.isOneBased = true;
    expect(await idsOf('?from=1&limit=1')).toEqual([early]);
  });

  it('counts credits by the day and by the page, and too many calls at once apart', async () => {
    simulator.credits.perDay = 10;
    const figures = ({ status, headers }: Answer) => [
      status,
      headers.get('x-rate-limit-request-weight-v3'),
      headers.get('x-rate-limit-remaining-v3'),
      headers.get('retry-after'),
    ];
    expect(figures(await call('GET', '/myinfo'))).toEqual([200, '1', '9', null]);
    expect(figures(await list())).toEqual([204, '3', '6', null]);
    expect(figures(await list('?from=2001'))).toEqual([204, '5', '1', null]);
    const over = await list();
    expect([...figures(over), over.body.errorCode]).toEqual([429, null, null, '43200', 'THRESHOLD_EXCEEDED']);
    simulator.busyCalls = 1;
    const busy = await call('GET', '/myinfo');
    expect([...figures(busy), busy.body.errorCode]).toEqual([429, null, null, null, 'TOO_MANY_REQUESTS']);
  });

  it('takes one verb for changes, and keeps what is left out', async () => {
    const id = log({ description: 'kept', chargeType: 'Customer Service' });
    const path = `/tickets/${ticketId}/timeEntry/${id}`;
    expect((await call('PATCH', path, { body: { hoursSpent: '2' } })).body.errorCode).toBe('METHOD_NOT_ALLOWED');
    const changed = await call('PUT', path, { body: { hoursSpent: '2' } });
    expect(changed.body).toMatchObject({ hoursSpent: '2', description: 'kept', requestChargeType: 'Customer Service' });
    simulator.odd.updateVerb = 'PATCH';
    expect((await call('PUT', path, { body: { hoursSpent: '3' } })).status).toBe(405);
    expect((await call('PUT', path, { body: {} })).status).toBe(405);
    expect((await call('PATCH', path, { body: {} })).body.errorCode).toBe('EMPTY_PAYLOAD');
    simulator.billInApp(id);
    expect((await call('PATCH', path, { body: { hoursSpent: '3' } })).status).toBe(422);
  });

  it('lets a deleted entry go, or shows it with a mark', async () => {
    const [first, second] = [log(), log()];
    const remove = (id: string) => call('DELETE', `/tickets/${ticketId}/timeEntry/${id}`);
    expect((await remove(first)).status).toBe(200);
    expect((await remove(first)).status).toBe(404);
    simulator.odd.unknownStatus = 422;
    expect((await remove(first)).status).toBe(422);
    Object.assign(simulator.odd, { deleted: 'stays', deletesWith204: true, hasTextTrashed: true });
    expect((await remove(second)).status).toBe(204);
    expect((await list()).body.data).toMatchObject([{ isTrashed: 'true' }, { isTrashed: 'true' }]);
  });

  it('has no delete for time on tasks', async () => {
    const task = simulator.model.addTask(ticketId, 'Task');
    const id = log({ module: 'tasks', parentId: task.id });
    expect((await call('DELETE', `/tasks/${task.id}/timeEntry/${id}`)).status).toBe(405);
    expect((await call('PATCH', `/tasks/${task.id}/timeEntry/${id}`, { body: { hoursSpent: 2 } })).status).toBe(200);
  });

  it('writes times, numbers and types in several ways', async () => {
    log();
    Object.assign(simulator.odd, { times: 'milliseconds', numbers: 'number', hasListedType: true });
    expect((await list()).body.data).toMatchObject([
      { executedTime: NOW, minutesSpent: 1, parent: { id: ticketId, type: ['TICKETS'] } },
    ]);
  });

  it('keeps a ledger, also of answers that were lost', async () => {
    simulator.faults.add({ method: 'POST', action: 'create-then-reset' });
    await expect(add()).rejects.toThrow('fetch failed');
    const { created, effects, calls } = simulator.ledger;
    expect([created.length, effects.length]).toEqual([1, 1]);
    expect(calls.at(-1)).toMatchObject({ fault: 'create-then-reset', status: 200 } satisfies Partial<RecordedCall>);
  });
});
