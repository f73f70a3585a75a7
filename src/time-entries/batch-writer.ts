import { Injectable } from '@nestjs/common';
import { BinnacleService } from '../binnacle/binnacle.service.js';
import type { Tx } from '../database/database.js';
import { PushService } from '../push/push.service.js';
import { draftsOf, type Folding } from './folding.js';
import { SessionMail, type SessionWish } from './session-mail.js';
import type { ExternalKey } from './entry-change.js';
import { LateChangesRepository } from './late-changes.repository.js';
import { TimeEntriesRepository } from './time-entries.repository.js';

/** Stores what a batch came to: one write per table. */
@Injectable()
export class BatchWriter {
  constructor(
    private readonly repository: TimeEntriesRepository,
    private readonly lateChanges: LateChangesRepository,
    private readonly binnacle: BinnacleService,
    private readonly pushes: PushService,
    private readonly mail: SessionMail,
  ) {}

  async write(foldings: readonly Folding[], now: Date, tx: Tx): Promise<void> {
    await this.discardUntouched(foldings, tx);
    await this.settleLateChanges(foldings, now, tx);
    const changed = foldings
      .filter(({ current, stored }) => current !== stored && current.version > 0)
      .sort((a, b) => a.stored.id - b.stored.id);
    if (changed.length === 0) return;
    await this.enrolBirths(changed, tx);
    const sealed = this.binnacle.seal(changed.flatMap((folding) => draftsOf(folding, now)));
    const heads = new Map(sealed.map((row) => [row.entryId, row]));
    const entries = changed.map(({ current }) => {
      const head = heads.get(current.id);
      return head === undefined ? current : { ...current, binnacleSequence: head.sequence, binnacleHead: head.hash };
    });
    this.repository.write(entries, tx);
    this.binnacle.insert(sealed, tx);
    const retired = changed.flatMap(retiredKey);
    if (retired.length > 0) this.repository.retire(retired, now, tx);
    await this.writeEffects(changed, tx);
  }

  private async writeEffects(changed: readonly Folding[], tx: Tx): Promise<void> {
    await this.pushes.withdraw(
      changed.filter(({ hasConflict }) => hasConflict).map(({ current }) => current.id),
      tx,
    );
    const wishes = changed.flatMap(({ current, pushes }) => pushes.map((push) => ({ ...push, entryId: current.id })));
    await this.pushes.enqueue(wishes, tx);
    // Who gets all of them reads them as things happened, whichever entries they were about.
    const letters = changed.flatMap(lettersOf).sort((a, b) => a.turn - b.turn);
    await this.mail.enqueue(letters, tx);
  }

  /** Writes what services said about locked entries; what was said before is not counted again. */
  private async settleLateChanges(foldings: readonly Folding[], now: Date, tx: Tx): Promise<void> {
    const applied = foldings.flatMap((folding) => folding.appliedLate);
    if (applied.length > 0) this.lateChanges.markApplied(applied, now, tx);
    const locked = foldings.filter(({ late }) => late.length > 0);
    if (locked.length === 0) return;
    const drafts = locked.flatMap(({ stored, late }) => late.map((draft) => ({ ...draft, entryId: stored.id })));
    const added = await this.lateChanges.keep(drafts, now, tx);
    for (const folding of locked) {
      const { stored, steps } = folding;
      const lateChangeCount = stored.lateChangeCount + (added.get(stored.id) ?? 0) - folding.appliedLate.length;
      const isUntouched = steps.length === 0 && lateChangeCount === stored.lateChangeCount;
      folding.current = isUntouched ? stored : { ...folding.current, lateChangeCount };
    }
  }

  /** Rows reserved for something about which there was nothing to say. */
  private async discardUntouched(foldings: readonly Folding[], tx: Tx): Promise<void> {
    const untouched = foldings.filter(
      ({ steps, stored }) => steps.length === 0 && stored.version === 0 && stored.id > 0,
    );
    if (untouched.length === 0) return;
    await this.repository.discard(
      untouched.map(({ stored }) => stored.id),
      tx,
    );
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

/** The letters about an entry, each with the line of its history that it is about. */
const lettersOf = ({ stored, current, steps }: Folding): (SessionWish & { turn: number })[] =>
  steps.flatMap(({ turn, after, mails }, index) =>
    mails.map((wish) => ({
      turn,
      wish,
      entryId: current.id,
      sequence: stored.binnacleSequence + index + 1,
      userId: after.userId,
      externalId: after.externalId ?? '',
    })),
  );

/** The id an entry had at its service and has no more. */
function retiredKey({ stored, current }: Folding): (ExternalKey & { entryId: number })[] {
  const { id, source, workspaceId, externalId } = stored;
  if (workspaceId === null || externalId === null || externalId === current.externalId) return [];
  return [{ source, workspaceId, externalId, entryId: id }];
}
