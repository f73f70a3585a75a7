import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/database.js';
import { PushService } from '../push/push.service.js';
import { blankEntry } from './blank-entry.js';
import type { EntryChange, ExternalKey } from './entry-change.js';
import { fold, type Folding } from './folding.js';
import { TimeEntriesRepository } from './time-entries.repository.js';

/** The entries a batch of changes is about, locked. */
export interface Batch {
  /** One for each change; several changes to one entry share theirs. */
  targets: Folding[];
  /** Entries of which a change of ours has not reached the provider yet. */
  openPushes: ReadonlySet<number>;
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
    private readonly pushes: PushService,
  ) {}

  async load(changes: readonly EntryChange[], tx: Tx): Promise<Batch> {
    const targets = await this.lockTargets(changes, tx);
    return { targets, openPushes: await this.findOpenPushes(changes, targets, tx) };
  }

  private async lockTargets(changes: readonly EntryChange[], tx: Tx): Promise<Folding[]> {
    const keyed = changes.filter(isKeyed);
    const reserved = keyed.flatMap((change) => {
      const start = startToReserve(change);
      return start === null ? [] : [{ ...change.key, userId: change.userId, start }];
    });
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

  private async findOpenPushes(
    changes: readonly EntryChange[],
    targets: readonly Folding[],
    tx: Tx,
  ): Promise<ReadonlySet<number>> {
    const asked = changes.flatMap((change, index) =>
      MINDS_PUSHES.has(change.kind) && targets[index]!.stored.version > 0 ? [targets[index]!.stored.id] : [],
    );
    return new Set(asked.length === 0 ? [] : await this.pushes.findOpenEntryIds(asked, tx));
  }
}

/** A removal that is only read leaves no row; one that is reported does, so that what comes after it finds it. */
function startToReserve(change: KeyedChange): Date | null {
  return change.kind === 'observe' && change.facts.entry.isDeleted ? null : startOf(change);
}

const startOf = (change: KeyedChange): Date =>
  change.kind === 'enter' ? change.content.startedAt : change.facts.entry.start;

function keyEntry(folding: Folding): [string, Folding][] {
  const { source, workspaceId, externalId } = folding.stored;
  return workspaceId === null || externalId === null ? [] : [[keyText({ source, workspaceId, externalId }), folding]];
}

/** A row reserved for what a service shows belongs to the integration that saw it. */
function asShown(folding: Folding, change: KeyedChange): Folding {
  if (folding.current.version === 0 && change.kind !== 'enter') {
    folding.current = { ...folding.current, integrationId: change.integrationId };
  }
  return folding;
}
