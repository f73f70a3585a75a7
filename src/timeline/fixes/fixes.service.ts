import { Injectable } from '@nestjs/common';
import type { UserCaller } from '../../auth/caller.js';
import { Clock } from '../../common/clock.js';
import { conflict, notFound, unprocessable } from '../../common/errors.js';
import type { Tx } from '../../database/database.js';
import { Transactions } from '../../database/transactions.js';
import { TimeEntriesService, type ChangeAuthor } from '../../time-entries/time-entries.service.js';
import type { TimeEntry } from '../../time-entries/time-entry.js';
import { asShown, referenceOf, type Finding, type FixName, type FixOption } from '../findings/finding.js';
import { FindingsService } from '../findings/findings.service.js';
import { changesOf, remarksOn } from './changes-of.js';
import { TimelineDecisionsRepository } from './timeline-decisions.repository.js';

export interface FixRequest {
  findingId: string;
  fix: FixName;
}

export interface Fixed {
  /** Whether this call has done it, or one before. */
  state: 'done' | 'already_done';
  /** What the fix was about, as it is now. */
  entries: TimeEntry[];
}

/** Carries out what a finding offers, on the facts as they are when nobody else can change them. */
@Injectable()
export class FixesService {
  constructor(
    private readonly entries: TimeEntriesService,
    private readonly findings: FindingsService,
    private readonly decisions: TimelineDecisionsRepository,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
  ) {}

  /**
   * @throws DomainError 404 for a finding about nothing of this user's; 409 when the facts have changed since, or an entry
   * is locked; 422 for what the finding does not offer
   */
  async fix(user: UserCaller, request: FixRequest, requestId: string): Promise<Fixed> {
    const reference = referenceOf(request.findingId);
    const owned = reference === null ? [] : await this.ownedBy(user.userId, reference.entries);
    if (reference === null || owned.length < reference.entries.length) throw noSuchFinding();
    const onlooker = { userId: user.userId, homeZone: user.timeZone, now: this.clock.now() };
    const inOrder = reference.entries.map((id) => owned.find((entry) => entry.id === id)!);
    const surroundings = await this.findings.surroundings(inOrder, reference.kind, onlooker);
    return this.transactions.run(async (tx) => {
      const locked = await this.entries.lock(reference.entries, tx);
      const finding = this.findings.findAgain(reference, locked, surroundings, onlooker);
      if (finding?.id !== request.findingId) return this.repeated(user.userId, request, locked, tx);
      const { subject } = finding;
      const isIgnored = (await this.decisions.findIgnored(user.userId, [subject], tx)).has(subject);
      const shown = asShown(finding, isIgnored);
      const option = shown.fixes.find(({ fix }) => fix === request.fix);
      if (option === undefined) return this.repeated(user.userId, request, locked, tx, notOffered(shown));
      refuseChain(option, locked);
      if (isIgnored) await this.decisions.unignore(user.userId, subject, tx);
      await this.decisions.save(user.userId, { ...request, subject }, onlooker.now, tx);
      return { state: 'done', entries: await this.carryOut(option, locked, authorOf(user, requestId), tx) };
    });
  }

  private async ownedBy(userId: number, ids: readonly number[]): Promise<TimeEntry[]> {
    return (await this.entries.findByIds(ids)).filter((entry) => entry.userId === userId);
  }

  private async carryOut(
    { fix, changes }: FixOption,
    entries: readonly TimeEntry[],
    author: ChangeAuthor,
    tx: Tx,
  ): Promise<TimeEntry[]> {
    const reason = `timeline: ${fix}`;
    const told = changes.length === 0 ? remarksOn(entries, reason) : changesOf(changes, entries, reason);
    const applied = await this.entries.apply(told, author, tx);
    const changed = new Map(applied.map(({ entry }) => [entry!.id, entry!]));
    return [...new Map([...entries.map((entry) => [entry.id, entry] as const), ...changed]).values()];
  }

  /** Asked for twice is done once. Anything else is about facts that are no more. */
  private async repeated(
    userId: number,
    { findingId, fix }: FixRequest,
    entries: readonly TimeEntry[],
    tx: Tx,
    refusal = gone(),
  ): Promise<Fixed> {
    if ((await this.decisions.findFix(userId, findingId, tx)) !== fix) throw refusal;
    return { state: 'already_done', entries: entries.filter(({ deletedAt }) => deletedAt === null) };
  }
}

/** What counts must not be a copy itself: in a ring of copies nothing would count. */
function refuseChain({ changes }: FixOption, entries: readonly TimeEntry[]): void {
  const kept = changes.flatMap((change) => (change.kind === 'link' && change.sameAs !== null ? [change.sameAs] : []));
  if (entries.some(({ id, sameAsEntryId }) => kept.includes(id) && sameAsEntryId !== null)) throw gone();
}

const authorOf = ({ userId }: UserCaller, requestId: string): ChangeAuthor => ({
  actor: { kind: 'user', id: String(userId) },
  origin: { kind: 'request', id: requestId },
});

const noSuchFinding = () => notFound('TIMELINE.FINDING_NOT_FOUND', 'There is no such finding.');

const gone = () =>
  conflict('TIMELINE.FINDING_GONE', 'The entries have changed since, and the finding is no more. Look again.');

const notOffered = ({ kind, fixes }: Finding) =>
  unprocessable(
    'TIMELINE.FIX_NOT_OFFERED',
    `This finding (${kind}) can be settled by ${fixes.map(({ fix }) => fix).join(', ')}.`,
  );
