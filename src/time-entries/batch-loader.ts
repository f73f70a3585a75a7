import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '../config/env.js';
import { CONFIG } from '../config/tokens.js';
import type { Tx } from '../database/database.js';
import type { PushTrace } from '../push/push.js';
import { PushService } from '../push/push.service.js';
import { blankEntry } from './blank-entry.js';
import type { ChangeOf, DecisionContext, EntryChange, ExternalKey } from './entry-change.js';
import { fold, type Folding } from './folding.js';
import type { LateChange } from './late-change.js';
import { LateChangesRepository } from './late-changes.repository.js';
import { TimeEntriesRepository, type Reservation } from './time-entries.repository.js';
import type { TimeEntry } from './time-entry.js';

/** The entries a batch of changes is about, locked. */
export interface Batch {
  /** One for each change; several changes to one entry share theirs. */
  targets: Folding[];
  /** What we have sent to the services, by entry. */
  traces: ReadonlyMap<number, PushTrace>;
  /** Changes that only tell of our own doing. */
  ours: ReadonlySet<EntryChange>;
  /** What waits for the reopening of an entry, by entry. */
  late: ReadonlyMap<number, LateChange[]>;
}

type KeyedChange = Extract<EntryChange, { key: ExternalKey }>;

/** What these mean depends on whether a change of ours is on its way. */
const MINDS_PUSHES = new Set<EntryChange['kind']>(['observe', 'report', 'reown']);

const keyText = (key: ExternalKey): string => JSON.stringify([key.source, key.workspaceId, key.externalId]);
const isKeyed = (change: EntryChange): change is KeyedChange => 'key' in change;

/** Finds the rows that changes are about, or makes them, and locks them in id order. */
@Injectable()
export class BatchLoader {
  constructor(
    private readonly repository: TimeEntriesRepository,
    private readonly lateChanges: LateChangesRepository,
    private readonly pushes: PushService,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  async load(changes: readonly EntryChange[], tx: Tx): Promise<Batch> {
    const targets = await this.lockTargets(changes, tx);
    return {
      targets,
      traces: await this.findTraces(changes, targets, tx),
      ours: await this.findOurs(changes, targets, tx),
      late: await this.findLate(changes, tx),
    };
  }

  /** What a decision about one of the batch's entries has to know. */
  contextOf(current: TimeEntry, change: EntryChange, batch: Batch, now: Date): DecisionContext {
    const trace = batch.traces.get(current.id);
    return {
      now,
      overtimeSeconds: this.config.overtimeHours * 3600,
      hasPendingPush: trace?.isOpen ?? false,
      trace,
      isOurs: batch.ours.has(change),
    };
  }

  private async lockTargets(changes: readonly EntryChange[], tx: Tx): Promise<Folding[]> {
    const keyed = changes.filter(isKeyed);
    const reserved = keyed.filter((change) => !isReadRemoval(change)).map(toReserve);
    if (reserved.length > 0) await this.repository.reserve(reserved, tx);
    const ids = changes.flatMap((change) => ('id' in change ? [change.id] : []));
    const keys = keyed.map((change) => change.key);
    const locked = ids.length + keys.length === 0 ? [] : await this.repository.lock(ids, keys, tx);
    const foldings = locked.map(fold);
    const byId = new Map(foldings.map((folding) => [folding.stored.id, folding]));
    const byKey = new Map(foldings.flatMap((folding) => keyEntry(folding)));
    const births = changes.filter((change) => change.kind === 'create').length;
    const freshIds = births === 0 ? [] : await this.repository.nextIds(births, tx);
    return changes.map((change) => {
      if (change.kind === 'create') return fold(blankEntry(freshIds.shift()!, change.userId, change.content.startedAt));
      if (!isKeyed(change)) return byId.get(change.id) ?? fold(blankEntry(change.id, 0, new Date(0)));
      const known = byKey.get(keyText(change.key));
      return known === undefined ? fold(blankEntry(0, change.userId, startOf(change))) : asShown(known, change);
    });
  }

  /** What we have sent about the entries; one that has no home was sent nowhere. */
  private async findTraces(
    changes: readonly EntryChange[],
    targets: readonly Folding[],
    tx: Tx,
  ): Promise<Batch['traces']> {
    const asked = changes.flatMap((change, index) => {
      const { id, version, integrationId } = targets[index]!.stored;
      return MINDS_PUSHES.has(change.kind) && version > 0 && integrationId !== null ? [id] : [];
    });
    return asked.length === 0 ? NO_TRACES : this.pushes.findTraces(asked, tx);
  }

  /** What the ledger does not know because we have created it this moment, or have taken it away. */
  private async findOurs(changes: readonly EntryChange[], targets: readonly Folding[], tx: Tx): Promise<Batch['ours']> {
    const unheardOf = changes.filter((_change, index) => targets[index]!.stored.version === 0);
    // No row could be reserved: the id is retired.
    const retired = changes.filter((change, index) => targets[index]!.stored.id === 0 && isSeen(change));
    const reported = unheardOf.filter(isReportedAtHome);
    if (reported.length === 0) return new Set(retired);
    const isEcho = await this.pushes.echoesAmong([...new Set(reported.map((change) => change.integrationId))], tx);
    return new Set([...retired, ...reported.filter((change) => isEcho(change.integrationId, change.facts.entry))]);
  }

  private async findLate(changes: readonly EntryChange[], tx: Tx): Promise<Batch['late']> {
    const ids = changes.flatMap((change) => (change.kind === 'reopen' && change.applyLateChanges ? [change.id] : []));
    return ids.length === 0 ? NO_LATE_CHANGES : this.lateChanges.findWaiting(ids, tx);
  }
}

const NO_TRACES: Batch['traces'] = new Map();
const NO_LATE_CHANGES: Batch['late'] = new Map();

const isReportedAtHome = (change: EntryChange): change is ChangeOf<'report' | 'observe'> & { integrationId: number } =>
  isTold(change) && change.integrationId !== null;

const isTold = (change: EntryChange): change is ChangeOf<'report' | 'observe'> =>
  change.kind === 'report' || (change.kind === 'observe' && change.isDelivered === true);

const isSeen = (change: EntryChange): boolean =>
  change.kind === 'report' || change.kind === 'import' || (change.kind === 'observe' && !isReadRemoval(change));

/** A removal that is only read leaves no row; one that is reported does, so that what comes after it finds it. */
const isReadRemoval = (change: KeyedChange): boolean =>
  change.kind === 'observe' && change.facts.entry.isDeleted && !isTold(change);

const toReserve = (change: KeyedChange): Reservation => ({
  ...change.key,
  userId: change.userId,
  start: startOf(change),
  seenAt: seenAt(change),
});

/** Since when the id is in use again, should we have taken it away; webhooks do not say. */
function seenAt(change: KeyedChange): Reservation['seenAt'] {
  if (change.kind === 'enter') return 'infinity';
  if (change.kind === 'import') return null;
  const { readAt, entry } = change.facts;
  return readAt ?? entry.version;
}

const startOf = (change: KeyedChange): Date =>
  'content' in change ? change.content.startedAt : change.facts.entry.start;

function keyEntry(folding: Folding): [string, Folding][] {
  const { source, workspaceId, externalId } = folding.stored;
  return workspaceId === null || externalId === null ? [] : [[keyText({ source, workspaceId, externalId }), folding]];
}

/** A row reserved for what a service shows belongs to the integration that saw it. */
function asShown(folding: Folding, change: KeyedChange): Folding {
  if (folding.current.version === 0 && 'integrationId' in change) {
    folding.current = { ...folding.current, integrationId: change.integrationId };
  }
  return folding;
}
