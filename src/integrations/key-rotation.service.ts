import { Injectable } from '@nestjs/common';
import { Transactions } from '../database/transactions.js';
import { CredentialsCipher } from './credentials-cipher.js';
import type { Integration } from './integration.entity.js';
import { IntegrationsRepository } from './integrations.repository.js';

const BATCH = 100;

/** Moves every stored credential to the first key of the ring, in batches, while the product goes on working. */
@Injectable()
export class KeyRotationService {
  constructor(
    private readonly repository: IntegrationsRepository,
    private readonly cipher: CredentialsCipher,
    private readonly transactions: Transactions,
  ) {}

  /**
   * Safe to stop at any moment and to start again: each batch is one transaction, and rows already moved are skipped.
   * @param onProgress told after each batch how many were moved so far
   * @throws CredentialsUnreadable when a row's old key is not in the ring any more
   */
  async rotate(onProgress: (moved: number) => void = () => {}): Promise<number> {
    let moved = 0;
    for (;;) {
      const batch = await this.rotateBatch();
      if (batch === 0) return moved;
      moved += batch;
      onProgress(moved);
    }
  }

  private rotateBatch(): Promise<number> {
    return this.transactions.run(async (tx) => {
      const rows = await this.repository.lockForRotation(this.cipher.currentKeyId, BATCH, tx);
      for (const row of rows) {
        const owner = { integrationId: row.id, userId: row.userId, provider: row.provider };
        const clear = this.cipher.open({ keyId: row.credentialsKeyId!, bytes: row.credentials! }, owner);
        await this.repository.reseal(row.id, this.cipher.seal(clear, owner), tx);
      }
      return rows.length;
    });
  }

  /**
   * Whether the ring opens what is stored. One unreadable row among others was tampered with and concerns its own
   * integration; a key under which nothing opens is the wrong key.
   * @throws CredentialsUnreadable the app must not start with this ring
   */
  async checkKeyRing(): Promise<void> {
    for (const samples of (await this.repository.samplesPerKey()).values()) {
      const failures = samples.map((row) => this.failureToOpen(row));
      if (failures.every((failure) => failure !== null)) throw failures[0]!;
    }
  }

  private failureToOpen(row: Integration): Error | null {
    try {
      const owner = { integrationId: row.id, userId: row.userId, provider: row.provider };
      this.cipher.open({ keyId: row.credentialsKeyId!, bytes: row.credentials! }, owner);
      return null;
    } catch (error) {
      return error as Error;
    }
  }
}
