import { FixedClock } from '../common/clock.js';
import { migrateDatabase } from '../database/open-database.js';
import { makeScratchDatabase } from '../database/scratch-database.js';
import type { Runtime } from '../runtime.js';
import { DeliveriesModule } from '../webhooks/deliveries.module.js';
import type { SessionRow, ToldStep } from '../webhooks/told.js';
import { isOfPhone, LedgerFold, type Frozen } from '../webhooks/ledger-fold.js';
import { fieldsThatDiffer, hashOf, keyOf, keyText, totalOf } from '../webhooks/session-content.js';
import { withServicesOf } from './context.js';

const SHOWN_DIFFERENCES = 10;
const TOLD_EVERY = 5000;

export interface ReplayReport {
  /** One hash of what all compared sessions say: as they are, and as they were made again. */
  actual: string;
  replayed: string;
  compared: number;
  /** Sessions that others than deliveries and commands have changed. */
  leftOut: number;
  differenceCount: number;
  /** The first of them. */
  differences: string[];
}

/**
 * Makes the sessions again, in a database of their own, from the deliveries and commands they were made of, and compares.
 * Nothing of the real database is changed, and of its people only numbers are taken along.
 */
export async function verifyReplay(
  runtime: Runtime,
  scratchUrl: string | undefined,
  tell: (line: string) => void,
): Promise<ReplayReport> {
  const scratch = scratchUrl === undefined ? await makeScratchDatabase(runtime.databaseUrl) : given(scratchUrl);
  try {
    await migrateDatabase(scratch.url);
    const clock = new FixedClock(new Date(0));
    const mail = { ...runtime.config.mail, smtp: undefined };
    const beside = { ...runtime, databaseUrl: scratch.url, clock, config: { ...runtime.config, mail } };
    return await withServicesOf(runtime, [DeliveriesModule], (real) =>
      withServicesOf(beside, [DeliveriesModule], (copy) =>
        real.get(LedgerFold).frozen(async (frozen) => {
          const verification = new Verification(frozen, copy.get(LedgerFold), clock, tell);
          return verification.run();
        }),
      ),
    );
  } finally {
    await scratch.drop();
  }
}

const given = (url: string) => ({ url, drop: async () => {} });

class Verification {
  private readonly actual = new Map<string, string>();
  private readonly problems: string[] = [];
  private leftOut = 0;

  constructor(
    private readonly frozen: Frozen,
    private readonly copy: LedgerFold,
    private readonly clock: FixedClock,
    private readonly tell: (line: string) => void,
  ) {}

  async run(): Promise<ReplayReport> {
    await this.readActual();
    await this.copy.prepare(await this.frozen.owners());
    await this.fold();
    const replayed = await this.readReplayed();
    const different = [...this.actual].filter(([key, hash]) => replayed.get(key) !== hash).map(([key]) => key);
    const differences = await this.explain(new Set(different));
    return {
      actual: totalOf(this.actual),
      replayed: totalOf(replayed),
      compared: this.actual.size,
      leftOut: this.leftOut,
      differenceCount: different.length,
      differences,
    };
  }

  private async readActual(): Promise<void> {
    for await (const row of this.frozen.sessions()) {
      if (row.isWhole && this.copy.canTell(keyOf(row).source)) this.actual.set(keyText(keyOf(row)), hashOf(row));
      else this.leftOut += 1;
    }
  }

  private async fold(): Promise<void> {
    let told = 0;
    for await (const steps of this.frozen.steps()) {
      await this.foldSome(steps.filter((step) => isOfPhone(step) || this.actual.has(keyText(step))));
      const before = told;
      told += steps.length;
      if (Math.floor(told / TOLD_EVERY) > Math.floor(before / TOLD_EVERY)) this.tell(`${told} …`);
    }
  }

  /** The time is that of what is told, so that rules about time come to the same. */
  private async foldSome(steps: readonly ToldStep[]): Promise<void> {
    if (steps.length === 0) return;
    this.clock.set(steps.at(-1)!.at);
    this.problems.push(...(await this.copy.tell(steps)));
  }

  private readReplayed(): Promise<Map<string, string>> {
    return this.copy.frozen(async (frozen) => {
      const hashes = new Map<string, string>();
      for await (const row of frozen.sessions()) {
        const key = keyText(keyOf(row));
        if (this.actual.has(key)) hashes.set(key, hashOf(row));
      }
      return hashes;
    }, true);
  }

  private async explain(different: ReadonlySet<string>): Promise<string[]> {
    if (different.size === 0) return [];
    const shown = new Set([...different].slice(0, SHOWN_DIFFERENCES));
    const actual = await pick(this.frozen, shown);
    const replayed = await this.copy.frozen((frozen) => pick(frozen, shown), true);
    const lines = [...shown].flatMap((key) => {
      const again = replayed.get(key);
      if (again === undefined) return [`${key}: nothing of it was made again`];
      return fieldsThatDiffer(actual.get(key)!, again).map((line) => `${key}: ${line}`);
    });
    return [...this.problems, ...lines].slice(0, 2 * SHOWN_DIFFERENCES);
  }
}

async function pick(frozen: Frozen, keys: ReadonlySet<string>): Promise<Map<string, SessionRow>> {
  const rows = new Map<string, SessionRow>();
  for await (const row of frozen.sessions()) {
    const key = keyText(keyOf(row));
    if (keys.has(key)) rows.set(key, row);
  }
  return rows;
}
