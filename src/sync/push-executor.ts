import { Inject, Injectable, Logger } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { messageOf } from '../common/errors.js';
import { failpoint } from '../common/failpoint.js';
import { redact } from '../common/secret.js';
import type { Config } from '../config/env.js';
import { CONFIG } from '../config/tokens.js';
import { ProviderError } from '../integrations/contract/provider-error.js';
import type { EntryDraft, RemoteEntry } from '../integrations/contract/remote-entry.js';
import { IntegrationsService, type OpenIntegration } from '../integrations/integrations.service.js';
import { PushService } from '../push/push.service.js';
import { isSameEntry } from '../push/same-entry.js';
import type { ClaimedPush, SentEntry } from '../push/push.js';
import { draftOf } from '../time-entries/entry-draft.js';
import { TimeEntriesService } from '../time-entries/time-entries.service.js';
import type { TimeEntry } from '../time-entries/time-entry.js';
import { LedgerConfirmation, type PushOutcome } from './ledger-confirmation.js';
import { planRetry } from './retry-plan.js';

/** Longer than any single write to a provider can take. */
export const LEASE_SECONDS = 60;
const LOOK_AROUND_MILLISECONDS = 2000;
const NO_HISTORY = 'It may have been written: the answer was lost, and the service shows no history that old.';

/** Another worker has taken the wish over: whatever this one still wanted to do, it must not. */
class LeaseLost extends Error {}

/** Carries out one claimed wish: compares what is wanted with what is there, and makes one call. */
@Injectable()
export class PushExecutor {
  private readonly logger = new Logger('Push');

