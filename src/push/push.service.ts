import { Injectable } from '@nestjs/common';
import { EventEmitter, once } from 'node:events';
import type { Queryable, Tx } from '../database/database.js';
import type { RemoteEntry } from '../integrations/contract/remote-entry.js';
import type {
  ClaimedPush,
  NewPush,
  OpenPush,
  PushPostponement,
  PushStatus,
  PushSuccess,
  PushTrace,
  SentEntry,
} from './push.js';
import { PushRepository } from './push.repository.js';
import { isSameEntry } from './same-entry.js';

const WAKE = 'wake';
const SETTLED = 'settled';

/** The outbox towards the providers: wishes are written with the change and carried out by workers. */
@Injectable()
export class PushService {
  private readonly signals = new EventEmitter().setMaxListeners(0);
  private isWoken = false;

  constructor(private readonly repository: PushRepository) {}

  /** Writes wishes in the transaction of the change; several about one entry and integration become one. */
  async enqueue(pushes: readonly NewPush[], tx: Tx): Promise<void> {
    if (pushes.length === 0) return;
    const last = new Map<string, NewPush>();
    for (const push of pushes) {
      const key = `${push.entryId}/${push.integrationId}`;
      const before = last.get(key);
      last.set(key, { ...push, intent: before === undefined ? push.intent : mergedIntent(before.intent, push.intent) });
    }
    await this.repository.enqueue([...last.values()], tx);
    tx.afterCommit(() => this.wake());
  }

  /** What has been sent, and is still to be sent, about these entries; those without any wish are left out. */
  findTraces(entryIds: readonly number[], queryable: Queryable): Promise<Map<number, PushTrace>> {
    return this.repository.findTraces(entryIds, queryable);
  }

  /** What waits to be sent to an integration. */
  findOpen(integrationId: number, queryable?: Queryable): Promise<OpenPush[]> {
    return this.repository.findOpen(integrationId, queryable);
  }

  /** Takes due wishes for this worker, oldest first. */
  claim(limit: number, leaseSeconds: number, busyIntegrations: readonly number[] = []): Promise<ClaimedPush[]> {
    return this.repository.claim(limit, leaseSeconds, busyIntegrations);
  }

  /**
   * Prolongs the lease right before a call that must not be made twice, and writes down what was found out; false when
   * somebody else has taken over.
   * @param sent the entry that is about to be created, so that it can be found when its answer is lost
   */
  renew(push: ClaimedPush, leaseSeconds: number, sent: SentEntry | null): Promise<boolean> {
    return this.repository.renew(push, leaseSeconds, sent);
  }

  /** Closes the wish unless it was changed after `entryVersion` was carried out; false when it is not ours any more. */
  async succeed(push: ClaimedPush, success: PushSuccess, tx: Tx): Promise<boolean> {
    tx.afterCommit(() => this.signals.emit(SETTLED));
    return this.repository.succeed(push, success, tx);
  }

  async postpone(push: ClaimedPush, to: PushPostponement): Promise<boolean> {
    const isOurs = await this.repository.postpone(push, to);
    this.signals.emit(SETTLED);
    return isOurs;
  }

  /** Takes wishes back that the service's own word has overtaken. */
  async withdraw(entryIds: readonly number[], tx: Tx): Promise<void> {
    if (entryIds.length > 0) await this.repository.withdraw(entryIds, tx);
  }

  /**
   * Tells the echoes of our own writes from somebody else's entries, among what a service shows and the ledger has not linked
   * yet: creates that are under way, and those that were found again.
   */
  async echoes(integrationId: number): Promise<(remote: RemoteEntry) => boolean> {
    const isEcho = await this.echoesAmong([integrationId]);
    return (remote) => isEcho(integrationId, remote);
  }

  /** The same for what several integrations show. */
  async echoesAmong(
    integrationIds: readonly number[],
    queryable?: Queryable,
  ): Promise<(integrationId: number, remote: RemoteEntry) => boolean> {
    const byIntegration = Map.groupBy(
      await this.repository.findUnconfirmed(integrationIds, queryable),
      (push) => push.integrationId,
    );
    return (integrationId, remote) =>
      byIntegration
        .get(integrationId)
        ?.some((push) =>
          push.externalId === null
            ? push.sent !== null && isSameEntry(remote, push.sent)
            : push.externalId === remote.externalId,
        ) ?? false;
  }

  cancelFor(integrationId: number, tx: Tx): Promise<void> {
    return this.repository.cancelFor(integrationId, tx);
  }

  /** Takes up again what was cancelled, because the account was connected again. */
  async resumeFor(integrationId: number, tx: Tx): Promise<void> {
    await this.repository.resumeFor(integrationId, tx);
    tx.afterCommit(() => this.wake());
  }

  /**
   * Gives what failed for good another try, after its cause was mended.
   * @param integrationId only its wishes; `null` for all of them
   */
  async redrive(integrationId: number | null): Promise<number> {
    const count = await this.repository.redrive(integrationId);
    this.wake();
    return count;
  }

  /**
   * Waits until the wish has been carried out, refused or cannot leave, at most `timeoutMilliseconds`.
   * A worker in another process is noticed by looking every 200 ms.
   */
  async waitUntilSettled(
    entryId: number,
    integrationId: number,
    timeoutMilliseconds: number,
  ): Promise<PushStatus | null> {
    const deadline = AbortSignal.timeout(timeoutMilliseconds);
    for (;;) {
      const status = await this.repository.findStatus(entryId, integrationId);
      const isOpen = status !== null && ['pending', 'sending', 'unknown'].includes(status.state);
      if (!isOpen || !status.isReachable || status.lastError !== null || deadline.aborted) return status;
      await this.sleepUntil(SETTLED, 200, deadline);
    }
  }

  /** Tells the workers of this process that there may be something to do. */
  wake(): void {
    this.isWoken = true;
    this.signals.emit(WAKE);
  }

  /** Sleeps until there may be something to do; not at all when that was said since the last time. */
  async waitForWork(maximumMilliseconds: number, stop: AbortSignal): Promise<void> {
    if (!this.isWoken) await this.sleepUntil(WAKE, maximumMilliseconds, stop);
    this.isWoken = false;
  }

  private async sleepUntil(event: string, milliseconds: number, stop: AbortSignal): Promise<void> {
    const signal = AbortSignal.any([AbortSignal.timeout(milliseconds), stop]);
    await once(this.signals, event, { signal }).catch((error: Error) => {
      if (error.name !== 'AbortError') throw error;
    });
  }
}

/** Two changes in one call: a stop after something else is a write, and a reopening stays one until it is stopped. */
function mergedIntent(before: NewPush['intent'], after: NewPush['intent']): NewPush['intent'] {
  if (after === 'stop') return 'write';
  return before === 'reopen' && after === 'write' ? 'reopen' : after;
}
