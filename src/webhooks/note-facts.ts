import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/database.js';
import type { WebhookReport } from '../integrations/contract/webhooks.js';
import { KnownEntriesService } from '../time-entries/known-entries.service.js';
import type { Diff } from '../time-entries/snapshot.js';
import { TimeEntriesService } from '../time-entries/time-entries.service.js';
import type { TimeEntry } from '../time-entries/time-entry.js';
import { PeopleService } from '../users/people.service.js';
import { differencesBetween } from './content-differences.js';
import { DeliveryNotesRepository, type UnnotedDelivery } from './delivery-notes.repository.js';
import { isReport } from './delivery.js';
import { birthKey } from './receipt.js';
import { ReportWords } from './report-words.js';

export type Fault = 'duplicate' | 'conflict' | 'rejected';

/** A repeated, contradicting or impossible delivery, as it is told. */
export interface Note {
  delivery: UnnotedDelivery;
  fault: Fault;
  /** Its service sends again as a matter of course, and says so by a number: nobody has to look. */
  isRoutine: boolean;
  /** Whose entry it is; `null` when nobody here knows. */
  userId: number | null;
  /** Their name as the delivery says it. */
  name: string | null;
  /** The entry as it is kept, if there is one. */
  entry: TimeEntry | null;
  /** Of a contradiction. */
  diff: Diff;
}

/** What is worth saying about deliveries that are repeated, contradict or cannot be. */
@Injectable()
export class NoteFacts {
  constructor(
    private readonly repository: DeliveryNotesRepository,
    private readonly words: ReportWords,
    private readonly people: PeopleService,
    private readonly known: KnownEntriesService,
    private readonly entries: TimeEntriesService,
  ) {}

  async of(unnoted: readonly UnnotedDelivery[], tx: Tx): Promise<Note[]> {
    const entries = await this.entriesOf(unnoted, tx);
    const firsts = await this.firstsOf(unnoted, tx);
    const notes: Note[] = [];
    for (const delivery of unnoted) {
      const fault = faultOf(delivery);
      if (fault === null) continue;
      const report = this.readable(delivery);
      const entry = entries.get(keyText(delivery)) ?? null;
      const userId = entry?.userId ?? (await this.ownerOf(delivery, report, tx));
      const name = report?.account.name ?? null;
      const diff = fault === 'conflict' ? diffOf(delivery, firsts.get(keyText(delivery)), report) : {};
      notes.push({ delivery, fault, isRoutine: this.words.isVersioned(delivery.provider), userId, name, entry, diff });
    }
    return notes;
  }

  private async ownerOf({ provider }: UnnotedDelivery, report: WebhookReport | null, tx: Tx): Promise<number | null> {
    return report === null ? null : this.people.ownerOf(provider, report.account.accountId, tx);
  }

  private async entriesOf(unnoted: readonly UnnotedDelivery[], tx: Tx): Promise<Map<string, TimeEntry>> {
    const ids: number[] = [];
    const about = unnoted.filter(({ externalId }) => externalId !== null);
    for (const group of Map.groupBy(about, ({ provider, workspaceId }) => `${provider}/${workspaceId}`).values()) {
      const workspace = { source: group[0]!.provider, workspaceId: group[0]!.workspaceId! };
      const known = await this.known.findByExternalIds(
        workspace,
        group.map(({ externalId }) => externalId!),
      );
      ids.push(...[...known.values()].map(({ id }) => id));
    }
    const entries = ids.length === 0 ? [] : await this.entries.findByIds(ids, tx);
    return new Map(entries.map((entry) => [keyText({ ...entry, provider: entry.source }), entry]));
  }

  /** What contradictions are compared with. */
  private async firstsOf(unnoted: readonly UnnotedDelivery[], tx: Tx): Promise<Map<string, WebhookReport>> {
    const keys = unnoted
      .filter(({ state, externalId }) => state === 'conflict' && externalId !== null)
      .map(({ provider, workspaceId, externalId }) => ({
        provider,
        key: birthKey(provider, workspaceId!, externalId!),
      }));
    const firsts = keys.length === 0 ? [] : await this.repository.firstBirths(keys, tx);
    return new Map(
      firsts.flatMap((first) => {
        const report = this.readable(first);
        return report === null ? [] : [[keyText(first), report] as const];
      }),
    );
  }

  /** What was readable at the door may not be any more; that is no reason to say nothing. */
  private readable(delivery: Pick<UnnotedDelivery, 'provider' | 'event' | 'raw'>): WebhookReport | null {
    if (!isReport(delivery)) return null;
    try {
      return this.words.read(delivery);
    } catch {
      return null;
    }
  }
}

/** The ledger's own word on it, where it has seen the contradiction. */
function diffOf({ result }: UnnotedDelivery, first: WebhookReport | undefined, report: WebhookReport | null): Diff {
  if (result?.diff !== undefined) return result.diff;
  return first === undefined || report === null ? {} : differencesBetween(first, report);
}

interface Keyed {
  provider: string;
  workspaceId: string | null;
  externalId: string | null;
}

const keyText = ({ provider, workspaceId, externalId }: Keyed): string =>
  JSON.stringify([provider, workspaceId, externalId]);

function faultOf({ state, externalId }: UnnotedDelivery): Fault | null {
  if (state === 'rejected' || state === 'conflict') return state;
  return state === 'ignored' || externalId === null ? null : 'duplicate';
}
