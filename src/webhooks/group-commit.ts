/** How much is written at once, and by how many writers. */
export interface GroupCommitLimits {
  batchItems: number;
  batchBytes: number;
  batchesUnderWay: number;
}

interface Waiting<Item, Result> {
  item: Item;
  resolve: (result: Result) => void;
  reject: (error: unknown) => void;
}

/**
 * Writes what arrives while a batch is being written as the next batch: one commit for all of them, and each is answered after
 * it. Nobody waits for a timer: what comes alone is written alone, at once.
 */
export class GroupCommit<Item extends { raw: Buffer }, Result> {
  private queue: Waiting<Item, Result>[] = [];
  private underWay = 0;
  private isPlanned = false;

  /**
   * @param write all of a batch or nothing; answers in its order
   * @param isPassing whether an error is the server's and not one of the rows': then the others would fail as well
   */
  constructor(
    private readonly write: (batch: Item[]) => Promise<Result[]>,
    private readonly isPassing: (error: unknown) => boolean,
    private readonly limits: GroupCommitLimits,
  ) {}

  add(item: Item): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.queue.push({ item, resolve, reject });
      this.plan();
    });
  }

  /** Once per turn of the event loop, so that everything that has just come in goes along. */
  private plan(): void {
    if (this.isPlanned || this.queue.length === 0 || this.underWay >= this.limits.batchesUnderWay) return;
    this.isPlanned = true;
    setImmediate(() => {
      this.isPlanned = false;
      this.begin();
    });
  }

  private begin(): void {
    if (this.queue.length === 0 || this.underWay >= this.limits.batchesUnderWay) return;
    this.underWay += 1;
    const batch = this.takeBatch();
    void this.carryOut(batch).finally(() => {
      this.underWay -= 1;
      this.plan();
    });
    this.plan();
  }

  private takeBatch(): Waiting<Item, Result>[] {
    let bytes = 0;
    let count = 0;
    for (const { item } of this.queue) {
      bytes += item.raw.length;
      if (count > 0 && (count >= this.limits.batchItems || bytes > this.limits.batchBytes)) break;
      count += 1;
    }
    return this.queue.splice(0, count);
  }

  private async carryOut(batch: Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await this.write(batch.map(({ item }) => item));
      for (const [index, { resolve }] of batch.entries()) resolve(results[index]!);
    } catch (error) {
      if (this.isPassing(error)) return this.refuse([...batch, ...this.queue.splice(0)], error);
      if (batch.length === 1) return this.refuse(batch, error);
      // One of them cannot be written: the others must not suffer for it.
      for (const one of batch) await this.carryOut([one]);
    }
  }

  private refuse(batch: readonly Waiting<Item, Result>[], error: unknown): void {
    for (const { reject } of batch) reject(error);
  }
}
