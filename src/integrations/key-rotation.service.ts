import { Inject, Injectable } from '@nestjs/common';
import { failpoint } from '../common/failpoint.js';
import { StartError } from '../common/start-error.js';
import type { Config } from '../config/env.js';
import { CONFIG } from '../config/tokens.js';
import { Transactions } from '../database/transactions.js';
import { CredentialsCipher, CredentialsUnreadable, type SealedCredentials } from './credentials-cipher.js';
import { IntegrationHealth } from './integration-health.js';
import type { Integration } from './integration.entity.js';
import { IntegrationsRepository } from './integrations.repository.js';

const BATCH = 100;

export interface RotationReport {
  /** Credentials that are under the first key of the ring now and were not before. */
  moved: number;
  /** Ids of integrations whose credentials do not open: they were tampered with, and need new ones. */
  unreadable: number[];
  /** Still under another key, the unreadable ones aside: another rotation or an older process is at work. */
  remaining: number;
}

/** Moves every stored credential to the first key of the ring, in batches, while the product goes on working. */
@Injectable()
export class KeyRotationService {
  constructor(
    private readonly repository: IntegrationsRepository,
    private readonly cipher: CredentialsCipher,
    private readonly health: IntegrationHealth,
    private readonly transactions: Transactions,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * Safe to stop at any moment and to start again: each batch is one transaction, and rows already moved are skipped.
   * @param onProgress told after each batch how many were moved so far
   */
  async rotate(onProgress: (moved: number) => void = () => {}): Promise<RotationReport> {
    const unreadable: number[] = [];
    let moved = 0;
    for (;;) {
      const batch = await this.rotateBatch(unreadable);
      if (batch.moved + batch.unreadable.length === 0) break;
      failpoint(this.config.testControl, 'rotation.batch');
      for (const { row, reason } of batch.unreadable) {
        unreadable.push(row.id);
        await this.health.unreadable(row, reason);
      }
      moved += batch.moved;
      onProgress(moved);
    }
    const others = await this.repository.countUnderOtherKeys(this.cipher.currentKeyId);
    return { moved, unreadable, remaining: Math.max(0, others - unreadable.length) };
  }

  private rotateBatch(except: readonly number[]) {
    return this.transactions.run(async (tx) => {
      const { currentKeyId } = this.cipher;
      const sealed = new Map<number, SealedCredentials>();
      const unreadable: { row: Integration; reason: string }[] = [];
      for (const row of await this.repository.lockForRotation(currentKeyId, except, BATCH, tx)) {
        const resealed = this.reseal(row);
        if (resealed instanceof CredentialsUnreadable) unreadable.push({ row, reason: resealed.message });
        else sealed.set(row.id, resealed);
      }
      if (sealed.size > 0) await this.repository.reseal(currentKeyId, sealed, tx);
      return { moved: sealed.size, unreadable };
    });
  }

  private reseal(row: Integration): SealedCredentials | CredentialsUnreadable {
    try {
      return this.cipher.seal(this.cipher.open(sealedOf(row), ownerOf(row)), ownerOf(row));
    } catch (error) {
      if (error instanceof CredentialsUnreadable) return error;
      throw error;
    }
  }

  /**
   * Whether the ring opens what is stored. One unreadable row among others was tampered with and concerns its own
   * integration; a key under which nothing opens is the wrong key.
   * @throws StartError the app must not start with this ring
   */
  async checkKeyRing(): Promise<void> {
    for (const samples of (await this.repository.samplesPerKey()).values()) {
      const reasons = samples.map((row) => this.reasonNotToOpen(row));
      if (reasons.every((reason) => reason !== null)) throw new StartError(`${reasons[0]}. See ENCRYPTION_KEYS.`);
    }
  }

  private reasonNotToOpen(row: Integration): string | null {
    try {
      this.cipher.open(sealedOf(row), ownerOf(row));
      return null;
    } catch (error) {
      if (error instanceof CredentialsUnreadable) return error.message;
      throw error;
    }
  }
}

const sealedOf = (row: Integration): SealedCredentials => ({ keyId: row.credentialsKeyId!, bytes: row.credentials! });

const ownerOf = (row: Integration) => ({ integrationId: row.id, userId: row.userId, provider: row.provider });
