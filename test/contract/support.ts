import { afterEach, beforeEach, expect } from 'vitest';
import { FixedClock } from '../../src/common/clock.js';
import { HttpClient } from '../../src/common/http-client.js';
import { ProviderError } from '../../src/integrations/contract/provider-error.js';
import type { EntryDraft, RemoteEntry } from '../../src/integrations/contract/remote-entry.js';
import { useQuotas } from '../support/quotas.js';
import { clockify } from './clockify.harness.js';
import type { Harness, ProviderUnderContract } from './harness.js';
import { toggl } from './toggl.harness.js';
import { zohoDesk } from './zoho-desk.harness.js';
import { zoho } from './zoho.harness.js';

/** Every registered provider has a line here; the contract suites run over all of them. */
export const PROVIDERS: ProviderUnderContract[] = [toggl, clockify, zoho, zohoDesk];

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

export interface ContractContext {
  clock: FixedClock;
  harness: Harness;
  /** A draft that is complete at the service: with a project of its own, where it takes one. */
  draft: (changes?: Partial<EntryDraft>) => EntryDraft;
  /** The time as the service keeps it. */
  kept: (time: Date) => Date;
  /** Adds an entry elsewhere, which `read` then reads alone. Answers its id. */
  addReadable: () => string;
  read: () => Promise<RemoteEntry | null>;
}

/** A fresh simulator and provider for each test of a suite, at a clock that stands at `NOW`. */
export function useProvider(
  subject: ProviderUnderContract,
  { patienceMilliseconds = 20_000, ...options }: { hasHugeIds?: boolean; patienceMilliseconds?: number } = {},
): ContractContext {
  const context = { clock: new FixedClock(NOW) } as ContractContext;
  const quotas = useQuotas();
  let projectId: string | null = null;
  let readable: string | null = null;
  context.draft = (changes) => {
    if (subject.needsProject) projectId ??= context.harness.addProject('A project of its own');
    return draftOf({ projectExternalId: projectId, ...changes });
  };
  context.kept = (time) => new Date(Math.floor(time.getTime() / subject.resolution) * subject.resolution);
  context.addReadable = () => {
    const stop = subject.timer === null ? at('10:00:00') : undefined;
    readable = context.harness.startElsewhere({ start: at('09:00:00'), stop });
    return readable;
  };
  context.read = () => {
    const { provider, connection } = context.harness;
    return provider.timer?.current(connection) ?? provider.getEntry(connection, readable ?? subject.unknownId);
  };
  beforeEach(async () => {
    projectId = null;
    readable = null;
    const clock = new FixedClock(NOW);
    const http = new HttpClient({ clock, retryScale: 0.001, timeoutMilliseconds: patienceMilliseconds });
    context.clock = clock;
    context.harness = await subject.start({ http, clock, quotas: quotas.of(clock, { scale: 0.001 }), ...options });
  });
  afterEach(() => context.harness.simulator.stop());
  return context;
}
