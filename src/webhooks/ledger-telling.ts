import { Inject, Injectable } from '@nestjs/common';
import { failpoint } from '../common/failpoint.js';
import type { Config } from '../config/env.js';
import { CONFIG } from '../config/tokens.js';
import type { Tx } from '../database/database.js';
import { EntryReads, type WantedRead } from '../entry-reads/entry-reads.service.js';
import type { ReportNote } from '../time-entries/entry-change.js';
import { TimeEntriesService, type AppliedChange, type ChangeAuthor } from '../time-entries/time-entries.service.js';
import { PeopleService } from '../users/people.service.js';
import { DeliveriesRepository, workspaceLock } from './deliveries.repository.js';
import type { ClaimedReport, DeliveryOutcome } from './delivery.js';
import { ReportWords, type BareWord, type ToldWord, type Word } from './report-words.js';

/** Another worker has taken the deliveries over: whatever this one still wanted to do, it must not. */
export class LeaseLost extends Error {}

/** After these the service itself should be asked. */
const DOUBTFUL = new Set<ReportNote>(['out_of_order', 'conflict', 'late']);

/** Tells the ledger what was delivered. */
@Injectable()
export class LedgerTelling {
  constructor(
    private readonly reportWords: ReportWords,
    private readonly people: PeopleService,
    private readonly entries: TimeEntriesService,
    private readonly reads: EntryReads,
    private readonly repository: DeliveriesRepository,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** @throws WebhookRefusal when one of them cannot be read */
  words(batch: readonly ClaimedReport[]): Promise<Word[]> {
    return this.reportWords.of(batch);
  }

  /** People, entries, history, pushes and mails, and that it was done: all in this transaction, or nothing. */
  async tell(words: readonly ToldWord[], tx: Tx): Promise<void> {
    const applied = await this.apply(words, tx);
    this.reads.want(
      words.flatMap((word, index) => readAfter(word, applied[index]!)),
      tx,
    );
    const outcomes = words.map((word, index) => outcomeOf(word, applied[index]!));
    // The entries' rows are locked by now: that is what makes the order of the deliveries the order of the ledger.
    const finished = await this.repository.finish(words[0]!.delivery.leaseToken, outcomes, tx);
    if (finished !== outcomes.length) throw new LeaseLost();
    failpoint(this.config.testControl, 'delivery.told');
  }

  /** Nobody has connected their accounts: they wait until somebody does. */
  park(words: readonly Word[], tx: Tx): Promise<void> {
    const locks = new Set(words.map(({ delivery }) => workspaceLock(delivery.provider, delivery.workspaceId)));
    const homeless = words.map(({ delivery, account }) => ({ claim: delivery, accountId: account.accountId }));
    return this.repository.park(homeless, [...locks].sort(), tx);
  }

  /** What the ledger makes of them, for their owners of this moment. */
  async apply(words: readonly BareWord[], tx: Tx): Promise<AppliedChange[]> {
    const owners = await this.ownersOf(words, tx);
    const changes = words.map(({ change, account, delivery }) =>
      change.kind === 'observe'
        ? change
        : { ...change, userId: owners.get(ownerKey(delivery.provider, account.accountId))! },
    );
    return this.entries.apply(changes, words.map(authorOf), tx);
  }

  /** What is told only of accounts that are connected names no people. */
  private async ownersOf(all: readonly BareWord[], tx: Tx): Promise<Map<string, number>> {
    const owners = new Map<string, number>();
    const words = all.filter(({ change }) => change.kind === 'report');
    const byProvider = Map.groupBy(words, ({ delivery }) => delivery.provider);
    for (const provider of [...byProvider.keys()].sort()) {
      const accounts = byProvider.get(provider)!.map(({ account }) => account);
      for (const [accountId, userId] of await this.people.ensure(provider, accounts, tx)) {
        owners.set(ownerKey(provider, accountId), userId);
      }
    }
    return owners;
  }
}

const ownerKey = (provider: string, accountId: string): string => `${provider}/${accountId}`;

const authorOf = ({ delivery }: Pick<BareWord, 'delivery'>): ChangeAuthor => ({
  actor: { kind: 'webhook', id: delivery.provider },
  origin: { kind: 'delivery', id: String(delivery.id) },
});

function readAfter({ change }: ToldWord, { note }: AppliedChange): WantedRead[] {
  if (note === null || !DOUBTFUL.has(note) || change.integrationId === null) return [];
  // Its version has told that it is older.
  if (note === 'late' && change.kind === 'observe') return [];
  return [{ integrationId: change.integrationId, externalId: change.key.externalId, reason: note }];
}

function outcomeOf(
  { delivery: { id }, filledIn }: ToldWord,
  { entry, outcome, note, diff }: AppliedChange,
): DeliveryOutcome {
  const saysNothingNew = outcome === 'unchanged' && (note === 'duplicate' || note === 'echo');
  const state = note === 'conflict' ? 'conflict' : saysNothingNew ? 'duplicate' : 'done';
  const added = { ...(diff !== null && { diff }), ...(Object.keys(filledIn).length > 0 && { filledIn }) };
  return { id, state, result: { entryId: entry?.id ?? null, outcome, note, ...added } };
}
