import { Injectable } from '@nestjs/common';
import { KeyRing } from '../config/key-ring.js';

/** The sealing keys, derived once: they live outside the database, so its password is not enough to forge a row. */
@Injectable()
export class BinnacleKeys {
  private readonly derived = new Map<string, Buffer>();

  constructor(private readonly ring: KeyRing) {}

  get currentId(): string {
    return this.ring.currentId;
  }

  get current(): Buffer {
    return this.find(this.ring.currentId)!;
  }

  /** The key of that id, or `undefined` when it is not in the ring. */
  find(keyId: string): Buffer | undefined {
    const known = this.derived.get(keyId) ?? this.ring.derive(keyId, 'binnacle');
    if (known !== undefined) this.derived.set(keyId, known);
    return known;
  }
}
