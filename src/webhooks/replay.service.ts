import { Injectable } from '@nestjs/common';
import { badRequest, messageOf } from '../common/errors.js';
import { Transactions } from '../database/transactions.js';
import { WorkoutsService } from '../workouts/workouts.service.js';
import { isReport } from './delivery.js';
import { DeliverySignal } from './delivery-signal.js';
import { ReplayRepository, type Redriven, type ReplayCandidate, type ReplayFilter } from './replay.repository.js';
import { ReportWords } from './report-words.js';

export type { ReplayFilter };

const BATCH = 200;

export interface ReplayOutcome {
  /** They wait for a worker now. */
  replayed: number;
  /** They say what cannot be, still. */
  rejected: number;
  /** The ledger was told of them already, or nothing is done with them. */
  skipped: number;
}

/** Tries deliveries again that came to nothing, once the reason is mended: from the bytes that were kept. */
@Injectable()
export class ReplayService {
  constructor(
    private readonly repository: ReplayRepository,
    private readonly words: ReportWords,
    private readonly workouts: WorkoutsService,
    private readonly transactions: Transactions,
    private readonly signal: DeliverySignal,
  ) {}

  /** @throws DomainError 400 when nothing is named: that must never be read as everything */
  async replay(filter: ReplayFilter, onProgress: (soFar: ReplayOutcome) => void = () => {}): Promise<ReplayOutcome> {
    if (Object.values(filter).every((value) => value === undefined)) {
      throw badRequest('VALIDATION.FAILED', 'ids, status, from or to must be given');
    }
    const named = await this.repository.count(filter);
    const outcome = { replayed: 0, rejected: 0, skipped: 0 };
    for (let afterId = 0; ;) {
      const redriven = await this.redriveSome(filter, afterId);
      if (redriven.length === 0) break;
      afterId = redriven.at(-1)!.id;
      const isRejected = ({ state }: Redriven) => state === 'rejected';
      outcome.rejected += redriven.filter(isRejected).length;
      outcome.replayed += redriven.filter((one) => !isRejected(one)).length;
      this.signal.wake();
      onProgress(outcome);
    }
    return { ...outcome, skipped: Math.max(0, named - outcome.replayed - outcome.rejected) };
  }

  private redriveSome(filter: ReplayFilter, afterId: number): Promise<Redriven[]> {
    return this.transactions.run(async (tx) => {
      const candidates = await this.repository.candidates(filter, afterId, BATCH, tx);
      const redriven = candidates.map((candidate) => this.read(candidate));
      if (redriven.length > 0) this.repository.redrive(redriven, tx);
      return redriven;
    });
  }

  private read(candidate: ReplayCandidate): Redriven {
    try {
      return { id: candidate.id, state: 'pending', ...this.aboutOf(candidate), error: null };
    } catch (error) {
      // Whose phone it was stays known.
      const about = { workspaceId: isReport(candidate) ? null : candidate.workspaceId, externalId: null };
      return { id: candidate.id, state: 'rejected', ...about, error: messageOf(error).slice(0, 500) };
    }
  }

  private aboutOf(candidate: ReplayCandidate): Pick<Redriven, 'workspaceId' | 'externalId'> {
    if (isReport(candidate)) {
      const { workspaceId, externalId } = this.words.read(candidate).entry;
      return { workspaceId, externalId };
    }
    this.workouts.read(candidate.raw);
    return { workspaceId: candidate.workspaceId, externalId: null };
  }
}
