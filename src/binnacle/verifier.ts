import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/database.js';
import { Transactions } from '../database/transactions.js';
import { BinnacleKeys } from './binnacle-keys.js';
import { ChainWalk } from './chain-walk.js';
import { CheckpointCheck } from './checkpoint-check.js';
import { CheckpointRepository } from './checkpoint.repository.js';
import { Findings, type VerifyOptions, type VerifyReport } from './findings.js';
import { RegisterCheck } from './register-check.js';
import { VerificationRepository } from './verification.repository.js';

const ENTRIES_PER_BATCH = 500;

type Counts = VerifyReport['counts'];

/** One verification: what to look at, what was found so far. */
interface Run {
  tx: Tx;
  options: VerifyOptions;
  findings: Findings;
  counts: Counts;
}

/** Recomputes every seal and signature; reads page by page, so that memory stays flat. */
@Injectable()
export class Verifier {
  private readonly findKey = (keyId: string) => this.keys.find(keyId);

  constructor(
    private readonly keys: BinnacleKeys,
    private readonly repository: VerificationRepository,
    private readonly checkpoints: CheckpointRepository,
    private readonly transactions: Transactions,
  ) {}

  verify(options: VerifyOptions): Promise<VerifyReport> {
    return this.transactions.run(async (tx) => {
      await this.repository.begin(tx);
      const run: Run = { tx, options, findings: new Findings(), counts: { entries: 0, rows: 0, checkpoints: 0 } };
      if (options.entryId === undefined) await this.verifyAll(run);
      else await this.verifyOne(options.entryId, run);
      const { list, count } = run.findings;
      return { intact: count === 0, findings: list, findingCount: count, counts: run.counts };
    });
  }

  private async verifyAll(run: Run): Promise<void> {
    for (let after = 0; ;) {
      const entryIds = await this.repository.nextEntryIds(after, ENTRIES_PER_BATCH, run.tx);
      const last = entryIds.at(-1) ?? 0;
      if (last <= after) break; // The end, or an id beyond 2^53 that no number here can pass.
      await this.walkChains(entryIds, run);
      after = last;
    }
    await this.checkRegisters(run);
    await this.checkCheckpoints(run);
  }

  private async verifyOne(entryId: number, run: Run): Promise<void> {
    await this.walkChains([entryId], run);
    const check = new CheckpointCheck(this.findKey, run.findings);
    for await (const head of this.repository.checkpointHeads(run.tx, entryId)) check.compareHead(head);
    if (run.counts.entries > 0 || !(await this.repository.isNamedByRegister(entryId, run.tx))) return;
    const message = `Entry ${entryId} was removed: a register still names it.`;
    run.findings.add({ kind: 'entry_removed', entryId, message });
  }

  private async walkChains(entryIds: number[], run: Run): Promise<void> {
    const current = await run.options.loadSnapshots(entryIds, run.tx);
    const walks = new Map(
      entryIds.map((id) => [id, new ChainWalk(id, current.get(id), this.findKey, run.findings)] as const),
    );
    for await (const row of this.repository.rows(entryIds, run.tx)) {
      walks.get(row.entryId)!.see(row);
      run.counts.rows++;
    }
    for (const walk of walks.values()) walk.finish();
    run.counts.entries += current.size;
  }

  private async checkRegisters({ tx, findings }: Run): Promise<void> {
    const check = new RegisterCheck(this.findKey, findings);
    for await (const register of this.repository.registers(tx)) check.judgeRegister(register);
    for (const gap of await this.repository.findRegisterGaps(tx)) check.judgeGap(gap);
    for (const userId of await this.repository.findUsersWithoutRegister(tx)) check.reportWithoutRegister(userId);
    for (const entryId of await this.repository.findUnregistered(tx)) check.reportUnregistered(entryId);
  }

  private async checkCheckpoints({ tx, findings, counts }: Run): Promise<void> {
    const check = new CheckpointCheck(this.findKey, findings);
    for await (const head of this.repository.checkpointHeads(tx)) check.seeHead(head);
    const checkpoints = await this.checkpoints.list(tx);
    check.finish(checkpoints);
    counts.checkpoints = checkpoints.length;
  }
}
