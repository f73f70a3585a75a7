import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { Secret } from '../common/secret.js';
import { KeyRing } from '../config/key-ring.js';
import { Leases } from '../database/leases.js';
import { AccessTokensRepository, type StoredToken, type TokenRow } from './access-tokens.repository.js';
import type { AccessTokens } from './contract/provider.js';
import { ProviderError } from './contract/provider-error.js';
import { seal, unseal, Unreadable } from './sealing.js';

type Refresh = Parameters<AccessTokens['get']>[1];

const SECOND = 1000;
/** Renewed this early, so that no call sets out with a token that expires on its way. */
const EARLY_SECONDS = 300;
/** What the strictest service allows; its eleventh token within the window would be refused, and the rest for a while too. */
const MOST_REFRESHES = 10;
const WINDOW_SECONDS = 600;
/** Longer than a refresh can take, shorter than its lease. */
const WAIT_MILLISECONDS = 25_000;
const TRIES = 3;

/**
 * Access tokens, kept encrypted for all replicas. However many calls need a new one, one refresh is made: by one caller of
 * one process, while the others wait for its outcome.
 */
@Injectable()
export class AccessTokensService implements AccessTokens {
  private readonly underway = new Map<string, Promise<Secret>>();

  constructor(
    private readonly repository: AccessTokensRepository,
    private readonly leases: Leases,
    private readonly keyRing: KeyRing,
    private readonly clock: Clock,
  ) {}

  /** @throws ProviderError what the refresh threw, or `quota` when there were too many of them */
  async get(credentialKey: string, refresh: Refresh, refused?: Secret): Promise<Secret> {
    for (let tries = 1; tries <= TRIES; tries += 1) {
      const row = await this.repository.find(credentialKey);
      const token = row && this.usable(credentialKey, row, refused, 'renewAt');
      if (token !== null) return token;
      const renewed = await (this.underway.get(credentialKey) ?? this.start(credentialKey, refresh, refused));
      // Somebody else's refresh may have ended with the very token that this caller was refused.
      if (renewed.reveal() !== refused?.reveal()) return renewed;
    }
    throw new ProviderError('unavailable', 'The service refuses each new access token.');
  }

  private start(credentialKey: string, refresh: Refresh, refused: Secret | undefined): Promise<Secret> {
    const work = this.renew(credentialKey, refresh, refused).finally(() => this.underway.delete(credentialKey));
    this.underway.set(credentialKey, work);
    return work;
  }

  private async renew(credentialKey: string, refresh: Refresh, refused: Secret | undefined): Promise<Secret> {
    const held = await this.leases.whileHolding(`access-token ${credentialKey}`, WAIT_MILLISECONDS, async () => {
      const row = await this.repository.find(credentialKey);
      // Another replica was faster.
      const known = row && this.usable(credentialKey, row, refused, 'renewAt');
      if (known !== null) return known;
      try {
        return await this.fetch(credentialKey, row, refresh);
      } catch (error) {
        return await this.afterFailure(error, credentialKey, row, refused);
      }
    });
    if (held === undefined) throw new ProviderError('unavailable', 'The access token is being renewed elsewhere.');
    return held.result;
  }

  private async fetch(credentialKey: string, row: TokenRow | null, refresh: Refresh): Promise<Secret> {
    const now = this.clock.now().getTime();
    const recent = (row?.refreshes ?? []).filter((at) => at > now - WINDOW_SECONDS * SECOND);
    if (recent.length >= MOST_REFRESHES) {
      const retryAt = new Date(recent.at(-MOST_REFRESHES)! + WINDOW_SECONDS * SECOND);
      throw new ProviderError('quota', 'Too many access tokens were asked for; the service needs a pause.', {
        retryAt,
      });
    }
    // Before the call: a process that dies on its way has asked all the same.
    await this.repository.noteRefreshes(credentialKey, [...recent, now]);
    const { token, expiresInSeconds } = await refresh();
    const early = Math.min(EARLY_SECONDS, expiresInSeconds / 2);
    await this.repository.save(credentialKey, {
      sealed: seal(this.keyRing, 'access-tokens', token.reveal(), credentialKey),
      renewAt: new Date(now + (expiresInSeconds - early) * SECOND),
      expiresAt: new Date(now + expiresInSeconds * SECOND),
    });
    return token;
  }

  /** While the service cannot be asked, a token that has not expired still serves. */
  private async afterFailure(
    error: unknown,
    credentialKey: string,
    row: TokenRow | null,
    refused: Secret | undefined,
  ): Promise<Secret> {
    if (!(error instanceof ProviderError)) throw error;
    if (error.kind === 'invalid_credentials') await this.repository.forget(credentialKey);
    const token =
      error.kind === 'invalid_credentials' || row === null
        ? null
        : this.usable(credentialKey, row, refused, 'expiresAt');
    if (token === null) throw error;
    return token;
  }

  private usable(
    credentialKey: string,
    { token }: TokenRow,
    refused: Secret | undefined,
    until: 'renewAt' | 'expiresAt',
  ): Secret | null {
    if (token === null || token[until] <= this.clock.now()) return null;
    const clear = this.open(credentialKey, token);
    return clear === null || clear.reveal() === refused?.reveal() ? null : clear;
  }

  /** A token sealed with a key that has left the ring is as good as none. */
  private open(credentialKey: string, { sealed }: StoredToken): Secret | null {
    try {
      return new Secret(unseal(this.keyRing, 'access-tokens', sealed, credentialKey));
    } catch (error) {
      if (error instanceof Unreadable) return null;
      throw error;
    }
  }
}
