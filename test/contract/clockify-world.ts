import { afterEach, beforeEach } from 'vitest';
import type { ClockifyUser } from '../../simulators/clockify/model.js';
import { ClockifySimulator, type ClockifySimulatorOptions } from '../../simulators/clockify/simulator.js';
import { FixedClock } from '../../src/common/clock.js';
import { HttpClient } from '../../src/common/http-client.js';
import type { Connection } from '../../src/integrations/contract/provider.js';
import type { Quotas } from '../../src/integrations/contract/quotas.js';
import { ClockifyProvider } from '../../src/integrations/providers/clockify/clockify.provider.js';
import { useQuotas, type QuotaReplicas } from '../support/quotas.js';
import { connectionOf } from './clockify.harness.js';
import { NOW } from './support.js';

export interface ClockifyWorld {
  clock: FixedClock;
  simulator: ClockifySimulator;
  http: HttpClient;
  quotas: Quotas;
  endPauses: QuotaReplicas['endPauses'];
  provider: ClockifyProvider;
  /** Owner of their workspace, and its connection. */
  user: ClockifyUser;
  connection: Connection;
  /** A provider of the same simulator with other options. */
  providerWith: (options: { workspaceIds?: string[] }) => ClockifyProvider;
  /** Starts over with another simulator. */
  begin: (options?: ClockifySimulatorOptions & { user?: Partial<ClockifyUser> }) => Promise<void>;
}

/** A fresh simulated Clockify and the provider in front of it for each test, at a clock that stands at `NOW`. */
export function useClockify(): ClockifyWorld {
  const world = {} as ClockifyWorld;
  const replicas = useQuotas();
  world.endPauses = () => replicas.endPauses();
  world.begin = async ({ user, ...options } = {}) => {
    await world.simulator?.stop();
    const clock = new FixedClock(NOW);
    world.clock = clock;
    world.simulator = new ClockifySimulator({ now: () => clock.now().getTime(), ...options });
    await world.simulator.start();
    world.quotas = replicas.of(clock);
    world.http = new HttpClient({ clock, retryScale: 0.001, timeoutMilliseconds: 600 });
    world.providerWith = (more) =>
      new ClockifyProvider({ http: world.http, clock, quotas: world.quotas, baseUrl: world.simulator.url, ...more });
    world.provider = world.providerWith({});
    world.user = world.simulator.addUser(user);
    world.connection = connectionOf(world.user);
  };
  beforeEach(() => world.begin());
  afterEach(() => world.simulator.stop());
  return world;
}
