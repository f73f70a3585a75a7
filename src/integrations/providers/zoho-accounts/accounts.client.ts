import type { Clock } from '../../../common/clock.js';
import { sha256 } from '../../../common/hashing.js';
import type { HttpClient, HttpResponse } from '../../../common/http-client.js';
import { HttpFailure } from '../../../common/http-failure.js';
import { Secret } from '../../../common/secret.js';
import type { AccessTokens, Connection } from '../../contract/provider.js';
import { ProviderError } from '../../contract/provider-error.js';
import { accountsFailure, accountsUnanswered, parseAnswer } from './accounts.errors.js';
import { originOf } from './data-centres.js';

export interface ZohoAccountsOptions {
  http: HttpClient;
  clock: Clock;
  accessTokens: AccessTokens;
  /** Origin that stands for every data centre's accounts host; only the operator sets it. */
  accountsUrl?: string;
}

/** An access token with what was asked for it. */
interface Grant {
  accessToken: Secret;
  expiresInSeconds: number;
  /** In exchange for a code only. */
  refreshToken: Secret | null;
}

const HOUR_SECONDS = 3600;
const DAY_SECONDS = 86_400;

/** OAuth as all of Zoho's services share it: access tokens of an hour in exchange for a refresh token that lasts. */
export class ZohoAccounts {
  constructor(private readonly options: ZohoAccountsOptions) {}

  /** @throws ProviderError `invalid_credentials` when the refresh token or the client is refused */
  accessToken(credentials: Connection['credentials'], region: string | null, refused?: Secret): Promise<Secret> {
    const client = clientOf(credentials);
    const refreshToken = required(credentials, 'refresh_token');
    return this.options.accessTokens.get(
      this.keyOf(region, client.id, refreshToken),
      async () => {
        const fields = { grant_type: 'refresh_token', refresh_token: refreshToken.reveal() };
        const { accessToken, expiresInSeconds } = await this.askForToken(region, client, fields);
        return { token: accessToken, expiresInSeconds };
      },
      refused,
    );
  }

  /**
   * Sends a call with the token in force. When that is refused, once more with a new one, writes too: no call is carried out
   * with a token that the service refuses.
   */
  async withToken(
    credentials: Connection['credentials'],
    region: string | null,
    send: (token: Secret) => Promise<HttpResponse>,
    isRefused: (response: HttpResponse) => boolean,
  ): Promise<HttpResponse> {
    const token = await this.accessToken(credentials, region);
    const response = await send(token);
    if (!isRefused(response)) return response;
    return send(await this.accessToken(credentials, region, token));
  }

  /**
   * Exchanges a code, from the consent page or from the self-client page of Zoho's console, for credentials that last.
   * @param redirectUri where the consent page sent the user; a self-client has none
   */
  async exchange(
    region: string | null,
    client: { id: Secret; secret: Secret },
    code: Secret,
    redirectUri?: string,
  ): Promise<Connection['credentials']> {
    const fields = {
      grant_type: 'authorization_code',
      code: code.reveal(),
      ...(redirectUri && { redirect_uri: redirectUri }),
    };
    const grant = await this.askForToken(region, client, fields);
    if (grant.refreshToken === null) {
      throw new ProviderError(
        'rejected',
        'Zoho gave no lasting token for this code: ask for offline access and consent.',
      );
    }
    const { refreshToken } = grant;
    // The token that came along is used, because each one counts.
    await this.options.accessTokens.get(this.keyOf(region, client.id, refreshToken), () =>
      Promise.resolve({ token: grant.accessToken, expiresInSeconds: grant.expiresInSeconds }),
    );
    return { client_id: client.id, client_secret: client.secret, refresh_token: refreshToken };
  }

  consentUrl(
    region: string | null,
    request: { clientId: Secret; scopes: readonly string[]; redirectUri: string; state: string },
  ): string {
    const query = new URLSearchParams({
      response_type: 'code',
      client_id: request.clientId.reveal(),
      scope: request.scopes.join(','),
      redirect_uri: request.redirectUri,
      access_type: 'offline',
      prompt: 'consent',
      state: request.state,
    });
    return `${this.originOf(region)}/oauth/v2/auth?${query.toString()}`;
  }

  /** Where the accounts of a data centre are. */
  originOf(region: string | null): string {
    return this.options.accountsUrl?.replace(/\/+$/, '') ?? originOf('accounts', region);
  }

  private keyOf(region: string | null, clientId: Secret, refreshToken: Secret): string {
    const parts = [this.originOf(region), clientId.reveal(), refreshToken.reveal()];
    return sha256(JSON.stringify(parts)).toString('base64url');
  }

  private async askForToken(
    region: string | null,
    client: { id: Secret; secret: Secret },
    fields: Record<string, string>,
  ): Promise<Grant> {
    const { http, clock } = this.options;
    const sent = [client.secret, new Secret(fields.refresh_token ?? fields.code ?? '')];
    const form = new URLSearchParams({
      ...fields,
      client_id: client.id.reveal(),
      client_secret: client.secret.reveal(),
    });
    const response = await http
      .request({
        method: 'POST',
        url: `${this.originOf(region)}/oauth/v2/token`,
        headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
        body: form.toString(),
      })
      .catch((error: unknown) => {
        throw error instanceof HttpFailure ? accountsUnanswered(error, sent) : error;
      });
    const grant = response.status < 300 ? grantIn(response) : null;
    if (grant === null) throw accountsFailure(response, { now: clock.now(), secrets: sent });
    return grant;
  }
}

/** Nothing else of the answer is taken: the `api_domain` it names is never called. */
function grantIn(response: HttpResponse): Grant | null {
  const answer = parseAnswer(response);
  const token = answer?.access_token;
  if (answer === null || answer.error !== undefined || !isToken(token)) return null;
  const refreshToken = answer.refresh_token;
  return {
    accessToken: new Secret(token),
    expiresInSeconds: lifeOf(answer.expires_in),
    refreshToken: isToken(refreshToken) ? new Secret(refreshToken) : null,
  };
}

/** It becomes a header: anything but visible characters is no token. */
const isToken = (value: unknown): value is string => typeof value === 'string' && /^[\x21-\x7e]{1,2048}$/.test(value);

/** Some of Zoho's servers say seconds, others milliseconds. */
function lifeOf(value: unknown): number {
  const seconds = Number(value);
  if (!Number.isFinite(seconds) || seconds <= 0) return HOUR_SECONDS;
  return seconds > DAY_SECONDS ? seconds / 1000 : seconds;
}

export const clientOf = (credentials: Connection['credentials']): { id: Secret; secret: Secret } => ({
  id: required(credentials, 'client_id'),
  secret: required(credentials, 'client_secret'),
});

function required(credentials: Connection['credentials'], name: string): Secret {
  const value = credentials[name];
  if (value !== undefined && value.reveal() !== '') return value;
  throw new ProviderError('invalid_credentials', `${name} is missing`);
}
