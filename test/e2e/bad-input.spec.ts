/* oxlint-disable vitest/expect-expect -- `refused` is where every case is asserted */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countRows } from '../support/rows.js';
import { at, TogglApp, type Answer, type LogItem, type Tracker } from '../support/toggl.js';

const HUGE = '9'.repeat(10_000);
const START = at('07:00:00');
const END = at('08:00:00');

/** Every refusal has the one shape, names what is wrong, leaves every row and every other request alone. */
describe('bad input', () => {
  let world: TogglApp;
  let ana: Tracker;
  let berta: Tracker;
  let log: LogItem;
  let project: number;

  beforeAll(async () => {
    world = await TogglApp.start();
    ana = await world.addTracker('ana');
    berta = await world.addTracker('berta');
    [project] = (await world.addProjects(berta, 'Hers')) as [number];
    await world.addProjects(ana, 'Mine');
    log = await world.addLog(ana, { task: 'mine', start: START, end: END });
  });

  afterAll(() => world.close());

  async function refused(send: () => Promise<Answer<unknown>>, status: number, word: string): Promise<void> {
    const [before, mine] = [await countRows(world.app), await world.listLogs(ana)];
    const answer = await send();
    expect([answer.status, answer.text]).toEqual([status, expect.stringContaining(word) as string]);
    expect(answer.body).toMatchObject({
      statusCode: status,
      code: expect.stringMatching(/^[A-Z_]+(\.[A-Z_]+)*$/) as string,
      message: expect.stringMatching(/./) as string,
      requestId: expect.stringMatching(/^[\w-]{8,64}$/) as string,
    });
    expect(answer.text.length).toBeLessThan(4000);
    expect(answer.text).not.toMatch(/node_modules|\bat \w+ \(|select |insert |typeorm|postgres/i);
    expect(await countRows(world.app)).toEqual(before);
    expect(await world.listLogs(ana)).toEqual(mine);
    const health = await fetch(`${world.app.url}/health`);
    expect(health.status).toBe(200);
  }

  /** JSON as text, because some cases cannot be written as a value. */
  const send = (method: string, path: string, text: string) => async (): Promise<Answer<unknown>> => {
    const headers = { ...ana.bearer, 'content-type': 'application/json' };
    const answer = await fetch(world.app.url + path, { method, headers, body: text });
    const body = await answer.text();
    return {
      status: answer.status,
      headers: answer.headers,
      text: body,
      body: JSON.parse(body) as Answer<unknown>['body'],
    };
  };
  const get =
    (path: string, method = 'GET') =>
    () =>
      world.call(ana, method, path);
  const logText = (member: string) => `{"task":"x",${member}}`;

  const INSTANTS: [string, number][] = [
    ['"2026-02-30T10:00:00Z"', 422],
    ['"2026-13-01T10:00:00Z"', 422],
    ['"2026-03-02T25:00:00Z"', 422],
    ['"2026-03-02T10:60:00Z"', 422],
    ['"2026-03-02T10:00:00+25:00"', 422],
    ['"2026-03-02T10:00:00-00:99"', 422],
    ['"0000-01-01T00:00:00Z"', 422],
    ['"1969-12-31T23:59:59Z"', 422],
    ['"2100-01-01T00:00:00Z"', 422],
    ['"2026"', 400],
    ['"2026-W10"', 400],
    ['"2026-03-02"', 400],
    ['"2026-03-02T10:00:00"', 400],
    ['"2026-03-02 10:00:00Z"', 400],
    ['"300000-01-01T00:00:00Z"', 400],
    ['"-000001-01-01T00:00:00Z"', 400],
    ['"infinity"', 400],
    ['"now"', 400],
    ['"123"', 400],
    ['""', 400],
    ['1784530800000', 422],
    ['1784530800000000', 422],
    ['-1', 422],
    ['1e400', 400],
    ['-1e400', 400],
    ['1e300', 422],
    ['true', 400],
    ['[]', 400],
    ['{}', 400],
    ['{"$date":1}', 400],
  ];

  it.each(INSTANTS)('an instant of %s is refused with %d wherever a log takes one', async (value, status) => {
    await refused(send('POST', '/v1/resources/logs', logText(`"start":${value}`)), status, 'start');
    await refused(send('POST', '/v1/resources/logs', logText(`"start":${START},"end":${value}`)), status, 'end');
    await refused(send('PUT', `/v1/resources/logs/${log.id}`, `{"end":${value}}`), status, 'end');
  });

  it.each([
    ['{"start":null}', 400],
    [`{"start":${END},"end":${START}}`, 422],
    [`{"start":${START},"end":${START - 0.001}}`, 422],
    [`{"start":${START},"end":${START + 31 * 86_400 + 1}}`, 422],
    [`{"end":${START}}`, 422],
    ['{"start":"2026-03-02T09:00:01Z","end":"2026-03-02T10:00:00+01:00"}', 422],
  ])('times of %s are refused with %d', async (members, status) => {
    await refused(send('POST', '/v1/resources/logs', logText(members.slice(1, -1))), status, 'start');
  });

  it('times that become impossible together with those of the log are refused', async () => {
    await refused(send('PUT', '/v1/resources/logs', `{"id":${log.id},"start":${END + 1}}`), 422, 'start');
    await refused(send('PUT', '/v1/resources/logs', `{"id":${log.id},"end":${START - 1}}`), 422, 'end');
    await refused(send('PUT', '/v1/resources/logs', `{"id":${log.id},"end":${START + 32 * 86_400}}`), 422, '31 days');
  });

  it('a log of no length and one of exactly 31 days are possible', async () => {
    for (const end of [START, START + 31 * 86_400]) {
      expect(await world.addLog(berta, { task: 'edge', start: START, end }, '')).toMatchObject({ start: START, end });
    }
  });

  const IDS = [
    '0',
    '-1',
    '1.5',
    '9007199254740993',
    '9223372036854775808',
    '1e3',
    '0x10',
    '０',
    HUGE,
    'abc',
    'null',
    '1;drop',
  ];

  it.each(IDS)('the id %.40s is nobody’s and never another row’s, in path or query', async (id) => {
    const tail = encodeURIComponent(id);
    // A path segment has a longest length of its own.
    const status = id === HUGE ? 414 : 400;
    for (const method of ['GET', 'DELETE']) {
      await refused(get(`/v1/resources/logs/${tail}`, method), status, status === 414 ? 'path' : 'id');
      await refused(get(`/v1/resources/logs?id=${tail}`, method), 400, 'id');
    }
    await refused(send('PUT', `/v1/resources/logs/${tail}`, '{"task":"x"}'), status, status === 414 ? 'path' : 'id');
    await refused(get(`/v1/resources/integrations/${tail}`, 'DELETE'), status, status === 414 ? 'path' : 'id');
    await refused(get(`/v1/resources/integrations?id=${tail}`), 400, 'id');
    await refused(get(`/v1/resources/timer?integration_id=${tail}`), 400, 'integration_id');
    await refused(get(`/v1/resources/projects?integration_id=${tail}`), 400, 'integration_id');
  });

  it.each(['0', '-1', '1.5', '9007199254740993', '9223372036854775808', '"1"', '"0x10"', HUGE, '[1]', '{}', 'true'])(
    'the id %.40s in a body is refused with 400',
    async (id) => {
      await refused(send('PUT', '/v1/resources/logs', `{"id":${id},"task":"x"}`), 400, 'id');
      await refused(send('PUT', '/v1/resources/integrations', `{"id":${id},"name":"x"}`), 400, 'id');
      for (const field of ['project_id', 'integration_id']) {
        await refused(send('POST', '/v1/resources/logs', logText(`"${field}":${id}`)), 400, field);
        await refused(send('POST', '/v1/rpc/timer/start', `{"${field}":${id}}`), 400, field);
      }
    },
  );

  const WRONG_TYPES: [string, string[]][] = [
    ['task', ['null', '5', 'true', '[]', '{}', '["x"]', '{"formula":"1+1"}', `"${'x'.repeat(3001)}"`]],
    ['billable', ['"false"', '"true"', '0', '1', 'null', '[]', '{}']],
    ['notes', ['5', 'false', '[]', '{"richText":[]}', `"${'x'.repeat(10_001)}"`]],
    ['tags', ['null', '"a"', '{}', '[1]', '[null]', '[["a"]]', `["${'x'.repeat(101)}"]`, `[${'"a",'.repeat(50)}"a"]`]],
    ['category', ['5', '[]', `"${'x'.repeat(101)}"`]],
  ];

  it.each(WRONG_TYPES)('%s takes no other type and converts nothing', async (field, values) => {
    for (const value of values) {
      const member = `"${field}":${value}`;
      const body = field === 'task' ? `{${member}}` : logText(member);
      await refused(send('POST', '/v1/resources/logs', body), 400, field);
      await refused(send('PUT', `/v1/resources/logs/${log.id}`, `{${member}}`), 400, field);
      if (field !== 'notes') await refused(send('POST', '/v1/rpc/timer/start', `{${member}}`), 400, field);
    }
  });

  it.each([
    ['/v1/resources/logs', { task: 'x' }],
    ['/v1/resources/integrations', { provider: 'toggl', credentials: { api_token: 'abcdef0123456789' } }],
  ])('each required field of POST %s is missed by name', async (path, complete) => {
    for (const field of Object.keys(complete)) {
      const rest = Object.fromEntries(Object.entries(complete).filter(([name]) => name !== field));
      await refused(send('POST', path, JSON.stringify(rest)), 400, field);
    }
  });

  const FORBIDDEN = [
    'user_id',
    'userId',
    'role',
    'isAdmin',
    'version',
    'createdAt',
    'deleted_at',
    'external_id',
    'sync',
  ];

  it.each([...FORBIDDEN, 'isRunning', 'running', 'provider', 'review_status', 'is_locked', 'source', '$where'])(
    'the unknown field %s is refused by name everywhere',
    async (field) => {
      const member = `"${field}":${berta.id}`;
      await refused(send('POST', '/v1/resources/logs', logText(member)), 400, field);
      await refused(send('PUT', `/v1/resources/logs/${log.id}`, `{${member}}`), 400, field);
      for (const verb of ['start', 'stop', 'toggle']) {
        await refused(send('POST', `/v1/rpc/timer/${verb}`, `{${member}}`), 400, field);
      }
      await refused(send('PUT', '/v1/resources/flic', `{${member}}`), 400, field);
      await refused(
        send('PUT', `/v1/resources/integrations/${ana.integrationId}`, `{"name":"x",${member}}`),
        400,
        field,
      );
    },
  );

  it('a log is given to nobody else, and to nothing of somebody else’s', async () => {
    const path = `/v1/resources/logs/${log.id}`;
    await refused(send('PUT', path, `{"integration_id":${berta.integrationId}}`), 404, 'INTEGRATION.NOT_FOUND');
    await refused(send('PUT', path, `{"project_id":${project}}`), 404, 'PROJECT.NOT_FOUND');
    const both = `{"project_id":${project},"integration_id":${ana.integrationId}}`;
    await refused(send('PUT', path, both), 404, 'PROJECT.NOT_FOUND');
    await refused(send('POST', '/v1/rpc/timer/start', `{"project_id":${project}}`), 404, 'PROJECT.NOT_FOUND');
  });

  const SQL = ["'", '"; drop table time_entries --', '1) or 1=1', '$1', '\\', "x' || pg_sleep(9) || '", '%', '\\u0027'];
  const TEXTS = [
    '\u202Eevil',
    'a\u200Bb',
    '👩‍👩‍👧‍👦',
    `e${'\u0301'.repeat(2000)}`,
    'שלום',
    ' a\tb\nc ',
    '=SUM(A1)',
    '{{7*7}}',
  ];

  it.each([...SQL, ...TEXTS, '<script>alert(1)</script>', '\uFEFFbom', 'null', '[object Object]'])(
    'the text %j is kept as it was sent, here and there',
    async (text) => {
      const fields = { task: text, notes: text, category: text.slice(0, 100), integration_id: ana.integrationId };
      const written = await world.addLog(ana, { ...fields, start: START, end: END });
      expect(written).toMatchObject({ ...fields, sync: { state: 'synced' } });
      expect(await world.getLog(ana, written.id)).toMatchObject(fields);
      expect(world.there(ana).at(-1)!.description).toBe(text);
    },
  );

  it.each(['"a\\u0000b"', '"\\ud800"', '"a\\udc00"'])('the text %s can be stored nowhere and is 400', async (text) => {
    for (const field of ['task', 'notes', 'category']) {
      const body = field === 'task' ? `{"task":${text}}` : logText(`"${field}":${text}`);
      await refused(send('POST', '/v1/resources/logs', body), 400, 'BODY.INVALID_TEXT');
    }
    await refused(send('POST', '/v1/resources/logs', logText(`"tags":[${text}]`)), 400, 'BODY.INVALID_TEXT');
    await refused(send('PUT', '/v1/resources/flic', `{"click":{"action":"start","task":${text}}}`), 400, 'BODY');
    await refused(send('POST', '/v1/resources/integrations', `{"provider":${text}}`), 400, 'BODY.INVALID_TEXT');
  });

  it('a NUL or half a character in the query is 400', async () => {
    await refused(get('/v1/resources/projects?query=a%00b'), 400, 'REQUEST.INVALID_TEXT');
    await refused(get('/v1/resources/logs?cursor=%00'), 400, 'REQUEST.INVALID_TEXT');
    await refused(get('/v1/resources/logs/%00'), 400, 'REQUEST.INVALID_TEXT');
  });

  it.each(['yes', '1', '', 'TRUE', 'true&wait=true'])(
    '?wait=%s is refused before anything is written',
    async (wait) => {
      await refused(send('POST', `/v1/resources/logs?wait=${wait}`, '{"task":"x"}'), 400, 'wait');
      await refused(send('PUT', `/v1/resources/logs/${log.id}?wait=${wait}`, '{"task":"y"}'), 400, 'wait');
      await refused(get(`/v1/resources/logs/${log.id}?wait=${wait}`, 'DELETE'), 400, 'wait');
    },
  );
});
