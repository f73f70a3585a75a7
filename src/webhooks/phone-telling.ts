import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/database.js';
import { Transactions } from '../database/transactions.js';
import { ownerOfWorkspace } from '../time-entries/private-workspace.js';
import type { AppliedChange } from '../time-entries/time-entries.service.js';
import { UsersService } from '../users/users.service.js';
import { WorkoutsService } from '../workouts/workouts.service.js';
import { DeliveriesRepository } from './deliveries.repository.js';
import { PHONE, type ClaimedDelivery, type DeliveryOutcome } from './delivery.js';
import { LeaseLost } from './ledger-telling.js';

/** What a phone has sent, and what is needed to tell it the same way again. */
export interface PhoneWord {
  delivery: Pick<ClaimedDelivery, 'id' | 'workspaceId' | 'raw'>;
  /** Exports tell offsets: the owner's zone when it was told first. */
  timeZone: string;
}

/** Tells the ledger what a phone has sent. */
@Injectable()
export class PhoneTelling {
  constructor(
    private readonly workouts: WorkoutsService,
    private readonly users: UsersService,
    private readonly repository: DeliveriesRepository,
    private readonly transactions: Transactions,
  ) {}

  /** @throws WebhookRefusal when it cannot be read (any more) */
  tell(delivery: ClaimedDelivery): Promise<void> {
    return this.transactions.run(async (tx) => {
      const { timeZone } = await this.users.get(ownerOfWorkspace(delivery.workspaceId), tx);
      const applied = await this.apply({ delivery, timeZone }, tx);
      const outcome = outcomeOf(delivery.id, timeZone, applied);
      const finished = await this.repository.finish(delivery.leaseToken, [outcome], tx);
      if (finished !== 1) throw new LeaseLost();
    });
  }

  apply({ delivery, timeZone }: PhoneWord, tx: Tx): Promise<AppliedChange[]> {
    const owner = { id: ownerOfWorkspace(delivery.workspaceId), timeZone };
    const author = {
      actor: { kind: 'webhook', id: PHONE },
      origin: { kind: 'delivery', id: String(delivery.id) },
    } as const;
    return this.workouts.tell(this.workouts.read(delivery.raw).workouts, owner, author, tx);
  }
}

function outcomeOf(id: number, timeZone: string, applied: readonly AppliedChange[]): DeliveryOutcome {
  const created = applied.filter(({ outcome }) => outcome === 'created').length;
  return {
    id,
    state: created > 0 ? 'done' : 'duplicate',
    result: {
      entryId: null,
      outcome: created > 0 ? 'created' : 'unchanged',
      note: null,
      workouts: { new: created, duplicates: applied.length - created },
      filledIn: { timeZone },
    },
  };
}
