import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addPerson, type Person } from '../support/people.js';
import { countRows, tablesHolding } from '../support/rows.js';
import { TogglApp, type Answer, type Tracker } from '../support/toggl.js';

const PATH = '/v1/resources/integrations';

interface Item {
  id: number;
  name: string;
  state: string;
}

describe('integrations', () => {
  let world: TogglApp;
  let ana: Tracker;
  let berta: Person;

  beforeAll(async () => {
    world = await TogglApp.start();
    ana = await world.addTracker('ana');
    berta = await addPerson(world.app, 'berta');
  });

  afterAll(() => world.close());

  const list = async (person: Person) => (await world.call<Item[]>(person, 'GET', PATH)).body.result;

  it('are offered by a list that says what each service asks for', async () => {
    const answer = await world.call<object[]>(berta, 'GET', '/v1/resources/providers');
    expect(answer.status).toBe(200);
    expect(answer.body.result).toContainEqual({
      key: 'toggl',
      name: 'Toggl Track',
      credential_fields: [{ name: 'api_token', required: true, secret: true }],
      setting_fields: [{ name: 'workspace_id' }],
      regions: [],
      features: expect.arrayContaining(['timer']) as string[],
      complete_when: expect.any(String) as string,
    });
    expect((await world.call(null, 'GET', '/v1/resources/providers')).status).toBe(401);
  });

  it('are verified by a real call, kept with the account’s own names, and never answer a credential', async () => {
    const user = world.toggl.addUser({ fullname: 'Berta B.' });
    const answer = await world.connect(berta, user);
    expect(answer.status).toBe(201);
    expect(answer.body.result).toEqual({
      id: expect.any(Number) as number,
      provider: 'toggl',
      name: 'Toggl Track',
      region: null,
      account_id: user.id.toString(),
      account_name: 'Berta B.',
      workspace_id: user.defaultWorkspaceId.toString(),
      workspace_name: 'Test workspace',
      settings: {},
      state: 'connected',
      last_error: null,
      created_at: expect.any(Number) as number,
    });
    expect(world.toggl.calls.some(({ path, headers }) => path === '/me' && headers.authorization !== '')).toBe(true);
    const { id } = answer.body.result;
    const shown = [answer, await world.call(berta, 'GET', PATH), await world.call(berta, 'GET', `${PATH}?id=${id}`)];
    for (const { text } of shown) {
      expect(text).toContain(`"id":${id}`);
      expect(text).not.toContain(user.token);
      expect(text).not.toContain(user.token.slice(-4));
    }
  });

  it('leave no token in clear anywhere in the database or the log', async () => {
    expect(await tablesHolding(world.app, ana.toggl.id.toString())).toContain('public.integrations');
    expect(await tablesHolding(world.app, ana.toggl.token)).toEqual([]);
    expect(await tablesHolding(world.app, Buffer.from(ana.toggl.token).toString('base64'))).toEqual([]);
    expect(world.app.logLines.join('\n')).not.toContain(ana.toggl.token);
  });

  it('are refused with the service’s own reason, and nothing is kept, when the token is wrong', async () => {
    const before = await countRows(world.app);
    const wrong = { ...world.toggl.addUser(), token: 'canary0123456789canary0123456789' };
    const answer = await world.connect(berta, wrong);
    expect(answer).toMatchObject({
      status: 422,
      body: { code: 'PROVIDER.INVALID_CREDENTIALS', message: 'Incorrect username and/or password' },
    });
    expect(await countRows(world.app)).toEqual(before);
    expect(await tablesHolding(world.app, wrong.token)).toEqual([]);
    expect(world.app.logLines.join('\n')).not.toContain(wrong.token);
  });

  it('are refused with 503 while the service is away, and a refusal that echoes the token is cut', async () => {
    const before = await countRows(world.app);
    const user = world.toggl.addUser();
    world.toggl.faults.add({ times: 3, path: '/me', action: { status: 502, body: 'bad gateway' } });
    const away = await world.connect(berta, user);
    expect(away).toMatchObject({ status: 503, body: { code: 'PROVIDER.UNAVAILABLE' } });
    expect(Number(away.headers.get('retry-after'))).toBeGreaterThan(0);
    const basic = Buffer.from(`${user.token}:api_token`).toString('base64');
    const echo = `"token ${user.token} refused, you sent Authorization: Basic ${basic} to /me?api_token=${user.token}"`;
    world.toggl.faults.add({ path: '/me', action: { status: 400, body: echo } });
    const refused = await world.connect(berta, user);
    expect(refused).toMatchObject({ status: 422, body: { code: 'PROVIDER.REJECTED' } });
    for (const text of [away.text, refused.text, ...world.app.logLines]) {
      expect(text).not.toContain(user.token);
      expect(text).not.toContain(basic);
    }
    expect(await countRows(world.app)).toEqual(before);
    expect(await tablesHolding(world.app, user.token)).toEqual([]);
  });

  it.each<[object, number, string]>([
    [{ provider: 'harvest' }, 422, 'provider'],
    [{ provider: 'constructor' }, 422, 'provider'],
    [{ provider: undefined }, 400, 'provider'],
    [{ provider: ['toggl'] }, 400, 'provider'],
    [{ credentials: undefined }, 400, 'credentials'],
    [{ credentials: [] }, 400, 'credentials'],
    [{ credentials: 'x' }, 400, 'credentials'],
    [{ credentials: {} }, 400, 'api_token'],
    [{ credentials: { api_token: '' } }, 400, 'api_token'],
    [{ credentials: { api_token: 5 } }, 400, 'api_token'],
    [{ credentials: { api_token: 'a\r\nHost: evil' } }, 400, 'api_token'],
    [{ credentials: { api_token: 'x'.repeat(5000) } }, 400, 'api_token'],
    [{ credentials: { api_token: 'abc', base_url: 'http://169.254.169.254' } }, 400, 'base_url'],
    [{ region: 'eu' }, 400, 'region'],
    [{ region: 'evil.com' }, 400, 'region'],
    [{ name: '' }, 400, 'name'],
    [{ settings: [] }, 400, 'settings'],
    [{ settings: { note: 'x' } }, 400, 'settings.note'],
    [{ settings: { workspace_id: 2000001 } }, 400, 'settings.workspace_id'],
    [{ settings: { workspace_id: '' } }, 400, 'settings.workspace_id'],
    [{ settings: { workspace_id: 'x'.repeat(9000) } }, 400, 'settings.workspace_id'],
    [{ settings: { scope: 'workspace' } }, 400, 'settings.scope'],
    [{ settings: { workspace_id: { $ne: null } } }, 400, 'settings.workspace_id'],
    [{ user_id: 1 }, 400, 'user_id'],
    [{ account_id: '1' }, 400, 'account_id'],
  ])('refuse %#: %j with %d naming the field, without a call', async (change, status, field) => {
    const before = await countRows(world.app);
    const calls = world.toggl.calls.length;
    const body = { provider: 'toggl', credentials: { api_token: 'abcdef0123456789' }, ...change };
    const answer = await world.call(berta, 'POST', PATH, body);
    expect(answer.status).toBe(status);
    expect(answer.body.message).toContain(field);
    expect(answer.body).toMatchObject({ statusCode: status, code: expect.any(String), requestId: expect.any(String) });
    const named = [{ field: expect.stringContaining(field) as string, message: expect.any(String) as string }];
    expect((answer.body as { details?: object[] }).details ?? []).toEqual(status === 400 ? named : []);
    expect(await countRows(world.app)).toEqual(before);
    expect(world.toggl.calls.length).toBe(calls);
  });

  it('take the workspace that settings name, and only one of the account’s own', async () => {
    const user = world.toggl.addUser();
    const second = world.toggl.model.addWorkspace({ name: 'Second', members: [user] });
    const foreign = world.toggl.model.addWorkspace({ name: 'Foreign' });
    const chosen = await world.connect(berta, user, { settings: { workspace_id: second.id.toString() } });
    expect(chosen.body.result).toMatchObject({ workspace_id: second.id.toString(), workspace_name: 'Second' });
    const both = await world.connect(berta, user);
    expect(both.body.result.id).not.toBe(chosen.body.result.id);
    const refused = await world.connect(berta, user, { settings: { workspace_id: foreign.id.toString() } });
    expect(refused.status).toBe(422);
    expect(refused.body.message).toContain('workspace_id');
  });

  it('are a list in pages, oldest first, that takes no cursor but its own', async () => {
    const many = await addPerson(world.app, 'many');
    for (let index = 0; index < 5; index += 1) await world.connect(many, world.toggl.addUser());
    const all = (await list(many)).map(({ id }) => id);
    const seen: number[][] = [];
    let query: string | null = '?limit=2';
    while (query !== null) {
      const { body }: Answer<Item[]> = await world.call<Item[]>(many, 'GET', PATH + query);
      seen.push(body.result.map(({ id }) => id));
      query = body.next_cursor === undefined ? null : `?limit=2&cursor=${body.next_cursor}`;
    }
    expect(seen).toEqual([all.slice(0, 2), all.slice(2, 4), all.slice(4)]);
    expect((await world.call(many, 'GET', `${PATH}?limit=0`)).status).toBe(400);
    const foreign = await world.call(many, 'GET', `${PATH}?cursor=nonsense`);
    expect(foreign).toMatchObject({ status: 400, body: { code: 'PAGE.BAD_CURSOR' } });
  });

  it('of one account belong to one user: a second one gets 409 and learns nothing', async () => {
    const before = await countRows(world.app);
    const answer = await world.connect(berta, ana.toggl);
    expect(answer).toMatchObject({ status: 409, body: { code: 'INTEGRATION.ACCOUNT_TAKEN' } });
    expect(answer.text).not.toMatch(/ana/i);
    expect(await countRows(world.app)).toEqual(before);
  });

  it('go to exactly one of ten users who connect the same account at the same moment', async () => {
    const user = world.toggl.addUser();
    const people = await Promise.all(Array.from({ length: 10 }, (_, index) => addPerson(world.app, `racer${index}`)));
    const answers = await Promise.all(people.map((person) => world.connect(person, user)));
    expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([
      201,
      ...Array.from({ length: 9 }, () => 409),
    ]);
    const owned = await Promise.all(people.map((person) => list(person)));
    expect(owned.flat()).toHaveLength(1);
  });

  it('connected again by their user are the same one, with the name and settings it had', async () => {
    const user = world.toggl.addUser();
    const settings = { workspace_id: user.defaultWorkspaceId.toString() };
    const first = await world.connect(berta, user, { name: 'Mine', settings });
    const again = await world.connect(berta, user);
    expect(again).toMatchObject({ status: 201, body: { result: { ...first.body.result } } });
    const parallel = await Promise.all(Array.from({ length: 8 }, () => world.connect(berta, user, { name: 'Again' })));
    expect(new Set(parallel.map(({ status, body }) => `${status} ${body.result?.id}`))).toEqual(
      new Set([`201 ${first.body.result.id}`]),
    );
  });

  it('connected ten times at once by one user are one', async () => {
    const user = world.toggl.addUser();
    const answers = await Promise.all(Array.from({ length: 10 }, () => world.connect(berta, user)));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 201));
    expect(new Set(answers.map(({ body }) => body.result.id)).size).toBe(1);
  });

  it('can be renamed and given new credentials, by path or body, after the same verification', async () => {
    const user = world.toggl.addUser();
    const { id } = (await world.connect(berta, user)).body.result;
    const renamed = await world.call(berta, 'PUT', `${PATH}/${id}`, { name: 'Work' });
    expect(renamed).toMatchObject({ status: 200, body: { result: { id, name: 'Work', state: 'connected' } } });
    const wrong = { id, credentials: { api_token: 'wrong-wrong-wrong' } };
    expect(await world.call(berta, 'PUT', PATH, wrong)).toMatchObject({
      status: 422,
      body: { code: 'PROVIDER.INVALID_CREDENTIALS' },
    });
    const other = { id, credentials: { api_token: world.toggl.addUser().token } };
    expect(await world.call(berta, 'PUT', PATH, other)).toMatchObject({
      status: 422,
      body: { code: 'INTEGRATION.OTHER_ACCOUNT' },
    });
    expect(await world.call(berta, 'PUT', PATH, { ...other, id: id + 1000 })).toMatchObject({ status: 404 });
    expect((await world.call(berta, 'PUT', `${PATH}/${id}`, { id: id + 1, name: 'x' })).status).toBe(400);
    expect((await world.call(berta, 'PUT', PATH, { name: 'x' })).status).toBe(400);
    const kept = await world.call<Item>(berta, 'GET', `${PATH}?id=${id}`);
    expect(kept.body.result).toMatchObject({ name: 'Work', state: 'connected' });
  });

  it('of somebody else are as absent as those that never were', async () => {
    const paths = [ana.integrationId, 987_654_321].map(String);
    const ways = [
      (id: string) => world.call(berta, 'GET', `${PATH}?id=${id}`),
      (id: string) => world.call(berta, 'PUT', `${PATH}/${id}`, { name: 'mine now' }),
      (id: string) => world.call(berta, 'PUT', PATH, { id: Number(id), credentials: { api_token: 'abc123abc123' } }),
      (id: string) => world.call(berta, 'DELETE', `${PATH}?id=${id}`),
      (id: string) => world.call(berta, 'DELETE', `${PATH}/${id}`),
    ];
    const before = await list(ana);
    const calls = world.toggl.calls.length;
    for (const way of ways) {
      const answers = await Promise.all(paths.map(way));
      const bodies = answers.map(({ status, body }) => ({ status, ...body, requestId: null }));
      expect(bodies[0]).toMatchObject({ status: 404, code: 'INTEGRATION.NOT_FOUND' });
      expect(bodies[0]).toEqual(bodies[1]);
    }
    expect(world.toggl.calls.length).toBe(calls);
    expect(await list(ana)).toEqual(before);
  });
});
