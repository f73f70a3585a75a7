import type { ClaimedPush } from '../push/push.js';

type Caller = Pick<ClaimedPush, 'integrationId' | 'needsLookUp'>;

/**
 * Accounts whose service asked not to be called for a while, as this process was told: what else waits for them is not sent
 * to hear the same again. Looking for a lost entry and writing one may be counted apart by a service, so they are here too.
 */
export class QuietTimes {
  private readonly endings = new Map<string, number>();

  /** @param monotonic milliseconds that only ever go forward */
  constructor(private readonly monotonic: () => number) {}

  begin(caller: Caller, seconds: number): void {
    this.endings.set(keyOf(caller), this.monotonic() + seconds * 1000);
  }

  /** 0 when it may be called. */
  secondsLeft(caller: Caller): number {
    const key = keyOf(caller);
    const left = (this.endings.get(key) ?? 0) - this.monotonic();
    if (left > 0) return left / 1000;
    this.endings.delete(key);
    return 0;
  }
}

const keyOf = ({ integrationId, needsLookUp }: Caller): string => `${integrationId} ${needsLookUp}`;
