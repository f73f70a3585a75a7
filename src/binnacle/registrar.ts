import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/database.js';
import { BinnacleKeys } from './binnacle-keys.js';
import { BinnacleRepository, type RegisterState, type SignedRegister } from './binnacle.repository.js';
import { signRegister } from './chain.js';

export interface Birth {
  entryId: number;
  userId: number;
}

/** The place of an entry in the register of the user it was born for. */
export interface RegisterPlace {
  number: number;
  previousEntryId: number | null;
}

/** A signature that fits nothing. */
const UNSIGNED = Buffer.alloc(0);

/** Numbers the entries of each user, so that one which vanishes with its whole chain leaves a hole. */
@Injectable()
export class Registrar {
  constructor(
    private readonly keys: BinnacleKeys,
    private readonly repository: BinnacleRepository,
  ) {}

  async enrol(births: Birth[], tx: Tx): Promise<Map<number, RegisterPlace>> {
    const places = new Map<number, RegisterPlace>();
    if (births.length === 0) return places;
    const byUser = new Map<number, number[]>();
    for (const { entryId, userId } of births.toSorted((a, b) => a.entryId - b.entryId)) {
      byUser.set(userId, [...(byUser.get(userId) ?? []), entryId]);
    }
    const registers = await this.lock([...byUser.keys()], tx);
    const written = registers.map((register) => this.advance(register, byUser.get(register.userId)!, places));
    this.repository.writeRegisters(written, tx);
    return places;
  }

  private async lock(userIds: number[], tx: Tx): Promise<RegisterState[]> {
    const found = await this.repository.lockRegisters(userIds, tx);
    if (found.length === userIds.length) return found;
    const known = new Set(found.map((register) => register.userId));
    const missing = userIds.filter((userId) => !known.has(userId));
    const macs = missing.map((userId) => signRegister({ userId, entryCount: 0, lastEntryId: 0 }, this.keys.current));
    await this.repository.createRegisters(missing, macs, this.keys.currentId, tx);
    return this.repository.lockRegisters(userIds, tx);
  }

  private advance(register: RegisterState, entryIds: number[], places: Map<number, RegisterPlace>): SignedRegister {
    const isGenuine = this.isGenuine(register);
    const isTurnedBack = register.highestNumber > register.entryCount;
    let number = isTurnedBack ? register.highestNumber : register.entryCount;
    let previous = isTurnedBack ? register.highestEntryId! : register.lastEntryId;
    for (const entryId of entryIds) {
      places.set(entryId, { number: ++number, previousEntryId: previous === 0 ? null : previous });
      previous = entryId;
    }
    const next = { userId: register.userId, entryCount: number, lastEntryId: previous };
    return isGenuine
      ? { ...next, keyId: this.keys.currentId, mac: signRegister(next, this.keys.current) }
      : { ...next, keyId: register.keyId, mac: UNSIGNED };
  }

  /** Signing on top of a register somebody changed would make the change look right: such a one stays unsigned. */
  private isGenuine(register: RegisterState): boolean {
    const key = this.keys.find(register.keyId);
    return (
      key !== undefined &&
      register.highestNumber <= register.entryCount &&
      signRegister(register, key).equals(register.mac)
    );
  }
}
