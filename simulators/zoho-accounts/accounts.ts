import { randomBytes } from 'node:crypto';
import type { SimulatedAnswer, SimulatedRequest } from '../support/http-simulator.js';

export interface ZohoClient {
  id: string;
  secret: string;
}

interface Code {
  clientId: string;
  personId: string;
  redirectUri: string | null;
  expiresAt: number;
}

interface RefreshToken {
  token: string;
  clientId: string;
  personId: string;
  /** When access tokens were made out for it. */
  issuedAt: number[];
}

const MINUTE = 60_000;
const HOUR_SECONDS = 3600;
const MOST_TOKENS = 10;
const MOST_REFRESH_TOKENS = 20;
const JSON_TYPE = { 'content-type': 'application/json;charset=UTF-8' };

/**
 * Zoho Accounts, for the simulators of its services: they hand it every call below `/oauth/v2`, and ask it whose token a
 * call carries.
 */
export class SimulatedAccounts {
  /** While set, lives are told in milliseconds, as some of Zoho's servers do. */
  saysMilliseconds = false;
  /** While set, every client is unknown: what a call to another data centre looks like. */
  isOtherDataCentre = false;
  /** Who is signed in at the consent page. */
  signedIn: string | null = null;
  /** While set, whoever is asked for consent says no. */
  refusesConsent = false;
  /** What the answers name; a caller that believed it would call there. */
  apiDomain = 'https://www.zohoapis.com';
  accountsServer = 'https://accounts.zoho.com';
  location = 'us';
  private readonly clients = new Map<string, ZohoClient>();
  private readonly codes = new Map<string, Code>();
  private refreshTokens: RefreshToken[] = [];
  private readonly accessTokens = new Map<string, { personId: string; refreshToken: string; expiresAt: number }>();

  /** @param now milliseconds, as the whole simulator has them */
  constructor(private readonly now: () => number) {}

  addClient(): ZohoClient {
    const client = { id: `1000.${randomText(15).toUpperCase()}`, secret: randomText(20) };
    this.clients.set(client.id, client);
    return client;
  }

  /** A code as the self-client page of the console gives it. */
  addGrantCode(clientId: string, personId: string): string {
    return this.addCode(clientId, personId, null);
  }

  addRefreshToken(clientId: string, personId: string): string {
    const token = `1000.${randomText(16)}.${randomText(16)}`;
    const own = this.refreshTokens.filter((row) => row.clientId === clientId && row.personId === personId);
    // The one more than twenty makes the oldest go.
    if (own.length >= MOST_REFRESH_TOKENS) this.revoke(own[0]!.token);
    this.refreshTokens.push({ token, clientId, personId, issuedAt: [] });
    return token;
  }

  /** What its owner does in Zoho: the refresh token and all that came from it end. */
  revoke(refreshToken: string): void {
    this.refreshTokens = this.refreshTokens.filter(({ token }) => token !== refreshToken);
    for (const [token, row] of this.accessTokens)
      if (row.refreshToken === refreshToken) this.accessTokens.delete(token);
  }

  /** Ends every access token before its time. */
  expireAccessTokens(): void {
    this.accessTokens.clear();
  }

  /** Whose token the call carries; `null` when it is unknown or has expired. */
  personOf(authorization: string | undefined): string | null {
    const token = /^Zoho-oauthtoken (\S+)$/.exec(authorization ?? '')?.[1];
    const row = token === undefined ? undefined : this.accessTokens.get(token);
    return row !== undefined && row.expiresAt > this.now() ? row.personId : null;
  }

  /** The answer to a call below `/oauth/v2`; `null` for any other. */
  answer(request: SimulatedRequest): SimulatedAnswer | null {
    if (request.path === '/oauth/v2/token' && request.method === 'POST') return this.token(fieldsOf(request));
    if (request.path === '/oauth/v2/auth' && request.method === 'GET') return this.consent(request.query);
    return null;
  }

