import { Inject, Injectable } from '@nestjs/common';
import { unprocessable } from '../common/errors.js';
import { TIME_TRACKING_PROVIDERS, type TimeTrackingProvider } from './contract/provider.js';

@Injectable()
export class ProviderRegistry {
  private readonly byKey = new Map<string, TimeTrackingProvider>();

  /** @throws Error at start when two providers claim one key */
  constructor(@Inject(TIME_TRACKING_PROVIDERS) providers: readonly TimeTrackingProvider[]) {
    for (const provider of providers) {
      if (this.byKey.has(provider.key))
        throw new Error(`Two providers are registered under the key "${provider.key}".`);
      this.byKey.set(provider.key, provider);
    }
  }

  list(): TimeTrackingProvider[] {
    return [...this.byKey.values()];
  }

  find(key: string): TimeTrackingProvider | null {
    return this.byKey.get(key) ?? null;
  }

  /** @throws DomainError 422 `INTEGRATION.UNKNOWN_PROVIDER` */
  get(key: string): TimeTrackingProvider {
    const provider = this.byKey.get(key);
    if (provider !== undefined) return provider;
    const keys = [...this.byKey.keys()].join(', ');
    throw unprocessable('INTEGRATION.UNKNOWN_PROVIDER', `provider must be one of ${keys}`);
  }
}
