import { Injectable } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import type { PoolClient } from 'pg';
import { Tx } from './database.js';

/** Serialization failure and deadlock: the whole transaction may simply be run again. */
const REPEATABLE = new Set(['40001', '40P01']);
const TRIES = 4;

@Injectable()
export class Transactions {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Runs `work` in one transaction and commits it; rolls back when it throws. `work` may run again after a deadlock, so
   * it must do nothing but SQL.
   */
  async run<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.once(work);
      } catch (error) {
        if (attempt >= TRIES || !REPEATABLE.has((error as { code?: string }).code ?? '')) throw error;
        await sleep(Math.random() * 20 * attempt);
      }
    }
  }

  private async once<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    const runner = this.dataSource.createQueryRunner();
    try {
      const client = (await runner.connect()) as PoolClient;
      // TypeORM must know, or it would open a transaction of its own within ours.
      Object.assign(runner, { isTransactionActive: true });
      return await commitAfter(new Tx(client, runner.manager), work);
    } finally {
      await runner.release();
    }
  }
}

async function commitAfter<T>(tx: Tx, work: (tx: Tx) => Promise<T>): Promise<T> {
  let result: T;
  try {
    result = await work(tx);
    await tx.commit();
  } catch (error) {
    throw await tx.rollback(error);
  }
  for (const callback of tx.afterCommitCallbacks) callback();
  return result;
}
