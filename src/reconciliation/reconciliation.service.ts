import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { conflict, unprocessable } from '../common/errors.js';
import type { EntryWindow } from '../integrations/contract/provider.js';
import type { RemoteEntry } from '../integrations/contract/remote-entry.js';
import { IntegrationsService, type OpenIntegration } from '../integrations/integrations.service.js';
import { teamOf } from '../integrations/workspace-scope.js';
import { syncStateOf } from '../logs/sync-state.js';
import { ProjectsService } from '../projects/projects.service.js';
import { draftOf } from '../time-entries/entry-draft.js';
import { compare, type Comparison, type LedgerEntry, type Window } from './compare.js';
import { ReconciliationRepository, type StoredEntry } from './reconciliation.repository.js';

const MAX_DAYS = 400;
const DAY = 86_400_000;
/** More entries than this that the service does not show in the window are taken to be gone without asking for each. */
const MOST_QUESTIONS = 20;

export interface Reconciliation extends Comparison {
  integrationId: number;
  /** The user's own name for the account. */
  integrationName: string;
  window: Window;
  /** The service shows nothing that starts before: only what starts later was compared. `null` when it shows all. */
  completeFrom: Date | null;
  readAt: Date;
}

/** What both sides hold; the ledger's part is read after the service's, so that what just arrived is in it. */
interface Found {
  there: RemoteEntry[];
  here: LedgerEntry[];
  removed: Map<string, string | null>;
}

/** What the ledger holds of the accounts that are compared. */
interface LedgerSide {
  starting(from: Date, to: Date): Promise<StoredEntry[]>;
  known(externalIds: readonly string[]): Promise<StoredEntry[]>;
  removals(externalIds: readonly string[]): Promise<Map<string, string | null>>;
}

/** Holds the ledger against a service, and writes nothing. */
@Injectable()
export class ReconciliationService {
  constructor(
    private readonly repository: ReconciliationRepository,
    private readonly integrations: IntegrationsService,
    private readonly projects: ProjectsService,
    private readonly clock: Clock,
  ) {}

  /**
   * Compares what starts in [from, to) at the service with the ledger.
   * @throws DomainError 422 for a range that is empty, turned around or longer than 400 days, 404 for a foreign integration,
   *   409 when its account needs new credentials; ProviderError when the service cannot be read
   */
  async reconcile(userId: number, integrationId: number, window: Window): Promise<Reconciliation> {
    refuseImpossible(window);
    const integration = await this.integrations.getOwned(userId, integrationId);
    const open = await this.integrations.open(integrationId);
    if (open === null) throw conflict('INTEGRATION.NEEDS_REAUTH', 'The integration needs new credentials.');
    const readAt = this.clock.now();
    const { shown, from } = await read(open, window);
    const compared = { from, to: window.to };
    const found = await this.find(open, shown, compared);
    const projectNames = await this.namesOf(integrationId, found.there);
    return {
      ...compare({ window: compared, ...found, projectNames }),
      integrationId,
      integrationName: integration.name,
      window,
      completeFrom: from > window.from ? from : null,
      readAt,
    };
  }

  private async find(open: OpenIntegration, shown: readonly RemoteEntry[], window: Window): Promise<Found> {
    const ledger = await this.ledgerOf(open);
    const starting = await ledger.starting(window.from, afterItsMilliseconds(window.to));
    const ours = new Set(starting.map(({ entry }) => entry.externalId));
    const unknown = shown.filter(({ externalId, start }) => start >= window.from && !ours.has(externalId));
    const ids = unknown.map(({ externalId }) => externalId);
    const known = ids.length === 0 ? [] : await ledger.known(ids);
    const removed = ids.length === 0 ? new Map<string, string | null>() : await ledger.removals(ids);
    const here = [...starting, ...known];
    return {
      here: here.map((stored) => ledgerEntry(stored, open)),
      there: [...shown, ...(await movedAway(open, starting, shown))],
      removed,
    };
  }

