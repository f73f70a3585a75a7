import type { Clock } from '../../common/clock.js';
import type { HttpClient } from '../../common/http-client.js';
import type { TimeTrackingProvider } from '../contract/provider.js';
import { TogglProvider } from './toggl/toggl.provider.js';

export interface ProviderDependencies {
  http: HttpClient;
  clock: Clock;
  /** With `/api/v9`; the vendor's own by default. Only the operator sets it. */
  togglBaseUrl?: string;
}

/** The list of every provider: a new one is a folder and a line here. */
export function createProviders({ http, clock, togglBaseUrl }: ProviderDependencies): TimeTrackingProvider[] {
  return [new TogglProvider({ http, clock, baseUrl: togglBaseUrl })];
}
