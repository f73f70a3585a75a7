import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ZohoSimulator } from '../../simulators/zoho/simulator.js';
import { FixedClock } from '../../src/common/clock.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { addPerson, type Person } from '../support/people.js';
import { countRows, tablesHolding } from '../support/rows.js';

const NOW = new Date('2026-03-02T09:00:00Z');
const MINUTE = 60_000;
const PUBLIC_URL = 'https://time.example.com';
const START = '/v1/rpc/oauth/zoho/start';
const CALLBACK = '/v1/rpc/oauth/zoho/callback';

interface Answer {
  status: number;
  location: string | null;
  text: string;
  body: {
    code?: string;
    message?: string;
    result?: { id: number; provider: string; account_id: string; region: string | null };
  };
}

describe('connecting by Zoho’s consent page', () => {
  const clock = new FixedClock(NOW);
  let zoho: ZohoSimulator;
  let app: TestApp;
  let ana: Person;
  let berta: Person;
  let stranger: Server;
  let visits = 0;

  beforeAll(async () => {
    zoho = new ZohoSimulator({ now: () => clock.now().getTime() });
    await zoho.start();
    const client = zoho.accounts.addClient();
    app = await startTestApp({
      clock,
      env: {
        PUBLIC_URL,
        ZOHO_CLIENT_ID: client.id,
        ZOHO_CLIENT_SECRET: client.secret,
        ZOHO_ACCOUNTS_URL: zoho.url,
        ZOHO_PROJECTS_URL: zoho.url,
        TEST_CONTROL: JSON.stringify({ withoutJobs: true, retryScale: 0.001 }),
      },
    });
    ana = await addPerson(app, 'ana');
    berta = await addPerson(app, 'berta');
    stranger = createServer((_request, response) => {
      visits += 1;
      response.end('{}');
    });
    await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve));
  });

  afterAll(async () => {
    await app.close();
    await zoho.stop();
    stranger.close();
  });

  beforeEach(() => {
    // A Zoho account of its own for each journey.
    zoho.accounts.signedIn = zoho.addAccount().person.id;
  });

  afterEach(() => {
    zoho.accounts.refusesConsent = false;
    zoho.faults.clear();
  });

  const get = async (
    person: Person | null,
    pathOrUrl: string,
    headers: Record<string, string> = {},
  ): Promise<Answer> => {
    const url = new URL(pathOrUrl, app.url);
    const answer = await fetch(app.url + url.pathname + url.search, {
      redirect: 'manual',
      headers: { ...person?.bearer, ...headers },
    });
    const text = await answer.text();
    const isJson = answer.headers.get('content-type')?.includes('json') === true;
    const body = (isJson && text !== '' ? JSON.parse(text) : {}) as Answer['body'];
    return { status: answer.status, location: answer.headers.get('location'), text, body };
  };
  /** The user goes to the consent page and agrees; answers the address they are sent back to. */
  const consent = async (person: Person, query = ''): Promise<URL> => {
    const { location } = await get(person, START + query);
    const page = await fetch(location!, { redirect: 'manual' });
    return new URL(page.headers.get('location')!);
  };
  const tokenCalls = () => zoho.callsTo('POST', /token$/).length;

  it('sends the user to the accounts host, for offline access, with a state of their own', async () => {
    const { status, location } = await get(ana, START);
    expect(status).toBe(302);
    const url = new URL(location!);
    expect(url.origin + url.pathname).toBe(`${zoho.url}/oauth/v2/auth`);
    const { state, scope, ...rest } = Object.fromEntries(url.searchParams);
    expect(rest).toEqual({
      response_type: 'code',
      client_id: app.config.zoho.client!.id.reveal(),
      redirect_uri: PUBLIC_URL + CALLBACK,
      access_type: 'offline',
      prompt: 'consent',
    });
    expect(scope).toContain('ZohoProjects.timesheets.ALL');
    expect(state!.length).toBeGreaterThanOrEqual(43);
    expect(await tablesHolding(app, state!)).toEqual([]);
  });

  it('connects the account of whoever consented to the user who set out', async () => {
    const back = await consent(ana);
    expect(back.origin + back.pathname).toBe(PUBLIC_URL + CALLBACK);
    const answer = await get(ana, back.href);
    expect(answer.status).toBe(200);
    const person = zoho.model.people.get(zoho.accounts.signedIn!)!;
    expect(answer.body.result).toMatchObject({ provider: 'zoho', account_id: person.zpuid, state: 'connected' });
    expect(answer.text).not.toContain('1000.');
    const list = await get(ana, '/v1/resources/integrations');
    expect(list.text).toContain(`"id":${answer.body.result!.id}`);
  });

  it('works with the cookie of a browser', async () => {
    const cookie = await berta.signIn();
    const { location } = await get(null, START, { cookie });
    const page = await fetch(location!, { redirect: 'manual' });
    const headers = { cookie, 'sec-fetch-site': 'cross-site' };
    expect((await get(null, page.headers.get('location')!, headers)).status).toBe(200);
  });

  it('goes to a page of ours at the end, and to no other', async () => {
    const back = await consent(ana, '?return_to=/settings?tab=accounts');
    const answer = await get(ana, back.href);
    expect([answer.status, answer.location, answer.text]).toEqual([302, `${PUBLIC_URL}/settings?tab=accounts`, '']);
    for (const foreign of [
      'https://evil.example',
      '//evil.example',
      '/\\evil.example',
      'settings',
      '/\t/evil',
      '/%0d%0a x',
    ]) {
      const refused = await get(ana, `${START}?return_to=${encodeURIComponent(foreign)}`);
      expect([foreign, refused.status]).toEqual([foreign, 400]);
    }
  });

  it('answers 401 to nobody, and leaves the state to its user', async () => {
    expect((await get(null, START)).status).toBe(401);
    expect((await get(null, CALLBACK)).status).toBe(401);
    const back = await consent(ana);
    const before = tokenCalls();
    expect((await get(null, back.href)).status).toBe(401);
    expect(tokenCalls()).toBe(before);
    expect((await get(ana, back.href)).status).toBe(200);
  });

  it('answers 403 to a state that is foreign, used, expired, unknown or missing, and asks Zoho nothing', async () => {
    const [mine, late] = [await consent(ana), await consent(ana)];
    const before = tokenCalls();
    const rows = await countRows(app);
    const refusals = [
      await get(berta, mine.href),
      await get(ana, `${CALLBACK}?code=x&state=unknown`),
      await get(ana, CALLBACK),
    ];
    for (const { status, body } of refusals) expect([status, body.code]).toEqual([403, 'OAUTH.BAD_STATE']);
    expect([tokenCalls(), await countRows(app)]).toEqual([before, rows]);
    expect((await get(ana, mine.href)).status).toBe(200);
    expect((await get(ana, mine.href)).status).toBe(403);
    clock.advance(10 * MINUTE);
    expect((await get(ana, late.href)).status).toBe(403);
  });

  it('lets one of two simultaneous callbacks in', async () => {
    const back = await consent(ana);
    const answers = await Promise.all([get(ana, back.href), get(ana, back.href)]);
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 403]);
  });

  it('takes a code once, and says that a spent one is of no use', async () => {
    const [first, second] = [await consent(ana), await consent(ana)];
    expect((await get(ana, first.href)).status).toBe(200);
    second.searchParams.set('code', first.searchParams.get('code')!);
    const replay = await get(ana, second.href);
    expect([replay.status, replay.body.code]).toEqual([422, 'PROVIDER.INVALID_CREDENTIALS']);
  });

  it('calls no server that the answer names', async () => {
    const origin = `http://127.0.0.1:${(stranger.address() as AddressInfo).port}`;
    for (const [name, value] of [
      ['accounts-server', origin],
      ['accounts-server', 'https://evil.example'],
      ['accounts-server', 'https://accounts.zoho.com.evil.example'],
      ['accounts-server', 'https://accounts.zoho.com@evil.example'],
      ['accounts-server', 'https://accounts.zoho.eu/../evil'],
      ['location', 'xx'],
      ['location', '__proto__'],
    ] as const) {
      const back = await consent(ana);
      const before = tokenCalls();
      back.searchParams.set(name, value);
      const { status, body } = await get(ana, back.href);
      expect([value, status, body.code]).toEqual([value, 400, 'OAUTH.FOREIGN_SERVER']);
      expect(tokenCalls()).toBe(before);
      // The journey is over all the same.
      expect((await get(ana, back.href)).status).toBe(403);
    }
    zoho.accounts.apiDomain = origin;
    expect((await get(ana, (await consent(ana)).href)).status).toBe(200);
    expect(visits).toBe(0);
  });

  it('believes a data centre that is on the list', async () => {
    zoho.accounts.location = 'eu';
    zoho.accounts.accountsServer = 'https://accounts.zoho.eu';
    const { body } = await get(ana, (await consent(ana, '?region=us')).href);
    expect(body.result!.region).toBe('eu');
  });

  it.each(['evil.com', 'com@evil.com', 'com/../', 'US', '["us"]'])('has no region %s', async (region) => {
    const answer = await get(ana, `${START}?region=${encodeURIComponent(region)}`);
    expect([answer.status, answer.location]).toEqual([400, null]);
    expect((await get(ana, `${START}?region=us&region=eu`)).status).toBe(400);
  });

  it('says so when the user refuses, and when Zoho does', async () => {
    zoho.accounts.refusesConsent = true;
    const refused = await get(ana, (await consent(ana)).href);
    expect([refused.status, refused.body.code]).toEqual([422, 'OAUTH.REFUSED']);
    zoho.accounts.refusesConsent = false;
    const body = JSON.stringify({ error: 'invalid_client', client_secret: app.config.zoho.client!.secret.reveal() });
    zoho.faults.add({ path: '/oauth/v2/token', action: { status: 200, body } });
    const failed = await get(ana, (await consent(ana)).href);
    expect([failed.status, failed.body.code]).toEqual([422, 'PROVIDER.INVALID_CREDENTIALS']);
    const said = failed.text + app.logLines.join('\n');
    expect(said).not.toContain(app.config.zoho.client!.secret.reveal());
  });

  it('refuses services that have no consent page, and parameters given twice', async () => {
    expect((await get(ana, `${START}?provider=toggl`)).body.code).toBe('OAUTH.NOT_CONFIGURED');
    expect((await get(ana, `${START}?provider=nobody`)).status).toBe(422);
    const back = await consent(ana);
    expect((await get(ana, `${back.href}&state=other`)).status).toBe(400);
    expect((await get(ana, back.href)).status).toBe(200);
  });
});

describe('without a public address or a client', () => {
  it.each([
    [{ ZOHO_CLIENT_ID: 'an-id', ZOHO_CLIENT_SECRET: 'a-secret' }, 'OAUTH.NO_PUBLIC_URL'],
    [{ PUBLIC_URL }, 'OAUTH.NOT_CONFIGURED'],
  ])('the consent page is out of reach, and the answer says why (%j)', async (env, code) => {
    const app = await startTestApp({ env });
    try {
      const person = await addPerson(app, 'carla');
      const answer = await fetch(app.url + START, { headers: person.bearer, redirect: 'manual' });
      expect([answer.status, await answer.json()]).toMatchObject([409, { code }]);
    } finally {
      await app.close();
    }
  });
});
