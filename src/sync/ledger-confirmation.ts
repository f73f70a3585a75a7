import { Injectable } from '@nestjs/common';
import { Transactions } from '../database/transactions.js';
import type { RemoteEntry } from '../integrations/contract/remote-entry.js';
import type { OpenIntegration } from '../integrations/integrations.service.js';
import type { ClaimedPush, PushSuccess } from '../push/push.js';
import { PushService } from '../push/push.service.js';
import type { EntryChange } from '../time-entries/entry-change.js';
import { remoteHash } from '../time-entries/remote-hash.js';
import { TimeEntriesService } from '../time-entries/time-entries.service.js';
import type { TimeEntry } from '../time-entries/time-entry.js';

export type PushOutcome = { kind: 'present'; remote: RemoteEntry } | { kind: 'absent' } | { kind: 'vanished' };

/** Writes down, in one transaction, what a push achieved: in the outbox and, through its one writer, in the ledger. */
@Injectable()
export class LedgerConfirmation {
  constructor(
    private readonly transactions: Transactions,
    private readonly entries: TimeEntriesService,
    private readonly pushes: PushService,
  ) {}

  async confirm(push: ClaimedPush, entry: TimeEntry, open: OpenIntegration, outcome: PushOutcome): Promise<void> {
    const success = successOf(entry, outcome);
    await this.transactions.run(async (tx) => {
      // A worker that was taken over in the meantime must not speak for the wish any more.
      if (!(await this.pushes.succeed(push, success, tx))) return;
      const change = changeFor(push, entry, outcome);
      const origin = { kind: 'push' as const, id: String(push.id) };
      if (change !== null) {
        await this.entries.apply([change], { actor: { kind: 'provider', id: open.provider.key }, origin }, tx);
      }
    });
  }
}

function successOf({ version }: TimeEntry, outcome: PushOutcome): PushSuccess {
  if (outcome.kind !== 'present') return { externalId: null, entryVersion: version, written: null, rounding: null };
  const { externalId, roundingNote: note, start, end } = outcome.remote;
  const written = remoteHash(outcome.remote);
  return { externalId, entryVersion: version, written, rounding: note === undefined ? null : { note, start, end } };
}

function changeFor(push: ClaimedPush, entry: TimeEntry, outcome: PushOutcome): EntryChange | null {
  const target = { id: push.entryId, integrationId: push.integrationId };
  if (outcome.kind === 'vanished') {
    return { kind: 'vanish', ...target, reason: 'it was deleted at the service in the meantime' };
  }
  if (outcome.kind === 'absent') return push.externalId === null ? null : { kind: 'unlink', ...target };
  const facts = { entry: outcome.remote, projectId: entry.projectId, projectName: entry.projectName };
  return { kind: 'confirm', ...target, pushedVersion: entry.version, facts };
}
