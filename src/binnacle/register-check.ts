import type { RegisterState } from './binnacle.repository.js';
import { signRegister } from './chain.js';
import { MAX_FINDINGS, type Findings } from './findings.js';
import type { RegisterGap } from './verification.repository.js';

/** Judges what the registers of the users say against the entries that carry their numbers. */
export class RegisterCheck {
  constructor(
    private readonly findKey: (keyId: string) => Buffer | undefined,
    private readonly findings: Findings,
  ) {}

  /** A place in the middle: the entry before is not the one that was there when this entry was born. */
  judgeGap(gap: RegisterGap): void {
    const isHole = gap.number > gap.numberBefore + 1;
    if (isHole) {
      this.reportRemoved(gap.userId, gap.numberBefore + 1, gap.number - 1, gap.previousId);
    } else if (gap.previousId === null || gap.idBefore === null || gap.number !== gap.numberBefore + 1) {
      this.findings.add({
        kind: 'entry_altered',
        entryId: gap.entryId,
        userId: gap.userId,
        message: `Entry ${gap.entryId}: its place ${gap.number} in the register of user ${gap.userId} is not the one it was born with.`,
      });
    } else {
      this.reportRemoved(gap.userId, gap.number - 1, gap.number - 1, gap.previousId);
    }
  }

  judgeRegister(register: RegisterState): void {
    const { userId, entryCount, highestNumber, lastEntryId } = register;
    this.judgeSignature(register);
    if (highestNumber > entryCount) {
      this.reportAltered(userId, `it counts ${entryCount} entries, but entry number ${highestNumber} exists`);
    } else if (highestNumber < entryCount) {
      this.reportRemoved(userId, highestNumber + 1, entryCount, lastEntryId);
    } else if (entryCount > 0 && register.highestEntryId !== lastEntryId) {
      this.reportRemoved(userId, entryCount, entryCount, lastEntryId);
    }
  }

  reportWithoutRegister(userId: number): void {
    this.reportAltered(userId, 'it is missing, although the user has entries');
  }

  reportUnregistered(entryId: number): void {
    this.findings.add({
      kind: 'entry_unregistered',
      entryId,
      message: `Entry ${entryId} has no number in any register: it was not written by the application.`,
    });
  }

  private judgeSignature(register: RegisterState): void {
    const key = this.findKey(register.keyId);
    if (key === undefined) {
      this.findings.add({
        kind: 'unverifiable',
        entryId: null,
        userId: register.userId,
        message: `The register of user ${register.userId} is signed with key ${register.keyId}, which is not in ENCRYPTION_KEYS.`,
      });
    } else if (!signRegister(register, key).equals(register.mac)) {
      this.reportAltered(register.userId, 'it does not fit its signature');
    }
  }

  private reportAltered(userId: number, reason: string): void {
    const message = `The register of user ${userId}: ${reason}.`;
    this.findings.add({ kind: 'register_altered', entryId: null, userId, message });
  }

  /** Numbers `from` to `to` belong to no entry. Of several in a row only the last one is known by its id. */
  private reportRemoved(userId: number, from: number, to: number, lastEntryId: number | null): void {
    for (let number = Math.max(from, to - MAX_FINDINGS); number <= to; number++) {
      const entryId = number === to ? lastEntryId : null;
      const name = entryId === null ? 'An entry' : `Entry ${entryId}`;
      this.findings.add({
        kind: 'entry_removed',
        entryId,
        userId,
        message: `${name}, number ${number} in the register of user ${userId}, was removed.`,
      });
    }
  }
}
