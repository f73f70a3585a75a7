import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { TogglSimulator } from '../../simulators/toggl/simulator.js';
import { ZohoDeskSimulator, type DeskAccount } from '../../simulators/zoho-desk/simulator.js';
import { FixedClock } from '../../src/common/clock.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { ApiClient, type ApiAnswer } from '../support/api-client.js';
import { addPerson } from '../support/people.js';
import { stopwatch } from '../support/stopwatch.js';

const NOW = new Date('2026-03-02T12:00:00Z');
const PROJECTS = '/v1/resources/projects';

interface Item {
  id: number;
  integration_id: number;
  name: string;
  external_id: string;
  provider: string;
}

describe('tickets, found by searching', () => {
  const clock = new FixedClock(NOW);
  let desk: ZohoDeskSimulator;
  let toggl: TogglSimulator;
  let app: TestApp;
  let ana: ApiClient;
  let first: DeskAccount;
  let second: DeskAccount;
  let firstId: number;
  let secondId: number;
  let togglId: number;

  beforeAll(async () => {
    desk = new ZohoDeskSimulator({ now: () => clock.now().getTime() });
    toggl = new TogglSimulator({ now: () => clock.now().getTime() });
    await Promise.all([desk.start(), toggl.start()]);
    [first, second] = [desk.addAccount('Ana'), desk.addAccount('Ana elsewhere')];
    app = await startTestApp({
      clock,
      env: {
        TOGGL_BASE_URL: toggl.url,
        ZOHO_ACCOUNTS_URL: desk.url,
        ZOHO_DESK_URL: desk.url,
        TEST_CONTROL: JSON.stringify({ withoutJobs: true, retryScale: 0.001 }),
      },
    });
    ana = new ApiClient(() => app.url, (await addPerson(app, 'ana')).bearer);
    [firstId, secondId] = [await connect(first), await connect(second)];
    const user = toggl.addUser();
    toggl.model.addProject(user.defaultWorkspaceId, { name: 'Scanner drivers' });
    const credentials = { api_token: user.token };
    togglId = (await ana.expect<Item>(201, 'POST', '/v1/resources/integrations', { provider: 'toggl', credentials }))
      .id;
    await search('');
  });

  afterAll(async () => {
    await app.close();
    await Promise.all([desk.stop(), toggl.stop()]);
  });

  afterEach(() => desk.faults.clear());

  async function connect({ client, refreshToken }: DeskAccount): Promise<number> {
    const credentials = { client_id: client.id, client_secret: client.secret, refresh_token: refreshToken };
    const body = { provider: 'zoho_desk', credentials };
    return (await ana.expect<Item>(201, 'POST', '/v1/resources/integrations', body)).id;
  }
  /** A ticket that is somebody else's, so that it is in no list of Ana's. */
  const ticket = ({ portal }: DeskAccount, subject: string) =>
    desk.model.addTicket(desk.model.addAgent(portal, undefined, 'Bea'), subject);
  const search = (query: string, more = ''): Promise<ApiAnswer<Item[]>> =>
    ana.call('GET', `${PROJECTS}?query=${encodeURIComponent(query)}${more}`);
  const searches = () => desk.callsTo('GET', /\/tickets\/search$/).length;

  it('come under ids of ours, ranked with the projects of the other services, and take time', async () => {
    const found = ticket(first, 'The scanner jams');
    const { body } = await search('scanner');
    expect(body.warnings).toEqual([]);
    expect(body.result.slice(0, 2)).toEqual([
      expect.objectContaining({ integration_id: togglId, name: 'Scanner drivers' }),
      {
        id: expect.any(Number) as number,
        integration_id: firstId,
        name: `#${found.ticketNumber} The scanner jams`,
        external_id: found.id,
        provider: 'zoho_desk',
        client: null,
        archived: false,
      },
    ]);
    const times = { start: NOW.getTime() / 1000 - 3600, end: NOW.getTime() / 1000 - 1800 };
    const log = { project_id: body.result[1]!.id, task: 'Cleaned it', ...times };
    expect(await ana.expect(201, 'POST', '/v1/resources/logs?wait=true', log)).toMatchObject({
      integration_id: firstId,
      external_id: expect.stringContaining(found.id) as string,
      sync: { state: 'synced' },
    });
  });

  it('are found by their number, best first', async () => {
    const found = ticket(second, 'Something about paper');
    const { body } = await search(`#${found.ticketNumber}`);
    expect(body.result[0]).toMatchObject({ integration_id: secondId, external_id: found.id });
  });

  it('stay when the list is read anew, which does not show them, and keep their id', async () => {
    const found = ticket(first, 'A toner leaks');
    const [before] = (await search('toner', '&limit=1')).body.result;
    expect(before).toMatchObject({ external_id: found.id });
    const all = await ana.expect<Item[]>(200, 'GET', `${PROJECTS}?refresh=true`);
    expect(all).toContainEqual(before);
    await app.database.execute(`update projects set found_at = now() - interval '31 days' where id = $1`, [before!.id]);
    const later = await ana.expect<Item[]>(200, 'GET', `${PROJECTS}?refresh=true`);
    expect(later.map(({ id }) => id)).not.toContain(before!.id);
    expect((await search('toner leaks', '&limit=1')).body.result).toEqual([before]);
  });

  it('of one account that fails cost a warning and hide nobody else’s', async () => {
    ticket(first, 'Cable is broken');
    const found = ticket(second, 'Cable is missing');
    const fails = { path: new RegExp('/tickets/search$'), times: 3, action: { status: 500, body: 'oops' } };
    desk.faults.add(fails);
    const answer = await search('cable is', `&integration_id=${secondId}`);
    expect(answer.status).toBe(200);
    expect(answer.body.warnings).toEqual([
      { integration_id: secondId, provider: 'zoho_desk', message: expect.stringContaining('500') as string },
    ]);
    const both = await search('cable is');
    expect([both.body.warnings, both.body.result[1]]).toMatchObject([[], { external_id: found.id }]);
    desk.faults.add({ ...fails, times: 10, action: 'reset-before' });
    expect((await search('scanner')).body.result[0]).toMatchObject({ name: 'Scanner drivers' });
  });

  it('make nobody wait longer than eight seconds', async () => {
    desk.faults.add({ path: /\/tickets\/search$/, times: 20, action: 'slow' });
    desk.dripMilliseconds = 400;
    ticket(first, 'Slow as treacle');
    const took = stopwatch();
    const { body } = await search('treacle', `&integration_id=${firstId}`);
    expect(took()).toBeLessThan(9000);
    expect(body.warnings).toMatchObject([{ integration_id: firstId }]);
  });

  it('are searched once for ten who ask the same at one moment, and not at all for nothing', async () => {
    const before = searches();
    await Promise.all(Array.from({ length: 10 }, () => search('printer', `&integration_id=${secondId}`)));
    expect(searches() - before).toBe(1);
    await search('  ');
    await ana.call('GET', PROJECTS);
    expect(searches() - before).toBe(1);
  });

  it('that the credentials may not search mark the integration', async () => {
    desk.accounts.revoke(second.refreshToken);
    clock.advance(2 * 3_600_000);
    const { body } = await search('anything', `&integration_id=${secondId}`);
    expect(body.warnings).toMatchObject([{ integration_id: secondId }]);
    expect(await ana.expect(200, 'GET', `/v1/resources/integrations?id=${secondId}`)).toMatchObject({
      state: 'needs_reauth',
    });
    const calls = desk.calls.length;
    expect((await search('anything else', `&integration_id=${secondId}`)).body.warnings).toHaveLength(1);
    expect(desk.calls.length).toBe(calls);
  });
});
