import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { ProviderError } from '../integrations/contract/provider-error.js';
import type { TeamCapability } from '../integrations/contract/provider.js';
import { KnownEntriesService } from '../time-entries/known-entries.service.js';
import { LedgerWriter } from './ledger-writer.js';
import { RemoteReader } from './remote-reader.js';
import { DEFAULT_DAYS, LeaseLost, note, type Run } from './run.js';
import { SyncMembersRepository } from './sync-members.repository.js';
import { freshWalk, nextStep, noCounts, type WalkProgress } from './sync-run.js';
import { Teams, type Team } from './teams.js';
import { movedAccounts, turnOfMembers, type MemberState } from './turn-of-members.js';

/** Reads everybody's entries of a workspace, member by member. */
@Injectable()
export class WorkspaceRead {
  constructor(
    private readonly members: SyncMembersRepository,
    private readonly reader: RemoteReader,
    private readonly writer: LedgerWriter,
    private readonly teams: Teams,
    private readonly known: KnownEntriesService,
    private readonly clock: Clock,
  ) {}

  async read(run: Run, capability: TeamCapability): Promise<void> {
    const now = this.clock.now();
    const team = await this.teams.meet(run.open, capability);
    const states = await this.members.list(run.claim.id);
    const accountIds = await this.turn(run, capability, team, states);
    const fresh = freshWalk(now, run.asked?.days ?? DEFAULT_DAYS);
    const walkOf = (id: string) => (run.asked?.days === undefined ? (states.get(id)?.walk ?? fresh) : fresh);
    await this.members.begin(
      run.claim,
      accountIds.filter((id) => walkOf(id) === fresh),
      fresh,
    );
    for (const accountId of accountIds) await this.walk(run, capability, { team, accountId }, walkOf(accountId));
    run.progress.walkedAt = now;
  }

  /** Everybody when a person asked for it; else those whose turn it is. */
  private async turn(
    { open, asked, intervalSeconds }: Run,
    capability: TeamCapability,
    team: Team,
    states: ReadonlyMap<string, MemberState>,
  ): Promise<string[]> {
    const accountIds = [...team.members.keys()];
    if (asked !== undefined) return accountIds;
    const running = await capability.listRunning(open.connection);
    const { provider, integration } = open;
    const ours = await this.known.findRunningAt({ source: provider.key, workspaceId: integration.workspaceId });
    const accountsOf = (userId: number) => accountIds.filter((id) => team.owners.get(id) === userId);
    const moved = movedAccounts(running, ours, accountsOf);
    // Whoever joined since the list was read is in it the next time.
    return turnOfMembers([...new Set([...accountIds, ...moved])], { states, moved, intervalSeconds });
  }

  private async walk(
    run: Run,
    capability: TeamCapability,
    member: { team: Team; accountId: string },
    start: WalkProgress,
  ): Promise<void> {
    const { claim, open, progress } = run;
    const { team, accountId } = member;
    let walk = start;
    try {
      for (let step = nextStep(walk); step !== null; step = nextStep(walk)) {
        const isOurs = await this.members.checkpoint(claim, accountId, walk, run.leaseSeconds);
        if (!isOurs) throw new LeaseLost();
        const read = await this.reader.memberStep(open, capability, member, step);
        note(progress, await this.writer.write(open, read.changes), read);
        walk = { ...walk, doneUntil: step.to.toISOString() };
      }
    } catch (error) {
      // One whom the service does not show does not stand in the way of the others.
      if (!(error instanceof ProviderError) || !CONCERNS_ONE.has(error.kind)) throw error;
      const skipped = [`entries of ${team.members.get(accountId)?.name ?? accountId} cannot be read: ${error.message}`];
      note(progress, noCounts(), { skipped });
    }
    await this.members.finish(claim, accountId, this.clock.now());
  }
}

const CONCERNS_ONE = new Set<ProviderError['kind']>(['rejected', 'not_found']);
