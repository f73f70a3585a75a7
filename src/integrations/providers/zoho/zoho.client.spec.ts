import { describe, expect, it } from 'vitest';
import { FixedClock } from '../../../common/clock.js';
import { HttpClient, type HttpRequest, type HttpResponse } from '../../../common/http-client.js';
import { Secret } from '../../../common/secret.js';
import { ZohoAccounts } from '../zoho-accounts/accounts.client.js';
import { UncountedQuotas } from '../../../../test/support/quotas.js';
import { ZohoClient } from './zoho.client.js';

/** Answers everything with an empty object, and keeps what it was asked. */
class RecordingHttp extends HttpClient {
  readonly requests: HttpRequest[] = [];

  override request(request: HttpRequest): Promise<HttpResponse> {
    this.requests.push(request);
    return Promise.resolve({ status: 200, headers: new Headers(), text: '{}' });
  }
}

const access = (region: string | null) => ({
  region,
  credentials: {
    client_id: new Secret('the-client'),
    client_secret: new Secret('the-secret'),
    refresh_token: new Secret('1000.the.refresh-token'),
  },
});

describe('calls to Zoho Projects', () => {
  const made = async (region: string | null, projectsUrl?: string) => {
    const http = new RecordingHttp();
    const quotas = new UncountedQuotas();
    const clock = new FixedClock(new Date('2026-03-02T12:00:00Z'));
    const accessTokens = { get: () => Promise.resolve(new Secret('1000.access')) };
    const accounts = new ZohoAccounts({ http, clock, accessTokens });
    const client = new ZohoClient({ http, clock, quotas, accounts, projectsUrl });
    for (const path of ['/portal/1/projects/2/logs/3', '/portal/1/projects/2/logs/4', '/portal/1/timelogs']) {
      await client.call(access(region), { method: 'GET', path });
    }
    return { requests: http.requests, budgets: quotas.budgets.flat() };
  };

  it('go to the host of the data centre, with the token of the account', async () => {
    const [us] = (await made(null)).requests;
    const [eu] = (await made('eu')).requests;
    expect(us!.url).toBe('https://projectsapi.zoho.com/api/v3/portal/1/projects/2/logs/3');
    expect(new URL(eu!.url).host).toBe('projectsapi.zoho.eu');
    expect(us!.headers).toMatchObject({ authorization: 'Zoho-oauthtoken 1000.access' });
    await expect(made('evil.com')).rejects.toMatchObject({ kind: 'rejected' });
  });

  it('stay below 100 in two minutes for each route, and only towards Zoho itself', async () => {
    const { budgets } = await made(null);
    expect(new Set(budgets.map(({ key }) => key)).size).toBe(2);
    expect(budgets[0]!.key).toBe(budgets[1]!.key);
    for (const { key, pace } of budgets) {
      expect(pace!.burst + 120 * pace!.requestsPerSecond).toBeLessThanOrEqual(80);
      expect(key).not.toContain('refresh-token');
    }
    const elsewhere = await made(null, 'http://localhost:4103');
    expect(elsewhere.budgets.map(({ pace }) => pace)).toEqual([undefined, undefined, undefined]);
  });
});
