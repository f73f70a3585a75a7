import { Injectable } from '@nestjs/common';
import { BinnacleService } from '../binnacle/binnacle.service.js';
import type { Tx } from '../database/database.js';
import { PushService } from '../push/push.service.js';
import { draftsOf, type Folding } from './folding.js';
import { SessionMail, type SessionWish } from './session-mail.js';
import { TimeEntriesRepository } from './time-entries.repository.js';

/** Stores what a batch came to: one write per table. */
@Injectable()
export class BatchWriter {
  constructor(
    private readonly repository: TimeEntriesRepository,
    private readonly binnacle: BinnacleService,
    private readonly pushes: PushService,
    private readonly mail: SessionMail,
  ) {}

  async write(foldings: readonly Folding[], tx: Tx): Promise<void> {
    await this.discardUntouched(foldings, tx);
    const changed = foldings
      .filter(({ current, stored }) => current !== stored && current.version > 0)
      .sort((a, b) => a.stored.id - b.stored.id);
    if (changed.length === 0) return;
    await this.enrolBirths(changed, tx);
    const sealed = this.binnacle.seal(changed.flatMap(draftsOf));
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
    await this.mail.enqueue(changed.flatMap(lettersOf), tx);
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
const lettersOf = ({ stored, current, steps }: Folding): SessionWish[] =>
  steps.flatMap(({ after, mails }, index) =>
    mails.map((wish) => ({
      wish,
      entryId: current.id,
      sequence: stored.binnacleSequence + index + 1,
      userId: after.userId,
      externalId: after.externalId ?? '',
    })),
  );
