import { afterAll, beforeAll, beforeEach } from 'vitest';
import type { DataSource } from 'typeorm';
import type { Clock } from '../../src/common/clock.js';
import { poolOf } from '../../src/database/data-source.js';
import { Database } from '../../src/database/database.js';
import type { CallBudget, CallMeter, CountedCall, KnownQuota, Quotas } from '../../src/integrations/contract/quotas.js';
import { QuotasRepository } from '../../src/integrations/quotas/quotas.repository.js';
import { QuotasService } from '../../src/integrations/quotas/quotas.service.js';
import { cloneDatabase, connectTo, type TestDatabase } from './postgres.js';

/** Lets every call through and remembers against what it would have counted, for tests of what stands on it. */
export class UncountedQuotas implements Quotas {
  readonly budgets: CallBudget[][] = [];

  begin(budgets: readonly CallBudget[], meter?: CallMeter): CountedCall {
    this.budgets.push([...budgets]);
    const nothing = () => Promise.resolve();
    return {
      admit: () => {
        if (meter !== undefined) meter.calls += 1;
        return Promise.resolve();
      },
      giveBack: nothing,
      told: nothing,
      askedToWait: nothing,
      answered: nothing,
      known: () => ({ isCounted: false, refusals: 0 }),
    };
  }

  declare(): Promise<void> {
    return Promise.resolve();
  }

  read(keys: readonly string[]): Promise<KnownQuota[]> {
    return Promise.resolve(
      keys.map(() => ({ remaining: null, resetsAt: null, capacity: null, retryAt: null, paceSeconds: 0 })),
    );
  }
}

/** The time for which services asked an app to leave them alone is over. */
export async function endPauses({ database }: { database: Database }): Promise<void> {
  await database.execute('update quota_buckets set retry_at = clock_timestamp()');
}

export interface QuotaReplicas {
  /** What one of two replicas counts with: a pool of its own, nothing shared but the database. */
  of(clock: Clock, options?: { replica?: 0 | 1; scale?: number }): QuotasService;
  query<Row>(sql: string, values?: unknown[]): Promise<Row[]>;
  /** The time for which services asked to be left alone is over. */
  endPauses(): Promise<void>;
}

/** The real counting, over a database of the file's own that is empty before each test. */
export function useQuotas(): QuotaReplicas {
  let test: TestDatabase;
  let sources: DataSource[];
  beforeAll(async () => {
    test = await cloneDatabase();
    sources = [await connectTo(test), await connectTo(test)];
  });
  afterAll(async () => {
    await Promise.all(sources.map((source) => source.destroy()));
    await test.drop();
  });
  const query = <Row>(sql: string, values: unknown[] = []): Promise<Row[]> => sources[0]!.query(sql, values);
  beforeEach(() => query('truncate quota_buckets'));
  return {
    of: (clock, { replica = 0, scale = 1 } = {}) => {
      const repository = new QuotasRepository(new Database(poolOf(sources[replica]!)));
      return new QuotasService(repository, clock, { testControl: { retryScale: scale } });
    },
    query,
    endPauses: async () => {
      await query('update quota_buckets set retry_at = clock_timestamp()');
    },
  };
}
