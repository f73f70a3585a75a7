import { Inject, Injectable } from '@nestjs/common';
import type { Actor, Origin } from '../binnacle/actor.js';
import { BinnacleService } from '../binnacle/binnacle.service.js';
import type { BinnacleDraft } from '../binnacle/chain.js';
import type { VerifyReport } from '../binnacle/findings.js';
import { Clock } from '../common/clock.js';
import type { Config } from '../config/env.js';
import { CONFIG } from '../config/tokens.js';
import type { Queryable, Tx } from '../database/database.js';
import { PushService } from '../push/push.service.js';
import { blankEntry } from './blank-entry.js';
import { decide } from './decide.js';
import type { BinnacleAction, EntryChange, ExternalKey, PushWish } from './entry-change.js';
import { differences, toSnapshot } from './snapshot.js';
import { TimeEntriesRepository } from './time-entries.repository.js';
import type { TimeEntry } from './time-entry.js';

/** Who changes time, and through which door. */
export interface ChangeAuthor {
  actor: Actor;
  origin: Origin | null;
}

export interface AppliedChange {
  /** The entry after the whole batch, or `null` when the change created nothing. */
  entry: TimeEntry | null;
  outcome: 'created' | 'changed' | 'unchanged';
  /** Both sides had changed; the service's word holds, ours is in the binnacle. */
  isConflict: boolean;
}

/** One entry while its changes are folded in memory. */
interface Folding {
  stored: TimeEntry;
  current: TimeEntry;
  steps: { before: TimeEntry; after: TimeEntry; action: BinnacleAction; reason: string | null }[];
  pushes: PushWish[];
  /** The service's word replaced a change of ours that was on its way. */
  hasConflict: boolean;
}

/** What these mean depends on whether a change of ours is on its way. */
const MINDS_PUSHES = new Set<EntryChange['kind']>(['observe', 'reown']);

const keyText = (key: ExternalKey): string => JSON.stringify([key.source, key.workspaceId, key.externalId]);