  /** The ledger's side: of the one account, or of everybody whose entries the integration reads. */
  private async ledgerOf(open: OpenIntegration): Promise<LedgerSide> {
    const { id, userId, workspaceId } = open.integration;
    const key = { source: open.provider.key, workspaceId };
    if (teamOf(open) === null) {
      return {
        starting: (from, to) => this.repository.findStarting(userId, id, from, to),
        known: (ids) => this.repository.findKnown(userId, key, ids),
        removals: (ids) => this.repository.findRemovals([id], ids),
      };
    }
    const homes = await this.integrations.listAt(key.source, workspaceId);
    const homeIds = homes.map((home) => home.id);
    return {
      starting: (from, to) => this.repository.findStartingOfAll(key, id, from, to),
      known: (ids) => this.repository.findKnownOfAll(key, ids),
      removals: (ids) => this.repository.findRemovals(homeIds, ids),
    };
  }

  private async namesOf(integrationId: number, there: readonly RemoteEntry[]): Promise<Map<string, string>> {
    const ids = new Set(there.flatMap(({ projectExternalId }) => projectExternalId ?? []));
    const projects = await this.projects.findByExternalIds(integrationId, [...ids]);
    return new Map([...projects].map(([externalId, { name }]) => [externalId, name]));
  }
}

function refuseImpossible({ from, to }: Window): void {
  const length = to.getTime() - from.getTime();
  if (length <= 0) throw unprocessable('VALIDATION.IMPOSSIBLE', 'from must lie before to.');
  if (length > MAX_DAYS * DAY) {
    throw unprocessable('VALIDATION.IMPOSSIBLE', `from and to must not be more than ${MAX_DAYS} days apart.`);
  }
}

/** @returns what touches the window, and from where on that is all of it */
async function read(open: OpenIntegration, window: Window): Promise<{ shown: RemoteEntry[]; from: Date }> {
  let from = window.from;
  const onIncomplete = (completeFrom: Date) => {
    if (completeFrom > from) from = completeFrom;
  };
  const entries = await list(open, { ...window, onIncomplete });
  return { shown: entries.filter(({ isDeleted }) => !isDeleted), from };
}

async function list(open: OpenIntegration, window: EntryWindow): Promise<RemoteEntry[]> {
  const { provider, connection } = open;
  const team = teamOf(open);
  if (team === null) return provider.listEntries(connection, window);
  const entries: RemoteEntry[] = [];
  for (const { accountId } of await team.listMembers(connection)) {
    entries.push(...(await team.listMemberEntries(connection, accountId, window)));
  }
  return entries;
}

/** Entries that are ours in the window and have been moved out of it there: asked for one by one. */
async function movedAway(
  { integration, provider, connection }: OpenIntegration,
  starting: readonly StoredEntry[],
  shown: readonly RemoteEntry[],
): Promise<RemoteEntry[]> {
  const ids = new Set(shown.map(({ externalId }) => externalId));
  const missing = starting.flatMap(({ entry: { externalId } }) =>
    externalId === null || ids.has(externalId) ? [] : [externalId],
  );
  if (missing.length > MOST_QUESTIONS) return [];
  const moved: RemoteEntry[] = [];
  for (const externalId of missing) {
    const entry = await provider.getEntry(connection, externalId);
    if (entry !== null && !entry.isDeleted && entry.workspaceId === integration.workspaceId) moved.push(entry);
  }
  return moved;
}

function ledgerEntry(
  { entry, pushState, pushError, mayBeThere }: StoredEntry,
  { provider }: OpenIntegration,
): LedgerEntry {
  const sync = syncStateOf({ provider, draft: draftOf(entry), pushState, pushError, pushNote: null });
  return { entry, sync, mayBeThere };
}

/** The ledger keeps milliseconds, and an entry belongs to the window of its whole second. */
const afterItsMilliseconds = (to: Date): Date => new Date(Math.ceil(to.getTime() / 1000) * 1000);
