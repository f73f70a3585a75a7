import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Database, prepared } from './database.js';

const ACQUIRE = prepared(
  'leases.acquire',
  `insert into leases (name, token, lease_until) values ($1, $2, now() + make_interval(secs => $3))
   on conflict (name) do update set token = excluded.token, lease_until = excluded.lease_until
   where leases.lease_until < now()`,
);
const RELEASE = prepared('leases.release', 'delete from leases where name = $1 and token = $2');

const LEASE_SECONDS = 60;

/** Named work that must not run twice at once, over all replicas. A lease runs out by itself when its holder dies. */
@Injectable()
export class Leases {
  constructor(private readonly database: Database) {}

  /**
   * Runs `work` while holding the lease `name`, waiting up to `waitMilliseconds` for it.
   * @param leaseSeconds after which somebody else may take over, whatever has become of `work`
   * @returns the result, or `undefined` when somebody else kept the lease
   */
  async whileHolding<T>(
    name: string,
    waitMilliseconds: number,
    work: () => Promise<T>,
    leaseSeconds = LEASE_SECONDS,
  ): Promise<{ result: T } | undefined> {
    const token = randomUUID();
    for (let waited = 0; !(await this.acquire(name, token, leaseSeconds)); waited += 25) {
      if (waited >= waitMilliseconds) return undefined;
      await sleep(25);
    }
    try {
      return { result: await work() };
    } finally {
      await this.database.execute(RELEASE, [name, token]);
    }
  }

  private async acquire(name: string, token: string, leaseSeconds: number): Promise<boolean> {
    return (await this.database.execute(ACQUIRE, [name, token, leaseSeconds])) === 1;
  }
}