  constructor(
    private readonly entries: TimeEntriesService,
    private readonly integrations: IntegrationsService,
    private readonly pushes: PushService,
    private readonly confirmation: LedgerConfirmation,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Never throws: every failure ends in a state of the wish that says what happens next. */
  async execute(push: ClaimedPush): Promise<void> {
    let open: OpenIntegration | null = null;
    try {
      open = await this.integrations.open(push.integrationId);
      const [entry] = await this.entries.findByIds([push.entryId]);
      if (open === null || entry === undefined) {
        return await this.waitFor(push, 'The integration waits for new credentials.', 0);
      }
      const outcome = await this.carryOut(push, entry, open);
      failpoint(this.config.testControl, 'push.answered');
      await this.confirmation.confirm(push, entry, open, outcome);
      failpoint(this.config.testControl, 'push.confirmed');
    } catch (error) {
      await this.handleFailure(push, open, error);
    }
  }

  private async carryOut(push: ClaimedPush, entry: TimeEntry, open: OpenIntegration): Promise<PushOutcome> {
    const draft = draftOf(entry);
    const externalId = await this.whereItIs(push, draft, open);
    const isWanted = belongsThere(push, entry) && open.provider.missingFields(draft).length === 0;
    const sent = isWanted && externalId === null ? sentBy(draft) : null;
    if (!(await this.pushes.renew(push, this.leaseSeconds, sent))) throw new LeaseLost();
    if (isWanted) return externalId === null ? create(draft, open) : this.change(push, externalId, draft, open);
    if (externalId !== null && !isRehomed(push, entry, externalId)) {
      await open.provider.deleteEntry(open.connection, externalId);
    }
    return { kind: 'absent' };
  }

  /** A lost create has to be found before anything else can be said about the entry. */
  private async whereItIs(push: ClaimedPush, draft: EntryDraft, open: OpenIntegration): Promise<string | null> {
    if (push.needsLookUp && push.externalId === null) {
      push.externalId = await this.findLostCreate(push.sent ?? sentBy(draft), open);
      push.needsLookUp = push.externalId === null;
    }
    return push.externalId;
  }

  private async change(
    push: ClaimedPush,
    externalId: string,
    draft: EntryDraft,
    open: OpenIntegration,
  ): Promise<PushOutcome> {
    const { provider, connection } = open;
    try {
      const isStop = push.intent === 'stop' && draft.end !== null && provider.timer !== undefined;
      const remote = isStop
        ? await provider.timer.stop(connection, externalId, draft.end!)
        : await provider.updateEntry(connection, externalId, draft, { reopen: push.intent === 'reopen' });
      return { kind: 'present', remote };
    } catch (error) {
      if (error instanceof ProviderError && error.kind === 'not_found') return { kind: 'vanished' };
      throw error;
    }
  }

  /** The id of an entry that an earlier, unanswered create made; a create is never simply repeated. */
  private async findLostCreate(
    sent: SentEntry,
    { provider, connection, integration }: OpenIntegration,
  ): Promise<string | null> {
    const candidates =
      (await provider.findCreated?.(connection, sent)) ?? (await findInList(sent, provider, connection));
    const ids = candidates.map((remote) => remote.externalId);
    const taken = await this.entries.findLinkedExternalIds(provider.key, integration.workspaceId, ids);
    return ids.find((id) => !taken.has(id)) ?? null;
  }

  private get leaseSeconds(): number {
    return this.config.testControl.leaseSeconds ?? LEASE_SECONDS;
  }

  private async waitFor(push: ClaimedPush, error: string, delaySeconds: number): Promise<void> {
    await this.pushes.postpone(push, {
      state: push.needsLookUp ? 'unknown' : 'pending',
      error,
      delaySeconds,
      countsAsAttempt: false,
      needsLookUp: push.needsLookUp,
    });
  }

  private async handleFailure(push: ClaimedPush, open: OpenIntegration | null, error: unknown): Promise<void> {
    if (error instanceof LeaseLost) return;
    const reason = reasonFor(error);
    if (!(error instanceof ProviderError)) {
      this.logger.error(`Push ${push.id}: ${redact(messageOf(error))}`, (error as Error).stack);
    }
    if (open !== null && error instanceof ProviderError && error.kind === 'invalid_credentials') {
      await this.integrations.needsReauth(open.integration, reason);
    }
    const plan = planRetry(
      error,
      { ...push, isCreate: push.externalId === null },
      { now: this.clock.now(), random: Math.random, scale: this.config.testControl.retryScale ?? 1 },
    );
    await this.pushes.postpone(push, { ...plan, error: reason });
  }
}

/** The service's own words are for the user; ours about a fault of ours are for the log. */
const reasonFor = (error: unknown): string =>
  error instanceof ProviderError
    ? redact(error.message).slice(0, 500)
    : 'Something went wrong on our side; it is tried again.';

const belongsThere = (push: ClaimedPush, entry: TimeEntry): boolean =>
  push.wanted === 'present' && entry.deletedAt === null && entry.integrationId === push.integrationId;

/** The same record of the service, kept by another integration now: that one's wishes speak of it. */
const isRehomed = (push: ClaimedPush, entry: TimeEntry, externalId: string): boolean =>
  push.wanted === 'present' && entry.integrationId !== push.integrationId && entry.externalId === externalId;

async function create(draft: EntryDraft, { provider, connection }: OpenIntegration): Promise<PushOutcome> {
  const isTimer = draft.isRunning && provider.timer !== undefined;
  const remote = isTimer
    ? await provider.timer.start(connection, draft)
    : await provider.createEntry(connection, draft);
  return { kind: 'present', remote };
}

const sentBy = ({ start, description, projectExternalId }: EntryDraft): SentEntry => ({
  start,
  description,
  projectExternalId,
});

async function findInList(
  sent: SentEntry,
  provider: OpenIntegration['provider'],
  connection: OpenIntegration['connection'],
): Promise<RemoteEntry[]> {
  const start = sent.start.getTime();
  const from = new Date(start - LOOK_AROUND_MILLISECONDS);
  const to = new Date(start + LOOK_AROUND_MILLISECONDS);
  let completeFrom = from;
  const onIncomplete = (shownFrom: Date) => (completeFrom = shownFrom);
  const shown = await provider.listEntries(connection, { from, to, onIncomplete });
  if (completeFrom > sent.start) throw new ProviderError('unavailable', NO_HISTORY);
  return shown.filter((remote) => isSameEntry(remote, sent));
}
