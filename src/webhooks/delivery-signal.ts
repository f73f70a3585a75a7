import { Injectable } from '@nestjs/common';
import { EventEmitter, once } from 'node:events';

const WAKE = 'wake';

/** Tells the worker of this process that a delivery has come; those of other processes look for themselves. */
@Injectable()
export class DeliverySignal {
  private readonly signals = new EventEmitter().setMaxListeners(0);
  private isWoken = false;

  wake(): void {
    this.isWoken = true;
    this.signals.emit(WAKE);
  }

  /** Sleeps until there may be something to do; not at all when that was said since the last time. */
  async wait(maximumMilliseconds: number, stop: AbortSignal): Promise<void> {
    if (!this.isWoken) {
      const signal = AbortSignal.any([AbortSignal.timeout(maximumMilliseconds), stop]);
      await once(this.signals, WAKE, { signal }).catch((error: Error) => {
        if (error.name !== 'AbortError') throw error;
      });
    }
    this.isWoken = false;
  }
}
