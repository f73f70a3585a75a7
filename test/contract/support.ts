import { afterEach, beforeEach, expect } from 'vitest';
import { FixedClock } from '../../src/common/clock.js';
import { HttpClient } from '../../src/common/http-client.js';
import { ProviderError } from '../../src/integrations/contract/provider-error.js';
import type { EntryDraft, RemoteEntry } from '../../src/integrations/contract/remote-entry.js';
import { clockify } from './clockify.harness.js';
import type { Harness, ProviderUnderContract } from './harness.js';
import { toggl } from './toggl.harness.js';

/** Every registered provider has a line here; the contract suites run over all of them. */
export const PROVIDERS: ProviderUnderContract[] = [toggl, clockify];

export const NOW = new Date('2026-03-02T12:00:00Z');
export const at = (time: string) => new Date(`2026-03-02T${time}Z`);
export const MINUTE = 60_000;

export const draftOf = (changes: Partial<EntryDraft> = {}): EntryDraft => ({
  description: 'Ünïcode — "quotes" & more',
  notes: null,
  projectExternalId: null,
  taskExternalId: null,
  tags: [],
  isBillable: false,
  start: at('09:00:00'),
  end: at('10:30:15'),
  isRunning: false,
  ...changes,
});

export async function errorOf(promise: Promise<unknown>): Promise<ProviderError> {
  const error = await promise.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ProviderError);
  return error as ProviderError;
}

export const idsOf = (entries: RemoteEntry[]): string[] => entries.map(({ externalId }) => externalId).sort();

/** A fresh simulator and provider for each test of a suite, at a clock that stands at `NOW`. */
export function useProvider(subject: ProviderUnderContract, options: { hasHugeIds?: boolean } = {}) {
  const context = { clock: new FixedClock(NOW) } as { clock: FixedClock; harness: Harness };
  beforeEach(async () => {
    const clock = new FixedClock(NOW);
    const http = new HttpClient({ clock, retryScale: 0.001, timeoutMilliseconds: 600 });
    context.clock = clock;
    context.harness = await subject.start({ http, clock, ...options });
  });
  afterEach(() => context.harness.simulator.stop());
  return context;
}