  private consent(query: URLSearchParams): SimulatedAnswer {
    const clientId = query.get('client_id') ?? '';
    const redirectUri = query.get('redirect_uri') ?? '';
    if (!this.clients.has(clientId) || this.signedIn === null || query.get('response_type') !== 'code') {
      return { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>ERROR_invalid_client</html>' };
    }
    const back = new URL(redirectUri);
    back.searchParams.set('state', query.get('state') ?? '');
    if (this.refusesConsent) {
      back.searchParams.set('error', 'access_denied');
    } else {
      back.searchParams.set('code', this.addCode(clientId, this.signedIn, redirectUri));
      back.searchParams.set('location', this.location);
      back.searchParams.set('accounts-server', this.accountsServer);
    }
    return { status: 302, headers: { location: back.href } };
  }

  private addCode(clientId: string, personId: string, redirectUri: string | null): string {
    const code = `1000.${randomText(16)}.${randomText(16)}`;
    this.codes.set(code, { clientId, personId, redirectUri, expiresAt: this.now() + 3 * MINUTE });
    return code;
  }

  /** Refusals come with status 200 and an `error` key. */
  private token(fields: URLSearchParams): SimulatedAnswer {
    const client = this.isOtherDataCentre ? undefined : this.clients.get(fields.get('client_id') ?? '');
    if (client === undefined) return json({ error: 'invalid_client' });
    if (client.secret !== fields.get('client_secret')) return json({ error: 'invalid_client_secret' });
    const type = fields.get('grant_type');
    if (type === 'authorization_code') return this.exchange(client, fields);
    if (type !== 'refresh_token') return json({ error: 'invalid_request' });
    const row = this.refreshTokens.find(({ token }) => token === fields.get('refresh_token'));
    return row?.clientId === client.id ? this.accessTokenFor(row) : json({ error: 'invalid_code' });
  }

  private exchange(client: ZohoClient, fields: URLSearchParams): SimulatedAnswer {
    const text = fields.get('code') ?? '';
    const code = this.codes.get(text);
    this.codes.delete(text);
    const isGood =
      code?.clientId === client.id && code.expiresAt > this.now() && code.redirectUri === fields.get('redirect_uri');
    if (!isGood) return json({ error: 'invalid_code' });
    const token = this.addRefreshToken(client.id, code.personId);
    return this.accessTokenFor(
      this.refreshTokens.find((row) => row.token === token)!,
      { refresh_token: token },
    );
  }

  private accessTokenFor(row: RefreshToken, more: object = {}): SimulatedAnswer {
    row.issuedAt = row.issuedAt.filter((at) => at > this.now() - 10 * MINUTE);
    if (row.issuedAt.length >= MOST_TOKENS) {
      return json({
        error_description: 'You have made too many requests continuously. Please try again after some time.',
        error: 'Access Denied',
        status: 'failure',
      });
    }
    row.issuedAt.push(this.now());
    const token = `1000.${randomText(16)}.${randomText(16)}`;
    const expiresAt = this.now() + HOUR_SECONDS * 1000;
    this.accessTokens.set(token, { personId: row.personId, refreshToken: row.token, expiresAt });
    const life = this.saysMilliseconds
      ? { expires_in: HOUR_SECONDS * 1000, expires_in_sec: HOUR_SECONDS }
      : { expires_in: HOUR_SECONDS };
    return json({ access_token: token, ...more, api_domain: this.apiDomain, token_type: 'Bearer', ...life });
  }
}

/** The form, or the query string, which Zoho takes too. */
const fieldsOf = ({ body, query }: SimulatedRequest): URLSearchParams =>
  body === '' ? query : new URLSearchParams(body);

const json = (value: object): SimulatedAnswer => ({ status: 200, headers: JSON_TYPE, body: JSON.stringify(value) });

const randomText = (bytes: number): string => randomBytes(bytes).toString('hex');
