import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Person } from '../support/people.js';
import { TogglApp, type LogItem, type Tracker } from '../support/toggl.js';
import { holdTheWindow } from '../support/button-window.js';

const PRESS = '/v1/rpc/flic';
const SETTINGS = '/v1/resources/flic';

interface Press {
  result: string;
  status: string;
  warnings?: { integration_id: number; provider: string; message: string }[];
}

interface Button {
  button: string;
  name: string | null;
  battery_percent: number | null;
  last_pressed_at: number;
}

describe('a Flic button', () => {
  let world: TogglApp;
  let count = 0;

  beforeAll(async () => {
    world = await TogglApp.start();
  });

  afterEach(() => {
    world.toggl.faults.clear();
  });

  afterAll(() => world.close());

  const newcomer = () => world.addTracker(`person${(count += 1)}`);
  const later = (minutes: number) => world.clock.advance(minutes * 60_000);
  /** The debounce goes by the database's clock: lets its 1.5 s pass. */
  const wait = (person: Person) =>
    world.app.database.execute(
      `update flic_buttons set last_pressed_at = last_pressed_at - interval '1.6 seconds' where user_id = $1`,
      [person.id],
    );
  const request = async (path: string, init: RequestInit = {}) => {
    const answer = await fetch(world.app.url + path, { method: 'POST', ...init });
    return { status: answer.status, body: (await answer.json()) as Press & { code?: string } };
  };
  const press = async (person: Person, event = 'click', headers: Record<string, string> = {}) => {
    await wait(person);
    return request(`${PRESS}/${event}`, { headers: { ...person.bearer, ...headers } });
  };
  const configure = (person: Person, body: object) => world.call<object>(person, 'PUT', SETTINGS, body);
  const runs = async (person: Person): Promise<LogItem | null> => world.current(person);

  it('toggles by a click out of the box, and says in one sentence what happened', async () => {
    const ana = await newcomer();
    expect(await press(ana)).toEqual({
      status: 200,
      body: { result: expect.stringMatching(/^Started \*Working\* at \d\d:\d\d$/) as string, status: 'started' },
    });
    expect(world.there(ana)).toMatchObject([{ description: 'Working', stop: null }]);
    later(65);
    expect((await press(ana)).body).toEqual({ result: 'Stopped *Working* after 1 h 05 min', status: 'stopped' });
    expect(world.there(ana)[0]!.stop).toBe(world.clock.now().getTime() / 1000);
    expect((await press(ana, 'double_click')).body).toEqual({
      result: 'Nothing is set for double_click.',
      status: 'none',
    });
    expect((await press(ana, 'hold')).body.status).toBe('none');
    expect(await world.listLogs(ana)).toHaveLength(1);
    const [born] = await world.binnacle((await world.listLogs(ana))[0]!.id);
    expect(born).toMatchObject({ actor_kind: 'user', actor_id: String(ana.id), origin_kind: 'flic' });
  });

  it('stops what was started in the app, and names it', async () => {
    const ana = await newcomer();
    world.toggl.startInApp({ user: ana.toggl, description: 'From the app' });
    later(12);
    expect((await press(ana)).body.result).toBe('Stopped *From the app* after 12 min');
  });

  it('is counted once for presses within 1.5 s, in parallel or after one another', async () => {
    const ana = await newcomer();
    const letTimeGoOn = await holdTheWindow((statement) => world.app.database.execute(statement));
    const storm = await Promise.all(Array.from({ length: 20 }, () => request(`${PRESS}/click/${ana.token}`)));
    expect(storm.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200));
    const kinds = storm.map(({ body }) => body.status).sort((a, b) => (a < b ? -1 : 1));
    expect(kinds).toEqual([...Array.from({ length: 19 }, () => 'ignored'), 'started']);
    expect((await request(`${PRESS}/click/${ana.token}`)).body.status).toBe('ignored');
    expect((await request(`${PRESS}/hold/${ana.token}`)).body.status).toBe('ignored');
    await letTimeGoOn();
    await world.app.database.execute('update flic_buttons set last_pressed_at = now()');
    expect(await runs(ana)).toMatchObject({ running: true });
    expect((await press(ana)).body.status).toBe('stopped');
    expect(await world.listLogs(ana)).toHaveLength(1);
  });

  it('is told apart from another button of the same person, and a repeated stamp is the same press', async () => {
    const ana = await newcomer();
    const tap = (serial: string, timestamp?: string) =>
      request(`${PRESS}/click`, {
        headers: { ...ana.bearer, 'button-serial-number': serial, ...(timestamp && { timestamp }) },
      });
    expect((await tap('BC44-B06243', '1')).body.status).toBe('started');
    expect((await tap('BC44-B06244')).body.status).toBe('stopped');
    await wait(ana);
    expect((await tap('BC44-B06243', '1')).body.status).toBe('ignored');
    expect((await tap('BC44-B06243', '2')).body.status).toBe('started');
  });

  it('shows itself with what it said: serial number, name, battery', async () => {
    const ana = await newcomer();
    const headers = { 'button-serial-number': 'BC44-B06243', 'button-name': 'Badge', 'button-battery-level': '87' };
    await press(ana, 'click', headers);
    const shown = async () => (await world.call<{ buttons: Button[] }>(ana, 'GET', SETTINGS)).body.result.buttons;
    const seen = { button: 'BC44-B06243', name: 'Badge', battery_percent: 87 };
    expect(await shown()).toEqual([{ ...seen, last_pressed_at: expect.any(Number) as number }]);
    await press(ana, 'click', { ...headers, 'button-battery-level': 'full' });
    await press(ana, 'click', { 'button-serial-number': 'BC44-B06243', 'button-battery-level': '101' });
    expect(await shown()).toMatchObject([seen]);
    await press(ana, 'click', { 'button-serial-number': 'x'.repeat(5000) });
    expect((await shown())[0]!.button).toHaveLength(100);
  });

  it('does what was set for each event, and what is left out of a PUT stays', async () => {
    const ana: Tracker = await newcomer();
    const [project] = await world.addProjects(ana, 'Alpha');
    expect((await world.call(ana, 'GET', SETTINGS)).body.result).toEqual({
      default_integration: null,
      click: { action: 'toggle', task: 'Working' },
      double_click: { action: 'none' },
      hold: { action: 'none' },
      buttons: [],
    });
    const double = { action: 'start', project_id: project, task: 'Meeting' };
    await Promise.all([
      configure(ana, { double_click: double }),
      configure(ana, { hold: { action: 'stop' } }),
      configure(ana, { default_integration: ana.integrationId }),
    ]);
    expect((await world.call(ana, 'GET', SETTINGS)).body.result).toMatchObject({
      default_integration: ana.integrationId,
      click: { action: 'toggle', task: 'Working' },
      double_click: double,
      hold: { action: 'stop' },
    });
    expect((await press(ana, 'double_click')).body.result).toMatch(/^Started \*Meeting\* at/);
    expect(await runs(ana)).toMatchObject({ project_id: project, integration_id: ana.integrationId });
    later(1);
    expect((await press(ana, 'hold')).body.result).toBe('Stopped *Meeting* after 1 min');
    expect((await press(ana, 'hold')).body).toEqual({ result: 'Nothing is running.', status: 'none' });
  });

  it('goes on working after its default integration was disconnected', async () => {
    const ana = await newcomer();
    await configure(ana, { default_integration: ana.integrationId });
    await world.call(ana, 'DELETE', `/v1/resources/integrations/${ana.integrationId}`);
    expect((await press(ana)).body.status).toBe('started');
    expect(await runs(ana)).toMatchObject({ provider: 'local', running: true });
    expect((await configure(ana, { hold: { action: 'stop' } })).status).toBe(200);
  });

  it('decides by the ledger and warns while the service is away', async () => {
    const ana = await newcomer();
    world.toggl.faults.add({ times: Infinity, action: 'reset-before' });
    const { body } = await press(ana);
    const message = expect.stringContaining('Toggl Track') as string;
    const warnings = [{ integration_id: ana.integrationId, provider: 'toggl', message }];
    expect(body).toMatchObject({ status: 'started', warnings });
  });

  it('can be set to nothing of somebody else’s, and to nothing that makes no sense', async () => {
    const [ana, berta] = [await newcomer(), await newcomer()];
    const [project] = await world.addProjects(ana, 'Secret');
    const other = (await world.connect(ana, world.toggl.addUser())).body.result.id;
    const refused: [Person, object, number, string][] = [
      [berta, { default_integration: ana.integrationId }, 404, 'INTEGRATION.NOT_FOUND'],
      [berta, { click: { action: 'start', integration_id: ana.integrationId } }, 404, 'INTEGRATION.NOT_FOUND'],
      [berta, { hold: { action: 'start', project_id: project } }, 404, 'PROJECT.NOT_FOUND'],
      [ana, { hold: { action: 'start', project_id: project, integration_id: other } }, 422, 'LOG.PROJECT_MISMATCH'],
      [ana, { click: { action: 'explode' } }, 400, 'click.action'],
      [ana, { click: { task: 'x' } }, 400, 'click.action'],
      [ana, { click: { action: 'start', task: '' } }, 400, 'click.task'],
      [ana, { click: { action: 'start', task: 5 } }, 400, 'click.task'],
      [ana, { click: { action: 'start', project_id: '1' } }, 400, 'click.project_id'],
      [ana, { click: { action: 'start', user_id: 1 } }, 400, 'user_id'],
      [ana, { click: null }, 400, 'click'],
      [ana, { click: [] }, 400, 'click'],
      [ana, { click: 'toggle' }, 400, 'click'],
      [ana, { triple_click: { action: 'none' } }, 400, 'triple_click'],
      [ana, { default_integration: '1' }, 400, 'default_integration'],
      [ana, { default_integration: 0 }, 400, 'default_integration'],
    ];
    for (const [person, body, status, word] of refused) {
      const answer = await configure(person, body);
      expect([body, answer.status, answer.text.includes(word)]).toEqual([body, status, true]);
    }
    const rows = await world.app.database.query('select 1 from flic_settings where user_id = any($1)', [
      [ana.id, berta.id],
    ]);
    expect(rows).toEqual([]);
  });
});