/** The ledger's one writer. Whoever knows something about worked time says it here. */
@Injectable()
export class TimeEntriesService {
  constructor(
    private readonly repository: TimeEntriesRepository,
    private readonly binnacle: BinnacleService,
    private readonly pushes: PushService,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * Applies a batch in the caller's transaction: missing rows are created, all rows locked in id order, several changes to
   * one entry folded in memory, and then one write per table. Answers in the order of the changes.
   * @throws DomainError when a person's change cannot be; the caller's transaction is then rolled back
   */
  async apply(changes: readonly EntryChange[], author: ChangeAuthor, tx: Tx): Promise<AppliedChange[]> {
    const targets = await this.lockTargets(changes, tx);
    const openPushes = new Set(await this.findOpenPushes(changes, targets, tx));
    const now = this.clock.now();
    const outcomes = changes.map((change, index) => {
      const folding = targets[index]!;
      const before = folding.current;
      const decision = decide(before, change, {
        now,
        overtimeSeconds: this.config.overtimeHours * 3600,
        hasPendingPush: openPushes.has(before.id),
      });
      if (decision.kind === 'unchanged') return 'unchanged' as const;
      if (decision.kind === 'note') {
        folding.current = decision.next;
        return 'unchanged' as const;
      }
      folding.current = decision.next;
      folding.steps.push({ before, after: decision.next, action: decision.action, reason: decision.reason });
      folding.pushes.push(...decision.pushes);
      if (decision.isConflict) folding.hasConflict = true;
      return before.version === 0 ? ('created' as const) : ('changed' as const);
    });
    await this.store([...new Set(targets)], author, tx);
    return outcomes.map((outcome, index) => {
      const entry = targets[index]!.current;
      return { outcome, entry: entry.version === 0 ? null : entry, isConflict: targets[index]!.hasConflict };
    });
  }

  /**
   * Recomputes every chain of the binnacle and compares the ledger with it.
   * @param entryId only this entry
   */
  verifyBinnacle(entryId?: number): Promise<VerifyReport> {
    return this.binnacle.verify({
      entryId,
      loadSnapshots: async (ids, queryable) => {
        const entries = await this.repository.findByIds(ids, queryable);
        return new Map(
          entries.map((entry) => [
            entry.id,
            { snapshot: toSnapshot(entry), sequence: entry.binnacleSequence, head: entry.binnacleHead },
          ]),
        );
      },
    });
  }

  /** @returns the entries that exist, in id order */
  findByIds(ids: readonly number[], queryable?: Queryable): Promise<TimeEntry[]> {
    return this.repository.findByIds(ids, queryable);
  }

  /** What the ledger shows running for this user, oldest first. */
  findRunning(userId: number, tx?: Tx): Promise<TimeEntry[]> {
    return this.repository.findRunning(userId, tx);
  }

  /** The user's entries that touch [from, to), running ones included. */
  findTouching(userId: number, from: Date, to: Date): Promise<TimeEntry[]> {
    return this.repository.findTouching(userId, from, to);
  }

  /** Entries as they are, which nobody else can change until the transaction ends. */
  lock(ids: readonly number[], tx: Tx): Promise<TimeEntry[]> {
    return this.repository.lock(ids, [], tx);
  }

  /** Entries that the service has shown before and that start in [from, to); none that wait to be sent. */
  findSeenAt(integrationId: number, from: Date, to: Date): Promise<TimeEntry[]> {
    return this.repository.findSeenAt(integrationId, from, to);
  }

  /** Which of these ids of a service the ledger already knows. */
  findLinkedExternalIds(source: string, workspaceId: string, externalIds: readonly string[]): Promise<Set<string>> {
    return this.repository.findLinkedExternalIds(source, workspaceId, externalIds);
  }

  private async lockTargets(changes: readonly EntryChange[], tx: Tx): Promise<Folding[]> {
    const observations = changes.filter((change) => change.kind === 'observe');
    const unknown = observations.filter((change) => !change.facts.entry.isDeleted);
    if (unknown.length > 0) {
      await this.repository.reserve(
        unknown.map((change) => ({ ...change.key, userId: change.userId, start: change.facts.entry.start })),
        tx,
      );
    }
    const ids = changes.flatMap((change) => ('id' in change ? [change.id] : []));
    const keys = observations.map((change) => change.key);
    const locked = ids.length + keys.length === 0 ? [] : await this.repository.lock(ids, keys, tx);
    const foldings = locked.map((entry): Folding => ({
      stored: entry,
      current: entry,
      steps: [],
      pushes: [],
      hasConflict: false,
    }));
    const byId = new Map(foldings.map((folding) => [folding.stored.id, folding]));
    const byKey = new Map(
      foldings.flatMap((folding) => {
        const { source, workspaceId, externalId } = folding.stored;
        return workspaceId === null || externalId === null
          ? []
          : [[keyText({ source, workspaceId, externalId }), folding] as const];
      }),
    );
    const freshIds = await this.reserveIds(changes.filter((change) => change.kind === 'create').length, tx);
    return changes.map((change) => {
      if (change.kind === 'create') return fold(blankEntry(freshIds.shift()!, change.userId, change.content.startedAt));
      if (change.kind !== 'observe') return byId.get(change.id) ?? fold(blankEntry(change.id, 0, new Date(0)));
      const known = byKey.get(keyText(change.key));
      return known === undefined
        ? fold(blankEntry(0, change.userId, change.facts.entry.start))
        : asObserved(known, change);
    });
  }

  private async reserveIds(count: number, tx: Tx): Promise<number[]> {
    return count === 0 ? [] : this.repository.nextIds(count, tx);
  }

  private async findOpenPushes(
    changes: readonly EntryChange[],
    targets: readonly Folding[],
    tx: Tx,
  ): Promise<number[]> {
    const asked = changes.flatMap((change, index) =>
      MINDS_PUSHES.has(change.kind) && targets[index]!.stored.version > 0 ? [targets[index]!.stored.id] : [],
    );
    return asked.length === 0 ? [] : this.pushes.findOpenEntryIds(asked, tx);
  }

  private async store(foldings: readonly Folding[], author: ChangeAuthor, tx: Tx): Promise<void> {
    const untouched = foldings.filter(
      ({ steps, stored }) => steps.length === 0 && stored.version === 0 && stored.id > 0,
    );
    if (untouched.length > 0)
      await this.repository.discard(
        untouched.map(({ stored }) => stored.id),
        tx,
      );
    const changed = foldings
      .filter(({ current, stored }) => current !== stored && current.version > 0)
      .sort((a, b) => a.stored.id - b.stored.id);
    if (changed.length === 0) return;
    await this.enrolBirths(changed, tx);
    const sealed = this.binnacle.seal(changed.flatMap((folding) => draftsOf(folding, author)));
    const heads = new Map(sealed.map((row) => [row.entryId, row]));
    const entries = changed.map(({ current }) => {
      const head = heads.get(current.id);
      return head === undefined ? current : { ...current, binnacleSequence: head.sequence, binnacleHead: head.hash };
    });
    this.repository.write(entries, tx);
    this.binnacle.insert(sealed, tx);
    await this.pushes.withdraw(
      changed.filter(({ hasConflict }) => hasConflict).map(({ current }) => current.id),
      tx,
    );
    const wishes = changed.flatMap(({ current, pushes }) => pushes.map((push) => ({ ...push, entryId: current.id })));
    await this.pushes.enqueue(wishes, tx);
  }

  /** Every new entry gets its number in the register of the user it is born for, so that none can vanish unseen. */
  private async enrolBirths(changed: readonly Folding[], tx: Tx): Promise<void> {
    const births = changed.filter(({ stored }) => stored.version === 0);
    if (births.length === 0) return;
    const numbers = await this.binnacle.enrol(
      births.map(({ current }) => ({ entryId: current.id, userId: current.userId })),
      tx,
    );
    for (const folding of births) {
      const place = numbers.get(folding.stored.id)!;
      const register = {
        registerNumber: place.number,
        registerUserId: folding.current.userId,
        registerPreviousId: place.previousEntryId,
      };
      folding.current = { ...folding.current, ...register };
      folding.steps = folding.steps.map((step) => ({ ...step, after: { ...step.after, ...register } }));
    }
  }
}

const fold = (entry: TimeEntry): Folding => ({
  stored: entry,
  current: entry,
  steps: [],
  pushes: [],
  hasConflict: false,
});

/** A row reserved for an observation belongs to the integration that saw it. */
function asObserved(folding: Folding, change: Extract<EntryChange, { kind: 'observe' }>): Folding {
  if (folding.current.version === 0) {
    folding.current = { ...folding.current, integrationId: change.integrationId };
  }
  return folding;
}

function draftsOf(folding: Folding, author: ChangeAuthor): BinnacleDraft[] {
  return folding.steps.map((step, index) => ({
    entryId: folding.stored.id,
    sequence: folding.stored.binnacleSequence + index + 1,
    action: step.action,
    actor: author.actor,
    origin: author.origin,
    reason: step.reason,
    snapshot: toSnapshot(step.after),
    diff: differences(step.before.version === 0 ? null : step.before, step.after),
    recordedAt: step.after.modifiedAt,
    previousHash: folding.stored.binnacleHead,
  }));
}
