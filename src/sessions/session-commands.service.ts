import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { DomainError, unprocessable } from '../common/errors.js';
import type { Tx } from '../database/database.js';
import { Transactions } from '../database/transactions.js';
import { ProjectsService } from '../projects/projects.service.js';
import type { ChangeOf } from '../time-entries/entry-change.js';
import { TEAM_PROVIDER } from '../time-entries/team-view.js';
import type { ChangeAuthor } from '../time-entries/time-entries.service.js';
import type { EntryContent, TimeEntry } from '../time-entries/time-entry.js';
import { DuplicateSessions } from './duplicate-sessions.js';
import { timesAfter, type TypedTimes } from './session-rules.js';
import { SessionLedger } from './session-ledger.js';
import { SessionsService } from './sessions.service.js';

/** Where a new session belongs. */
export interface SessionPlace {
  externalId: string;
  workspaceId: string;
  userId: number;
}

/** What a coordinator does to sessions. */
@Injectable()
export class SessionCommands {
  constructor(
    private readonly sessions: SessionsService,
    private readonly duplicates: DuplicateSessions,
    private readonly ledger: SessionLedger,
    private readonly projects: ProjectsService,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
  ) {}

  /**
   * Writes a session down that no service has reported.
   * @returns its id
   * @throws DomainError 409 for an id that is or was used; 422 for an unknown user and for impossible times
   */
  async create(
    place: SessionPlace,
    said: Partial<EntryContent>,
    typed: TypedTimes & { startedAt: Date },
    author: ChangeAuthor,
  ): Promise<number> {
    const key = { source: TEAM_PROVIDER, workspaceId: place.workspaceId, externalId: place.externalId };
    const entered = await this.enter(author, async (tx) => {
      const owner = await this.sessions.holdOwner(place.userId, tx);
      if (owner === null) throw unprocessable('SESSION.UNKNOWN_USER', 'idUser: there is no such user');
      const open = { startedAt: typed.startedAt, endedAt: null, isRunning: true, timeZone: owner.timeZone };
      const times = timesAfter(open, typed, this.clock.now());
      return { kind: 'enter', key, userId: owner.id, content: { ...NOTHING_SAID, ...key, ...said, ...times } };
    });
    return entered.id;
  }

  /** @throws DomainError 404; 409 when a person approved it; 422 for impossible times */
  async update(id: number, said: Partial<EntryContent>, typed: TypedTimes, author: ChangeAuthor): Promise<void> {
    const project = await this.projectAfter(await this.sessions.get(id), said.projectExternalId);
    await this.transactions.run(async (tx) => {
      const current = await this.ledger.lock(id, tx);
      const isTimed = Object.values(typed).some((value) => value !== undefined);
      const times = isTimed ? timesAfter(current!, typed, this.clock.now()) : {};
      await this.ledger.tell({ kind: 'edit', id, patch: { ...said, ...project, ...times } }, author, tx);
    });
  }

  /** Disables it: the hours are kept, and so is its history. @throws DomainError 404; 409 when a person approved it */
  async remove(id: number, author: ChangeAuthor): Promise<void> {
    await this.sessions.get(id);
    await this.transactions.run((tx) => this.ledger.tell({ kind: 'delete', id }, author, tx));
  }

  /** The project of ours behind another one at the service. @throws DomainError 422 when the service has no such project */
  private async projectAfter(
    { integrationId, projectExternalId }: TimeEntry,
    wanted: string | null | undefined,
  ): Promise<Partial<EntryContent>> {
    if (wanted === undefined || wanted === projectExternalId) return {};
    if (wanted === null || integrationId === null) return { projectId: null };
    const project = await this.projects.findByExternalId(integrationId, wanted);
    if (project === null) throw unprocessable('SESSION.UNKNOWN_PROJECT', 'idProject: its service has no such project');
    return { projectId: project.id, projectName: project.name };
  }

  private async enter(author: ChangeAuthor, saidIn: (tx: Tx) => Promise<ChangeOf<'enter'>>): Promise<TimeEntry> {
    let change: ChangeOf<'enter'> | null = null;
    try {
      const applied = await this.transactions.run(async (tx) => {
        change = await saidIn(tx);
        return this.ledger.tell(change, author, tx);
      });
      return applied.entry!;
    } catch (error) {
      if (change !== null && error instanceof DomainError && error.code === 'SESSION.DUPLICATE_EXTERNAL_ID') {
        await this.duplicates.note(change, author);
      }
      throw error;
    }
  }
}

const NOTHING_SAID = {
  integrationId: null,
  projectId: null,
  projectExternalId: null,
  projectName: null,
  taskExternalId: null,
  taskName: null,
  description: '',
  notes: null,
  tags: [],
  category: null,
  isBillable: true,
  timePrecision: 'second',
} satisfies Partial<EntryContent>;
