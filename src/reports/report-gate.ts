import { Injectable } from '@nestjs/common';
import { tooManyRequests } from '../common/errors.js';

/** Reports one process writes at a time: each holds a connection and a good part of a core. */
const AT_ONCE = 3;
/** Callers who wait for their turn, and of them those who asked for the same. */
const MOST_WAITING = 20;
const MOST_WAITING_FOR_ONE = 4;

/** Keeps reports from crowding everything else out: a few are made at a time, one per key, the others wait. */
@Injectable()
export class ReportGate {
  private readonly busy = new Set<string>();
  private waiting: { key: string; admit: () => void }[] = [];

  /**
   * Waits for a turn, which lasts until the function it answers is called.
   * @param key who asks for what
   * @throws DomainError 429 `REPORT.BUSY` when too many wait already
   */
  async enter(key: string): Promise<() => void> {
    if (this.isFree(key)) this.busy.add(key);
    else await this.turnOf(key);
    let hasLeft = false;
    return () => {
      if (hasLeft) return;
      hasLeft = true;
      this.busy.delete(key);
      this.admitNext();
    };
  }

  private isFree(key: string): boolean {
    return this.busy.size < AT_ONCE && !this.busy.has(key);
  }

  private turnOf(key: string): Promise<void> {
    const same = this.waiting.filter((other) => other.key === key).length;
    if (this.waiting.length >= MOST_WAITING || same >= MOST_WAITING_FOR_ONE) {
      throw tooManyRequests('REPORT.BUSY', 'Too many reports are being made: try again in a moment.', 5);
    }
    return new Promise((admit) => this.waiting.push({ key, admit }));
  }

  private admitNext(): void {
    const next = this.waiting.find(({ key }) => this.isFree(key));
    if (next === undefined) return;
    this.waiting = this.waiting.filter((other) => other !== next);
    this.busy.add(next.key);
    next.admit();
  }
}
