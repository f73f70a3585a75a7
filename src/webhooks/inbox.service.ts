import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { unavailable } from '../common/errors.js';
import { failpoint } from '../common/failpoint.js';
import type { Config } from '../config/env.js';
import { CONFIG } from '../config/tokens.js';
import { databaseFailureOf } from '../database/failure.js';
import type { Receipt, Stored } from './delivery.js';
import { DeliverySignal } from './delivery-signal.js';
import { GroupCommit } from './group-commit.js';
import { InboxRepository, INBOX_CONNECTIONS, keyText, type Copies, type StoredRow } from './inbox.repository.js';

const BATCH = { batchItems: 500, batchBytes: 8 * 1024 * 1024, batchesUnderWay: INBOX_CONNECTIONS };
/** Beyond these a sender had better come back later: what waits here is in memory alone. */
const MOST_WAITING = 2000;
const MOST_WAITING_BYTES = 64 * 1024 * 1024;

/** Takes deliveries to disk; what it has answered for is there. */
@Injectable()
export class InboxService implements OnApplicationShutdown {
  private readonly commits: GroupCommit<Receipt, Stored>;
  private waiting = 0;
  private waitingBytes = 0;

  constructor(
    private readonly repository: InboxRepository,
    private readonly signal: DeliverySignal,
    @Inject(CONFIG) private readonly config: Config,
  ) {
    const isPassing = (error: unknown) => ['unavailable', 'busy'].includes(databaseFailureOf(error) ?? '');
    this.commits = new GroupCommit((batch) => this.write(batch), isPassing, BATCH);
  }

  /** By then the server has answered everybody it had let in. */
  async onApplicationShutdown(): Promise<void> {
    await this.repository.close();
  }

  /**
   * Resolves once the delivery is on disk.
   * @throws DomainError 503 when more wait than may; what the database throws when it is away
   */
  async store(receipt: Receipt): Promise<Stored> {
    if (this.waiting >= MOST_WAITING || this.waitingBytes >= MOST_WAITING_BYTES) {
      throw unavailable('WEBHOOK.BUSY', 'More deliveries arrive than can be written down; please send it again.', 1);
    }
    this.waiting += 1;
    this.waitingBytes += receipt.raw.length;
    try {
      return await this.commits.add(receipt);
    } finally {
      this.waiting -= 1;
      this.waitingBytes -= receipt.raw.length;
    }
  }

  /** Each statement is a commit of its own; contradictions are seen only once the first content is known. */
  private async write(batch: readonly Receipt[]): Promise<Stored[]> {
    const first = await this.repository.store(firstOf(batch, copiesUnderOneKey));
    failpoint(this.config.testControl, 'inbox.first_kept');
    const contradicting = batch.filter((receipt) => isContradiction(receipt, rowOf(receipt, first)));
    const kept = contradicting.length === 0 ? first : await this.repository.store(firstOf(contradicting, asConflict));
    failpoint(this.config.testControl, 'inbox.committed');
    this.signal.wake();
    return answersFor(batch, first, kept);
  }
}

const copiesUnderOneKey = (receipt: Receipt): Omit<Copies, 'count'> => ({
  receipt,
  key: receipt.dedupKey,
  as: receipt.state,
});
const asConflict = (receipt: Receipt): Omit<Copies, 'count'> => ({
  receipt,
  key: receipt.conflictKey!,
  as: 'conflict',
});

const rowOf = (receipt: Receipt, rows: ReadonlyMap<string, StoredRow>): StoredRow =>
  rows.get(keyText(receipt.provider, receipt.dedupKey))!;

const isContradiction = ({ conflictKey, contentHash }: Receipt, row: StoredRow): boolean =>
  conflictKey !== null && !contentHash!.equals(row.content_hash!);

/** One row per key: the first receipt under it, and how many say the same. */
function firstOf(batch: readonly Receipt[], as: (receipt: Receipt) => Omit<Copies, 'count'>): Copies[] {
  const rows = new Map<string, Copies>();
  for (const receipt of batch) {
    const row = as(receipt);
    const known = rows.get(keyText(receipt.provider, row.key));
    if (known === undefined) rows.set(keyText(receipt.provider, row.key), { ...row, count: 1 });
    else if (saysTheSame(known.receipt, receipt)) known.count += 1;
  }
  return [...rows.values()];
}

const saysTheSame = (a: Receipt, b: Receipt): boolean =>
  a.contentHash !== null && b.contentHash !== null && a.contentHash.equals(b.contentHash);

/** The first of a new row's copies is accepted. */
function answersFor(
  batch: readonly Receipt[],
  first: ReadonlyMap<string, StoredRow>,
  kept: ReadonlyMap<string, StoredRow>,
): Stored[] {
  const accepted = new Set<number>();
  return batch.map((receipt) => {
    const row = rowOf(receipt, first);
    if (isContradiction(receipt, row)) {
      return { id: kept.get(keyText(receipt.provider, receipt.conflictKey!))!.id, outcome: 'conflict' };
    }
    const isFirst = row.is_new && !accepted.has(row.id);
    accepted.add(row.id);
    return { id: row.id, outcome: isFirst ? 'accepted' : 'duplicate' };
  });
}
