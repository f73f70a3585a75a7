import { Injectable } from '@nestjs/common';
import type { UserCaller } from '../auth/caller.js';
import { Clock } from '../common/clock.js';
import { conflict } from '../common/errors.js';
import { Leases } from '../database/leases.js';
import { Transactions } from '../database/transactions.js';
import { warningAbout, type IntegrationWarning } from '../integrations/integration-warning.js';
import { LogsService } from '../logs/logs.service.js';
import type { LogResponse } from '../logs/log-response.js';
import { TimeEntriesService, type ChangeAuthor } from '../time-entries/time-entries.service.js';
import type { TimeEntry } from '../time-entries/time-entry.js';
import { startedSentence, stoppedSentence } from './timer-sentence.js';
import { TimerTargets } from './timer-targets.js';
import type { TimerCommandDto } from './timers.dto.js';

const LOCK_MILLISECONDS = 15_000;
const DEFAULT_TASK = 'Working';

export interface TimerOutcome {
  action: 'started' | 'stopped' | 'none';
  /** One sentence for a person. */
  message: string;
  entry: LogResponse | null;
  /** Services that did not answer; the ledger's own word held there. */
  warnings: IntegrationWarning[];
}

/** Start, stop and toggle, one command of a user at a time. */
@Injectable()
export class TimersService {
  constructor(
    private readonly entries: TimeEntriesService,
    private readonly logs: LogsService,
    private readonly targets: TimerTargets,
    private readonly leases: Leases,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
  ) {}

  /** What runs, asked of the services that have timers. */
  async current(
    user: UserCaller,
    integrationId?: number,
  ): Promise<{ entry: LogResponse | null; warnings: IntegrationWarning[] }> {
    if (integrationId !== undefined) await this.targets.assertOwned(user.userId, integrationId);
    const warnings = await this.targets.ask(user, (id) => integrationId === undefined || id === integrationId);
    const running = await this.entries.findRunning(user.userId);
    const shown =
      integrationId === undefined ? running : running.filter((entry) => entry.integrationId === integrationId);
    const latest = shown.at(-1);
    return { entry: latest === undefined ? null : await this.logs.get(user.userId, latest.id), warnings };
  }

  /** Starts an entry and stops what the ledger shows running. */
  start(user: UserCaller, command: TimerCommandDto, author: ChangeAuthor): Promise<TimerOutcome> {
    return this.alone(user, () => this.begin(user, command, author, []));
  }

  /** Stops what runs; nothing running is no error. */
  stop(user: UserCaller, command: TimerCommandDto, author: ChangeAuthor): Promise<TimerOutcome> {
    return this.alone(user, async () => {
      const { running, warnings } = await this.whatRuns(user, command);
      if (running.length > 0) return this.end(user, running, author, warnings);
      return nothingRuns(warnings);
    });
  }

  /** Stops what runs, else starts: decided by the services' own state. */
  toggle(user: UserCaller, command: TimerCommandDto, author: ChangeAuthor): Promise<TimerOutcome> {
    return this.alone(user, async () => {
      const { running, warnings } = await this.whatRuns(user, command);
      return running.length > 0
        ? this.end(user, running, author, warnings)
        : this.begin(user, command, author, warnings);
    });
  }

  private async alone<T>(user: UserCaller, work: () => Promise<T>): Promise<T> {
    const held = await this.leases.whileHolding(`timer/${user.userId}`, LOCK_MILLISECONDS, work);
    if (held === undefined) throw conflict('TIMER.BUSY', 'Another command for your timer is still being carried out.');
    return held.result;
  }

  /** Of the service that is named, else of all: asks those where something is to begin or runs by the ledger. */
  private async whatRuns(
    user: UserCaller,
    command: TimerCommandDto,
  ): Promise<{ running: TimeEntry[]; warnings: IntegrationWarning[] }> {
    const { integrationId } = await this.targets.resolve(user.userId, command);
    const isNamed = command.integration_id !== undefined || command.project_id !== undefined;
    const known = isNamed ? [] : await this.entries.findRunning(user.userId);
    const warnings = await this.targets.ask(
      user,
      (id) => id === integrationId || known.some((entry) => entry.integrationId === id),
    );
    const running = await this.entries.findRunning(user.userId);
    return { running: isNamed ? running.filter((entry) => entry.integrationId === integrationId) : running, warnings };
  }

  private async begin(
    user: UserCaller,
    command: TimerCommandDto,
    author: ChangeAuthor,
    warnings: IntegrationWarning[],
  ): Promise<TimerOutcome> {
    const target = await this.targets.resolve(user.userId, command);
    const content = await this.logs.prepare(user, {
      task: command.task ?? DEFAULT_TASK,
      project_id: target.projectId,
      integration_id: target.integrationId ?? undefined,
      billable: command.billable,
      tags: command.tags,
      category: command.category,
    });
    const started = { ...content, isRunning: true };
    const log = await this.transactions.run((tx) => this.logs.create(user.userId, started, author, tx));
    await this.logs.waitForPush({ id: log.id, integrationId: content.integrationId });
    const entry = await this.logs.get(user.userId, log.id);
    const message = startedSentence({ ...content, startedAt: new Date(entry.start * 1000) }, user.timeZone);
    return { action: 'started', message, entry, warnings: [...warnings, ...refusalOf(entry)] };
  }

  private async end(
    user: UserCaller,
    running: readonly TimeEntry[],
    author: ChangeAuthor,
    warnings: IntegrationWarning[],
  ): Promise<TimerOutcome> {
    const now = this.clock.nowToTheSecond();
    const changes = running.map((entry) => ({
      kind: 'end' as const,
      id: entry.id,
      end: now > entry.startedAt ? now : entry.startedAt,
    }));
    await this.transactions.run((tx) => this.entries.apply(changes, author, tx));
    await Promise.all(running.map((entry) => this.logs.waitForPush(entry)));
    const stopped = await this.entries.findByIds(running.map((entry) => entry.id));
    const kept = stopped.filter(({ deletedAt }) => deletedAt === null);
    const latest = running.findLast(({ id }) => kept.some((entry) => entry.id === id));
    // Deleted at the service before our stop arrived there.
    if (latest === undefined) return nothingRuns(warnings);
    const entry = await this.logs.get(user.userId, latest.id);
    return { action: 'stopped', message: stoppedSentence(kept), entry, warnings };
  }
}

/** An entry that lives here alone because its service refused it. */
const refusalOf = ({ integration_id: id, provider, sync }: LogResponse): IntegrationWarning[] =>
  id === null || sync.state !== 'failed'
    ? []
    : [warningAbout({ id, provider }, `It is kept here alone: ${sync.error}`)];

const nothingRuns = (warnings: IntegrationWarning[]): TimerOutcome => ({
  action: 'none',
  message: 'Nothing is running.',
  entry: null,
  warnings,
});
