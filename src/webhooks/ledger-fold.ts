import { Injectable } from '@nestjs/common';
import { DomainError } from '../common/errors.js';
import type { Tx } from '../database/database.js';
import { Transactions } from '../database/transactions.js';
import { ownerOfWorkspace } from '../time-entries/private-workspace.js';
import { reviveChange } from '../time-entries/revive-change.js';
import type { EntryChange } from '../time-entries/entry-change.js';
import { TimeEntriesService } from '../time-entries/time-entries.service.js';
import { FoldRepository } from './fold.repository.js';
import { isReport } from './delivery.js';
import { PhoneTelling } from './phone-telling.js';
import type { AccountOwner, SessionRow, ToldStep } from './told.js';
import { LedgerTelling } from './ledger-telling.js';
import { ReportWords, type BareWord } from './report-words.js';
import { keyText } from './session-content.js';

const SESSIONS_AT_ONCE = 1000;
const STEPS_AT_ONCE = 200;

/** What one moment of a database shows. */
export interface Frozen {
  sessions(): AsyncGenerator<SessionRow>;
  /** In the order in which the ledger was told. */
  steps(): AsyncGenerator<ToldStep[]>;
  owners(): Promise<AccountOwner[]>;
}

/** Reads what a ledger was told, and tells it to another one: by the same code, in the same order. */
@Injectable()
export class LedgerFold {
  /** Entries of this ledger by their key. */
  private readonly ids = new Map<string, number>();

  constructor(
    private readonly repository: FoldRepository,
    private readonly words: ReportWords,
    private readonly telling: LedgerTelling,
    private readonly phones: PhoneTelling,
    private readonly entries: TimeEntriesService,
    private readonly transactions: Transactions,
  ) {}

  /**
   * Everything `work` reads is of one moment, whatever happens meanwhile.
   * @param isCopy this ledger was made by `tell` alone
   */
  frozen<T>(work: (frozen: Frozen) => Promise<T>, isCopy = false): Promise<T> {
    return this.transactions.run(async (tx) => {
      await this.repository.freeze(tx);
      return work({
        sessions: () => this.allSessions(isCopy, tx),
        steps: () => this.allSteps(tx),
        owners: () => this.repository.owners(tx),
      });
    });
  }

  /** Whether its sessions are made of deliveries alone: those with versions are read from the service as well, and belong to accounts here. */
  canTell(source: string): boolean {
    return !this.words.isVersioned(source);
  }

  /** Into an empty ledger: who is behind which account, and nothing else of them. */
  prepare(owners: readonly AccountOwner[]): Promise<void> {
    return this.transactions.run((tx) => this.repository.addOwners(owners, [], tx));
  }

  /** Tells some steps. @returns why some of them could not be told, by session */
  async tell(steps: readonly ToldStep[]): Promise<string[]> {
    const problems: string[] = [];
    for (let from = 0; from < steps.length;) {
      const group = groupFrom(steps, from);
      from += group.length;
      const [first] = group;
      try {
        await this.transactions.run((tx) => this.tellOne(first!, group, tx));
      } catch (error) {
        if (!(error instanceof DomainError)) throw error;
        problems.push(...group.map((step) => `${keyText(step)}: could not be told again: ${error.message}`));
      }
    }
    return problems;
  }

  private tellOne(first: ToldStep, group: readonly ToldStep[], tx: Tx): Promise<void> {
    if (first.command !== null) return this.command(first, tx);
    return isOfPhone(first) ? this.phone(first, tx) : this.deliver(group, tx);
  }

  private async phone({ workspaceId, delivery }: ToldStep, tx: Tx): Promise<void> {
    const { id, raw, filledIn } = delivery!;
    await this.repository.addOwners([], [ownerOfWorkspace(workspaceId)], tx);
    const told = { delivery: { id, workspaceId, raw }, timeZone: filledIn?.timeZone ?? 'UTC' };
    for (const { entry } of await this.phones.apply(told, tx)) {
      if (entry?.externalId == null) continue;
      this.ids.set(
        keyText({ source: entry.source, workspaceId: entry.workspaceId!, externalId: entry.externalId }),
        entry.id,
      );
    }
  }

  private async deliver(group: readonly ToldStep[], tx: Tx): Promise<void> {
    const words = group.map((step) => this.wordOf(step));
    const applied = await this.telling.apply(words, tx);
    for (const [index, { entry }] of applied.entries()) {
      if (entry !== null) this.ids.set(keyText(group[index]!), entry.id);
    }
  }

  private wordOf({ delivery, source, workspaceId, externalId }: ToldStep): BareWord {
    if (!isReport(delivery!)) throw new Error('A phone tells of more than one entry.');
    const { id, provider, event, filledIn } = delivery;
    const { entry, account } = this.words.read(delivery);
    const timeZone = entry.timeZone ?? filledIn?.timeZone ?? null;
    const facts = { entry: { ...entry, timeZone }, projectId: null, projectName: filledIn?.projectName ?? null };
    const key = { source, workspaceId, externalId };
    return {
      delivery: { id, provider },
      account,
      change: { kind: 'report', event, key, integrationId: null, facts },
    };
  }

  private async command(step: ToldStep, tx: Tx): Promise<void> {
    const { actor, origin, change: stored } = step.command!;
    const change = withoutNeighbours(reviveChange({ ...stored, id: this.ids.get(keyText(step)) ?? 0 }));
    if ('userId' in change) await this.repository.addOwners([], [change.userId], tx);
    const [applied] = await this.entries.apply([change], { actor, origin }, tx);
    if (applied!.entry !== null) this.ids.set(keyText(step), applied!.entry.id);
  }

  private async *allSessions(isCopy: boolean, tx: Tx): AsyncGenerator<SessionRow> {
    for (let afterId = 0; ;) {
      const rows = await this.repository.sessions(afterId, SESSIONS_AT_ONCE, isCopy, tx);
      yield* rows;
      if (rows.length < SESSIONS_AT_ONCE) return;
      afterId = rows.at(-1)!.id;
    }
  }

  private async *allSteps(tx: Tx): AsyncGenerator<ToldStep[]> {
    for (let after = 0; ;) {
      const steps = await this.repository.steps(after, STEPS_AT_ONCE, tx);
      if (steps.length === 0) return;
      yield steps;
      after = steps.at(-1)!.order;
    }
  }
}

/** It tells of many entries at once. */
export const isOfPhone = ({ delivery }: ToldStep): boolean => delivery !== null && !isReport(delivery);

/** Deliveries one after the other about different entries are told at once, as the worker does; a command is told alone, and what a phone has sent. */
function groupFrom(steps: readonly ToldStep[], from: number): ToldStep[] {
  const group: ToldStep[] = [];
  const keys = new Set<string>();
  for (const step of steps.slice(from)) {
    const isAlone = step.command !== null || isOfPhone(step);
    if (group.length > 0 && (isAlone || keys.has(keyText(step)))) break;
    group.push(step);
    keys.add(keyText(step));
    if (isAlone) break;
  }
  return group;
}

/** Accounts and projects of the real database are not in the other one. */
function withoutNeighbours(change: EntryChange): EntryChange {
  if (change.kind === 'enter') {
    return { ...change, content: { ...change.content, integrationId: null, projectId: null } };
  }
  if (change.kind !== 'edit') return change;
  const { integrationId: _elsewhere, ...patch } = change.patch;
  return { ...change, patch: 'projectId' in patch ? { ...patch, projectId: null } : patch };
}
