import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { badRequest, conflict, forbidden, unprocessable } from '../../common/errors.js';
import { randomToken, sha256 } from '../../common/hashing.js';
import type { Config } from '../../config/env.js';
import { CONFIG } from '../../config/tokens.js';
import { checkedRegion } from '../connect-request.js';
import type { OAuthCapability, TimeTrackingProvider } from '../contract/provider.js';
import { ProviderError } from '../contract/provider-error.js';
import { IntegrationsService, type Integration } from '../integrations.service.js';
import { ProviderRegistry } from '../provider-registry.js';
import type { ConsentAnswer } from './oauth.dto.js';
import { OAuthStatesRepository, type Journey } from './oauth-states.repository.js';

const STATE_MINUTES = 10;

/**
 * Connecting an account on the service's own consent page. Each journey is bound to the user who set out, so that nobody can
 * be made to connect their account to somebody else's user, and ends once.
 */
@Injectable()
export class OAuthService {
  constructor(
    private readonly integrations: IntegrationsService,
    private readonly registry: ProviderRegistry,
    private readonly states: OAuthStatesRepository,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * The consent page to send the user to.
   * @param callback path of the route to come back to
   * @throws DomainError 409 when the operator has set up no client, or `PUBLIC_URL` is missing
   */
  async start(userId: number, request: Omit<Journey, 'userId'>, callback: string): Promise<string> {
    const provider = this.registry.get(request.provider);
    const region = checkedRegion(provider, request.region ?? undefined);
    const consent = consentOf(provider);
    const redirectUri = `${this.publicUrl()}${callback}`;
    const now = this.clock.now();
    const state = randomToken();
    await this.states.removeExpired(now);
    const expiresAt = new Date(now.getTime() + STATE_MINUTES * 60_000);
    await this.states.add(sha256(state), { ...request, userId, region }, expiresAt);
    return consent.consentUrl({ region, redirectUri, state });
  }

  /**
   * Connects the account that the user has consented to.
   * @throws DomainError 403 for a state that is unknown, used, expired or somebody else's; ProviderError as `connect`
   */
  async finish(
    userId: number,
    answer: ConsentAnswer,
    callback: string,
  ): Promise<{ integration: Integration; returnTo: string | null }> {
    const journey = await this.states.take(sha256(answer.state ?? ''), userId, this.clock.now());
    if (journey === null) {
      throw forbidden('OAUTH.BAD_STATE', 'This journey was not begun by you, or has ended: start again.');
    }
    const consent = consentOf(this.registry.get(journey.provider));
    const region = regionOf(answer, consent) ?? journey.region;
    if (answer.error !== undefined) throw unprocessable('OAUTH.REFUSED', 'The account’s owner did not consent.');
    if (answer.code === undefined) throw badRequest('VALIDATION.FAILED', 'code is missing');
    const redirectUri = `${this.publicUrl()}${callback}`;
    const credentials = await consent.exchange({ region, redirectUri, code: answer.code });
    const clear = Object.fromEntries(Object.entries(credentials).map(([name, value]) => [name, value.reveal()]));
    const integration = await this.integrations.connect(userId, {
      provider: journey.provider,
      region: region ?? undefined,
      credentials: clear,
    });
    const { returnTo } = journey;
    return { integration, returnTo: returnTo === null ? null : `${new URL(this.publicUrl()).origin}${returnTo}` };
  }

  private publicUrl(): string {
    if (this.config.publicUrl !== undefined) return this.config.publicUrl;
    throw conflict('OAUTH.NO_PUBLIC_URL', 'The operator must set PUBLIC_URL: the service sends users back to it.');
  }
}

function consentOf(provider: TimeTrackingProvider): OAuthCapability {
  if (provider.oauth !== undefined) return provider.oauth;
  throw conflict(
    'OAUTH.NOT_CONFIGURED',
    `${provider.name} has no consent page here: the operator has set up no client.`,
  );
}

/** A data centre in the answer only chooses from the vendor's list. */
function regionOf({ location, server }: ConsentAnswer, consent: OAuthCapability): string | null {
  try {
    return consent.regionNamed({ location, server });
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    throw badRequest('OAUTH.FOREIGN_SERVER', error.message);
  }
}
