/** Lets so many calls of a key be under way at once; the others wait for their turn, in order. */
export class InFlight {
  private readonly lanes = new Map<string, { running: number; waiting: (() => void)[] }>();

  constructor(private readonly most: number) {}

  async run<T>(key: string, call: () => Promise<T>): Promise<T> {
    await this.enter(key);
    try {
      return await call();
    } finally {
      this.leave(key);
    }
  }

  private enter(key: string): Promise<void> {
    const lane = this.lanes.get(key) ?? { running: 0, waiting: [] };
    this.lanes.set(key, lane);
    if (lane.running < this.most) {
      lane.running += 1;
      return Promise.resolve();
    }
    return new Promise((resolve) => lane.waiting.push(resolve));
  }

  /** Whoever waits takes the place over, so that nobody who comes now gets in before. */
  private leave(key: string): void {
    const lane = this.lanes.get(key)!;
    const next = lane.waiting.shift();
    if (next !== undefined) return next();
    lane.running -= 1;
    if (lane.running === 0) this.lanes.delete(key);
  }
}
